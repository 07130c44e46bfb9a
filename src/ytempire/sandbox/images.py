"""Thumbnails as pictures: what counts as one, its sizes, and the addresses under which the sandbox shows them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, UnidentifiedImageError

from ytempire.sandbox.api import Resource
from ytempire.sandbox.store import Row

SIZES = {
    "default": ("default.jpg", 120, 90),
    "medium": ("mqdefault.jpg", 320, 180),
    "high": ("hqdefault.jpg", 480, 360),
    "standard": ("sddefault.jpg", 640, 480),
    "maxres": ("maxresdefault.jpg", 1280, 720),
}
LARGEST = 2 * 1024 * 1024  # YouTube's limit for a thumbnail; the discovery document would allow 50 MB
PIXELS = {name: (width, height) for name, width, height in SIZES.values()}


def thumbnails_of(video: Row, base: str) -> Resource:
    return {
        size: {"url": f"{base}vi/{video['id']}/{name}", "width": width, "height": height}
        for size, (name, width, height) in SIZES.items()
    }


def is_image(content: bytes) -> bool:
    try:
        with Image.open(BytesIO(content)) as image:
            return image.format in ("JPEG", "PNG", "GIF", "BMP")
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return False


def image_bytes(content: bytes | None, name: str) -> bytes:
    """A JPEG of that name's size: the thumbnail that was set, or a plain one that says where one is."""
    size = PIXELS[name]
    canvas = Image.new("RGB", size, "#444444")
    if content is None:
        ImageDraw.Draw(canvas).text((8, 8), "SANDBOX", fill="white")
    else:
        with Image.open(BytesIO(content)) as image:
            fitted = image.convert("RGB")
            fitted.thumbnail(size)
            canvas.paste(fitted, ((size[0] - fitted.width) // 2, (size[1] - fitted.height) // 2))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=80)
    return out.getvalue()
