"""Diagrams: two to five boxes and the arrows between them, appearing in the order of speech."""

from __future__ import annotations

import itertools
import math

from ytempire.studio.visuals.ass_script import shape_at, type_at
from ytempire.studio.visuals.drawing.canvas import INK, TYPE, Canvas
from ytempire.studio.visuals.drawing.structures import lives
from ytempire.studio.visuals.layout import Box
from ytempire.studio.visuals.motion import Life, ease_both
from ytempire.studio.visuals.paths import Point, arrow
from ytempire.studio.visuals.scenes import Diagram, Item
from ytempire.studio.visuals.typefaces import Setting, fit, width

_DRAWN_IN = 14  # frames until an arrow has grown to its length
Arrow = tuple[Point, Point, int]  # from, to, and the index of the box that it leads to


def diagram(scene: Diagram, canvas: Canvas, life: Life) -> None:
    """Boxes in a row, round a circle, or parts about their whole."""
    each = lives([box.at_s for box in scene.boxes], life)
    count = len(scene.boxes)
    if scene.form == "parts":
        places, arrows = _hub(count, canvas)
    elif scene.form == "cycle" and count > 2:
        places, arrows = _circle(count, canvas)
    else:
        places, arrows = _chain(count, canvas, linked=bool(scene.link), drawn=scene.boxes[0].drawing is not None)
    settings = [_set(item, place, canvas, canvas.px(80)) for item, place in zip(scene.boxes, places, strict=True)]
    px = min(setting.px for setting in settings)
    for i, (item, place, own) in enumerate(zip(scene.boxes, places, each, strict=True)):
        _box(item, place, canvas, own, px, main=i == (0 if scene.form == "parts" else count - 1))
    for start, end, towards in arrows:
        _arrow(start, end, canvas, each[towards])
    if scene.link and scene.form == "chain":
        _link(scene.link, *arrows[0][:2], canvas, each[1])


def _chain(count: int, canvas: Canvas, *, linked: bool, drawn: bool) -> tuple[list[Box], list[Arrow]]:
    area = canvas.layout.area
    if canvas.layout.is_tall:
        gap = canvas.px(150 if linked else 110)
        high = min((area.height - gap * (count - 1)) / count, canvas.px(330 if drawn else 280))
        top = area.cy - (high * count + gap * (count - 1)) / 2
        places = [Box(area.x0, top + i * (high + gap), area.x1, top + i * (high + gap) + high) for i in range(count)]
        joins = [((a.cx, a.y1 + canvas.px(16)), (a.cx, b.y0 - canvas.px(16))) for a, b in itertools.pairwise(places)]
    else:
        gap = canvas.px(300 if linked else 130)
        wide = min((area.width - gap * (count - 1)) / count, canvas.px(640))
        left = area.cx - (wide * count + gap * (count - 1)) / 2
        high = canvas.px((400 if drawn else 300) if count < 4 else 330)
        places = [
            Box(left + i * (wide + gap), area.cy - high / 2, left + i * (wide + gap) + wide, area.cy + high / 2)
            for i in range(count)
        ]
        joins = [((a.x1 + canvas.px(18), a.cy), (b.x0 - canvas.px(18), b.cy)) for a, b in itertools.pairwise(places)]
    return places, [(start, end, i + 1) for i, (start, end) in enumerate(joins)]


def _circle(count: int, canvas: Canvas) -> tuple[list[Box], list[Arrow]]:
    """Boxes on an ellipse, arrows clockwise from each to the next and from the last back to the first."""
    area = canvas.layout.area
    wide, high = (canvas.px(400), canvas.px(200)) if canvas.layout.is_tall else (canvas.px(470), canvas.px(190))
    rx, ry = (area.width - wide) / 2, (area.height - high) / 2
    centres = [
        (area.cx + rx * math.sin(2 * math.pi * i / count), area.cy - ry * math.cos(2 * math.pi * i / count))
        for i in range(count)
    ]
    places = [Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2) for x, y in centres]
    arrows = [
        (*_between(places[i], places[(i + 1) % count], canvas.px(22)), (i + 1) % count or count - 1)
        for i in range(count)
    ]
    return places, arrows


