"""Whether a text says a word or a phrase: whole words, whatever their case and accents, and over the ends of lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

AROUND = 60  # characters on each side that let a person find the place
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True)
class Mention:
    """`words` as the text has them, and `passage` with what stands around them."""

    words: str
    passage: str


def find_mention(text: str, phrase: str) -> Mention | None:
    """The first one. "Café  Crème" is found in "CAFE-CREME", and "art" not in "party"."""
    folded, places = _folded(text)
    pattern = _pattern(phrase)
    found = pattern and pattern.search(folded)
    if not found:
        return None
    start, end = places[found.start()], places[found.end() - 1] + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return Mention(_line(text[start:end]), _around(text, start, end))


def _pattern(phrase: str) -> re.Pattern[str] | None:
    """None for one of accents alone, which nothing says."""
    folded, _ = _folded(phrase)
    words = [one for one in re.split(r"\s+|(?<=\w)-(?=\w)", folded) if one]
    if not words:
        return None
    said = r"[\s-]+".join(map(re.escape, words))
    # what begins or ends with a sign, as "C++" does, is bounded by it
    before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    after = r"(?!\w)" if re.search(r"\w$", words[-1]) else ""
    return re.compile(f"{before}{said}{after}")


def _folded(text: str) -> tuple[str, list[int]]:
    """Without case, accents and what no reader sees; and from where in the text each sign is."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text.translate(_SAME)):
        if unicodedata.category(sign) == "Cf":  # soft hyphens, zero-width spaces
            continue
        plain = "-" if unicodedata.category(sign) == "Pd" else unicodedata.normalize("NFKD", sign).casefold()
        kept = [one for one in plain if not unicodedata.combining(one)]
        signs += kept
        places += [place] * len(kept)
    return "".join(signs), places


def _around(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return _line(before + text[start:end] + after)


def _line(text: str) -> str:
    return " ".join(text.split())
