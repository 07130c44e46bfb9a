"""What a sentence of a language can lose and stay true, from `[shortening]` of its file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ytempire.language.tables import Pattern, load_table, pattern_in, words_in


@dataclass(frozen=True)
class Shortening:
    """Words are in small letters.

    `predicates` match a subject with what it is, behind which one of the `relatives` opens a clause that can be left
    off. `exceptions` take back a part of what stands before them, and `correlatives` want what stands behind, as
    does a word of `focus` before a reason.
    """

    relatives: frozenset[str]
    predicates: Pattern
    reasons: Pattern
    correlatives: frozenset[str]
    focus: frozenset[str]
    openings: Pattern
    additions: frozenset[str]
    prepositions: frozenset[str]
    possibilities: Pattern
    times: Pattern
    past_verbs: Pattern
    commands: frozenset[str]
    exceptions: frozenset[str]
    collective: Pattern
    reports: Pattern
    advice: Pattern
    intensifiers: frozenset[str]
    asides: frozenset[str]
    determiners: frozenset[str]
    finite_verbs: Pattern


@lru_cache
def shortening_of(language: str) -> Shortening:
    """Return the rules of a language of LANGUAGES."""
    table = load_table(language, "shortening")
    return Shortening(
        relatives=words_in(table, "relatives"),
        predicates=pattern_in(table, "predicates"),
        reasons=pattern_in(table, "reasons"),
        correlatives=words_in(table, "correlatives"),
        focus=words_in(table, "focus"),
        openings=pattern_in(table, "openings"),
        additions=words_in(table, "additions"),
        prepositions=words_in(table, "prepositions"),
        possibilities=pattern_in(table, "possibilities"),
        times=pattern_in(table, "times"),
        past_verbs=pattern_in(table, "past_verbs"),
        commands=words_in(table, "commands"),
        exceptions=words_in(table, "exceptions"),
        collective=pattern_in(table, "collective"),
        reports=pattern_in(table, "reports"),
        advice=pattern_in(table, "advice"),
        intensifiers=words_in(table, "intensifiers"),
        asides=words_in(table, "asides"),
        determiners=words_in(table, "determiners"),
        finite_verbs=pattern_in(table, "finite_verbs"),
    )
