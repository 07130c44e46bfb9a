"""Colours of a video: the brand's, moved as little as contrast demands."""

from __future__ import annotations

from dataclasses import dataclass

from ytempire.channels.persona import Brand

RGB = tuple[int, int, int]
LEAST = 4.5  # contrast of text, from WCAG 2.2 AA; LOOK asks for it everywhere


def parse(value: str) -> RGB:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`share` of `second` in `first`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def luminance(colour: RGB) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [c / 255 for c in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: RGB, second: RGB) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: RGB, *grounds: RGB, least: float = LEAST) -> RGB:
    """`colour`, moved toward white or black only as far as it needs to stand `least` to one on every ground."""
    average = sum(luminance(ground) for ground in grounds) / len(grounds)
    target: RGB = (255, 255, 255) if average < 0.18 else (0, 0, 0)  # 0.18: white and black stand equally well there
    for step in range(0, 101, 2):
        moved = mix(colour, target, step / 100)
        if all(contrast(moved, ground) >= least for ground in grounds):
            return moved
    return target


@dataclass(frozen=True)
class Palette:
    ground: RGB  # the background's middle
    glow: RGB  # its other end: as far from `ground` as a background may go
    surface: RGB  # panels
    line: RGB  # rules and outlines that carry no text
    text: RGB
    muted: RGB
    accent: RGB
    on_accent: RGB  # text on an accent ground
    companions: tuple[RGB, RGB]
    is_dark: bool


def palette(brand: Brand) -> Palette:
    """The brand's colours with every text at 4.5:1 or more on each ground it can stand on."""
    ground, text = parse(brand.background), parse(brand.text)
    first, second = (parse(companion) for companion in brand.companions)
    is_dark = luminance(ground) < 0.18
    glow = mix(ground, first, 0.30 if is_dark else 0.16)
    surface = mix(ground, (255, 255, 255), 0.08) if is_dark else mix(ground, (255, 255, 255), 0.65)
    grounds = (ground, glow, surface)
    accent = readable(parse(brand.accent), *grounds)
    black_or_white: tuple[RGB, RGB] = ((12, 14, 18), (255, 255, 255))
    return Palette(
        ground=ground,
        glow=glow,
        surface=surface,
        line=mix(ground, text, 0.22),
        text=readable(text, *grounds, least=7.0),
        muted=readable(mix(ground, text, 0.66), *grounds),
        accent=accent,
        on_accent=max(black_or_white, key=lambda colour: contrast(colour, accent)),
        companions=(readable(first, *grounds, least=3.0), readable(second, *grounds, least=3.0)),
        is_dark=is_dark,
    )