def _hub(count: int, canvas: Canvas) -> tuple[list[Box], list[Arrow]]:
    """The whole on one side, its parts stacked on the other."""
    area = canvas.layout.area
    parts = count - 1
    if canvas.layout.is_tall:
        whole = Box(area.x0, area.y0, area.x1, area.y0 + canvas.px(260))
        gap, top = canvas.px(34), whole.y1 + canvas.px(130)
        high = min((area.y1 - top - gap * (parts - 1)) / parts, canvas.px(210))
        places = [
            Box(area.x0 + canvas.px(120), top + i * (high + gap), area.x1, top + i * (high + gap) + high)
            for i in range(parts)
        ]
        arrows = [
            ((area.x0 + canvas.px(50), whole.y1 + canvas.px(14)), (area.x0 + canvas.px(50), p.cy), i + 1)
            for i, p in enumerate(places)
        ]
        return [whole, *places], arrows[-1:]
    high = canvas.px(400)
    whole = Box(area.x0, area.cy - high / 2, area.x0 + canvas.px(600), area.cy + high / 2)
    gap = canvas.px(34)
    each = min((area.height - gap * (parts - 1)) / parts, canvas.px(210))
    top = area.cy - (each * parts + gap * (parts - 1)) / 2
    places = [
        Box(whole.x1 + canvas.px(240), top + i * (each + gap), area.x1, top + i * (each + gap) + each)
        for i in range(parts)
    ]
    arrows = [
        ((whole.x1 + canvas.px(18), whole.cy + (p.cy - whole.cy) * 0.25), (p.x0 - canvas.px(18), p.cy), i + 1)
        for i, p in enumerate(places)
    ]
    return [whole, *places], arrows


def _between(first: Box, second: Box, gap: float) -> tuple[Point, Point]:
    """The straight stretch between two boxes' edges, `gap` px clear of both."""

    def edge(box: Box, other: Box) -> Point:
        dx, dy = other.cx - box.cx, other.cy - box.cy
        reach = min(box.width / 2 / abs(dx) if dx else math.inf, box.height / 2 / abs(dy) if dy else math.inf)
        length = math.hypot(dx, dy)
        return box.cx + dx * (reach + gap / length), box.cy + dy * (reach + gap / length)

    return edge(first, second), edge(second, first)


def _set(item: Item, place: Box, canvas: Canvas, largest: float) -> Setting:
    inner = canvas.px(34)
    beside = canvas.layout.is_tall or place.height < canvas.px(240)
    picture_room = place.height * 0.44 if item.drawing and not beside else 0.0
    picture_side = place.height * 0.8 if item.drawing and beside else 0.0
    return fit(
        item.text,
        canvas.family.strong,
        largest=largest,
        limit=place.width - 2 * inner - picture_side,
        height=place.height - picture_room - 1.7 * inner,
        max_lines=3,
        lead=1.12,
    )


def _box(item: Item, place: Box, canvas: Canvas, own: Life, px: float, *, main: bool) -> None:
    """A panel with its words and picture; the one that matters most on the accent colour."""
    colours = canvas.palette
    canvas.panel(place, own, fill=colours.accent if main else None, strength=1.0 if main else 0.92)
    ink = colours.on_accent if main else colours.text
    text = _set(item, place, canvas, px)
    inner = canvas.px(34)
    if canvas.layout.is_tall or place.height < canvas.px(240):
        left = place.x0 + inner
        if item.drawing:
            side = place.height * 0.66
            canvas.picture(item.drawing, left + side / 2, place.cy, side, own.delayed(2))
            left = place.x0 + place.height * 0.8 + inner * 0.4
        canvas.rise(text, left, place.cy - text.height / 2, own.delayed(2), ink)
        return
    side = place.height * 0.4 if item.drawing else 0.0
    top = place.cy - (text.height + (side + inner if side else 0)) / 2
    if item.drawing:
        canvas.picture(item.drawing, place.cx, top + side / 2, side, own.delayed(2))
        top += side + inner
    canvas.rise(text, place.x0 + inner, top, own.delayed(3), ink, align="centre", limit=place.width - 2 * inner)


def _arrow(start: Point, end: Point, canvas: Canvas, own: Life) -> None:
    """It grows toward the box that comes next and is there when the box is."""
    life = Life(max(0, own.start - _DRAWN_IN + 4), own.end)

    def mark(now: int) -> str:
        share = max(0.02, ease_both((now - life.start + 1) / _DRAWN_IN))
        tip = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        return shape_at(arrow(start, tip, canvas.px(9)), canvas.palette.accent, shown=1 - life.gone(now))

    canvas.ass_script.play(
        INK, life.start, life.end, mark, moving=[range(life.start, life.start + _DRAWN_IN), *life.moving]
    )


def _link(word: str, start: Point, end: Point, canvas: Canvas, own: Life) -> None:
    """The word on the arrow: above it in wide video, beside it in tall."""
    face = canvas.family.plain
    tall = canvas.layout.is_tall
    px = fit(
        word,
        face,
        largest=canvas.px(52),
        limit=canvas.px(380) if tall else abs(end[0] - start[0]) * 1.0,
        height=canvas.px(70),
        max_lines=1,
    ).px
    x = end[0] + canvas.px(40) if tall else (start[0] + end[0]) / 2 - width(word, face, px) / 2
    baseline = (start[1] + end[1]) / 2 + px * 0.3 if tall else start[1] - canvas.px(40)

    def mark(now: int) -> str:
        return type_at(word, face, px, x, baseline, canvas.palette.muted, shown=own.shown(now))

    canvas.ass_script.play(TYPE, own.start, own.end, mark, moving=own.moving)
