"""Scenes made of words and one drawn thing: motif, definition, quotation, the operator's picture."""

from __future__ import annotations

from ytempire.studio.visuals.backgrounds import SPLIT_EDGE
from ytempire.studio.visuals.drawing.canvas import Canvas
from ytempire.studio.visuals.layout import Box, frame
from ytempire.studio.visuals.motion import Life
from ytempire.studio.visuals.scenes import Definition, Motif, Picture, Quote, Thing

_EARLY = 3  # frames by which a picture begins before its word, so that it has arrived with it
_LEAST_SEEN = 45  # frames


def motif(scene: Motif, canvas: Canvas, life: Life) -> None:
    {"beside": _beside, "statement": _statement, "split": _split, "row": _row}[scene.form](scene, canvas, life)


def _beside(scene: Motif, canvas: Canvas, life: Life) -> None:
    """An emblem and the phrase that matters: side by side in wide video, one under the other in tall."""
    area, thing = canvas.layout.area, scene.things[0]
    shown, variant = life.delayed(3), scene.line % 3
    if canvas.layout.is_tall:
        radius, gap = canvas.px(270), canvas.px(100)
        box = Box(area.x0, area.y0 + 2 * radius + gap, area.x1, area.y1)
        text = canvas.headline(scene.phrase, box, largest=128)
        top = area.cy - (2 * radius + gap + text.height) / 2
        canvas.emblem(thing.drawing, area.cx, top + radius, radius, shown, variant=variant)
        canvas.rise(
            text, box.x0, top + 2 * radius + gap, life.delayed(4), canvas.palette.text, align="centre", limit=box.width
        )
        return
    radius = canvas.px(300)
    on_left = scene.layout == "right"  # the layout says where the words stand
    x = area.x0 + radius if on_left else area.x1 - radius
    canvas.emblem(thing.drawing, x, area.cy, radius, shown, variant=variant)
    room = area.width - 2 * radius - canvas.px(110)
    box = Box(area.x1 - room, area.y0, area.x1, area.y1) if on_left else Box(area.x0, area.y0, area.x0 + room, area.y1)
    text = canvas.headline(scene.phrase, box, largest=124, max_lines=4)
    top = box.cy - text.height / 2
    canvas.rule(box.x0, top - canvas.px(62), canvas.px(110), life.delayed(2), canvas.palette.accent)
    canvas.rise(text, box.x0, top, life.delayed(4), canvas.palette.text)


def _named_life(thing: Thing, life: Life) -> Life:
    """From when a thing is named, but long enough to be seen."""
    return Life(max(life.start, min(frame(thing.at_s) - _EARLY, life.end - _LEAST_SEEN)), life.end)


def _row(scene: Motif, canvas: Canvas, life: Life) -> None:
    """Things side by side, the first at once and the others when they are named, over the phrase that matters."""
    area, count = canvas.layout.area, len(scene.things)
    gap = canvas.px(70)
    side = min(canvas.px(400), (area.width - gap * (count - 1)) / count)
    text = canvas.headline(scene.phrase, Box(area.x0, 0, area.x1, area.height - side - gap), largest=104, max_lines=2)
    top = area.cy - (side + gap + text.height) / 2
    left = area.cx - (count * side + (count - 1) * gap) / 2
    for place, thing in enumerate(scene.things):
        x = left + place * (side + gap) + side / 2
        shown = _named_life(thing, life) if place else life.delayed(3)
        canvas.picture(thing.drawing, x, top + side / 2, side, shown)
    canvas.rise(text, area.x0, top + side + gap, life.delayed(4), canvas.palette.text, align="centre", limit=area.width)


def _statement(scene: Motif, canvas: Canvas, life: Life) -> None:
    """The phrase alone and large, under a short rule."""
    area = canvas.layout.area
    text = canvas.headline(scene.phrase, area.inset(0, canvas.px(80)), largest=150, max_lines=3)
    top = area.cy - text.height / 2 + canvas.px(30)
    is_centred = scene.layout == "centre" or canvas.layout.is_tall
    length = canvas.px(140)
    x = area.cx - length / 2 if is_centred else area.x0
    canvas.rule(x, top - canvas.px(74), length, life.delayed(2), canvas.palette.accent)
    align = "centre" if is_centred else "left"
    canvas.rise(text, area.x0, top, life.delayed(4), canvas.palette.text, align=align, limit=area.width)


