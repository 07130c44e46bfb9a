"""How well the voice is understood, when its words begin, what it costs and how loud it is: on sentences of our own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from faster_whisper import WhisperModel, decode_audio
from numpy.typing import NDArray

from bench.speech.aligner import word_starts_s
from bench.speech.recogniser import RATE, Recognition, recognise, recogniser
from ytempire.channels.persona import VoiceChoice
from ytempire.kit.processes import Meter, metered
from ytempire.runtime.home import home_of
from ytempire.settings import Speech, get_settings
from ytempire.studio.script_document import Line, Script
from ytempire.studio.voice.document import Narration
from ytempire.studio.voice.engine import VoiceEngine
from ytempire.studio.voice.engine_factory import create_free_engine
from ytempire.studio.voice.kokoro.phonemes import phonemize
from ytempire.studio.voice.mastering import measure_sound
from ytempire.studio.voice.narration import narrate
from ytempire.studio.voice.pacing import script_s
from ytempire.studio.voice.text_normalization import read_aloud

SENTENCES = Path(__file__).with_name("sentences.txt")
AROUND_S = 0.12  # of silence that is given to recogniser and aligner with a sentence: a pause has 0.25 s at least
WORD_ERROR_RATE, START_ERROR_S, MEMORY_MB = 0.03, 0.120, 500
LOUDNESS_RANGE_LU = (3.0, 6.0)


@dataclass(frozen=True)
class Spoken:
    """A narration of the sentences: its sound at RATE, and what it took."""

    narration: Narration
    samples: NDArray[np.float32]
    cpu_s: float
    peak_mb: float
    loudness_lufs: float
    loudness_range_lu: float


def measure(choice: VoiceChoice, *, count: int) -> dict[str, Any]:
    """The document of `ytempire bench speech`. Raises VoiceUnavailable for an engine that cannot speak here."""
    sentences = SENTENCES.read_text().splitlines()[:count]
    with TemporaryDirectory() as folder:
        spoken = asyncio.run(_speak(sentences, choice, Path(folder) / "voice.wav"))
    with recogniser() as model:
        heard = [_recognise(model, spoken, place, sentence) for place, sentence in enumerate(sentences)]
    errors_ms = start_errors_ms(spoken, sentences)
    sound_s = sum(line.end_s - line.start_s for line in spoken.narration.lines)
    words = sum(recognition.words for recognition in heard)
    return {
        "engine": spoken.narration.engine,
        "voice": spoken.narration.voice,
        "sentences": len(sentences),
        "sound_s": round(sound_s, 1),
        "cpu_s_per_second_of_sound": round(spoken.cpu_s / sound_s, 3),
        "peak_mb": round(spoken.peak_mb),
        "word_error_rate": round(sum(recognition.errors for recognition in heard) / words, 4),
        "words": words,
        "sentences_without_error": sum(not recognition.errors for recognition in heard),
        "misheard": [[item.sentence, item.heard] for item in heard if item.errors],
        "start_error_ms": _summary(errors_ms),
        "loudness_lufs": spoken.loudness_lufs,
        "loudness_range_lu": spoken.loudness_range_lu,
        "limits": {
            "word_error_rate": WORD_ERROR_RATE,
            "start_error_ms_p95": round(1000 * START_ERROR_S),
            "peak_mb": MEMORY_MB,
            "loudness_range_lu": LOUDNESS_RANGE_LU,
        },
        "processors": os.cpu_count(),
    }


async def _speak(sentences: Sequence[str], choice: VoiceChoice, out_wav: Path) -> Spoken:
    settings = get_settings()
    engine: VoiceEngine = create_free_engine(choice, Speech(), models=home_of(settings).models)
    meter = Meter()
    with metered(meter):
        narration = await narrate(
            _script(sentences, choice), words_per_minute=choice.words_per_minute, engine=engine, out_wav=out_wav
        )
    loudness = measure_sound(out_wav)
    samples = decode_audio(str(out_wav), sampling_rate=RATE)
    return Spoken(
        narration,
        samples,
        meter.cpu_s,
        meter.peak_bytes / 1e6,
        loudness.integrated_lufs,
        loudness.range_lu,
    )


def _script(sentences: Sequence[str], choice: VoiceChoice) -> Script:
    lines = tuple(
        Line(text=text, role="hook" if place == 0 else "body", section=place // 8 if place else -1)
        for place, text in enumerate(sentences)
    )
    length_s = script_s(lines, words_per_minute=choice.words_per_minute)
    return Script(
        title="Sentences", description="", tags=(), language="en", lines=lines, sections=(), key_terms=(),
        target_seconds=length_s, planned_s=length_s, writer="bench",
    )  # fmt: skip


def _recognise(model: WhisperModel, spoken: Spoken, place: int, sentence: str) -> Recognition:
    return recognise(model, sentence, _cut(spoken, place)[0])


def _cut(spoken: Spoken, place: int) -> tuple[NDArray[np.float32], float]:
    """The sound of a sentence with a little silence around it, and where it begins in the whole."""
    line = spoken.narration.lines[place]
    begin_s = max(0.0, line.start_s - AROUND_S)
    return spoken.samples[round(begin_s * RATE) : round((line.end_s + AROUND_S) * RATE)], begin_s


def start_errors_ms(spoken: Spoken, sentences: Sequence[str]) -> NDArray[np.float64]:
    """Return of each word how much later it begins by the narration than by the aligner."""
    tokens = [[token.spoken for token in read_aloud(sentence)] for sentence in sentences]
    errors = []
    for place, words in enumerate(phonemize(tokens, "a")):
        samples, begin_s = _cut(spoken, place)
        aligned = word_starts_s(words, samples)
        ours = [word for word in spoken.narration.words if word.line == place]
        errors += [1000 * (ours[token].start_s - begin_s - start_s) for token, start_s in aligned.items()]
    return np.array(errors)


def _summary(errors_ms: NDArray[np.float64]) -> dict[str, Any]:
    absolute = np.abs(errors_ms)
    return {
        "words": len(errors_ms),
        "median": round(float(np.median(errors_ms))),
        "absolute_median": round(float(np.median(absolute))),
        "absolute_p95": round(float(np.percentile(absolute, 95))),
    }
