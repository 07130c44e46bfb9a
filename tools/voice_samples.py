"""Make the samples of Kokoro's voices in `assets/voices/samples`: `python -m tools.voice_samples [VOICE ...]`.

Each voice says the sentences of its language (`studio/voice/voice_samples.py`) at its own pace, mastered as a narration
is. The model must be installed (`make setup`).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from ytempire.studio.voice.kokoro.engine import KokoroVoice
from ytempire.studio.voice.kokoro.voices import VOICES
from ytempire.studio.voice.spoken_text import speak_text, write_mp3
from ytempire.studio.voice.voice_samples import SHIPPED, sample_sentences, shipped_sample


def main() -> None:
    SHIPPED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or VOICES:
            duration_s = asyncio.run(_make(name, Path(folder)))
            print(f"{name}  {duration_s:.1f} s  {shipped_sample(name).stat().st_size / 1000:.0f} kB")


async def _make(name: str, folder: Path) -> float:
    card, wav = VOICES[name], folder / f"{name}.wav"
    engine = KokoroVoice(name, models=folder)
    duration_s = await speak_text(
        sample_sentences(card.language), engine=engine, words_per_minute=card.words_per_minute, out_wav=wav
    )
    write_mp3(wav, shipped_sample(name))
    return duration_s


if __name__ == "__main__":
    main()
