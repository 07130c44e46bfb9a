"""Numbers that are written out, as digits: "vingt-six", "doscientas", "eighty-six"."""

from __future__ import annotations

from functools import lru_cache

from num2words import num2words

from ytempire.language.profile import language_profile
from ytempire.language.reading import LANGUAGES_WITH_READING, reading_of

HIGHEST_IN_ONE_WORD = 1_000


def number_of(word: str, language: str) -> int | None:
    """Return the number that a word in small letters is, in digits or written out; None where it is none."""
    if word.isdecimal():
        return int(word)
    known = language_profile(language).numbers.get(word)
    return known if known is not None else _written_out(language).get(word)


@lru_cache
def _written_out(language: str) -> dict[str, int]:
    """All numbers that are a single word in a language, with the feminine of hundreds."""
    name = reading_of(language).number_words if language in LANGUAGES_WITH_READING else language
    words = {str(num2words(number, lang=name)): number for number in range(2, HIGHEST_IN_ONE_WORD + 1)}
    words |= {f"{word[:-2]}as": number for word, number in words.items() if word.endswith("entos")}
    words |= {word.replace("é", "e"): number for word, number in words.items() if word.endswith("tré")}
    return {word: number for word, number in words.items() if " " not in word}
