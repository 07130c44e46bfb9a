"""Scenes whose parts appear as they are spoken: lists and timelines."""

from __future__ import annotations

from ytempire.studio.visuals.ass_script import shape_at
from ytempire.studio.visuals.drawing.canvas import INK, Canvas
from ytempire.studio.visuals.layout import Box, frame
from ytempire.studio.visuals.motion import Life, ease_both
from ytempire.studio.visuals.paths import Point, circle, line
from ytempire.studio.visuals.scenes import Items, Timeline
from ytempire.studio.visuals.typefaces import fit


def lives(times: list[float], life: Life) -> list[Life]:
    """One life per part, each when it is spoken, none before the one it follows."""
    part_lives: list[Life] = []
    for time in times:
        earliest = part_lives[-1].start + 4 if part_lives else life.start + 2
        part_lives.append(Life(max(earliest, min(frame(time), life.end - 36)), life.end))
    return part_lives


def items(scene: Items, canvas: Canvas, life: Life) -> None:
    if scene.form == "cards" and not canvas.layout.is_tall and len(scene.items) <= 4:
        _cards(scene, canvas, life)
    else:
        _rows(scene, canvas, life)


def _titled(title: str, canvas: Canvas, life: Life) -> Box:
    """Draw a scene's title, if it has one, and return what is left of the area."""
    area = canvas.layout.area
    if not title:
        return area
    setting = canvas.headline(title, Box(area.x0, 0, area.x1, area.height * 0.24), largest=84, max_lines=2)
    below = canvas.rise(setting, area.x0, area.y0 + canvas.px(6), life, canvas.palette.text)
    return Box(area.x0, below + canvas.px(64), area.x1, area.y1)


def _rows(scene: Items, canvas: Canvas, life: Life) -> None:
    """Items one under the other, each with its picture or a mark."""
    box = _titled(scene.title, canvas, life)
    count = len(scene.items)
    pitch = min(box.height / count, canvas.px(200))
    y0 = box.y0 if scene.title else box.cy - pitch * count / 2
    disc = min(canvas.px(56), pitch * 0.4)
    x = box.x0 + (2 * disc + canvas.px(36) if scene.items[0].drawing else canvas.px(84))
    if scene.drawing and not canvas.layout.is_tall and count <= 4:  # room beside short items: the list's subject, drawn
        radius = min(canvas.px(230), box.height / 2)
        canvas.emblem(scene.drawing, box.x1 - radius, box.cy, radius, life.delayed(4), variant=1)
        box = Box(box.x0, box.y0, box.x1 - 2 * radius - canvas.px(70), box.y1)
    settings = [
        fit(
            item.text,
            canvas.family.strong,
            largest=canvas.px(80),
            limit=box.x1 - x,
            height=pitch * 0.8,
            max_lines=2,
            lead=1.12,
        )
        for item in scene.items
    ]
    px = min(setting.px for setting in settings)
    for i, (item, own) in enumerate(zip(scene.items, lives([item.at_s for item in scene.items], life), strict=True)):
        middle = y0 + (i + 0.5) * pitch
        if item.drawing:
            canvas.picture(item.drawing, box.x0 + disc, middle, disc * 2, own)
        else:
            radius = canvas.px(17)
            canvas.grow(circle(0, 0, radius), box.x0 + radius, middle, own, canvas.palette.accent, least=0.4)
        text = fit(
            item.text, canvas.family.strong, largest=px, limit=box.x1 - x, height=pitch * 0.9, max_lines=2, lead=1.12
        )
        canvas.rise(text, x, middle - text.height / 2, own.delayed(2), canvas.palette.text)


def _cards(scene: Items, canvas: Canvas, life: Life) -> None:
    """Items side by side on panels, a picture above each."""
    box = _titled(scene.title, canvas, life)
    count = len(scene.items)
    gap = canvas.px(32)
    wide = (box.width - gap * (count - 1)) / count
    high = min(box.height, canvas.px(520))
    top = box.cy - high / 2
    inner = wide - 2 * canvas.px(34)
    settings = [
        fit(
            item.text,
            canvas.family.strong,
            largest=canvas.px(64),
            limit=inner,
            height=high * 0.36,
            max_lines=3,
            lead=1.12,
        )
        for item in scene.items
    ]
    px = min(setting.px for setting in settings)
    for i, (item, own) in enumerate(zip(scene.items, lives([item.at_s for item in scene.items], life), strict=True)):
        x0 = box.x0 + i * (wide + gap)
        card = Box(x0, top, x0 + wide, top + high)
        canvas.panel(card, own)
        if item.drawing:
            canvas.picture(item.drawing, card.cx, top + high * 0.35, high * 0.46, own.delayed(3))
        text = fit(item.text, canvas.family.strong, largest=px, limit=inner, height=high * 0.4, max_lines=3, lead=1.12)
        canvas.rise(
            text,
            card.x0 + canvas.px(34),
            top + high * 0.76 - text.height / 2,
            own.delayed(4),
            canvas.palette.text,
            align="centre",
            limit=inner,
        )


