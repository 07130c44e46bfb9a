"""The fonts that ship with the project: which exist, how wide a text is in them, and where its baseline lies."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from ytempire import assets
from ytempire.kit.errors import InvalidInput
from ytempire.studio.emoji import without_emoji

FONTS = Path(assets.__file__).parent / "fonts"
_SPACE = re.compile(r"\s")
_MEASURED_AT = 200  # px; advances scale linearly because the fonts carry no hints


@dataclass(frozen=True)
class Face:
    """One weight. `name` is the family name inside the file, by which libass finds it."""

    name: str
    file: str
    # How libass turns a font size into pixels: it makes (win ascent + win descent) as tall as the size asked for.
    ascent: float  # in em
    descent: float  # in em
    cap_height: float  # in em

    @property
    def size_per_em(self) -> float:
        return self.ascent + self.descent


@dataclass(frozen=True)
class Family:
    display: Face  # headlines and numbers
    strong: Face  # captions and labels
    plain: Face  # quiet text
    tracking: float  # letter spacing of headlines, in em
    lead: float  # line distance of headlines, in em


def _face(name: str, file: str) -> Face:
    font = ImageFont.truetype(FONTS / file, 1000)
    ascent, descent = _win_metrics(FONTS / file)
    return Face(name, file, ascent, descent, -font.getbbox("H", anchor="ls")[1] / 1000)


def _win_metrics(path: Path) -> tuple[float, float]:
    """usWinAscent and usWinDescent in em."""
    with TTFont(path, lazy=True) as font:
        per_em = font["head"].unitsPerEm
        return font["OS/2"].usWinAscent / per_em, font["OS/2"].usWinDescent / per_em


@lru_cache(maxsize=32)
def _characters(file: str) -> frozenset[int]:
    """What the font's own table says that it draws."""
    with TTFont(FONTS / file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """The families that a persona may name."""
    return {
        "Inter": Family(
            _face("Inter ExtraBold", "Inter-ExtraBold.otf"),
            _face("Inter Bold", "Inter-Bold.otf"),
            _face("Inter Medium", "Inter-Medium.otf"),
            tracking=-0.022,
            lead=1.08,
        ),
        "Newsreader": Family(
            _face("Newsreader ExtraBold", "Newsreader-ExtraBold.ttf"),
            _face("Newsreader Bold", "Newsreader-Bold.ttf"),
            _face("Newsreader Medium", "Newsreader-Medium.ttf"),
            tracking=-0.012,
            lead=1.04,
        ),
        "Space Grotesk": Family(
            _face("Space Grotesk Bold", "SpaceGrotesk-Bold.ttf"),
            _face("Space Grotesk Bold", "SpaceGrotesk-Bold.ttf"),
            _face("Space Grotesk Medium", "SpaceGrotesk-Medium.ttf"),
            tracking=-0.03,
            lead=1.04,
        ),
    }


def family(name: str) -> Family:
    """The family of that name. Raises InvalidInput when none ships: a silent substitute would change a brand."""
    try:
        return families()[name]
    except KeyError:
        raise InvalidInput(
            f"The font family “{name}” does not ship with YTEMPIRE.", hint=f"Choose one of {', '.join(families())}."
        ) from None


@lru_cache(maxsize=1)
def _fallbacks() -> tuple[Face, ...]:
    """The first that has a character draws it: those that draw one script well before those that draw many."""
    return (
        _face("Noto Sans Arabic", "NotoSansArabic-Bold.ttf"),
        _face("Noto Sans Devanagari", "NotoSansDevanagari-Bold.ttf"),
        families()["Inter"].strong,  # Greek, Cyrillic and common signs
        _face("DejaVu Sans Bold", "DejaVuSans-Bold.ttf"),
        _face("Droid Sans Fallback", "DroidSansFallbackFull.ttf"),
    )


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """`text` cut into stretches with the font that draws each. Spaces stay with what goes before.

    Emoji, and what no font that ships can draw, are left out.
    """
    pieces: list[tuple[Face, str]] = []
    for character in _SPACE.sub(" ", without_emoji(text)):
        before = pieces[-1][0] if pieces else face
        chosen = before if _stays(character, before) else _for_character(character, face)
        if chosen is None:
            continue
        if pieces and pieces[-1][0] == chosen:
            pieces[-1] = (chosen, pieces[-1][1] + character)
        else:
            pieces.append((chosen, character))
    return pieces


def _stays(character: str, before: Face) -> bool:
    """Spaces, and what is set over or joins the characters before it."""
    joins = character == " " or unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
    return joins and ord(character) in _characters(before.file)


@lru_cache(maxsize=4096)
def _for_character(character: str, face: Face) -> Face | None:
    """The brand's own face where it has it; None where none that ships does."""
    if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"}:
        return None
    return next(
        (candidate for candidate in (face, *_fallbacks()) if ord(character) in _characters(candidate.file)), None
    )


@lru_cache(maxsize=32)
def _font(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / file, _MEASURED_AT)


@lru_cache(maxsize=65536)
def _advance_em(text: str, face: Face) -> float:
    return sum(_font(part.file).getlength(piece) for part, piece in runs(text, face)) / _MEASURED_AT


def width(text: str, face: Face, px: float, tracking: float = 0.0) -> float:
    """How wide `text` is at `px` pixels per em, with `tracking` em added after each character."""
    spaced = sum(len(piece) for _, piece in runs(text, face)) if tracking else 0
    return (_advance_em(text, face) + tracking * spaced) * px


@dataclass(frozen=True)
class Setting:
    """A text set to fit: lines and the size that makes them fit."""

    lines: tuple[str, ...]
    px: float
    lead: float  # line distance in px
    face: Face
    tracking: float

    @property
    def height(self) -> float:
        """From the top of the first capital to the last baseline."""
        return self.face.cap_height * self.px + (len(self.lines) - 1) * self.lead

    @property
    def width(self) -> float:
        return max(width(line, self.face, self.px, self.tracking) for line in self.lines)


def wrap(text: str, face: Face, px: float, limit: float, tracking: float = 0.0) -> list[str]:
    """Break into the fewest lines that fit `limit` px, then as even as possible. A longer word stands alone.

    Words of which nothing can be drawn are left out.
    """
    words = [word for word in text.split() if runs(word, face)]
    if not words:
        return [""]
    lines = _greedy(words, face, px, limit, tracking)
    if len(lines) == 1:
        return lines
    low, high = max(width(word, face, px, tracking) for word in words), limit
    for _ in range(12):  # narrow the measure until one more line would be needed: that is the most even setting
        middle = (low + high) / 2
        if len(_greedy(words, face, px, middle, tracking)) > len(lines):
            low = middle
        else:
            high = middle
    return _greedy(words, face, px, high, tracking)


def _greedy(words: list[str], face: Face, px: float, limit: float, tracking: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, face, px, tracking) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fit(
    text: str,
    face: Face,
    *,
    largest: float,
    limit: float,
    height: float,
    max_lines: int = 3,
    tracking: float = 0.0,
    lead: float = 1.1,
) -> Setting:
    """The largest setting of `text`, from `largest` px down, inside `limit` x `height` px and `max_lines` lines.

    It always fits: below half of `largest` the lines are allowed to become more, then the type smaller. A single line
    (`max_lines` 1) is never broken.
    """
    px = largest
    while True:
        lines = [text] if max_lines == 1 else wrap(text, face, px, limit, tracking)
        setting = Setting(tuple(lines), px, px * lead, face, tracking)
        roomy = len(lines) <= max_lines or px < largest * 0.5
        if (roomy and setting.width <= limit and setting.height <= height) or px < 2:
            return setting
        px *= 0.96
