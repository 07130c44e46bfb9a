"""How sentences of a language other than English are taken out of their text, from `[writing]` of its file.

English has its own rules in `production/script`, which know more of its grammar.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ytempire.language.profile import LANGUAGES
from ytempire.language.tables import Pattern, load_table, pattern_in, words_in

LANGUAGES_WITH_WRITING = LANGUAGES - {"en"}


@dataclass(frozen=True)
class Writing:
    """Words are in small letters.

    `finite_verbs` are verbs that need no subject beside them, and `impersonal` those of them that have none at all.
    `object_clitics` stand with the first verb for what was said before, unless one of the `clause_marks` is in front.
    Behind `time_phrases` a verb has its subject in the sentence before, except `presentatives`, behind which it stands.
    Words in the form of `imperfects` are verbs where they open a sentence.
    `tails` open what adds to a clause without limiting it, unless one of the `correlatives` asks for it.
    """

    drops_pronouns: bool
    articles: frozenset[str]
    definite_articles: frozenset[str]
    conjunctions: frozenset[str]
    subordinators: frozenset[str]
    correlatives: frozenset[str]
    object_pronouns: frozenset[str]
    after_demonstrative: frozenset[str]
    short_demonstratives: frozenset[str]
    noun_joints: frozenset[str]
    past_verbs: Pattern
    finite_verbs: Pattern
    impersonal: Pattern
    leaning: Pattern
    clitics: Pattern
    object_clitics: Pattern
    clause_marks: Pattern
    time_phrases: Pattern
    presentatives: Pattern
    imperfects: Pattern
    superlatives: Pattern
    bylines: Pattern
    tails: Pattern
    furniture: Pattern


@lru_cache
def writing_of(language: str) -> Writing:
    """Return the rules of a language of LANGUAGES_WITH_WRITING."""
    table = load_table(language, "writing")
    values: dict[str, Any] = {
        **{key: words_in(table, key) for key in _WORDS},
        **{key: pattern_in(table, key) for key in _PATTERNS},
    }
    return Writing(drops_pronouns=table["drops_pronouns"], **values)


_WORDS = (
    *(
        "articles",
        "definite_articles",
        "conjunctions",
        "subordinators",
        "correlatives",
        "object_pronouns",
        "after_demonstrative",
        "short_demonstratives",
    ),
    "noun_joints",
)
_PATTERNS = (
    *(
        "past_verbs",
        "finite_verbs",
        "impersonal",
        "leaning",
        "clitics",
        "object_clitics",
        "clause_marks",
        "time_phrases",
        "presentatives",
        "imperfects",
        "superlatives",
        "bylines",
        "tails",
        "furniture",
    ),
)
