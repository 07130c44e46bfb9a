"""The operator's pictures as backgrounds: whatever their mode, they look as they do elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.studio import picture_samples as samples
from ytempire.channels.persona import Brand
from ytempire.studio.render.encode import _draw_background
from ytempire.studio.render.graph import Background
from ytempire.studio.visuals.backgrounds import draw, draw_picture
from ytempire.studio.visuals.planner import plan

FAULTS = Path(__file__).parents[2] / "data/faults/20-images"


def luma(picture: Path, folder: Path, brand: Brand = samples.DARK) -> np.ndarray:
    size = draw_picture(picture, brand, 640, 360, seed=1, file=folder / "plate.yuv")
    data = np.frombuffer((folder / "plate.yuv").read_bytes(), np.uint8)
    return data[: size.width * size.height].reshape(size.height, size.width).astype(float)


def saved(image: Image.Image, file: Path) -> Path:
    image.save(file)
    return file


def test_background_of_16_bit_grey_is_not_white(tmp_path: Path) -> None:
    with Image.open(FAULTS / "fog signal.png") as opened:
        eight = Image.fromarray((np.asarray(opened) // 256).astype(np.uint8))
    assert eight.getextrema()[0] < 200
    plain = luma(saved(eight, tmp_path / "eight.png"), tmp_path)
    assert np.abs(luma(FAULTS / "fog signal.png", tmp_path) - plain).max() <= 2


@pytest.mark.parametrize("brand", [samples.DARK, samples.LIGHT], ids=["dark", "light"])
def test_background_of_transparent_image_shows_brand_colour(tmp_path: Path, brand: Brand) -> None:
    ground = saved(Image.new("RGB", (64, 36), brand.background), tmp_path / "ground.png")
    expected = luma(ground, tmp_path, brand)
    hidden = Image.new("RGBA", (64, 36), (255, 0, 255, 0))
    kinds = {
        "rgba.png": hidden,
        "la.png": Image.new("LA", (64, 36), (200, 0)),
        "webp.webp": hidden,
        "palette.png": hidden.convert("P"),
    }
    kinds["palette.png"].info["transparency"] = kinds["palette.png"].getpixel((0, 0))
    for name, image in kinds.items():
        assert np.abs(luma(saved(image, tmp_path / name), tmp_path, brand) - expected).max() <= 2, name


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I", "I;16", "F", "YCbCr"])
def test_background_of_every_image_mode_is_drawn(tmp_path: Path, mode: str) -> None:
    kind = "tiff" if mode in {"CMYK", "F", "YCbCr", "I"} else "png"
    assert luma(saved(Image.new(mode, (64, 36)), tmp_path / f"p.{kind}"), tmp_path).shape == (390, 692)


def test_background_of_missing_image_is_brand_ground(tmp_path: Path) -> None:
    script = samples.script()
    storyboard = plan(script, samples.narration(script), brand=samples.DARK, width=640, height=360)
    background = Background(start=0, end=30, picture=tmp_path / "gone.jpg", panel=None, change=None)
    _draw_background(background, 0, storyboard, samples.DARK, tmp_path / "plate.yuv")
    draw(samples.DARK, 640, 360, seed=storyboard.seed, variant=0, file=tmp_path / "ground.yuv")
    assert (tmp_path / "plate.yuv").read_bytes() == (tmp_path / "ground.yuv").read_bytes()
