"""What every scene draws with: the brand's type and colours in a layout, and the few gestures they share."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ytempire.studio.visuals.ass_script import AssScript, colour, opacity, shape_at, type_at
from ytempire.studio.visuals.layout import FPS, Box, SceneLayout
from ytempire.studio.visuals.motion import LEAVE, STAGGER, Life, ease_both, ease_out
from ytempire.studio.visuals.palette import RGB, Palette, mix
from ytempire.studio.visuals.paths import Path, arc, rectangle
from ytempire.studio.visuals.picture_layer import PlacedPicture
from ytempire.studio.visuals.typefaces import Face, Family, Setting, fit, width

# Layers, back to front; captions have 40 and above, the progress line 60.
BODY, INK, TYPE = 10, 12, 20
UNDER_PICTURES = INK  # panels; drawn pictures stand between these layers and the others
_PIECES = 12  # of a thin full circle


@dataclass(frozen=True)
class Canvas:
    ass_script: AssScript
    layout: SceneLayout
    palette: Palette
    family: Family
    pictures: list[PlacedPicture] = field(default_factory=list)

    def px(self, design: float) -> float:
        """A design measure (px of a 1920x1080 frame) in px of this video."""
        return design * self.layout.unit

    # Type ---------------------------------------------------------------------------------------------------------

    def headline(self, text: str, box: Box, *, largest: float = 128, max_lines: int = 3) -> Setting:
        """Set key text as large as the box allows, 140 design px at most."""
        tall = 0.9 if self.layout.is_tall else 1.0
        return fit(
            text,
            self.family.display,
            largest=self.px(largest * tall),
            limit=box.width,
            height=box.height,
            max_lines=max_lines + (1 if self.layout.is_tall else 0),
            tracking=self.family.tracking,
            lead=self.family.lead,
        )

    def label(
        self, text: str, box: Box, *, largest: float = 58, max_lines: int = 2, face: Face | None = None
    ) -> Setting:
        return fit(
            text,
            face or self.family.plain,
            largest=self.px(largest),
            limit=box.width,
            height=box.height,
            max_lines=max_lines,
            lead=1.22,
        )

    def rise(
        self,
        setting: Setting,
        x: float,
        top: float,
        life: Life,
        fill: RGB | list[RGB],
        *,
        align: str = "left",
        limit: float = 0.0,
    ) -> float:
        """Lines glide up out of an invisible edge, one after the other. `top` is the first capitals' top, `limit` the
        width to align in. Returns the y of the last baseline."""
        cap = setting.face.cap_height * setting.px
        for i, line in enumerate(filter(None, setting.lines)):
            baseline = top + cap + i * setting.lead
            span = width(line, setting.face, setting.px, setting.tracking)
            left = x + {"left": 0.0, "centre": (limit - span) / 2, "right": limit - span}[align]
            colours = fill[min(i, len(fill) - 1)] if isinstance(fill, list) else fill
            self._put_line(line, setting, left, baseline, life.delayed(i * STAGGER), colours)
        return top + setting.height

    def _put_line(self, text: str, setting: Setting, x: float, baseline: float, life: Life, fill: RGB) -> None:
        drop = setting.px * 0.95
        window = Box(0, baseline - setting.px * 1.0, self.layout.width, baseline + setting.px * 0.32)

        def mark(frame: int) -> str:
            come, gone = life.come(frame), life.gone(frame)
            y = baseline + drop * (1 - come) - setting.px * 0.18 * gone
            return type_at(
                text,
                setting.face,
                setting.px,
                x,
                y,
                fill,
                tracking=setting.tracking,
                shown=1 - gone,
                clip=window if come < 1 else None,
            )

        self.ass_script.play(TYPE, life.start, life.end, mark, moving=life.moving)

    def fade(
        self, setting: Setting, x: float, top: float, life: Life, fill: RGB, *, align: str = "left", limit: float = 0.0
    ) -> float:
        """Quiet text: it appears with a short glide."""
        cap = setting.face.cap_height * setting.px
        for i, line in enumerate(filter(None, setting.lines)):
            span = width(line, setting.face, setting.px, setting.tracking)
            left = x + {"left": 0.0, "centre": (limit - span) / 2, "right": limit - span}[align]
            baseline = top + cap + i * setting.lead
            own = life.delayed(i * 2)

            def mark(
                frame: int, left: float = left, baseline: float = baseline, line: str = line, own: Life = own
            ) -> str:
                y = baseline + setting.px * 0.35 * (1 - own.come(frame))
                return type_at(line, setting.face, setting.px, left, y, fill, shown=own.shown(frame))

            self.ass_script.play(TYPE, own.start, own.end, mark, moving=own.moving)
        return top + setting.height

    # Shapes -------------------------------------------------------------------------------------------------------

    def rule(self, x: float, y: float, length: float, life: Life, fill: RGB, *, thickness: float = 10) -> None:
        """A short thick line that is drawn from left to right."""
        t = self.px(thickness)

        def mark(frame: int) -> str:
            grown = max(t, length * life.come(frame))
            return shape_at(rectangle(0, 0, grown, t, t / 2), fill, x=x, y=y, shown=1 - life.gone(frame))

        self.ass_script.play(INK, life.start, life.end, mark, moving=life.moving)

    def grow(
        self,
        path: Path,
        x: float,
        y: float,
        life: Life,
        fill: RGB,
        *,
        strength: float = 1.0,
        layer: int = BODY,
        least: float = 0.8,
    ) -> None:
        """A shape that swells from `least` of its size about its own origin."""

        def mark(frame: int) -> str:
            size = least + (1 - least) * life.come(frame)
            return shape_at(path.scaled(size), fill, x=x, y=y, shown=strength * life.shown(frame))

        self.ass_script.play(layer, life.start, life.end, mark, moving=life.moving)

    def picture(self, drawing: str, x: float, y: float, side: float, life: Life) -> None:
        """A drawn picture centred on (x, y), under all type and shapes."""
        self.pictures.append(PlacedPicture(drawing, x, y, side, life.start, life.end))

    def emblem(self, drawing: str, x: float, y: float, radius: float, life: Life, *, variant: int = 0) -> None:
        """A large picture in a ring that is drawn and then turns slowly.

        No disc behind it: every covered pixel is blended in every frame, and a disc alone would cost 2 ms a frame.
        """
        self.picture(drawing, x, y, radius * 1.25, life.delayed(3))
        self.ring(x, y, radius, life.delayed(2), variant)

    def ring(self, x: float, y: float, radius: float, life: Life, variant: int) -> None:
        """Quiet full circle, bright part of it turning through the scene."""
        thin, thick = self.px(3), self.px(9)
        # In pieces, because libass hands on a bitmap as large as a shape's bounds and every pixel of it is blended.
        for i in range(_PIECES):
            step = 2 * math.pi / _PIECES
            self.grow(arc(0, 0, radius, thin, i * step, step), x, y, life, self.palette.line, layer=INK, least=0.9)
        sweep = (1.6, 2.4, 0.9)[variant % 3]
        turn = (0.55, -0.45, 0.8)[variant % 3]
        drawn = Life(life.start, life.end, enter=20, leave=LEAVE)

        def mark(frame: int) -> str:
            shape = arc(0, 0, radius, thick, turn * 2, sweep * max(0.02, ease_both((frame - life.start + 1) / 20)))
            return shape_at(shape, self.palette.accent, x=x, y=y, shown=1 - drawn.gone(frame))

        settled = min(life.start + 20, life.end - LEAVE)
        self.ass_script.play(INK, life.start, settled, mark, moving=[range(life.start, settled)])
        # From here one mark turns by itself: a scene's worth of single frames would be thousands of points.
        seconds = (life.end - settled) / FPS
        whole = arc(0, 0, radius, thick, turn * 2, sweep)
        degrees = -turn * 24 * seconds
        fading = f"\\t({max(0.0, seconds - LEAVE / FPS) * 1000:.0f},{seconds * 1000:.0f},{opacity(0)})"
        self.ass_script.put(
            INK,
            settled,
            life.end,
            (
                f"{{\\an7\\pos({x:.2f},{y:.2f})\\org({x:.2f},{y:.2f}){colour(self.palette.accent)}\\bord0{opacity(1)}"
                f"\\t(0,{seconds * 1000:.0f},\\frz{degrees:.2f}){fading}\\p4}}{whole.drawing()}{{\\p0}}"
            ),
        )

    def panel(
        self, box: Box, life: Life, *, fill: RGB | None = None, strength: float = 0.92, radius: float = 28
    ) -> None:
        """A rounded panel that swells a little as it comes."""
        half_w, half_h = box.width / 2, box.height / 2
        self.grow(
            rectangle(-half_w, -half_h, half_w, half_h, self.px(radius)),
            box.cx,
            box.cy,
            life,
            fill or self.palette.surface,
            strength=strength,
            least=0.92,
        )

    def tint(self, share: float = 0.5) -> RGB:
        return mix(self.palette.ground, self.palette.accent, share)


def settle(frame: int, start: int, frames: int) -> float:
    """Eased progress of something that takes `frames` frames from `start`."""
    return ease_out((frame - start + 1) / frames)
