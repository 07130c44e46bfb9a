"""Scenes that show how much: a number that counts up, and quantities side by side."""

from __future__ import annotations

import math

from ytempire.studio.visuals.ass_script import shape_at, type_at
from ytempire.studio.visuals.drawing.canvas import INK, TYPE, Canvas, settle
from ytempire.studio.visuals.layout import Box, frame
from ytempire.studio.visuals.motion import Life, ease_both
from ytempire.studio.visuals.paths import arc, rectangle
from ytempire.studio.visuals.scenes import Comparison, Number
from ytempire.studio.visuals.typefaces import Setting, fit, width

_COUNT = 12  # frames of counting and growing: 0.4 s, so that hardly anybody reads a number that is not the right one


def number(scene: Number, canvas: Canvas, life: Life) -> None:
    """The number very large, its meaning below; a ring or a bar where it is a share."""
    area = canvas.layout.area
    at = max(life.start, min(frame(scene.at_s), life.end - 45))
    beside = canvas.px(250)
    box = area
    if scene.form == "ring" or (scene.form in ("plain", "year") and scene.drawing):
        if canvas.layout.is_tall:
            box = Box(area.x0, area.y0 + 2 * beside + canvas.px(90), area.x1, area.y1)
            centre = (area.cx, area.y0 + beside)
        else:
            room = area.width - 2 * beside - canvas.px(80)
            left = scene.layout != "right"
            box = (
                Box(area.x0, area.y0, area.x0 + room, area.y1)
                if left
                else Box(area.x1 - room, area.y0, area.x1, area.y1)
            )
            centre = (area.x1 - beside if left else area.x0 + beside, area.cy)
        if scene.form == "ring" and scene.share is not None:
            _ring(scene.share, canvas, *centre, beside, life, at)
            if scene.drawing:
                canvas.picture(scene.drawing, *centre, beside, life.delayed(4))
        elif scene.drawing:
            canvas.emblem(scene.drawing, *centre, beside, life, variant=scene.line % 3)
    figure = fit(
        scene.shown,
        canvas.family.display,
        largest=canvas.px(320),
        limit=box.width,
        height=box.height * 0.55,
        max_lines=1,
        tracking=canvas.family.tracking,
    )
    meaning = canvas.label(
        scene.meaning, Box(0, 0, box.width, box.height * 0.35), largest=68, max_lines=3, face=canvas.family.strong
    )
    bar = canvas.px(130) if scene.form == "bar" else 0.0
    gap = canvas.px(64)
    total = figure.height + gap + meaning.height + bar
    top = box.cy - total / 2 if not canvas.layout.is_tall else box.y0 + max(0.0, (box.height - total) * 0.35)
    words_top = top if scene.leads else top + figure.height + gap + bar
    figure_top = top + meaning.height + gap if scene.leads else top
    words = life.delayed(3) if scene.leads else Life(min(at + 6, life.end - 20), life.end)
    align = "centre" if canvas.layout.is_tall else "left"
    canvas.fade(meaning, box.x0, words_top, words, canvas.palette.text, align=align, limit=box.width)
    _count(scene, figure, canvas, box, figure_top, life, at)
    if bar and scene.share is not None:
        _bar(scene.share, canvas, box, figure_top + figure.height + gap, life, at)


def _count(scene: Number, setting: Setting, canvas: Canvas, box: Box, top: float, life: Life, at: int) -> None:
    baseline = top + setting.face.cap_height * setting.px
    first = scene.value if scene.form == "year" else 0.0  # a year is no quantity
    span = min(_COUNT, max(8, life.end - at - 30))
    own = Life(at, life.end)

    def mark(now: int) -> str:
        share = settle(now, at, span)
        value = scene.value if now >= at + span - 1 else first + (scene.value - first) * share
        text = scene.text(value)
        wide = width(text, setting.face, setting.px, setting.tracking)
        x = box.x0 + (box.width - wide) / 2 if canvas.layout.is_tall else box.x0
        rise = setting.px * 0.12 * (1 - own.come(now)) - setting.px * 0.06 * own.gone(now)
        return type_at(
            text,
            setting.face,
            setting.px,
            x,
            baseline + rise,
            canvas.palette.accent,
            tracking=setting.tracking,
            shown=own.shown(now),
        )

    canvas.ass_script.play(TYPE, at, life.end, mark, moving=[range(at, at + span), *own.moving])


