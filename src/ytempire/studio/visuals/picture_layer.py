"""Drawn pictures on the frame: where and when each stands, and the frames in which it swells in and fades out.

A picture lies over the background and its panels and under all type. Each is a short clip of its own: some frames in
which it comes, one that is held, some in which it goes; ffmpeg repeats the held one and sways it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from ytempire.studio.visuals.backgrounds import Plane, to_yuv
from ytempire.studio.visuals.drawn_pictures import read_drawing
from ytempire.studio.visuals.motion import ENTER, LEAVE, ease_in, ease_out

LEAST = 0.7  # of its size when it comes
MARGIN = 1.1  # of its side: room for its corners as it sways
_BLEED_PX = 3  # by which its colour goes on under its edge, which interpolation would darken


@dataclass(frozen=True)
class PlacedPicture:
    """`x` and `y` are its centre and `side` its width in px; it is seen from frame `start` up to `end`."""

    drawing: str
    x: float
    y: float
    side: float
    start: int
    end: int

    @property
    def window(self) -> int:
        """Return the side of its clip in px; even, as 4:2:0 needs."""
        return round(self.side * MARGIN / 2) * 2

    @property
    def held(self) -> int:
        """Return for how many frames it stands between its coming and its going."""
        return max(1, self.end - self.start - ENTER - LEAVE)


def write_clip(placed: PlacedPicture, file: Path) -> None:
    """Write its coming, one held frame and its going as raw yuva420p, `ENTER + 1 + LEAVE` frames."""
    drawing = read_drawing(placed.drawing)
    side, window = round(placed.side), placed.window
    whole = _framed(drawing, side, window)
    with file.open("wb") as out:
        for number in range(ENTER):
            come = ease_out((number + 1) / ENTER)
            frame = _framed(drawing, round(side * (LEAST + (1 - LEAST) * come)), window)
            out.write(_yuva(frame, min(1.0, 2 * (number + 1) / ENTER)))
        out.write(_yuva(whole, 1.0))
        for number in range(LEAVE):
            out.write(_yuva(whole, 1 - ease_in((number + 1) / (LEAVE + 1))))


def _framed(drawing: Image.Image, side: int, window: int) -> Image.Image:
    """The drawing `side` px wide in the middle of a transparent window, its colours going on under its edge."""
    scaled = drawing.convert("RGBa").resize(
        (side, round(side * drawing.height / drawing.width)), Image.Resampling.LANCZOS
    )
    frame = Image.new("RGBa", (window, window))
    frame.paste(scaled, ((window - scaled.width) // 2, (window - scaled.height) // 2))
    around = frame.filter(ImageFilter.GaussianBlur(_BLEED_PX)).convert("RGBA")
    around.putalpha(0)
    opaque = frame.convert("RGBA")
    around.paste(opaque, (0, 0), frame.getchannel("a").point(lambda share: 255 if share else 0))
    return around


def _yuva(frame: Image.Image, shown: float) -> bytes:
    pixels = np.asarray(frame, dtype=np.float32)
    y, u, v = (plane for plane in np.moveaxis(to_yuv(pixels[..., :3]), -1, 0))
    planes = (y, _halved(u), _halved(v), pixels[..., 3] * shown)
    return b"".join(np.clip(np.rint(plane), 0, 255).astype(np.uint8).tobytes() for plane in planes)


def _halved(plane: Plane) -> Plane:
    rows, columns = plane.shape
    halved: Plane = plane.reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
    return halved
