"""The voice that needs least: espeak-ng in a process of its own, with word times from the engine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np

from ytempire.kit.processes import ProgramFailed, run, run_in_metered_thread
from ytempire.studio.voice.engine import Samples, Utterance, sentence_rates
from ytempire.studio.voice.espeak_voices import DEFAULT_VOICE, language_of, no_such_voice
from ytempire.studio.voice.text_normalization import read_aloud, spoken_text
from ytempire.studio.voice.word_timing import token_spans

HOST = Path(__file__).with_name("espeak_host.py")
PITCH_RANGE = 45  # espeak's default 50 sings a little
TIMEOUT_S = 120.0  # an hour of speech takes about 40 s


class EspeakVoice:
    """espeak-ng through its C library, loaded only in a child process (it is GPL and keeps global state)."""

    name = "espeak"
    is_paid = False

    def __init__(
        self, voice: str | None = None, *, pitch: int = 42, pronunciations: Mapping[str, str] | None = None
    ) -> None:
        """`voice` is espeak's name with an optional variant ("en-us+f3"), `pitch` 0-99."""
        self.voice = voice or DEFAULT_VOICE
        self._pitch = pitch
        self._pronunciations = dict(pronunciations or {})

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """Raises VoiceUnavailable for an unknown voice. Deterministic."""
        rates = sentence_rates(words_per_minute, paces, len(sentences))
        return await run_in_metered_thread(self._speak, list(sentences), rates)

    def _speak(self, sentences: Sequence[str], rates: Sequence[float]) -> list[Utterance]:
        language = language_of(self.voice)
        read = [read_aloud(sentence, language=language, pronunciations=self._pronunciations) for sentence in sentences]
        header, sound = self._host([spoken_text(tokens) for tokens in read], rates)
        utterances, place = [], 0
        for tokens, utterance in zip(read, header["utterances"], strict=True):
            samples = sound[place : place + utterance["samples"]]
            place += utterance["samples"]
            spans = token_spans(tokens, utterance["words"], len(samples), header["sample_rate"])
            utterances.append(Utterance(header["sample_rate"], samples, spans, "engine"))
        return utterances

    def _host(self, texts: list[str], rates: Sequence[float]) -> tuple[dict[str, Any], Samples]:
        order = {
            "library": espeakng_loader.get_library_path(),
            "data": espeakng_loader.get_data_path(),
            "voice": self.voice,
            "rates": [round(rate) for rate in rates],
            "pitch": self._pitch,
            "range": PITCH_RANGE,
            "word_gap": 0,
            "texts": texts,
        }
        try:
            finished = run([sys.executable, "-I", HOST], stdin=json.dumps(order).encode(), timeout_s=TIMEOUT_S)
        except ProgramFailed as error:
            if "has no voice" in error.message:
                raise no_such_voice(self.voice) from error
            raise
        header, _, raw = finished.stdout.partition(b"\n")
        return json.loads(header), np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768.0
