"""Whether a sentence can be understood by somebody who has not heard the one before it."""

from __future__ import annotations

import re

from ytempire.production.script.words import (
    ANAPHORS,
    DEMONSTRATIVES,
    EXPLETIVE,
    LEANING_OPENERS,
    STOPWORDS,
    SUBORDINATORS,
    words_of,
)

_TIMES = {"day", "century", "year", "decade", "time", "week", "month", "era", "century's"}


def leans_on_context(text: str, before: str) -> bool:
    """True for a dangling "This", "They", "However", "such an impact", "one reason", and definite old news.

    `before` is the sentence before it in the same block: "The blood begins to clot" leans on one that spoke of blood.
    """
    if LEANING_OPENERS.match(text):
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
        if word == "this" and following in _TIMES and index <= 1:
            return True
        return True
    return bool(re.match(r"that\b", text, re.IGNORECASE))


def _has_open_pronoun(words: list[str]) -> bool:
    """A pronoun before any noun that it could stand for. Nouns are told by not being a word of grammar."""
    seen_content = 0
    for index, word in enumerate(words[:14]):
        if word in ANAPHORS:
            if seen_content == 0:
                return True
            # "When they were first discovered, some astronomers …": the subject of a leading clause is old news.
            if index <= 2 and words[0] in SUBORDINATORS:
                return True
        elif word not in STOPWORDS:
            seen_content += 1
    return False


def _is_old_news(words: list[str], before: str) -> bool:
    if not before or words[0] != "the":
        return False
    earlier = set(words_of(before))
    head = [word for word in words[1:3] if word not in STOPWORDS][:1]
    return bool(head) and head[0] in earlier
