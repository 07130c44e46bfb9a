"""A finished narration: when each word of the script is heard. All times are seconds from the video's start."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Word(_Frozen):
    """One token of a line's text as displayed, punctuation included ("million,"), and when it sounds."""

    text: str
    start_s: float
    end_s: float
    line: int  # index into Script.lines


class SpokenLine(_Frozen):
    line: int
    start_s: float  # first sound of the line
    end_s: float  # last sound of the line


class Narration(_Frozen):
    """Timings beside a 48 kHz mono WAV file of the dry, mastered voice without music.

    The WAV begins at the video's first frame and is as long as the video: leading and closing silence included.
    """

    duration_s: float
    words: tuple[Word, ...]
    lines: tuple[SpokenLine, ...]
    engine: str
    voice: str
    timing: Literal["engine", "aligned"]  # from the engine itself, or aligned to the sound afterwards
    fallback: str | None = None  # why it is not the chosen engine that speaks, in sentences for people
