"""Where to cut a spoken sentence into cues and lines: at the places where a reader would draw breath."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ytempire.language.profile import language_profile
from ytempire.language.writing import LANGUAGES_WITH_WRITING, writing_of
from ytempire.studio.voice.document import Word

SHORTEST_S = 0.9  # a cue below 0.7 s reads as a flash; the margin keeps rounding away from it
LONGEST_S = 5.5
_PAUSES = (",", ";", ":", ".", "!", "?", "—", "–", ")", "”", "»")
_GROUP = re.compile(r"\d{3}(?!\d)")
_LEADS = frozenset(  # a line may well begin with these
    [
        "and",
        "but",
        "or",
        "so",
        "because",
        "which",
        "that",
        "who",
        "when",
        "where",
        "while",
        "if",
        "although",
        "as",
        "to",
        "for",
        "with",
        "from",
        "in",
        "on",
        "at",
        "by",
        "of",
        "than",
        "then",
    ]
)
_CLINGS = frozenset(  # a line should not end with these
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "and",
        "or",
        "but",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "very",
        "its",
        "their",
        "his",
        "her",
        "our",
        "your",
        "this",
        "these",
        "those",
        "that",
        "as",
        "than",
        "not",
        "no",
        "about",
        "only",
        "almost",
        "nearly",
    ]
)


@dataclass(frozen=True)
class BreakWords:
    """Words of a language: `leads` may well begin a line, and `clings` should not end one."""

    leads: frozenset[str]
    clings: frozenset[str]


ENGLISH = BreakWords(_LEADS, _CLINGS)


@lru_cache
def break_words(language: str) -> BreakWords:
    """Return the words of a language by which lines are broken."""
    if language not in LANGUAGES_WITH_WRITING:
        return ENGLISH
    writing, profile = writing_of(language), language_profile(language)
    clings = profile.incomplete_ends | writing.articles | profile.negations
    return BreakWords(
        writing.subordinators | writing.conjunctions | (profile.incomplete_ends - writing.articles), clings
    )


def break_cost(before: str, after: str, words: BreakWords = ENGLISH) -> float:
    """How much a cut between two neighbouring words disturbs; 0 is a natural pause."""
    if before.endswith(_PAUSES):
        return 0.0
    bare = before.lower().strip("“\"'(«¿¡\u00a0")
    if bare in words.clings:
        return 6.0
    if before[-1:].isdigit() and _GROUP.match(after):
        return 6.0  # "22 000" is one number
    if before[:1].isdigit() or after[:1].isdigit():
        return 3.0  # "3 km" and "June 5" belong together
    if before[:1].isupper() and after[:1].isupper():
        return 4.0  # most likely one name
    return 1.0 if after.lower() in words.leads else 2.2


def cut(
    words: Sequence[Word], fits: Callable[[Sequence[Word]], bool], language_words: BreakWords = ENGLISH
) -> list[Sequence[Word]]:
    """Cut one sentence into cues that `fits` accepts, by the least total disturbance (dynamic programming)."""
    count = len(words)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * count
    for end in range(1, count + 1):
        for start in range(end - 1, -1, -1):
            piece = words[start:end]
            if len(piece) > 1 and not fits(piece):
                break
            cost = best[start][0] + _cost(words, start, end, language_words)
            if cost < best[end][0]:
                best[end] = (cost, start)
    cuts: list[Sequence[Word]] = []
    end = count
    while end:
        start = best[end][1]
        cuts.append(words[start:end])
        end = start
    return cuts[::-1]


def _cost(words: Sequence[Word], start: int, end: int, language_words: BreakWords) -> float:
    until = words[end].start_s if end < len(words) else words[end - 1].end_s
    seconds = until - words[start].start_s
    cost = 1.5  # each cue is one more thing to read, so fewer are better
    if end < len(words):
        cost += break_cost(words[end - 1].text, words[end].text, language_words)
    if seconds < SHORTEST_S:
        cost += 8.0 * (SHORTEST_S - seconds) / SHORTEST_S + 4.0
    if seconds > LONGEST_S:
        cost += (seconds - LONGEST_S) * 4.0
    if end - start == 1 and len(words) > 1:
        cost += 5.0
    return cost


def split_lines(
    words: Sequence[str], width_of: Callable[[str], float], limit: float, language_words: BreakWords = ENGLISH
) -> list[int]:
    """Number of words per line: one line where it fits, else the better of all two-line breaks; [] when none fits."""
    whole = width_of(" ".join(words))
    if whole <= limit:
        return [len(words)]
    options: list[tuple[float, int]] = []
    for first in range(1, len(words)):
        upper, lower = width_of(" ".join(words[:first])), width_of(" ".join(words[first:]))
        if max(upper, lower) <= limit:
            uneven = abs(upper - lower) / limit
            options.append((break_cost(words[first - 1], words[first], language_words) + 5.0 * uneven, first))
    if not options:
        return []
    first = min(options)[1]
    return [first, len(words) - first]
