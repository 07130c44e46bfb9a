"""What every voice engine promises, and the sound that it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

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


@dataclass(frozen=True)
class OfferedVoice:
    """A voice that a service offers. `kind` is its family there, or whose it is: "cloned", "premade"."""

    id: str  # what a persona names
    name: str
    kind: str
    language: str


def sentence_rates(words_per_minute: float, paces: Sequence[float], sentences: int) -> list[float]:
    """Return the words a minute of each of so many sentences. Raises ValueError where paces are of another number."""
    if paces and len(paces) != sentences:
        raise ValueError(f"{len(paces)} paces for {sentences} sentences")
    return [words_per_minute * pace for pace in paces or [1.0] * sentences]


class Lengths(Protocol):
    """How long sentences sound, known without speaking them."""

    def seconds(self, words_per_minute: float, paces: Sequence[float] = ()) -> list[float]:
        """From the first sound of each sentence to its last one, spoken as `speak` would."""


class VoiceEngine(Protocol):
    @property
    def name(self) -> str:
        """The engine as a step shows it: "espeak", "openai", "elevenlabs"."""

    @property
    def voice(self) -> str:
        """The engine's own name of the voice in use."""

    @property
    def is_paid(self) -> bool:
        """Whether each sentence costs money."""

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """Each sentence apart, as displayed: the engine itself sees to numbers and abbreviations.

        `paces` are how many times as quick as `words_per_minute` each sentence is said; none: all as quick.
        """


@runtime_checkable
class MeasuringEngine(VoiceEngine, Protocol):
    """An engine that can say how long sentences sound before it speaks them."""

    async def lengths(self, sentences: Sequence[str]) -> Lengths:
        """Return the lengths of these sentences at any pace."""


@runtime_checkable
class CloningEngine(VoiceEngine, Protocol):
    """An engine whose voices may be clones of persons, who must have agreed to their use."""

    async def is_clone(self) -> bool:
        """Return whether the voice in use is one. Costs nothing."""
