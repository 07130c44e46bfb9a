"""What questions of a language ask for, and what keeps its sentences in their order, from `[order]` of its file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ytempire.language.tables import Pattern, load_table, pattern_in, words_in


@dataclass(frozen=True)
class TextOrder:
    """`definition_questions` and `cause_questions` match a question without its marks; `of` is what it asks about.
    `causes` match what says why, `because` what stands between a fact and its cause, and `answers` how a sentence
    begins that gives an answer.

    Words of `sequence` say that something comes after something else; `remedies` follow what they help against.
    """

    definition_questions: Pattern
    cause_questions: Pattern
    causes: Pattern
    answers: Pattern
    because: Pattern
    sequence: frozenset[str]
    remedies: frozenset[str]


@lru_cache
def text_order_of(language: str) -> TextOrder:
    """Return the rules of a language of LANGUAGES."""
    table = load_table(language, "order")
    return TextOrder(
        definition_questions=pattern_in(table, "definition_questions"),
        cause_questions=pattern_in(table, "cause_questions"),
        causes=pattern_in(table, "causes"),
        answers=pattern_in(table, "answers"),
        because=pattern_in(table, "because"),
        sequence=words_in(table, "sequence"),
        remedies=words_in(table, "remedies"),
    )
