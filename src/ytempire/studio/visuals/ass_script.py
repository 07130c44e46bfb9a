"""Timed marks for libass: what is drawn in which frames, written as one ASS file.

Every mark is placed exactly (no automatic layout), so what this file says is what is seen. Motion is sampled: while
something moves it gets one mark a frame, and a single one while it rests; so easing is whatever Python computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from ytempire.studio.visuals.layout import FPS, Box
from ytempire.studio.visuals.palette import RGB
from ytempire.studio.visuals.paths import Path
from ytempire.studio.visuals.typefaces import Face, runs

EVERY_LAYER = range(1000)
_HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
Kerning: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: D,Inter Medium,48,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def colour(rgb: RGB, slot: int = 1) -> str:
    return f"\\{slot}c&H{rgb[2]:02X}{rgb[1]:02X}{rgb[0]:02X}&"


def opacity(share: float) -> str:
    return f"\\alpha&H{round(255 * (1 - max(0.0, min(1.0, share)))):02X}&"


def escape(text: str) -> str:
    """Make `text` harmless to libass: braces begin tags there, and a backslash a line break."""
    return text.replace("\\", "/").replace("{", "(").replace("}", ")").replace("\n", " ")


def _clip(box: Box | None) -> str:
    return f"\\clip({box.x0:.0f},{box.y0:.0f},{box.x1:.0f},{box.y1:.0f})" if box else ""


def type_at(
    text: str,
    face: Face,
    px: float,
    x: float,
    baseline: float,
    fill: RGB,
    *,
    tracking: float = 0.0,
    shown: float = 1.0,
    clip: Box | None = None,
    edge: tuple[RGB, float] | None = None,
) -> str:
    """One line of type that starts at `x` and stands on `baseline`. `edge`: an outline's colour and width."""
    border = f"{colour(edge[0], 3)}\\bord{edge[1]:.1f}" if edge else "\\bord0"
    pieces = runs(escape(text), face)
    # libass sets the whole line on the largest ascent in it.
    top = baseline - max((part.ascent for part, _ in pieces), default=face.ascent) * px
    head = f"{{\\an7\\pos({x:.2f},{top:.2f}){colour(fill)}{border}{opacity(shown)}{_clip(clip)}\\fsp{tracking * px:.2f}"
    if not pieces:
        return head + "}"
    body = "".join(
        f"{'{' if i else ''}\\fn{part.name}\\fs{part.size_per_em * px:.2f}}}{piece}"
        for i, (part, piece) in enumerate(pieces)
    )
    return head + body


def line_at(
    pieces: Sequence[tuple[str, RGB]],
    face: Face,
    px: float,
    x: float,
    baseline: float,
    *,
    edge: tuple[RGB, float],
    bare: RGB | None = None,
) -> str:
    """A line of words, each in its own colour, with an outline; words in the colour `bare` have none."""
    parts = [
        (part, piece, fill)
        for i, (text, fill) in enumerate(pieces)
        for part, piece in runs(escape(text + (" " if i + 1 < len(pieces) else "")), face)
    ]
    top = baseline - max((part.ascent for part, _, _ in parts), default=face.ascent) * px
    body = f"{{\\an7\\pos({x:.2f},{top:.2f}){colour(edge[0], 3)}}}"
    for part, piece, fill in parts:
        border = 0.0 if fill == bare else edge[1]
        body += f"{{{colour(fill)}\\bord{border:.1f}\\fn{part.name}\\fs{part.size_per_em * px:.2f}}}{piece}"
    return body


def shape_at(
    path: Path,
    fill: RGB,
    *,
    x: float = 0.0,
    y: float = 0.0,
    shown: float = 1.0,
    clip: Box | None = None,
    blur: float = 0.0,
) -> str:
    """A filled outline whose origin lies at (x, y)."""
    soft = f"\\blur{blur:.1f}" if blur else ""
    return (
        f"{{\\an7\\pos({x:.2f},{y:.2f}){colour(fill)}\\bord0{opacity(shown)}{_clip(clip)}{soft}\\p4}}"
        f"{path.drawing()}{{\\p0}}"
    )


def _time(frame: int) -> str:
    """The boundary before a frame, as ASS writes it: 15 ms early, so that rounding never moves it into the next."""
    hundredths = max(0, round((frame / FPS - 0.015) * 100))
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


@dataclass
class AssScript:
    width: int
    height: int
    frames: int
    _marks: list[tuple[int, int, int, str]] = field(default_factory=list)

    def put(self, layer: int, start: int, end: int, mark: str) -> None:
        """Show `mark` from frame `start` up to, not including, `end`."""
        start, end = max(0, start), min(end, self.frames)
        if end > start:
            self._marks.append((start, end, layer, mark))

    def play(self, layer: int, start: int, end: int, mark: Callable[[int], str], *, moving: Iterable[range]) -> None:
        """Show `mark(frame)`, anew for every frame inside the `moving` ranges, and unchanged between them."""
        alive = {frame for span in moving for frame in span if start <= frame < end}
        resting: int | None = None
        for frame in range(start, end):
            if frame in alive:
                if resting is not None:
                    self.put(layer, resting, frame, mark(resting))
                    resting = None
                self.put(layer, frame, frame + 1, mark(frame))
            elif resting is None:
                resting = frame
        if resting is not None:
            self.put(layer, resting, end, mark(resting))

    def write(self, file: FilePath, *, layers: range = EVERY_LAYER) -> None:
        """Write the marks of some layers."""
        rows = (
            f"Dialogue: {layer},{_time(start)},{_time(end)},D,,0,0,0,,{mark}\n"
            for start, end, layer, mark in sorted(self._marks)
            if layer in layers
        )
        with file.open("w", encoding="utf-8") as out:
            out.write(_HEADER.format(width=self.width, height=self.height))
            out.writelines(rows)
