"""From word timings to cues set in type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ytempire.channels.persona import Brand
from ytempire.studio.captions.document import Captions, Cue, Span
from ytempire.studio.captions.segmentation import BreakWords, break_words, cut, split_lines
from ytempire.studio.script_document import Script
from ytempire.studio.visuals.layout import FPS, Box, SceneLayout, frame, scene_layout
from ytempire.studio.visuals.typefaces import Face, family, width
from ytempire.studio.voice.document import Narration, Word

LINGER_S = 0.35  # how long a cue may stay after its last word, so that it does not blink away in a pause


def build(narration: Narration, script: Script, *, width: int, height: int, brand: Brand) -> Captions:
    """Cues of at most two lines, each beginning with its first word (to the nearest frame: 17 ms at most)."""
    layout = scene_layout(width, height)
    face = family(brand.family).strong
    px = (58 if layout.is_tall else 54) * layout.unit
    setter = _Setter(layout, face, px, break_words(script.language))
    cues: list[Cue] = []
    for line, group in groupby(narration.words, key=lambda word: word.line):
        cues.extend(setter.cue(piece, line) for piece in cut(list(group), setter.fits, setter.words))
    return Captions(
        cues=tuple(_timed(cues, script, narration.duration_s)), width=width, height=height, px=px, edge_px=setter.edge
    )


def _timed(cues: list[Cue], script: Script, duration_s: float) -> list[Cue]:
    """Let every cue linger a little, never into the next; whole frames, so that file and picture agree."""
    timed: list[Cue] = []
    for i, cue in enumerate(cues):
        limit = cues[i + 1].start_s if i + 1 < len(cues) else duration_s
        end = min(limit, cue.end_s + LINGER_S)
        if limit - end < 0.25:  # a blink between two cues is worse than a cue that stays
            end = limit
        start_f, end_f = frame(cue.start_s), max(frame(cue.start_s) + 1, frame(end))
        timed.append(cue.model_copy(update={"start_s": start_f / FPS, "end_s": end_f / FPS}))
    return timed


@dataclass(frozen=True)
class _Setter:
    """Sets words in the captions' area of one video."""

    layout: SceneLayout
    face: Face
    px: float
    words: BreakWords

    @property
    def area(self) -> Box:
        return self.layout.captions

    @property
    def lead(self) -> float:
        return self.px * 1.24

    @property
    def edge(self) -> float:
        return max(2.0, 3.5 * self.layout.unit)

    @property
    def limit(self) -> float:
        """Long lines are slow to read: about 44 characters in wide video, 24 in tall, as subtitlers do."""
        return self.area.width if self.layout.is_tall else min(self.area.width, 1290 * self.layout.unit)

    def width_of(self, text: str) -> float:
        return width(text, self.face, self.px)

    def fits(self, words: Sequence[Word]) -> bool:
        return bool(split_lines([word.text for word in words], self.width_of, self.limit, self.words))

    def cue(self, words: Sequence[Word], script_line: int) -> Cue:
        counts = split_lines([word.text for word in words], self.width_of, self.limit, self.words) or [len(words)]
        widest = self.width_of(" ".join(word.text for word in words)) if len(words) == 1 else 0.0
        if widest > self.limit:  # a long web address: smaller, and no other cue with it
            return replace(self, px=self.px * self.limit / widest).cue(words, script_line)
        bottom = self.area.y1 - self.face.descent * self.px - self.edge - 2
        baselines = tuple(bottom - self.lead * (len(counts) - 1 - i) for i in range(len(counts)))
        spans: list[Span] = []
        lines: list[str] = []
        placed = 0
        for row, count in enumerate(counts):
            group = words[placed : placed + count]
            placed += count
            lines.append(" ".join(word.text for word in group))
            spans.extend(self._row(group, lines[-1], row))
        reach = self.edge + 2
        box = (
            min(s.x0 for s in spans) - reach,
            baselines[0] - self.face.ascent * 0.8 * self.px - reach,
            max(s.x1 for s in spans) + reach,
            baselines[-1] + self.face.descent * self.px + reach,
        )
        return Cue(
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            lines=tuple(lines),
            spans=tuple(spans),
            baselines=baselines,
            box=box,
            script_line=script_line,
            px=self.px,
        )

    def _row(self, group: Sequence[Word], text: str, row: int) -> list[Span]:
        left = self.area.cx - self.width_of(text) / 2
        spans: list[Span] = []
        before = ""
        for word in group:
            x0 = left + self.width_of(before)
            spans.append(
                Span(
                    text=word.text,
                    start_s=word.start_s,
                    end_s=word.end_s,
                    line=row,
                    x0=x0,
                    x1=x0 + self.width_of(word.text),
                )
            )
            before += word.text + " "
        return spans
