"""Where things may stand: the area for pictures and the captions' area, for wide and for tall video."""

from __future__ import annotations

from dataclasses import dataclass

FPS = 30


@dataclass(frozen=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2

    def inset(self, dx: float, dy: float) -> Box:
        return Box(self.x0 + dx, self.y0 + dy, self.x1 - dx, self.y1 - dy)

    def left(self, share: float, gap: float = 0.0) -> Box:
        return Box(self.x0, self.y0, self.x0 + self.width * share - gap / 2, self.y1)

    def right(self, share: float, gap: float = 0.0) -> Box:
        return Box(self.x1 - self.width * share + gap / 2, self.y0, self.x1, self.y1)

    def top(self, share: float, gap: float = 0.0) -> Box:
        return Box(self.x0, self.y0, self.x1, self.y0 + self.height * share - gap / 2)

    def bottom(self, share: float, gap: float = 0.0) -> Box:
        return Box(self.x0, self.y1 - self.height * share + gap / 2, self.x1, self.y1)


@dataclass(frozen=True)
class SceneLayout:
    """Measures in px. `unit` is one design pixel: 1.0 where the shorter side is 1080."""

    width: int
    height: int
    unit: float
    area: Box
    captions: Box
    is_tall: bool


def scene_layout(width: int, height: int) -> SceneLayout:
    """Return the layout for a size (LOOK: margins of 150, captions in the lower fifth; for 9:16 above the lowest
    20 % and clear of the right edge, where the app draws its buttons)."""
    unit = min(width, height) / 1080
    if height > width:
        return SceneLayout(
            width,
            height,
            unit,
            area=Box(84 * unit, height * 0.115, width - 120 * unit, height * 0.665),
            captions=Box(60 * unit, height * 0.695, width - 150 * unit, height * 0.795),
            is_tall=True,
        )
    return SceneLayout(
        width,
        height,
        unit,
        area=Box(150 * unit, 118 * unit, width - 150 * unit, height * 0.775),
        captions=Box(150 * unit, height * 0.81, width - 150 * unit, height * 0.935),
        is_tall=False,
    )


def frame(seconds: float) -> int:
    """The video frame that is nearest to a time."""
    return round(seconds * FPS)