def _ring(share: float, canvas: Canvas, x: float, y: float, radius: float, life: Life, at: int) -> None:
    """A whole as a quiet ring; the share is drawn over it from twelve o'clock."""
    thick = canvas.px(46)
    r = radius - thick / 2
    canvas.grow(arc(0, 0, r, thick, 0, 2 * math.pi), x, y, life, canvas.palette.line, layer=INK, least=0.9)

    def mark(now: int) -> str:
        sweep = 2 * math.pi * share * ease_both((now - at + 1) / _COUNT)
        return shape_at(
            arc(0, 0, r, thick, 0, max(0.01, sweep)), canvas.palette.accent, x=x, y=y, shown=1 - life.gone(now)
        )

    canvas.ass_script.play(INK + 1, at, life.end, mark, moving=[range(at, at + _COUNT), *life.moving])


def _bar(share: float, canvas: Canvas, box: Box, y: float, life: Life, at: int) -> None:
    height = canvas.px(56)
    canvas.rule(box.x0, y, box.width, life, canvas.palette.line, thickness=56)

    def mark(now: int) -> str:
        length = max(height, box.width * share * ease_both((now - at + 1) / _COUNT))
        return shape_at(
            rectangle(0, 0, length, height, height / 2), canvas.palette.accent, x=box.x0, y=y, shown=1 - life.gone(now)
        )

    canvas.ass_script.play(INK + 1, at, life.end, mark, moving=[range(at, at + _COUNT), *life.moving])


def comparison(scene: Comparison, canvas: Canvas, life: Life) -> None:
    """Bars to one scale from one zero line, each with its own label and value; the largest in the accent colour."""
    area = canvas.layout.area
    below = area.y0
    if scene.title:
        title = canvas.headline(scene.title, Box(area.x0, 0, area.x1, area.height * 0.26), largest=84, max_lines=2)
        below = canvas.rise(title, area.x0, area.y0 + canvas.px(10), life, canvas.palette.text) + canvas.px(70)
    count = len(scene.rows)
    pitch = min((area.y1 - below) / count, canvas.px(230))
    if not scene.title:
        below = area.cy - pitch * count / 2
    label_px, bar = min(canvas.px(56), pitch * 0.3), min(canvas.px(84), pitch * 0.38)
    values = [
        fit(
            row.shown,
            canvas.family.display,
            largest=canvas.px(88),
            limit=area.width * 0.32,
            height=bar * 1.4,
            max_lines=1,
        )
        for row in scene.rows
    ]
    room = area.width - max(value.width for value in values) - canvas.px(36)
    most = max(row.value for row in scene.rows)
    for i, (row, value) in enumerate(zip(scene.rows, values, strict=True)):
        y = below + i * pitch
        at = max(life.start + 4, min(frame(row.at_s), life.end - 40))
        own = Life(at, life.end)
        label = fit(
            row.label, canvas.family.strong, largest=label_px, limit=area.width, height=label_px * 1.3, max_lines=1
        )
        canvas.fade(label, area.x0, y, own, canvas.palette.muted)
        fill = canvas.palette.accent if row.value == most else canvas.palette.companions[0]
        bar_y = y + label_px * 0.73 + canvas.px(24)
        _growing(
            canvas,
            area.x0,
            bar_y,
            max(bar * 0.4, room * row.value / most),
            bar,
            own,
            fill,
            value,
            highlighted=row.value == most,
        )


def _growing(
    canvas: Canvas,
    x: float,
    y: float,
    length: float,
    height: float,
    own: Life,
    fill: tuple[int, int, int],
    value: Setting,
    *,
    highlighted: bool,
) -> None:
    span = min(24, max(8, own.end - own.start - 20))
    baseline = y + height / 2 + value.face.cap_height * value.px / 2
    ink = canvas.palette.accent if highlighted else canvas.palette.text
    moving = [range(own.start, own.start + span), *own.moving]

    def reach(now: int) -> float:
        return max(height * 0.3, length * settle(now, own.start, span))

    def bar(now: int) -> str:
        return shape_at(rectangle(0, 0, reach(now), height, canvas.px(12)), fill, x=x, y=y, shown=1 - own.gone(now))

    def words(now: int) -> str:
        return type_at(
            value.lines[0], value.face, value.px, x + reach(now) + canvas.px(28), baseline, ink, shown=own.shown(now)
        )

    canvas.ass_script.play(INK, own.start, own.end, bar, moving=moving)
    canvas.ass_script.play(TYPE, own.start, own.end, words, moving=moving)
