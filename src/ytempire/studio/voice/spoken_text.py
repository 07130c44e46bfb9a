"""A text that is spoken by itself, without a script: what a person listens to before a voice is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from ytempire.kit.errors import InvalidInput
from ytempire.kit.processes import run, run_in_metered_thread
from ytempire.studio.voice.engine import Samples, Utterance, VoiceEngine
from ytempire.studio.voice.mastering import master, tone_of
from ytempire.studio.voice.narration import soft_edges
from ytempire.studio.voice.pacing import BETWEEN_SENTENCES
from ytempire.studio.voice.speech_bounds import trimmed
from ytempire.studio.voice.text_normalization import read_aloud

EDGE_S = 0.1  # of silence at both ends
MP3_BITRATE, MP3_RATE = "48k", 24_000  # mono speech; Kokoro's own rate


async def speak_text(sentences: Sequence[str], *, engine: VoiceEngine, words_per_minute: int, out_wav: Path) -> float:
    """Write the sentences to `out_wav`, mastered as a narration is, and return the seconds.

    Raises InvalidInput where no word can be spoken, and what the engine raises.
    """
    if not any(token.spoken for sentence in sentences for token in read_aloud(sentence)):
        raise InvalidInput("The text has no word that can be spoken.")
    utterances = await engine.speak(sentences, words_per_minute=words_per_minute)
    rate = utterances[0].sample_rate
    sound = _joined([trimmed(utterance) for utterance in utterances], rate)
    duration_s = len(sound) / rate
    await run_in_metered_thread(master, sound, rate, tone=tone_of(engine.name), duration_s=duration_s, target=out_wav)
    return duration_s


def _joined(utterances: Sequence[Utterance], rate: int) -> Samples:
    edge, pause = (np.zeros(round(length_s * rate), dtype=np.float32) for length_s in (EDGE_S, BETWEEN_SENTENCES[1]))
    parts = [edge]
    for utterance in utterances:
        parts += [soft_edges(utterance), pause]
    return np.concatenate([*parts[:-1], edge])


def write_mp3(wav: Path, target: Path) -> None:
    """Encode a WAV file as a small MP3. Blocking."""
    sound = ["-ac", "1", "-ar", str(MP3_RATE), "-c:a", "libmp3lame", "-b:a", MP3_BITRATE, "-map_metadata", "-1"]
    run([imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-y", "-i", wav, *sound, "-bitexact", "-f", "mp3", target])