def _split(scene: Motif, canvas: Canvas, life: Life) -> None:
    """Half the frame in the accent colour (which is the background), the thing large on it."""
    area, colours, thing = canvas.layout.area, canvas.palette, scene.things[0]
    width, height = canvas.layout.width, canvas.layout.height
    if canvas.layout.is_tall:
        canvas.picture(thing.drawing, width / 2, height * 0.185, canvas.px(440), life.delayed(3))
        box = Box(area.x0, height * 0.40, area.x1, area.y1)
        text = canvas.headline(scene.phrase, box, largest=128)
        canvas.rise(text, box.x0, box.cy - text.height / 2, life.delayed(5), colours.text)
        return
    on_left = scene.layout == "right"
    middle = width * (0.2 if on_left else 0.8)
    canvas.picture(thing.drawing, middle, height * 0.37, canvas.px(470), life.delayed(3))
    edge = width * SPLIT_EDGE + canvas.px(60)
    box = Box(edge, area.y0, area.x1, area.y1) if on_left else Box(area.x0, area.y0, width - edge, area.y1)
    text = canvas.headline(scene.phrase, box, largest=128, max_lines=4)
    canvas.rise(text, box.x0, box.cy - text.height / 2, life.delayed(5), colours.text)


def definition(scene: Definition, canvas: Canvas, life: Life) -> None:
    """The term large in the accent colour, a rule, and its meaning in quiet type."""
    area = canvas.layout.area
    term = canvas.headline(scene.term, Box(area.x0, 0, area.x1, area.height * 0.45), largest=140, max_lines=2)
    meaning = canvas.label(
        scene.meaning,
        Box(area.x0, 0, area.x0 + area.width * 0.86, area.height * 0.38),
        largest=74,
        max_lines=4,
        face=canvas.family.strong,
    )
    total = term.height + canvas.px(150) + meaning.height
    top = area.cy - total / 2
    below = canvas.rise(term, area.x0, top, life, canvas.palette.accent)
    later = Life(max(life.start + 6, min(frame(scene.meaning_at_s), life.end - 40)), life.end)
    canvas.rule(area.x0, below + canvas.px(66), area.width, life.delayed(5), canvas.palette.line, thickness=4)
    canvas.fade(meaning, area.x0, below + canvas.px(150), later, canvas.palette.text)


def quote(scene: Quote, canvas: Canvas, life: Life) -> None:
    """A quotation set large behind its mark; its source small."""
    area = canvas.layout.area
    side = canvas.px(210)
    inset = 0.0 if canvas.layout.is_tall else side + canvas.px(50)
    top_gap = side + canvas.px(40) if canvas.layout.is_tall else 0.0
    box = Box(area.x0 + inset, area.y0 + top_gap, area.x1, area.y1 - canvas.px(110))
    text = canvas.headline(scene.text, box, largest=104, max_lines=4)
    top = box.cy - text.height / 2
    mark_y = area.y0 if canvas.layout.is_tall else top
    mark = canvas.headline("“", Box(0, 0, side * 2, side * 2), largest=480, max_lines=1)
    canvas.fade(mark, area.x0, mark_y, life, canvas.palette.accent)
    below = canvas.rise(text, box.x0, top, life.delayed(4), canvas.palette.text)
    if scene.source:
        source = canvas.label(scene.source, Box(box.x0, 0, box.x1, canvas.px(90)), largest=52, max_lines=1)
        canvas.fade(source, box.x0, below + canvas.px(56), life.delayed(10), canvas.palette.muted)


def picture(scene: Picture, canvas: Canvas, life: Life) -> None:
    """The image fills the frame (it is the background); the phrase stands at its foot."""
    area = canvas.layout.area
    text = canvas.headline(scene.phrase, area.bottom(0.45), largest=112, max_lines=2)
    top = area.y1 - text.height - canvas.px(10)
    canvas.rule(area.x0, top - canvas.px(56), canvas.px(110), life.delayed(2), canvas.palette.accent)
    canvas.rise(text, area.x0, top, life.delayed(4), canvas.palette.text)
