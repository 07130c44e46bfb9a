"""Sums of money as English words: signs and codes before or behind, ranges, magnitudes, what they are paid for."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from babel.numbers import get_currency_name

from ytempire.studio.voice.lexicon import (
    AMBIGUOUS_CODES,
    CENTS,
    CURRENCIES,
    CURRENCY_CODES,
    ISO_CODES,
    MAGNITUDE_SIGNS,
    PERIODS,
    SYMBOLS,
    UNITS,
)
from ytempire.studio.voice.numerals import cardinal, money

MAGNITUDES = frozenset(("hundred", "thousand", "million", "billion", "trillion"))
Currency = tuple[str, str, str, str]
JOINT = "\u2060"  # stands where a space parted a mark from its number


def _any_of(marks: list[str]) -> str:
    return "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))


MARKS = _any_of([*CURRENCIES, *CURRENCY_CODES, *ISO_CODES])
_AMOUNT = r"\d[\d,.]*\d|\d|\.\d+"
_SIGN = r"[-+~<>≤≥±≈]?"
_SHORT = _any_of(list(MAGNITUDE_SIGNS))
_MAGNITUDE = rf"(?:{_SHORT})|-(?:million|billion|trillion)"
_PER = r"(?:/(?P<per>[A-Za-z]+(?:/[A-Za-z]+)*)\.?)?"
_BEFORE = re.compile(
    rf"(?P<sign>{_SIGN})(?P<mark>{MARKS})(?:(?<=[a-z])\.)?(?P<minus>-?)(?P<low>{_AMOUNT})(?P<low_size>{_SHORT})?"
    rf"(?:[–-](?:{MARKS})?(?P<high>{_AMOUNT}))?(?P<size>{_MAGNITUDE})?{_PER}"
)
_BEHIND = re.compile(
    rf"(?P<sign>{_SIGN})(?P<minus>)(?P<low>{_AMOUNT})(?P<low_size>)(?:[–-](?P<high>{_AMOUNT}))?(?P<size>{_MAGNITUDE})?"
    rf"(?P<mark>{MARKS}){_PER}"
)
ISO_UNIT = re.compile(rf"(?:{_any_of(list(ISO_CODES))}){_PER}")  # "$5 USD" is said once
_UNIT = re.compile(rf"(?P<mark>{MARKS})\.?{_PER}")


@dataclass(frozen=True)
class MoneyAmount:
    sign: str
    currency: Currency
    low: str
    low_size: str
    high: str | None
    size: str
    per: str

    def to_words(self, *, alone: bool) -> str:
        """With its currency, or `alone` where that is said after a later word ("$15" of "$15 million")."""
        sign = f"{self.sign} " if self.sign else ""
        if self.high is None and not self.size and not alone:
            return f"{sign}{money(self.currency, self.low)}{self.per}"
        if self.high and not (self.size or alone) and re.search(r"\.\d\d$", self.low):
            return f"{sign}{money(self.currency, self.low)} to {money(self.currency, self.high)}{self.per}"
        low = f"{cardinal(self.low)} {self.low_size}".strip()
        numbers = low if self.high is None else f"{low} to {cardinal(self.high)}"
        return sign + (numbers if alone else f"{numbers} {self.size}".strip() + f" {self.currency[1]}{self.per}")


@functools.lru_cache(maxsize=256)
def sum_of(core: str) -> MoneyAmount | None:
    """The sum that a token is, None for anything else."""
    plain = core.replace(JOINT, "")
    match = _BEFORE.fullmatch(plain) or _BEHIND.fullmatch(plain)
    if match is None or (match["mark"] in AMBIGUOUS_CODES and JOINT not in core and "," not in match["low"]):
        return None
    low, high = plain_amount(match["low"]), plain_amount(match["high"]) if match["high"] else None
    if low is None or (match["high"] and high is None):
        return None
    size = (match["size"] or "").lstrip("-")
    low_size = MAGNITUDE_SIGNS.get(match["low_size"] or "", "")
    size = MAGNITUDE_SIGNS.get(size, size)
    if high is None and low_size:
        low_size, size = "", low_size
    return MoneyAmount(
        sign="minus" if match["minus"] or match["sign"] == "-" else SYMBOLS.get(match["sign"], ""),
        currency=currency_of(match["mark"]),
        low=low,
        low_size="" if low_size == size else low_size,
        high=high,
        size=size,
        per=_per(match["per"]),
    )


def unit_of(core: str, before: str) -> str | None:
    """A currency that stands behind its number or magnitude as a word of its own: "kr", "CHF", "€/month"."""
    match = _UNIT.fullmatch(core)
    if match is None:
        return None
    return currency_of(match["mark"])[0 if before == "1" else 1] + _per(match["per"])


def span_of(core: str) -> tuple[str, str] | None:
    """The two halves of "million–$2" in "$1 million–$2 million"."""
    match = re.fullmatch(rf"([a-z]+)[–-](?:{MARKS})?({_AMOUNT})", core)
    return (match[1], match[2]) if match and match[1] in MAGNITUDES else None


def per_of(core: str) -> tuple[str, str] | None:
    """The two halves of "million/year", the second as it is said."""
    size, _, per = core.partition("/")
    return (size, _per(per.rstrip("."))) if size.lower() in MAGNITUDES and per.isalpha() else None


def plain_amount(written: str) -> str | None:
    """Digits with a decimal point: 1.234,56 and 3,50 as they are meant where that is certain."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+", written):
        return written.replace(",", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}|0,\d+", written):
        return written.replace(".", "").replace(",", ".")
    return written.replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", written) else None


@functools.cache
def currency_of(mark: str) -> Currency:
    if mark in CURRENCIES:
        return CURRENCIES[mark]
    code = CURRENCY_CODES.get(mark, mark)
    unit, units = (
        re.sub(
            r"\b(?:US|UAE)\b",
            lambda match: ".".join(match.group()),
            get_currency_name(code, count=count, locale="en_US"),
        )
        for count in (1, 2)
    )
    cent, cents = CENTS.get(code, ("cent", "cents") if unit.endswith(("dollar", "euro")) else ("", ""))
    return unit, units, cent, cents


def _per(written: str | None) -> str:
    """/month as "a month", /hr as "an hour", /user/month as "a user a month"."""
    phrase = ""
    for word in (written or "").split("/") if written else ():
        name = PERIODS.get(word.lower()) or UNITS.get(word, (word,))[0]
        phrase += f" {'an' if name[:1].lower() in 'aeio' or name == 'hour' else 'a'} {name}"
    return phrase
