"""Whether a text says a word or a phrase: whole words, whatever their case and accents, and over the ends of lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

AROUND = 60  # characters on each side that let a person find the place
_SAME = {"’": "'", "‘": "'", "ʼ": "'"}


@dataclass(frozen=True)
class Mention:
    """`words` as the text has them, and `passage` with what stands around them."""

    words: str
    passage: str


class Searched:
    """A text that is looked through for many phrases: it is put into a form without case and accents once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded, self._places = _folded(text)

    def find(self, phrase: str) -> Mention | None:
        """The first one. "Café  Crème" is found in "CAFE-CREME", and "art" not in "party"."""
        pattern = _pattern(phrase)
        match = pattern and pattern.search(self._folded)
        if not match:
            return None
        start, end = self._places[match.start()], self._places[match.end() - 1] + 1
        while end < len(self._text) and unicodedata.combining(self._text[end]):
            end += 1
        return Mention(_single_line(self._text[start:end]), _around(self._text, start, end))


@lru_cache(maxsize=1000)  # a channel's phrases are looked for in each of its videos
def _pattern(phrase: str) -> re.Pattern[str] | None:
    """None for one of accents alone, which nothing says."""
    folded, _ = _folded(phrase)
    words = [word for word in re.split(r"\s+|(?<=\w)-(?=\w)", folded) if word]
    if not words:
        return None
    words_pattern = r"[\s-]+".join(map(re.escape, words))
    # what begins or ends with a sign, as "C++" does, is bounded by it
    before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    after = r"(?!\w)" if re.search(r"\w$", words[-1]) else ""
    return re.compile(f"{before}{words_pattern}{after}")


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Without case, accents and what no reader sees; and from where in the text each sign is."""
    if text.isascii():
        return text.lower(), range(len(text))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        plain = _plain(sign)
        signs.append(plain)
        places += [place] * len(plain)
    return "".join(signs), places


@lru_cache(maxsize=10_000)  # asking for each sign of a text anew takes ten times as long
def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cf":  # soft hyphens, zero-width spaces
        return ""
    if kind == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKD", _SAME.get(sign, sign)).casefold()
    return "".join(character for character in folded if not unicodedata.combining(character))


def _around(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return _single_line(before + text[start:end] + after)


def _single_line(text: str) -> str:
    return " ".join(text.split())
