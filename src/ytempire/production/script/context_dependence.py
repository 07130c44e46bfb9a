"""Whether a sentence can be understood by somebody who has not heard the one before it."""

from __future__ import annotations

import re
from itertools import pairwise

from ytempire.production.script.words import (
    ANAPHORS,
    DEMONSTRATIVES,
    EXPLETIVE,
    LEANING_OPENERS,
    STOPWORDS,
    SUBORDINATORS,
    VERBS,
    words_of,
)

_PLURAL_ANAPHORS = {"they", "them", "their", "theirs", "themselves"}
_PLURALS = {
    "people",
    "children",
    "men",
    "women",
    "everyone",
    "everybody",
    "anyone",
    "someone",
    "person",
    "public",
    "youth",
    "police",
    "staff",
    "team",
    "who",
    "those",
    "teeth",
    "feet",
    "data",
    "bus",
    "focus",
    "virus",
    "business",
}
_REPEATS = re.compile(r"\b(?:do|does|did|doing|done) (?:the same|so)\b", re.IGNORECASE)  # "… rose doing the same"
# "On average, it is …": what a leading adverbial names is not what the pronoun stands for.
_AFTER_ADVERBIAL = re.compile(
    r"(?:on|in|at|by|after|during|for|from|with|to|over|under|without|within)\b[^,]{2,70},\s+"
    r"(?:it|they|he|she)\b",
    re.IGNORECASE,
)


def leans_on_context(text: str, before: str) -> bool:
    """True for a dangling "This", "They", "However", "such an impact", "one reason", and definite old news.

    `before` is the sentence before it in the same block: "The blood begins to clot" leans on one that spoke of blood.
    """
    if (
        LEANING_OPENERS.match(text)
        or _REPEATS.search(text)
        or (_AFTER_ADVERBIAL.match(text) and not EXPLETIVE.search(text))
    ):
        return True
    words = words_of(EXPLETIVE.sub("there is", text))
    if not words:
        return True
    return _has_demonstrative(text) or _has_open_pronoun(words) or _is_old_news(words, before)


def _has_demonstrative(text: str) -> bool:
    words = words_of(text)
    for index, word in enumerate(words):
        if word not in DEMONSTRATIVES:
            continue
        following = words[index + 1] if index + 1 < len(words) else ""
        if word == "such" and following == "as":
            continue
        if word == "those" and following in {"who", "of", "that", "with", "in", "whose", "not", "far"}:
            continue
        # "You feel certain that it matches, but this is not always so": it stands for the clause before the comma.
        if word == "this" and index > 6 and words[index - 1] in {"but", "and"}:
            continue
        return True
    return bool(re.match(r"that\b", text, re.IGNORECASE))


def _has_open_pronoun(words: list[str]) -> bool:
    """A pronoun before any noun that it could stand for. Nouns are told by not being a word of grammar."""
    if _has_plural_pronoun_of_nothing(words[14:], words):
        return True
    seen_content = 0
    for index, word in enumerate(words[:14]):
        if word in {"themselves", "itself"} and index < 7:
            return True  # "some of the clusters themselves": set against something said before
        if word in ANAPHORS:
            if seen_content == 0 or (word in _PLURAL_ANAPHORS and not any(map(_is_plural, words[:index]))):
                return True
            # "When they were first discovered, some astronomers …": the subject of a leading clause is old news.
            if index <= 2 and words[0] in SUBORDINATORS:
                return True
        elif word not in STOPWORDS:
            seen_content += 1
    return False


def _has_plural_pronoun_of_nothing(later: list[str], words: list[str]) -> bool:
    """ "The photograph is in none of their copies": no plural, nor two things, in the whole sentence before it."""
    place = next((number for number, word in enumerate(later) if word in _PLURAL_ANAPHORS), None)
    if place is None:
        return False
    before = words[: len(words) - len(later) + place]
    joins_things = any(
        first == "and" and second not in VERBS and not second.endswith("ed") for first, second in pairwise(before)
    )
    return not joins_things and not any(map(_is_plural, before))


def _is_plural(word: str) -> bool:
    return word in _PLURALS or (word not in STOPWORDS and re.fullmatch(r"\w{2,}[^su]s", word) is not None)


def _is_old_news(words: list[str], before: str) -> bool:
    """ "The blood begins …", "Chartered in 1817, the canal …": a thing that the sentence before it introduced."""
    if not before:
        return False
    earlier = set(words_of(before))
    subject = words[1:3] if words[0] == "the" else []
    if words[0].endswith("ed") and "the" in words[:9]:
        place = words.index("the", 1) if "the" in words[1:9] else 0
        subject = words[place + 1 : place + 2] if place else subject
    head = [word for word in subject if word not in STOPWORDS][:1]
    return bool(head) and head[0] in earlier
