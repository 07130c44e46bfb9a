"""Numbers as English words: cardinals, ordinals, years, money, Roman numerals."""

from __future__ import annotations

import re

from num2words import num2words

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LONGEST_READ = 15  # digits; beyond (serial numbers) a reader says them one by one


def cardinal(number: str) -> str:
    """Digits with optional commas and decimals: "1,500" one thousand five hundred, "2.50" two point five zero."""
    digits = number.replace(",", "")
    whole, _, decimals = digits.partition(".")
    if len(whole) > LONGEST_READ or (len(whole) > 1 and whole.startswith("0") and not decimals):
        return digit_by_digit(whole)
    words = _plain(num2words(int(whole or "0")))
    return f"{words} point {digit_by_digit(decimals)}" if decimals else words


def digit_by_digit(digits: str) -> str:
    return " ".join(str(num2words(int(digit))) for digit in digits)


def ordinal(number: int) -> str:
    return _plain(num2words(number, to="ordinal"))


def year(number: int) -> str:
    """1866 eighteen sixty-six, 1905 nineteen oh five, 2005 two thousand five, 2026 twenty twenty-six."""
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010 or (rest == 0 and century % 10 == 0):
        return cardinal(str(number))
    if rest == 0:
        return f"{cardinal(str(century))} hundred"
    return f"{cardinal(str(century))} {'oh ' if rest < 10 else ''}{cardinal(str(rest))}"


def plural(words: str) -> str:
    """eighteen seventy -> eighteen seventies; nineteen hundred -> nineteen hundreds."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}es" if words.endswith("x") else f"{words}s"


def money(currency: tuple[str, str, str, str], amount: str) -> str:
    """ "$1" one dollar, "$3.99" three dollars and ninety-nine cents, "$1.5" one point five dollars."""
    unit, units, cent, cents = currency
    whole, _, part = amount.replace(",", "").partition(".")
    if len(part) == 2 and int(part) and cents:
        small = f"{cardinal(str(int(part)))} {cent if int(part) == 1 else cents}"
        return f"{cardinal(whole)} {unit if whole == '1' else units} and {small}" if int(whole or "0") else small
    if part and int(part):
        return f"{cardinal(amount.rstrip('0'))} {units}"
    return f"{cardinal(whole)} {unit if whole == '1' else units}"


def roman(letters: str) -> int | None:
    """The value of a Roman numeral up to 3,999, None for other letters."""
    if not letters or not _ROMAN.fullmatch(letters):
        return None
    values = [_ROMAN_VALUES[letter] for letter in letters]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))


def _plain(words: str) -> str:
    """num2words writes "one thousand, one hundred and five": a comma would be a pause, and Americans skip the and."""
    return words.replace(",", "").replace(" and ", " ")
