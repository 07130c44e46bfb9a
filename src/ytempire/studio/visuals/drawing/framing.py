"""Scenes that frame a video: hook, section title, close and end card."""

from __future__ import annotations

from ytempire.studio.visuals.drawing.canvas import Canvas
from ytempire.studio.visuals.layout import Box, frame
from ytempire.studio.visuals.motion import Life
from ytempire.studio.visuals.scenes import Close, EndCard, Hook, SectionTitle


def hook(scene: Hook, canvas: Canvas, life: Life) -> None:
    """The opening: large kinetic type, its second thought in the accent colour, the topic's emblem beside it."""
    area = canvas.layout.area
    if scene.drawing is None:
        words = area if not canvas.layout.is_tall else area.inset(0, canvas.px(120))
    elif canvas.layout.is_tall:
        radius = canvas.px(210)
        canvas.emblem(scene.drawing, area.x0 + radius, area.y0 + radius, radius, life.delayed(4))
        words = Box(area.x0, area.y0 + 2 * radius + canvas.px(90), area.x1, area.y1)
    else:
        radius = canvas.px(270)
        canvas.emblem(scene.drawing, area.x1 - radius, area.cy + canvas.px(10), radius, life.delayed(4))
        words = Box(area.x0, area.y0, area.x1 - 2 * radius - canvas.px(90), area.y1)
    gap = canvas.px(46)
    share = 0.5 if scene.second else 1.0
    first = canvas.headline(scene.first, words.top(share, gap), largest=136)
    second = canvas.headline(scene.second or "-", words.bottom(share, gap), largest=136)
    if scene.second:  # one voice: both parts in the same size
        smaller = min(first.px, second.px) / canvas.layout.unit / (0.9 if canvas.layout.is_tall else 1.0)
        first = canvas.headline(scene.first, words.top(share, gap), largest=smaller)
        second = canvas.headline(scene.second, words.bottom(share, gap), largest=smaller)
    total = first.height + (second.height + gap + first.px * 0.25 if scene.second else 0)
    top = words.cy - total / 2 if not canvas.layout.is_tall else words.y0 + (words.height - total) * 0.35
    baseline = canvas.rise(first, words.x0, top, life, canvas.palette.text)
    if scene.second:
        later = Life(max(life.start + 6, min(frame(scene.second_at_s), life.end - 40)), life.end)
        canvas.rise(second, words.x0, baseline + gap + first.px * 0.25, later, canvas.palette.accent)


def section(scene: SectionTitle, canvas: Canvas, life: Life) -> None:
    """A part's name under its large number, with a line that says how far along the parts we are."""
    area = canvas.layout.area
    if scene.count < 2:  # a lone part needs no number
        return _lone(scene, canvas, life)
    number = canvas.headline(f"{scene.number:02d}", area, largest=250, max_lines=1)
    title = canvas.headline(
        scene.heading, Box(area.x0, 0, area.x1, area.height - number.height - canvas.px(110)), largest=118
    )
    total = number.height + canvas.px(104) + title.height
    top = area.cy - total / 2
    below = canvas.rise(number, area.x0, top, life, canvas.palette.accent)
    rule_y = below + canvas.px(40)
    steps = max(scene.count, 1)
    gap = canvas.px(14)
    length = (area.width - gap * (steps - 1)) / steps
    for step in range(steps):
        fill = canvas.palette.accent if step < scene.number else canvas.palette.line
        canvas.rule(area.x0 + step * (length + gap), rule_y, length, life.delayed(3 + 2 * step), fill, thickness=6)
    canvas.rise(title, area.x0, below + canvas.px(104), life.delayed(6), canvas.palette.text)


def _lone(scene: SectionTitle, canvas: Canvas, life: Life) -> None:
    area = canvas.layout.area
    title = canvas.headline(scene.heading, area.inset(0, canvas.px(100)), largest=136)
    top = area.cy - title.height / 2
    canvas.rule(area.x0, top - canvas.px(74), area.width, life, canvas.palette.line, thickness=4)
    canvas.rule(area.x0, top - canvas.px(77), canvas.px(220), life.delayed(3), canvas.palette.accent)
    canvas.rise(title, area.x0, top, life.delayed(4), canvas.palette.text)


def close(scene: Close, canvas: Canvas, life: Life) -> None:
    """The one sentence to remember, alone."""
    area = canvas.layout.area
    text = canvas.headline(scene.text, area.inset(canvas.px(60), canvas.px(90)), largest=112, max_lines=5)
    top = area.cy - text.height / 2 + canvas.px(20)
    canvas.rule(area.cx - canvas.px(70), top - canvas.px(70), canvas.px(140), life, canvas.palette.accent)
    canvas.rise(text, area.x0, top, life.delayed(3), canvas.palette.text, align="centre", limit=area.width)


def end_card(scene: EndCard, canvas: Canvas, life: Life) -> None:
    """Farewell, the title for the record, and where the text comes from."""
    area = canvas.layout.area
    radius = canvas.px(130) if scene.drawing else 0.0
    words = canvas.headline(scene.words, Box(area.x0, 0, area.x1, canvas.px(260)), largest=104, max_lines=2)
    title = canvas.label(scene.title, Box(area.x0, 0, area.x1, canvas.px(150)), largest=54)
    source = canvas.label(scene.source, Box(area.x0, 0, area.x1, canvas.px(120)), largest=48) if scene.source else None
    gap = canvas.px(52)
    total = 2 * radius + gap * 1.3 + words.height + gap + title.height + (gap + source.height if source else 0)
    top = area.cy - total / 2
    if scene.drawing:
        canvas.emblem(scene.drawing, area.cx, top + radius, radius, life)
    y = canvas.rise(
        words,
        area.x0,
        top + 2 * radius + gap * 1.3,
        life.delayed(4),
        canvas.palette.text,
        align="centre",
        limit=area.width,
    )
    y = canvas.fade(title, area.x0, y + gap, life.delayed(8), canvas.palette.accent, align="centre", limit=area.width)
    if source:
        canvas.fade(source, area.x0, y + gap, life.delayed(12), canvas.palette.muted, align="centre", limit=area.width)
