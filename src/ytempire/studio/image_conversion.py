"""Pictures of whatever kind as plain RGB."""

from __future__ import annotations

from PIL import Image


def to_rgb(picture: Image.Image, *, background: str | tuple[int, int, int]) -> Image.Image:
    """Convert a picture of any mode to RGB; where it is transparent, `background` (a colour as Pillow has it) shows.

    Pillow's own `convert` makes 16 bits a channel white, and shows the hidden colour of what is transparent.
    """
    if picture.mode.startswith("I"):  # 16 bits of grey, also where Pillow holds them in 32
        picture = picture.point(lambda value: value / 256).convert("L")
    layered = picture.convert("RGBA")
    opaque = Image.new("RGB", picture.size, background)
    opaque.paste(layered, mask=layered.getchannel("A"))
    return opaque
