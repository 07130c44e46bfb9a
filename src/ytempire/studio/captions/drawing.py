"""Captions as marks in the ASS script: all words clear, the spoken one marked."""

from __future__ import annotations

from ytempire.channels.persona import Brand
from ytempire.studio.captions.document import Captions, Cue, Span
from ytempire.studio.visuals.ass_script import AssScript, line_at, shape_at
from ytempire.studio.visuals.layout import frame
from ytempire.studio.visuals.palette import RGB, Palette, luminance, palette, readable
from ytempire.studio.visuals.paths import rectangle
from ytempire.studio.visuals.typefaces import Face, family

_BOX, _TYPE = 40, 41  # layers: above every scene
_GLIDE = 3  # frames in which the marker grows under a word


def draw(captions: Captions, ass_script: AssScript, brand: Brand) -> None:
    """Put every cue into the ASS script. Wide video marks the spoken word by colour, tall video by a box behind it."""
    face, colours = family(brand.family).strong, palette(brand)
    boxed = captions.height > captions.width
    for cue in captions.cues:
        _cue(cue, captions, ass_script, face, colours, boxed=boxed)


def _cue(cue: Cue, captions: Captions, ass_script: AssScript, face: Face, colours: Palette, *, boxed: bool) -> None:
    edge = _edge(colours)
    first, last = frame(cue.start_s), frame(cue.end_s)
    plain = (255, 255, 255) if luminance(edge) < 0.2 else (16, 18, 24)
    marked = colours.on_accent if boxed else readable(colours.accent, edge)
    starts = [max(first, frame(span.start_s)) for span in cue.spans]
    ends = [*starts[1:], last]
    for row, baseline in enumerate(cue.baselines):
        own = [i for i, span in enumerate(cue.spans) if span.line == row]

        def words(active: int | None, own: list[int] = own, baseline: float = baseline) -> str:
            pieces = [(cue.spans[i].text, marked if i == active else plain) for i in own]
            return line_at(
                pieces,
                face,
                cue.px,
                cue.spans[own[0]].x0,
                baseline,
                edge=(edge, captions.edge_px),
                bare=marked if boxed else None,
            )

        # One mark per line and state, not one per word: libass sets every mark anew in every frame.
        ass_script.put(_TYPE, first, starts[own[0]], words(None))
        for i in own:
            ass_script.put(_TYPE, starts[i], ends[i], words(i))
        ass_script.put(_TYPE, ends[own[-1]], last, words(None))
    if boxed:
        for span, start, end in zip(cue.spans, starts, ends, strict=True):
            if span.x1 == span.x0:  # nothing of it can be drawn
                continue
            _marker(span, cue.baselines[span.line], cue.px, ass_script, face, colours.accent, start, end)


def _marker(
    span: Span,
    baseline: float,
    px: float,
    ass_script: AssScript,
    face: Face,
    fill: RGB,
    start: int,
    end: int,
) -> None:
    pad, radius = px * 0.13, px * 0.18
    top, bottom = baseline - face.cap_height * px - pad * 1.25, baseline + pad * 1.3

    def mark(at: int) -> str:
        grown = min(1.0, (at - start + 1) / _GLIDE)
        half = (span.x1 - span.x0 + 2 * pad) / 2 * (0.86 + 0.14 * grown)
        middle = (span.x0 + span.x1) / 2
        return shape_at(rectangle(middle - half, top, middle + half, bottom, radius), fill)

    ass_script.play(_BOX, start, end, mark, moving=[range(start, start + _GLIDE)])


def _edge(colours: Palette) -> RGB:
    """The outline: near black on dark brands, near white on light ones."""
    return (8, 10, 14) if colours.is_dark else (255, 255, 255)
