"""Shapes as outlines: built from points, moved and scaled, and written as libass drawing commands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
_K = 0.5522847498  # control length of the cubic that best follows a quarter circle


@dataclass(frozen=True)
class Path:
    """Closed outlines; each command is "m", "l" or "b" (cubic) with its points. Overlaps fill (non-zero rule)."""

    commands: tuple[tuple[str, tuple[Point, ...]], ...]

    def __add__(self, other: Path) -> Path:
        return Path(self.commands + other.commands)

    def moved(self, dx: float, dy: float) -> Path:
        return Path(tuple((op, tuple((x + dx, y + dy) for x, y in points)) for op, points in self.commands))

    def scaled(self, factor: float) -> Path:
        return Path(tuple((op, tuple((x * factor, y * factor) for x, y in points)) for op, points in self.commands))

    def turned(self, radians: float) -> Path:
        """Turned clockwise about the origin (y points down)."""
        c, s = math.cos(radians), math.sin(radians)
        return Path(
            tuple((op, tuple((x * c - y * s, x * s + y * c) for x, y in points)) for op, points in self.commands)
        )

    def drawing(self) -> str:
        """Commands for \\p4, whose unit is an eighth of a pixel."""
        return " ".join(
            f"{op} " + " ".join(f"{round(x * 8)} {round(y * 8)}" for x, y in points) for op, points in self.commands
        )


def polygon(points: Sequence[Point]) -> Path:
    return Path((("m", (points[0],)), *(("l", (point,)) for point in points[1:])))


def rectangle(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Path:
    r = max(0.0, min(radius, (x1 - x0) / 2, (y1 - y0) / 2))
    if r == 0:
        return polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    c = r * (1 - _K)
    return Path(
        (
            ("m", ((x0 + r, y0),)),
            ("l", ((x1 - r, y0),)),
            ("b", ((x1 - c, y0), (x1, y0 + c), (x1, y0 + r))),
            ("l", ((x1, y1 - r),)),
            ("b", ((x1, y1 - c), (x1 - c, y1), (x1 - r, y1))),
            ("l", ((x0 + r, y1),)),
            ("b", ((x0 + c, y1), (x0, y1 - c), (x0, y1 - r))),
            ("l", ((x0, y0 + r),)),
            ("b", ((x0, y0 + c), (x0 + c, y0), (x0 + r, y0))),
        )
    )


def circle(cx: float, cy: float, radius: float) -> Path:
    return rectangle(cx - radius, cy - radius, cx + radius, cy + radius, radius)


def arc(cx: float, cy: float, radius: float, thickness: float, start: float, sweep: float) -> Path:
    """A band along a circle from `start` clockwise over `sweep` radians, 0 being at twelve o'clock, with round ends."""
    steps = max(2, math.ceil(abs(sweep) / 0.06))
    outer, inner = radius + thickness / 2, radius - thickness / 2

    def at(angle: float, r: float) -> Point:
        return cx + r * math.sin(angle), cy - r * math.cos(angle)

    angles = [start + sweep * i / steps for i in range(steps + 1)]
    band = polygon([at(a, outer) for a in angles] + [at(a, inner) for a in reversed(angles)])
    if abs(sweep) >= 2 * math.pi - 1e-6:
        return band
    return band + circle(*at(start, radius), thickness / 2) + circle(*at(start + sweep, radius), thickness / 2)


def line(start: Point, end: Point, thickness: float) -> Path:
    """A straight stroke with square ends."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    nx, ny = (y1 - y0) / length * thickness / 2, -(x1 - x0) / length * thickness / 2
    return polygon([(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)])


def arrow(start: Point, end: Point, thickness: float) -> Path:
    """A stroke with a head at its end; it points the right way however short it still is."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length < 0.5:
        return polygon([start, start, start])
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    head = min(thickness * 3.2, length)
    base = (x1 - ux * head, y1 - uy * head)
    half = thickness * 1.9 * head / (thickness * 3.2)
    tip = polygon([(x1, y1), (base[0] + uy * half, base[1] - ux * half), (base[0] - uy * half, base[1] + ux * half)])
    return line(start, base, thickness) + tip if length > head else tip
