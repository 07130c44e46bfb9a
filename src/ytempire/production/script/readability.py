"""How long a sentence may be for somebody who only hears it: the writer's aim and what the review holds it to."""

from __future__ import annotations

from collections.abc import Iterable

LONG_WORDS = 22  # a sentence of more is hard to follow by ear
LONG_SHARE = 0.35  # of the sentences may be long
LONGEST_WORDS = 32  # no sentence may have more
LONGEST_LINE = 30  # words of a source's sentence; what cannot be brought below is left to the reader of the text


def count_long(texts: Iterable[str]) -> int:
    return sum(len(text.split()) > LONG_WORDS for text in texts)
