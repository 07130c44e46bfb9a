"""Roman numerals in a language other than English: centuries, kings and queens, wars and congresses."""

from __future__ import annotations

import regex

from ytempire.language.profile import language_profile
from ytempire.language.reading import Reading
from ytempire.studio.voice.noun_gender import is_feminine_name
from ytempire.studio.voice.number_words import cardinal, ordinal
from ytempire.studio.voice.numerals import roman
from ytempire.studio.voice.word_place import WordPlace

LARGEST_REIGN = 40
_NUMERAL = regex.compile(r"([IVXLC]+)(e|ème|er|ère|re|es|º|ª|o|a)?")
_HYPHEN = regex.compile(r"[-–—]")


def is_numeral(word: str) -> bool:
    """Tell whether a word can be a Roman numeral, with an ending of its own or without: "XX", "XXe"."""
    match = _NUMERAL.fullmatch(word)
    if match is None or roman(match[1]) is None:
        return False
    # "Le", "Ce", "Va" and "Io" are words; one letter alone takes the endings of French only.
    return len(match[1]) > 1 or not match[2] or (match[1] in "IVX" and match[2] in {"e", "er", "re", "ère", "ème"})


def read_roman(place: WordPlace) -> str | None:
    """Siglo XIX, XIXe siècle, Felipe II, la II Guerra; None for other letters."""
    if not place.core[:1].isupper():
        return None
    parts = _HYPHEN.split(place.core)
    if len(parts) == 2 and all(is_numeral(part) for part in parts) and is_of_century(place):
        return _span(parts[0], parts[1], place.reading)
    return _single(place) if is_numeral(place.core) else None


def _span(low: str, high: str, reading: Reading) -> str:
    """Of neighbours both are meant, "XV-XVI"; of others what lies between them as well."""
    first, second = _numeral(low), _numeral(high)
    joint = reading.and_word if second[0] - first[0] == 1 else reading.to
    return f"{_century(first[0], reading)} {joint} {_century(second[0], reading)}"


def _numeral(written: str) -> tuple[int, str]:
    match = _NUMERAL.fullmatch(written)
    value = roman(match[1]) if match else None
    assert match is not None
    assert value is not None
    return value, match[2] or ""


def _single(place: WordPlace) -> str | None:
    reading, before = place.reading, place.before
    value, mark = _numeral(place.core)
    if is_of_century(place):
        return _century(value, reading)
    if mark and len(place.core) > len(mark) + (mark in {"o", "a", "e"}):
        return ordinal(value, reading, is_feminine=mark in reading.feminine_marks)
    if mark or not (len(place.core) > 1 or place.core in "IVX"):
        return None
    return cardinal(str(value), reading) if before.lower() in reading.numbered else _beside_name(value, place)


def _beside_name(value: int, place: WordPlace) -> str | None:
    """ "la II Guerra", "Felipe II"."""
    reading, before = place.reading, place.before
    if value < LARGEST_REIGN and _is_before_noun(place):
        is_feminine = before.lower() in reading.feminine_articles
        return _as_ordinal(value, reading, is_feminine=is_feminine, is_short=True)
    is_name = before[:1].isupper() and before.isalpha() and not language_profile(reading.language).is_grammar(before)
    if is_name and value < LARGEST_REIGN:
        return _as_ordinal(value, reading, is_feminine=is_feminine_name(before, reading))
    return None


def is_of_century(place: WordPlace) -> bool:
    """Tell whether numerals stand beside the word for centuries, others among them: "siglos XIX y XX"."""
    reading = place.reading
    before, after = _beyond(place, -1), _beyond(place, 1)
    if place.core == "I" and place.after == after and place.before.lower() not in reading.masculine_articles:
        return before.lower() in reading.century_before  # the Italian article: "I secoli"
    is_behind = before.lower() in reading.century_before or before.lower() in reading.century_short
    return (
        is_behind
        or after.lower() in reading.century_after
        or (not reading.century_before and _is_short(after, reading))
    )


def _is_short(word: str, reading: Reading) -> bool:
    return word.lower() in reading.century_short


def _beyond(place: WordPlace, step: int) -> str:
    """The first word on one side that is neither a numeral nor joins numerals."""
    joints = {place.reading.and_word, place.reading.to, "o", "ou", "au", "al", "ao"}
    steps = step
    while (word := place.near(steps)) and (word in joints or all(map(is_numeral, _HYPHEN.split(word)))):
        steps += step
    return word


def _is_before_noun(place: WordPlace) -> bool:
    """ "la II Guerra Mundial", "el III Congreso": an article before and a word with a capital behind."""
    is_noun = place.after[:1].isupper() and place.after.isalpha() and not is_numeral(place.after)
    is_war = place.has_noun_after() and len(place.core) > 1
    articles = place.reading.feminine_articles | place.reading.masculine_articles
    return place.before.lower() in articles and (is_noun or is_war)


def _century(value: int, reading: Reading) -> str:
    return ordinal(value, reading) if value <= reading.century_ordinals_to else cardinal(str(value), reading)


def _as_ordinal(value: int, reading: Reading, *, is_feminine: bool, is_short: bool = False) -> str:
    if value > reading.reign_ordinals_to:
        return cardinal(str(value), reading)
    return ordinal(value, reading, is_feminine=is_feminine, is_short=is_short)
