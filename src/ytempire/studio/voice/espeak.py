"""The default voice: espeak-ng in a process of its own, with word times from the engine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np

from ytempire.kit.processes import ProgramFailed, run, run_in_metered_thread
from ytempire.studio.voice.engine import Samples, Utterance, WordSpan
from ytempire.studio.voice.espeak_voices import DEFAULT_VOICE, no_such_voice
from ytempire.studio.voice.text_normalization import NormalizedToken, read_aloud, spoken_text

HOST = Path(__file__).with_name("espeak_host.py")
PITCH_RANGE = 45  # espeak's default 50 sings a little
TIMEOUT_S = 120.0  # an hour of speech takes about 40 s


class EspeakVoice:
    """espeak-ng through its C library, loaded only in a child process (it is GPL and keeps global state)."""

    name = "espeak"

    def __init__(
        self, voice: str | None = None, *, pitch: int = 42, pronunciations: Mapping[str, str] | None = None
    ) -> None:
        """`voice` is espeak's name with an optional variant ("en-us+f3"), `pitch` 0-99."""
        self.voice = voice or DEFAULT_VOICE
        self._pitch = pitch
        self._pronunciations = dict(pronunciations or {})

    async def speak(self, sentences: Sequence[str], *, words_per_minute: int) -> list[Utterance]:
        """Raises VoiceUnavailable for an unknown voice. Deterministic."""
        return await run_in_metered_thread(self._speak, list(sentences), words_per_minute)

    def _speak(self, sentences: Sequence[str], words_per_minute: int) -> list[Utterance]:
        read = [read_aloud(sentence, pronunciations=self._pronunciations) for sentence in sentences]
        header, sound = self._host([spoken_text(tokens) for tokens in read], words_per_minute)
        utterances, place = [], 0
        for tokens, utterance in zip(read, header["utterances"], strict=True):
            samples = sound[place : place + utterance["samples"]]
            place += utterance["samples"]
            spans = token_spans(tokens, utterance["words"], len(samples), header["sample_rate"])
            utterances.append(Utterance(header["sample_rate"], samples, spans, "engine"))
        return utterances

    def _host(self, texts: list[str], words_per_minute: int) -> tuple[dict[str, Any], Samples]:
        order = {
            "library": espeakng_loader.get_library_path(),
            "data": espeakng_loader.get_data_path(),
            "voice": self.voice,
            "rate": words_per_minute,
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


def token_spans(
    tokens: Sequence[NormalizedToken], events: Sequence[Sequence[int]], samples: int, sample_rate: int
) -> tuple[WordSpan, ...]:
    """One span per displayed token from espeak's word events (character in the spoken text, sample).

    espeak reports some word groups ("of the") as one event: a token without an event of its own shares the time up
    to the next event by its letters.
    """
    starts: list[int | None] = []
    offset = 0
    for token in tokens:
        inside = [sample for place, sample in events if offset <= place < offset + max(1, len(token.spoken))]
        starts.append(min(inside) if token.spoken and inside else None)
        offset += len(token.spoken) + 1 if token.spoken else 0
    times = _filled(starts, [len(token.spoken) for token in tokens], samples)
    ends = [*times[1:], float(samples)]
    return tuple(
        WordSpan(index, start / sample_rate, end / sample_rate)
        for index, (start, end) in enumerate(zip(times, ends, strict=True))
    )


def _filled(starts: Sequence[int | None], weights: Sequence[int], samples: int) -> list[float]:
    """Start samples with the gaps filled in proportion to the spoken letters; a silent token has no length."""
    filled: list[float] = []
    index = 0
    while index < len(starts):
        known = starts[index]
        begin = float(known) if known is not None else (filled[-1] if filled else 0.0)
        after = index + 1
        while after < len(starts) and starts[after] is None:
            after += 1
        following = starts[after] if after < len(starts) else samples
        end = float(following if following is not None else samples)
        total = sum(weights[index:after]) or 1
        done = 0
        for place in range(index, after):
            filled.append(begin + (end - begin) * done / total)
            done += weights[place]
        index = after
    return filled
