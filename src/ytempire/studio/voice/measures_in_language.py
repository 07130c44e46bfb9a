"""Units and sums of money of a language other than English: what they are called beside their number."""

from __future__ import annotations

import regex

from ytempire.language.reading import Currency, Noun, Reading
from ytempire.studio.voice.number_words import cardinal, number_pattern, value_of

_ROUND_MILLIONS = regex.compile(r"(?:mill(?:ón|ones|ions?|iards?)|b?ilh(?:ão|ões)|milion[ei]|miliard[oi])$")
"""What is itself a noun, of which there are so many: "un millón de euros"."""
_PLURAL_FROM = 2
"""Where French begins to speak of several: "0,1 seconde", "1,5 million"."""


def noun_of(written: str, reading: Reading) -> Noun | None:
    """Return what a unit, a currency or one per another is called: "km", "€", "M€", "€/kg"."""
    if noun := reading.units.get(written) or reading.units.get(written.removesuffix(".")):
        return noun
    if currency := reading.currencies.get(written):
        return currency.unit
    for mark, (singular, plural) in reading.money_magnitudes.items():
        currency = reading.currencies.get(written.removeprefix(mark))
        if currency and written.startswith(mark):
            owed = currency.unit.plural if len(mark) == 1 and mark == "k" else of(currency.unit.plural, reading)
            return Noun(f"{singular} {owed}", f"{plural} {owed}", is_feminine=False)
    above, _, below = written.partition("/")
    first, second = (noun_of(above, reading), noun_of(below, reading)) if below else (None, None)
    if first is None or second is None:
        return None
    per = _per(second, reading)
    return Noun(f"{first.singular} {per}", f"{first.plural} {per}", first.is_feminine)


def _per(noun: Noun, reading: Reading) -> str:
    """ "por kilogramo"; in Italian with its article: "al litro", "alla tonnellata", "all'ora"."""
    if reading.language != "it":
        return f"{reading.per} {noun.singular}"
    if noun.singular[0] in "aeiou":
        return f"all'{noun.singular}"
    return f"{'alla' if noun.is_feminine else reading.per} {noun.singular}"


def of(noun: str, reading: Reading) -> str:
    """ "de dólares", "d'euros"."""
    is_elided = reading.language == "fr" and noun[0] in "aeiouyh"
    return f"d'{noun}" if is_elided else f"{reading.of_money} {noun}"


def named(written: str, noun: Noun, reading: Reading) -> str:
    """Return the noun in the number that an amount of it asks for."""
    value = value_of(written, reading)
    is_single = int(value[0] or 0) < _PLURAL_FROM if reading.language == "fr" else value == ("1", "")
    return noun.singular if is_single else noun.plural


def counted(written: str, noun: Noun, reading: Reading) -> str:
    """Return an amount with its noun: "una hora", "veintiún metros"."""
    name = named(written, noun, reading)
    words = cardinal(written, reading, is_feminine=noun.is_feminine, noun=name)
    return f"{words} {of(name, reading) if _ROUND_MILLIONS.search(words) else name}"


def amount_of(core: str, reading: Reading) -> tuple[str, Currency] | None:
    """Return the number and the currency of "€5" or "5 €", None for anything else."""
    marks = "|".join(regex.escape(sign) for sign in sorted(reading.currencies, key=len, reverse=True))
    number = number_pattern(reading)
    match = regex.fullmatch(rf"(?:({marks}) ?({number})|({number}) ?({marks}))", core)
    if match is None:
        return None
    return match[2] or match[3], reading.currencies[match[1] or match[4]]


def sum_of(written: str, currency: Currency, reading: Reading) -> str:
    """Return a sum of money as words, its cents by their own name."""
    whole, decimals = value_of(written, reading)
    if len(decimals) == 2 and currency.cent.singular:
        parts = [counted(whole, currency.unit, reading)] if int(whole) else []
        parts += [counted(str(int(decimals)), currency.cent, reading)] if int(decimals) else []
        return f" {reading.and_word} ".join(parts) or counted("0", currency.unit, reading)
    return counted(written, currency.unit, reading)
