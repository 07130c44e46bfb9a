"""How numbers, units, money, dates and short forms of a language are read aloud, from `[reading]` of its file.

English is read by `studio/voice/text_normalization.py`, which knows more of its conventions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from ytempire.language.profile import LANGUAGES
from ytempire.language.tables import DATA, Pattern

LANGUAGES_WITH_READING = LANGUAGES - {"en"}


@dataclass(frozen=True)
class Noun:
    """What a unit or a currency is called, and whether numbers before it are feminine."""

    singular: str
    plural: str
    is_feminine: bool


@dataclass(frozen=True)
class Currency:
    unit: Noun
    cent: Noun


@dataclass(frozen=True)
class Reading:
    """`number_words` is the name by which num2words knows the language. Keys of tables are as written, in small
    letters for short forms.

    `hours_are_feminine`: "la una". `short_ordinals` stand before a noun ("primer"). Up to `century_ordinals_to` the
    number of a century is an ordinal, up to `reign_ordinals_to` that of a king. `halves` are masculine and feminine,
    `nouns_of_grammar` are words of
    grammar that are nouns behind a number, and `unelided` says what "l'" is before a number that begins with no vowel.
    """

    language: str
    number_words: str
    group: str
    decimal_word: str
    minus: str
    to: str
    over: str
    and_word: str
    at: str
    dot: str
    slash: str
    per: str
    power: str
    halves: tuple[str, ...]
    thousand: str
    before_year: frozenset[str]
    feminine_plurals: frozenset[str]
    feminine_articles: frozenset[str]
    masculine_articles: frozenset[str]
    nouns_of_grammar: frozenset[str]
    feminine_nouns: Pattern
    masculine_nouns: Pattern
    feminine_names: Pattern
    century_short: Mapping[str, str]
    money_magnitudes: Mapping[str, tuple[str, str]]
    unelided: Mapping[str, str]
    one_oclock: Mapping[str, str]
    months: tuple[str, ...]
    date: str
    first_day: str
    before_time: frozenset[str]
    whole_hour: str
    hour_and_minute: str
    hours_are_feminine: bool
    ordinal: Pattern
    feminine_marks: frozenset[str]
    short_ordinal_marks: frozenset[str]
    ordinals: Mapping[int, str]
    short_ordinals: Mapping[int, str]
    century_before: frozenset[str]
    century_after: frozenset[str]
    century_ordinals_to: int
    reign_ordinals_to: int
    numbered: frozenset[str]
    magnitudes: frozenset[str]
    of_money: str
    currencies: Mapping[str, Currency]
    units: Mapping[str, Noun]
    fractions: Mapping[str, str]
    signs: Mapping[str, str]
    short_forms: Mapping[str, str]


@lru_cache
def reading_of(language: str) -> Reading:
    """Return the rules of a language of LANGUAGES_WITH_READING."""
    table: dict[str, Any] = tomllib.loads((DATA / f"{language}.toml").read_text())["reading"]
    sets: dict[str, Any] = {key: frozenset(table[key].split()) for key in _WORDS}
    patterns: dict[str, Any] = {key: _pattern(table[key]) for key in _PATTERNS}
    return Reading(
        language=language,
        and_word=table["and"],
        halves=tuple(table["halves"].split()),
        money_magnitudes={mark: (names[0], names[1]) for mark, names in table["money_magnitudes"].items()},
        months=tuple(table["months"].split()),
        hours_are_feminine=table["hours_are"] == "f",
        ordinal=regex.compile(rf"(\d{{1,4}})({table['ordinal_marks']})"),
        ordinals={int(number): word for number, word in table["ordinals"].items()},
        short_ordinals={int(number): word for number, word in table["short_ordinals"].items()},
        currencies={sign: _currency(*names) for sign, names in table["currencies"].items()},
        units={sign: _noun(*names) for sign, names in table["units"].items()},
        **{key: table[key] for key in _PLAIN},
        **sets,
        **patterns,
    )


def _pattern(lines: str) -> Pattern:
    return regex.compile("|".join(f"(?:{line.strip()})" for line in lines.split("\n") if line.strip()))


def _noun(singular: str, plural: str, gender: str = "m") -> Noun:
    return Noun(singular, plural, gender == "f")


def _currency(singular: str, plural: str, cent: str, cents: str, gender: str = "m") -> Currency:
    return Currency(_noun(singular, plural, gender), _noun(cent, cents))


_WORDS = (
    *("before_time", "feminine_marks", "short_ordinal_marks", "century_before", "century_after", "numbered"),
    *("magnitudes", "before_year", "feminine_plurals", "feminine_articles", "masculine_articles"),
    "nouns_of_grammar",
)
_PLAIN = (
    *("number_words", "group", "decimal_word", "minus", "to", "over", "at", "dot", "slash"),
    *("per", "power", "thousand", "date", "first_day", "whole_hour", "hour_and_minute", "century_ordinals_to"),
    *("reign_ordinals_to", "of_money", "fractions", "signs", "short_forms"),
    *("century_short", "unelided", "one_oclock"),
)
_PATTERNS = ("feminine_nouns", "masculine_nouns", "feminine_names")
