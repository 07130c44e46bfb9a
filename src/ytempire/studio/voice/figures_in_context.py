"""Figures that are read by what stands around them: dates, times, versions, addresses, fractions with a slash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ytempire.studio.voice.lexicon import DATED, METRES, MONTH_NAMES, RATIOS, TIMED, VERSIONED
from ytempire.studio.voice.numerals import cardinal, digit_by_digit, ordinal, year

_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"),  # as Americans write
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})"),  # as Europeans do
)
_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_DURATION = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)")
_GROUPS = re.compile(r"v?(\d+(?:\.\d+){2,})")
_MINOR = re.compile(r"v?(\d+)\.([1-9]\d+)")
_SLASHED = re.compile(r"(\d+)/(\d+)")
HEARD = 6  # words in which what a figure means is said
_SHARES = frozenset(((1, 2), (1, 3), (2, 3), (1, 4), (3, 4)))
LONGEST_MIXED = 3  # digits before a fraction: more are a year
NOON, MIDNIGHT, LARGEST_OCTET, OCTETS = 12, 24, 255, 4


@dataclass(frozen=True)
class Neighbours:
    """The words of a sentence without the marks around them, and the place of one of them."""

    words: Sequence[str]
    index: int

    @property
    def before(self) -> str:
        return self.words[self.index - 1] if self.index else ""

    @property
    def heard(self) -> Sequence[str]:
        """The last few words before it."""
        return self.words[max(0, self.index - HEARD) : self.index]

    @property
    def after(self) -> str:
        return self.words[self.index + 1] if self.index + 1 < len(self.words) else ""


def read_in_context(core: str, near: Neighbours) -> str | None:
    """Return what a reader says for a word with figures, None where it is told by itself."""
    if (day := _date_of(core)) is not None:
        return f"{_month_name(day.month)} {ordinal(day.day)}, {year(day.year)}"
    if (match := _MONTH.fullmatch(core)) and int(match[2]) <= int(match[1]) % 100:  # else 2003-04 are two years
        return f"{_month_name(int(match[2]))} {year(int(match[1]))}"
    for pattern, reader in (
        (_DURATION, _read_duration),
        (_TIME, _read_time),
        (_GROUPS, _read_groups),
        (_MINOR, _read_minor),
        (_SLASHED, _read_slashed),
    ):
        if match := pattern.fullmatch(core):
            return reader(match, near)
    return None


def _date_of(core: str) -> date | None:
    for pattern in _DATES:
        if match := pattern.fullmatch(core):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                continue  # there is no month 14: the other order
    return None


def _month_name(month: int) -> str:
    return MONTH_NAMES[month - 1]


def _read_duration(match: re.Match[str], near: Neighbours) -> str:
    units = ("hour", "minute", "second")
    return " ".join(
        f"{cardinal(str(int(value)))} {unit}{'' if int(value) == 1 else 's'}"
        for value, unit in zip(match.groups(), units, strict=True)
    )


def _read_time(match: re.Match[str], near: Neighbours) -> str | None:
    """ "4:00 PM" has no o'clock, "22:00" no noon, "02:30" no zero."""
    hour, minute = int(match[1]), match[2]
    is_half_named = near.after.replace(".", "").lower() in {"am", "pm"}
    if minute == "00" and is_half_named:
        return cardinal(str(hour))
    if minute == "00" and NOON < hour < MIDNIGHT and near.before.lower() in TIMED:
        return f"{cardinal(str(hour - NOON))} P.M"
    if minute != "00" and match[1].startswith("0") and hour:
        return f"{cardinal(str(hour))} {'oh ' if minute[0] == '0' else ''}{cardinal(str(int(minute)))}"
    return None


def _read_groups(match: re.Match[str], near: Neighbours) -> str:
    """ "192.168.0.1" is an address, "2.0.1" a version or a section."""
    groups = match[1].split(".")
    if len(groups) == OCTETS and max(map(int, groups)) <= LARGEST_OCTET and max(map(len, groups)) > 2:
        return " dot ".join(_read_octet(group) for group in groups)
    first, *others = groups
    return " point ".join([cardinal(first), *map(_read_version_part, others)])


def _read_octet(group: str) -> str:
    """As people say them: one ninety-two."""
    if len(group) < 3 or int(group) % 100 < 10:
        return cardinal(group)
    return f"{cardinal(group[0])} {cardinal(group[1:])}"


def _read_version_part(group: str) -> str:
    if group == "0":
        return "oh"
    return digit_by_digit(group) if group.startswith("0") else cardinal(group)


def _read_minor(match: re.Match[str], near: Neighbours) -> str | None:
    """ "Python 3.10" is three point ten, "a mean of 3.10" is not."""
    if near.before.lower() not in VERSIONED or not (near.before[:1].isupper() or near.before in {"version"}):
        return None
    return f"{cardinal(match[1])} point {cardinal(match[2])}"


def _read_slashed(match: re.Match[str], near: Neighbours) -> str | None:
    top, bottom = int(match[1]), int(match[2])
    if near.before.isdecimal() and top < bottom and len(near.before) <= LONGEST_MIXED:
        return {(1, 2): "and a half", (1, 4): "and a quarter", (3, 4): "and three quarters"}.get((top, bottom)) or (
            f"and {_read_fraction(top, bottom)}"
        )
    if (top, bottom) == (9, 11) or near.after.lower() in METRES:
        return f"{cardinal(match[1])} {cardinal(match[2])}"
    if not RATIOS.isdisjoint(word.lower() for word in near.heard):
        return f"{cardinal(match[1])} by {cardinal(match[2])}"
    is_share = (top, bottom) in _SHARES or near.after.lower() == "of"
    if _is_day(top, bottom) and not is_share and (near.before.lower() in DATED or any(map(_date_of, near.heard))):
        return f"{_month_name(top)} {ordinal(bottom)}"
    return _read_fraction(top, bottom) if top < bottom and bottom % 100 == 0 else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= len(MONTH_NAMES) and 1 <= day <= 31


def _read_fraction(top: int, bottom: int) -> str:
    return f"{cardinal(str(top))} {ordinal(bottom).removeprefix('one ')}{'' if top == 1 else 's'}"
