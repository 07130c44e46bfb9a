"""The sample of a voice as a file: the one that ships, or one that is spoken the first time somebody asks for it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ytempire.kit.processes import run_in_metered_thread
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.pacing import REFERENCE_RATE
from ytempire.studio.voice.spoken_text import speak_text, write_mp3
from ytempire.studio.voice.voice_list import ListedVoice
from ytempire.studio.voice.voice_samples import FILE_SUFFIX, sample_sentences, shipped_sample


async def find_sample(voice: ListedVoice, *, folder: Path) -> Path | None:
    """Return an MP3 file in which a listed voice is heard, or None where it has no sample.

    What has to be spoken takes a second or two the first time, and is kept in `folder`.
    """
    if not voice.has_sample or voice.language is None:
        return None
    if voice.engine == "espeak":
        return await _espeak_sample(voice.voice, sample_sentences(voice.language), folder)
    return shipped_sample(voice.voice)


async def _espeak_sample(name: str, sentences: list[str], folder: Path) -> Path:
    digest = hashlib.sha256(" ".join(sentences).encode()).hexdigest()[:8]  # another text makes another file
    target = folder / f"espeak-{name}-{digest}{FILE_SUFFIX}"
    if not target.exists():
        with _work_folder(folder) as work:
            wav, mp3 = work / "sample.wav", work / "sample.mp3"
            await speak_text(sentences, engine=EspeakVoice(name), words_per_minute=REFERENCE_RATE, out_wav=wav)
            await run_in_metered_thread(write_mp3, wav, mp3)
            mp3.replace(target)  # whole, whoever else makes it at the same time
    return target


@contextmanager
def _work_folder(beside: Path) -> Iterator[Path]:
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".") as folder:
        yield Path(folder)