def timeline(scene: Timeline, canvas: Canvas, life: Life) -> None:
    """Dates along a line; a marker travels to each as it is spoken."""
    area = canvas.layout.area
    count = len(scene.moments)
    each = lives([moment.at_s for moment in scene.moments], life)
    if canvas.layout.is_tall:
        pitch = area.height / count
        stops = [(area.x0 + canvas.px(30), area.y0 + (i + 0.32) * pitch) for i in range(count)]
        track = ((stops[0][0], area.y0), (stops[0][0], area.y1))
        columns = [Box(stops[0][0] + canvas.px(80), y - canvas.px(40), area.x1, y + pitch * 0.68) for _, y in stops]
    else:
        pitch = area.width / count
        stops = [(area.x0 + i * pitch + canvas.px(14), area.cy + canvas.px(20)) for i in range(count)]
        track = ((area.x0, stops[0][1]), (float(canvas.layout.width), stops[0][1]))
        columns = [
            Box(x - canvas.px(14), area.y0, x - canvas.px(14) + pitch - canvas.px(50), area.y1) for x, _ in stops
        ]
    _draw_track(track, canvas, life)
    size = min(
        fit(
            m.when,
            canvas.family.display,
            largest=canvas.px(150 if count < 4 else 118),
            limit=c.width,
            height=canvas.px(160),
            max_lines=1,
        ).px
        for m, c in zip(scene.moments, columns, strict=True)
    )
    for moment, own, stop, column in zip(scene.moments, each, stops, columns, strict=True):
        canvas.grow(circle(0, 0, canvas.px(13)), *stop, own, canvas.palette.accent, layer=INK + 1, least=0.2)
        when = fit(
            moment.when,
            canvas.family.display,
            largest=size,
            limit=column.width,
            height=canvas.px(160),
            max_lines=1,
            tracking=canvas.family.tracking,
        )
        if canvas.layout.is_tall:
            y = canvas.rise(when, column.x0, stop[1] - when.height / 2, own, canvas.palette.accent) + canvas.px(36)
        else:
            canvas.rise(when, column.x0, stop[1] - canvas.px(62) - when.height, own, canvas.palette.accent)
            y = stop[1] + canvas.px(66)
        what = canvas.label(
            moment.what, Box(column.x0, y, column.x1, column.y1), largest=60, max_lines=4, face=canvas.family.strong
        )
        canvas.fade(what, column.x0, y, own.delayed(4), canvas.palette.text)
    _travel(stops, each, canvas, life)


def _draw_track(track: tuple[Point, Point], canvas: Canvas, life: Life) -> None:
    (x0, y0), (x1, y1) = track

    def mark(now: int) -> str:
        grown = ease_both((now - life.start + 1) / 16)
        end = (x0 + (x1 - x0) * max(grown, 0.01), y0 + (y1 - y0) * max(grown, 0.01))
        return shape_at(line((x0, y0), end, canvas.px(5)), canvas.palette.line, shown=1 - life.gone(now))

    canvas.ass_script.play(INK, life.start, life.end, mark, moving=[range(life.start, life.start + 16), *life.moving])


def _travel(stops: list[Point], each: list[Life], canvas: Canvas, life: Life) -> None:
    """The marker: a ring that glides from stop to stop."""
    glide = 14
    ring = circle(0, 0, canvas.px(30))

    def mark(now: int) -> str:
        x, y = stops[0]
        for previous, stop, own in zip(stops, stops[1:], each[1:], strict=False):
            share = ease_both((now - own.start + glide) / glide)
            if share > 0:
                x, y = previous[0] + (stop[0] - previous[0]) * share, previous[1] + (stop[1] - previous[1]) * share
        return shape_at(ring, canvas.palette.accent, x=x, y=y, shown=0.32 * (1 - life.gone(now)))

    moving = [range(own.start - glide, own.start + 1) for own in each[1:]]
    canvas.ass_script.play(INK, each[0].start, life.end, mark, moving=[*moving, *life.moving])
