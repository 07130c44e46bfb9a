"""Written quantities as English words: money, powers, years, ranges, times, fractions, numbers with units."""

from __future__ import annotations

import re

from ytempire.studio.voice.exponents import read_power
from ytempire.studio.voice.lexicon import MONTH_NAMES, MONTHS, SYMBOLS, UNITS
from ytempire.studio.voice.money_amounts import ISO_UNIT, MAGNITUDES, per_of, span_of, sum_of
from ytempire.studio.voice.numerals import cardinal, digit_by_digit, ordinal, plural, year

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_MEASURE = re.compile(rf"([-+~<>≤≥±≈]?)({NUMBER})([^\d\s.,][^\s,]*)")
_SIGNED = re.compile(rf"([-+~<>≤≥±≈])({NUMBER})")
_RANGE = re.compile(rf"({NUMBER})[–—-]({NUMBER})(%|°[CF]?|[a-zA-Zµ°/]+[23]?)?")
DIGITWISE = "\u2011"  # stands between the groups of a telephone number
_TIME = re.compile(r"(\d{1,2}):(\d{2})(am|pm|AM|PM)?")


def read_quantity(core: str, before: str, after: str) -> str | None:
    """What a reader says for a token with digits, None where it is no quantity ("M31"). Neighbours are words."""
    for reader in (_phone, _money, read_power, _date_part, _span, _clock, _fraction, _measure):
        reading = reader(core, after)
        if reading is not None:
            return reading
    return _number(core, before, after) if re.fullmatch(NUMBER, core) else None


def _phone(core: str, after: str) -> str | None:
    """One digit after the other, a pause between groups."""
    if DIGITWISE not in core:
        return None
    groups = ", ".join(digit_by_digit(group) for group in re.findall(r"\d+", core))
    return f"plus {groups}" if core.startswith("+") else groups


def _money(core: str, after: str) -> str | None:
    """The currency of "$15 million" is said after its last word, so here only the number is."""
    amount = sum_of(core)
    return amount.to_words(alone=is_magnitude(after) or ISO_UNIT.fullmatch(after) is not None) if amount else None


def is_magnitude(word: str) -> bool:
    return word.lower() in MAGNITUDES or per_of(word) is not None or span_of(word) is not None


def _date_part(core: str, after: str) -> str | None:
    """1870s, '60s, 19th."""
    if match := re.fullmatch(r"'?(\d{2}|\d{4})'?s", core):
        digits = match.group(1)
        return plural(year(int(digits)) if len(digits) == 4 else cardinal(digits))
    if match := re.fullmatch(r"(\d[\d,]*)(?:st|nd|rd|th)", core):
        return ordinal(int(match.group(1).replace(",", "")))
    return None


def _span(core: str, after: str) -> str | None:
    """1960-2015 as years, 10–15 as numbers with the unit that follows."""
    years = re.fullmatch(r"(1[1-9]\d\d|20\d\d)[–—-](\d{2}|\d{4})", core)
    if years:
        end = years.group(2)
        end_words = year(int(end)) if len(end) == 4 else f"{'oh ' if end[0] == '0' else ''}{cardinal(str(int(end)))}"
        return f"{year(int(years.group(1)))} to {end_words}"
    if match := _RANGE.fullmatch(core):
        low, high, unit = match.groups()
        unit_words = UNITS[unit][1] if unit in UNITS else unit or ""
        return f"{cardinal(low)} to {cardinal(high)} {unit_words}".rstrip()
    return None


def _clock(core: str, after: str) -> str | None:
    """3:30 three thirty, 4:00 four o'clock, 9:1 nine to one."""
    if match := _TIME.fullmatch(core):
        hour, minute, half = match.groups()
        tail = f" {half[0].upper()}.M" if half else ""
        if minute == "00":
            return cardinal(hour) + (tail or " o'clock")
        return f"{cardinal(hour)} {'oh ' if minute[0] == '0' else ''}{cardinal(str(int(minute)))}{tail}"
    if match := re.fullmatch(r"(\d+):(\d+)", core):
        return f"{cardinal(match.group(1))} to {cardinal(match.group(2))}"
    return None


def _fraction(core: str, after: str) -> str | None:
    match = re.fullmatch(r"(\d+)/(\d+)", core)
    if not match:
        return None
    top, bottom = int(match.group(1)), int(match.group(2))
    if (top, bottom) in _NAMED_FRACTIONS:
        return _NAMED_FRACTIONS[top, bottom]
    if 2 < bottom <= 20 and top < bottom:
        return f"{cardinal(str(top))} {ordinal(bottom)}{'' if top == 1 else 's'}"
    return f"{cardinal(str(top))} {cardinal(str(bottom))}"


_NAMED_FRACTIONS = {(1, 2): "one half", (1, 4): "one quarter", (3, 4): "three quarters"}


def _measure(core: str, after: str) -> str | None:
    """-5, ~30, #7, 20°C, 5km."""
    if match := re.fullmatch(r"#(\d+)", core):
        return f"number {cardinal(match.group(1))}"
    if match := _SIGNED.fullmatch(core):
        return f"{_sign(match.group(1))} {cardinal(match.group(2))}"
    if (match := _MEASURE.fullmatch(core)) and match.group(3) in UNITS:
        sign, amount, unit = match.groups()
        lead = f"{_sign(sign)} " if sign else ""
        return f"{lead}{cardinal(amount)} {UNITS[unit][0 if amount == '1' else 1]}"
    return None


def _sign(sign: str) -> str:
    return "minus" if sign == "-" else SYMBOLS[sign]


_DIALLED = frozenset(("call", "called", "calling", "calls", "dial", "dialed", "dialing", "dials", "ring", "text"))


def _number(core: str, before: str, after: str) -> str:
    value = core.replace(",", "")
    if before.lower() in _DIALLED and len(core) == 3 and core.isdecimal():
        return digit_by_digit(core)
    dated = before in MONTH_NAMES or before.lower().rstrip(".") in MONTHS
    if dated and value.isdecimal() and 1 <= int(value) <= 31:
        return ordinal(int(value))
    yearlike = re.fullmatch(r"1[1-9]\d\d|20\d\d", core) is not None
    counted = after in UNITS or is_magnitude(after)
    return year(int(core)) if yearlike and not counted else cardinal(core)
