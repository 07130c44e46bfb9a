"""Finished captions. Times are seconds from the video's start, boxes pixels of the video."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Span(_Frozen):
    """One word as set: when it is spoken, in which line it stands and where (px from the left edge)."""

    text: str
    start_s: float
    end_s: float
    line: int
    x0: float
    x1: float


class Cue(_Frozen):
    start_s: float
    end_s: float
    lines: tuple[str, ...]
    spans: tuple[Span, ...]
    baselines: tuple[float, ...]  # px from the top, one per line
    box: tuple[float, float, float, float]  # x0, y0, x1, y1 of everything drawn, outline included
    script_line: int
    px: float  # type size: the captions' own, less only where one word is wider than the area


class Captions(_Frozen):
    cues: tuple[Cue, ...]
    width: int
    height: int
    px: float  # type size
    edge_px: float  # outline

    @property
    def characters_per_second(self) -> float:
        """The fastest reading speed that any cue asks for."""
        return max((sum(map(len, cue.lines)) / (cue.end_s - cue.start_s) for cue in self.cues), default=0.0)
