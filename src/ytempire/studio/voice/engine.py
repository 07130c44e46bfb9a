"""What every voice engine promises, and the sound that it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Timing = Literal["engine", "aligned"]


@dataclass(frozen=True)
class WordSpan:
    """When one displayed token sounds, in seconds from the utterance's first sample."""

    token: int  # index into the sentence's whitespace-separated tokens
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Utterance:
    """One spoken sentence: mono samples in -1..1, and one span for each displayed token, in order."""

    sample_rate: int
    samples: Samples
    words: tuple[WordSpan, ...]
    timing: Timing

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate


class VoiceEngine(Protocol):
    @property
    def name(self) -> str:
        """The engine as a step shows it: "espeak", "openai", "piper"."""

    @property
    def voice(self) -> str:
        """The engine's own name of the voice in use."""

    async def speak(self, sentences: Sequence[str], *, words_per_minute: int) -> list[Utterance]:
        """Each sentence apart, as displayed: the engine itself sees to numbers and abbreviations."""
