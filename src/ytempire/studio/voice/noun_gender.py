"""The gender of what a number counts, as far as its determiner or its ending tells that.

Endings are those that grammars give as nearly without exception, and `[reading]` of a language names common nouns
that its endings mislead about. Where nothing tells the gender it is masculine, which is what speakers count in.
"""

from __future__ import annotations

from ytempire.language.reading import Reading
from ytempire.studio.voice.word_place import WordPlace

_MARKS_PLURAL = {"es": ("s",), "pt": ("s",), "fr": ("s", "x")}
"""What nouns end in behind numbers above one. Verbs do not, that end in -a as well: "en 1492 llegaba"."""


def is_feminine_noun(noun: str, reading: Reading) -> bool:
    """Tell whether a noun in the singular or plural is feminine: "casa", "mujeres", not "mapas"."""
    lower = noun.lower()
    if reading.masculine_nouns.fullmatch(lower):
        return False
    return reading.feminine_nouns.fullmatch(lower) is not None


def is_feminine_name(name: str, reading: Reading) -> bool:
    """Tell whether a person's name is a woman's: in Spanish, Italian and Portuguese those in -a, with exceptions."""
    return reading.feminine_names.fullmatch(name.lower()) is not None


def counts_feminine(place: WordPlace, *, is_one: bool) -> bool:
    """Tell whether a number counts a feminine noun: "200 mujeres", "las 200", "2 mil pessoas"."""
    reading = place.reading
    if place.before.lower() in reading.before_year and is_year(place.core):
        return False
    if not is_one and place.before.lower() in reading.feminine_plurals:
        return True
    if place.after == reading.thousand and not place.is_cut:
        return counts_feminine(WordPlace(place.words, place.index + 1, reading, place.heads, place.tails), is_one=False)
    if not place.has_noun_after():
        return False
    noun, ends = place.after.lower(), _MARKS_PLURAL.get(reading.language)
    if ends and not is_one and not noun.endswith(ends):
        return False
    return is_feminine_noun(noun, reading)


def is_year(written: str) -> bool:
    """Tell whether a bare number is of the years that texts speak of."""
    return len(written) == 4 and written.isdecimal() and 1000 <= int(written) <= 2100
