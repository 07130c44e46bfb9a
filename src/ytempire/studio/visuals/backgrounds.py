"""Backgrounds: one oversized still for each part of a video, written as raw yuv420p so that ffmpeg decodes nothing.

A soft gradient in the brand's colours, the brand's motif drawn large and quiet, and a grain of one luma step, which
keeps slow gradients from banding after encoding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from ytempire.channels.persona import Brand
from ytempire.studio.visuals.images import read_picture
from ytempire.studio.visuals.palette import RGB, Palette, mix, palette

Plane = npt.NDArray[np.float32]
Side = Literal["left", "right"]
OVERSIZE = 1.08  # room for the drift on each axis
_MOTIF_STRENGTH = 0.17  # share of the companion colour in a motif's lines: seen, never read over


@dataclass(frozen=True)
class Size:
    """Pixels of an oversized still; both even, as 4:2:0 needs."""

    width: int
    height: int


def oversize(width: int, height: int) -> Size:
    return Size(math.ceil(width * OVERSIZE / 2) * 2, math.ceil(height * OVERSIZE / 2) * 2)


def draw(
    brand: Brand,
    width: int,
    height: int,
    *,
    seed: int,
    variant: int,
    file: Path,
    panel: Literal["left", "right"] | None = None,
) -> Size:
    """Write one background still, with a panel in the accent colour on one side if asked (on top in tall video).

    The same arguments give the same bytes.
    """
    size = oversize(width, height)
    rng = np.random.default_rng([seed, variant])
    colours = palette(brand)
    y, u, v = _gradient(colours, size, rng, variant)
    mask = _MOTIFS[brand.motif](size, rng, min(width, height) / 1080)
    tint = to_yuv(np.array(colours.companions[variant % 2], dtype=np.float32))
    half = mask[::2, ::2]
    y += (tint[0] - y) * mask * _MOTIF_STRENGTH
    u += (tint[1] - u) * half * _MOTIF_STRENGTH
    v += (tint[2] - v) * half * _MOTIF_STRENGTH
    if panel is not None:
        _lay_panel(y, u, v, colours, panel)
    _write_yuv(y, u, v, rng, file)
    return size


SPLIT_EDGE = 0.46  # of the width: no drift moves a panel's edge further in than this


def _lay_panel(y: Plane, u: Plane, v: Plane, colours: Palette, side: Side) -> None:
    """Colour a part of the still that ends short of the captions wherever the drift takes the window."""
    high, wide = y.shape
    if high > wide:
        x0, x1, y1 = 0, wide, round(high * 0.335)
    else:  # the window moves by up to 7.4 % of the still; the frame's 46 % are 42.6 % of it at the nearest
        x0, x1 = (0, round(wide * 0.425)) if side == "left" else (round(wide * 0.575), wide)
        y1 = round(high * 0.735)
    fall = np.linspace(0.04, -0.10, y1, dtype=np.float32)[:, None]  # no flat cut-out
    tint = to_yuv(np.array(colours.accent, dtype=np.float32))
    y[:y1, x0:x1] = tint[0] * (1 + fall)
    rows, first, last = y1 // 2, x0 // 2, x1 // 2
    u[:rows, first:last], v[:rows, first:last] = tint[1], tint[2]


def draw_picture(picture: Path, brand: Brand, width: int, height: int, *, seed: int, file: Path) -> Size:
    """Write the operator's image as a still: cropped to fill, darkened toward the foot where type stands.

    Raises UnreadablePicture.
    """
    size = oversize(width, height)
    fitted = ImageOps.fit(read_picture(picture, background=palette(brand).ground), (size.width, size.height))
    rgb = np.asarray(fitted, dtype=np.float32)
    down = np.linspace(0, 1, size.height, dtype=np.float32)[:, None, None]
    veil = 0.30 + 0.55 * np.clip((down - 0.35) / 0.4, 0, 1)
    rgb = rgb * (1 - veil) + np.array(palette(brand).ground, dtype=np.float32) * veil
    y, u, v = (np.ascontiguousarray(plane) for plane in np.moveaxis(to_yuv(rgb), -1, 0))
    _write_yuv(y, u[::2, ::2], v[::2, ::2], np.random.default_rng(seed), file)
    return size


def to_yuv(rgb: Plane) -> Plane:
    """BT.709, studio range."""
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    planes = [16 + luma * (219 / 255), 128 + (b - luma) * (224 / 255 / 1.8556), 128 + (r - luma) * (224 / 255 / 1.5748)]
    return np.stack(planes, axis=-1).astype(np.float32)


def _gradient(colours: Palette, size: Size, rng: np.random.Generator, variant: int) -> tuple[Plane, Plane, Plane]:
    """A diagonal fall of the ground colour with one wide glow; computed small, since it holds no detail."""
    w, h = size.width // 8, size.height // 8
    gx, gy = np.meshgrid(np.linspace(0, 1, w, dtype=np.float32), np.linspace(0, 1, h, dtype=np.float32))
    cx, cy = (0.86, 0.14, 0.5)[variant % 3] + rng.uniform(-0.06, 0.06), (0.18, 0.82, 0.05)[variant % 3]
    ratio = size.width / size.height
    distance = np.hypot((gx - cx) * ratio, gy - cy) / max(ratio, 1 / ratio)
    glow = np.exp(-((distance / 0.55) ** 2)).astype(np.float32)
    deep: RGB = mix(colours.ground, (0, 0, 0), 0.28) if colours.is_dark else mix(colours.ground, (255, 255, 255), 0.35)
    fall = np.clip(0.15 + 0.7 * (gx * 0.35 + gy * 0.65), 0, 1)[..., None]
    rgb = np.array(colours.ground, dtype=np.float32) * (1 - fall) + np.array(deep, dtype=np.float32) * fall
    rgb += (np.array(colours.glow, dtype=np.float32) - rgb) * glow[..., None]
    small = to_yuv(rgb.astype(np.float32))
    y = _enlarge(small[..., 0], size.width, size.height)
    u, v = (_enlarge(small[..., i], size.width // 2, size.height // 2) for i in (1, 2))
    return y, u, v


def _enlarge(plane: Plane, width: int, height: int) -> Plane:
    image = Image.fromarray(np.ascontiguousarray(plane)).resize((width, height), Image.Resampling.BICUBIC)
    return np.array(image, dtype=np.float32)


def _write_yuv(y: Plane, u: Plane, v: Plane, rng: np.random.Generator, file: Path) -> None:
    grain = rng.random(y.shape, dtype=np.float32)  # with the floor below: dither of one step, no bias
    with file.open("wb") as out:
        out.write(np.clip(np.floor(y + grain), 16, 235).astype(np.uint8).tobytes())
        for plane in (u, v):
            out.write(np.clip(np.rint(plane), 16, 240).astype(np.uint8).tobytes())


def _grid(size: Size) -> tuple[Plane, Plane]:
    ys, xs = np.ogrid[: size.height, : size.width]
    return xs.astype(np.float32), ys.astype(np.float32)


def _stroke(distance: Plane, width: float) -> Plane:
    """1 within a line, 0 outside, with a soft edge of one pixel."""
    return np.clip(width / 2 + 0.5 - np.abs(distance), 0, 1).astype(np.float32)


def _orbits(size: Size, rng: np.random.Generator, unit: float) -> Plane:
    xs, ys = _grid(size)
    cx, cy = size.width * rng.choice([0.08, 0.9]), size.height * rng.uniform(0.15, 0.9)
    radius = np.hypot(xs - cx, ys - cy).astype(np.float32)
    step = 150 * unit
    nearest = np.maximum(np.rint(radius / step), 1)
    fade = np.clip(1.15 - radius / (1500 * unit), 0, 1)
    mask: Plane = (_stroke(radius - nearest * step, 2.4 * unit) * fade).astype(np.float32)
    return mask


def _waves(size: Size, rng: np.random.Generator, unit: float) -> Plane:
    xs, ys = _grid(size)
    phase = float(rng.uniform(0, 2 * math.pi))
    curve = (np.sin(xs / (260 * unit) + phase) * 46 + np.sin(xs / (610 * unit) + 1.7 * phase) * 70) * unit
    height = ys - curve.astype(np.float32)
    step = 74 * unit
    nearest = np.rint(height / step) * step
    fade = np.clip((ys / size.height - 0.25) * 1.6, 0, 1)
    return (_stroke((height - nearest).astype(np.float32), 2.4 * unit) * fade).astype(np.float32)


def _dots(size: Size, rng: np.random.Generator, unit: float) -> Plane:
    xs, ys = _grid(size)
    step = 62 * unit
    shift = float(rng.uniform(0, step))
    dx, dy = (xs + shift) % step - step / 2, (ys + shift) % step - step / 2
    corner = np.hypot(xs / size.width - rng.choice([0.0, 1.0]), ys / size.height - rng.choice([0.1, 0.9]))
    dots = np.clip(3.4 * unit - np.hypot(dx, dy) + 0.5, 0, 1)
    mask: Plane = (dots * np.clip(1.25 - corner * 1.35, 0, 1) * 1.6).astype(np.float32)
    return mask


def _contours(size: Size, rng: np.random.Generator, unit: float) -> Plane:
    coarse = rng.random((6, 8), dtype=np.float32)
    hills = _enlarge(_enlarge(coarse, 96, 64), size.width, size.height) * 11
    slope = np.hypot(*np.gradient(hills)).astype(np.float32) + 1e-4
    return _stroke(((hills - np.rint(hills)) / slope).astype(np.float32), 2.2 * unit)


def _particles(size: Size, rng: np.random.Generator, unit: float) -> Plane:
    plane = np.zeros((size.height, size.width), dtype=np.float32)
    for _ in range(70):
        radius = float(rng.choice([3, 4, 6, 10, 26], p=[0.35, 0.3, 0.2, 0.1, 0.05])) * unit
        cx, cy = rng.uniform(0, size.width), rng.uniform(0, size.height)
        reach = int(radius * 1.6) + 2
        x0, y0 = max(0, int(cx) - reach), max(0, int(cy) - reach)
        window = plane[y0 : y0 + 2 * reach, x0 : x0 + 2 * reach]
        ys, xs = np.ogrid[: window.shape[0], : window.shape[1]]
        distance = np.hypot(xs + x0 - cx, ys + y0 - cy)
        window += np.clip(radius - distance + 0.5, 0, 1) * (0.7 if radius > 12 * unit else 1.5)
    return plane


_MOTIFS = {"orbits": _orbits, "waves": _waves, "grid": _dots, "contours": _contours, "particles": _particles}
