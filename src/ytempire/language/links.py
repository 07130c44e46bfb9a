"""What ties a sentence to the ones around it, or to when it was written, from `[links]` of a language's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from ytempire.language.tables import Pattern, load_table, pattern_in, words_in


@dataclass(frozen=True)
class Links:
    """`limiting` and `additive` open a sentence that limits or completes, or adds to, the one before; `inner_limiting`
    do the former a few words later. `partners` compare with something that is not in the sentence, unless
    `with_partner` matches it.

    A number, or one of `vague_counts`, before `announced` things at the end of a sentence, or behind `there_is`, says
    that they come; not so behind `definite` words.
    `undated` says when something was only to those who know when the text was written, and `present_with_year` tells
    of a past year as if it were today.
    """

    limiting: Pattern
    inner_limiting: Pattern
    additive: Pattern
    partners: Pattern
    with_partner: Pattern
    vague_counts: frozenset[str]
    announced: Pattern
    there_is: Pattern
    definite: frozenset[str]
    indefinite_articles: frozenset[str]
    defining: frozenset[str]
    undated: Pattern
    undated_opener: Pattern
    year_opener: Pattern
    past: Pattern

    def joins_year_with_present(self, text: str) -> bool:
        """Tell whether a sentence says of a past year what is so today: "In 2020, most offices use …"."""
        return self.year_opener.match(text) is not None and self.past.search(text) is None


@lru_cache
def links_of(language: str) -> Links:
    """Return the links of a language of LANGUAGES."""
    table = load_table(language, "links")
    undated = pattern_in(table, "undated")
    return Links(
        limiting=pattern_in(table, "limiting"),
        inner_limiting=pattern_in(table, "inner_limiting"),
        additive=pattern_in(table, "additive"),
        partners=pattern_in(table, "partners"),
        with_partner=pattern_in(table, "with_partner"),
        vague_counts=words_in(table, "vague_counts"),
        announced=pattern_in(table, "announced"),
        there_is=pattern_in(table, "there_is"),
        definite=words_in(table, "definite"),
        defining=words_in(table, "defining"),
        indefinite_articles=words_in(table, "indefinite_articles"),
        undated=undated,
        undated_opener=regex.compile(rf"(?:{undated.pattern})\s*,\s+", regex.IGNORECASE),
        year_opener=pattern_in(table, "year_opener"),
        past=pattern_in(table, "past"),
    )
