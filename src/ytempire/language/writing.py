"""How sentences of a language other than English are taken out of their text, from `[writing]` of its file.

English has its own rules in `production/script`, which know more of its grammar.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from ytempire.language.profile import DATA, LANGUAGES, NOTHING, Pattern

LANGUAGES_WITH_WRITING = LANGUAGES - {"en"}


@dataclass(frozen=True)
class Writing:
    """Words are in small letters.

    `finite_verbs` are verbs that need no subject beside them, and `impersonal` those of them that have none at all.
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
    noun_joints: frozenset[str]
    past_verbs: Pattern
    finite_verbs: Pattern
    impersonal: Pattern
    leaning: Pattern
    clitics: Pattern
    bylines: Pattern
    tails: Pattern
    furniture: Pattern
    definitions: Pattern
    explanations: Pattern


@lru_cache
def writing_of(language: str) -> Writing:
    """Return the rules of a language of LANGUAGES_WITH_WRITING."""
    table: dict[str, Any] = tomllib.loads((DATA / f"{language}.toml").read_text())["writing"]
    values: dict[str, Any] = {
        **{key: frozenset(word.replace("_", " ") for word in table[key].split()) for key in _WORDS},
        **{key: _pattern(table[key]) for key in _PATTERNS},
    }
    return Writing(drops_pronouns=table["drops_pronouns"], **values)


def _pattern(lines: str) -> Pattern:
    options = "|".join(line.strip() for line in lines.split("\n") if line.strip()) or NOTHING
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{options})(?![\p{{L}}\p{{N}}])", regex.IGNORECASE)


_WORDS = (
    *(
        "articles",
        "definite_articles",
        "conjunctions",
        "subordinators",
        "correlatives",
        "object_pronouns",
        "after_demonstrative",
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
        "bylines",
        "tails",
        "furniture",
        "definitions",
        "explanations",
    ),
)
