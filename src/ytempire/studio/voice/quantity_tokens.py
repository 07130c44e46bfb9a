"""Quantities that spaces part, as one token each: 12 000, US$ 5, CHF 50, (555) 010-9999."""

from __future__ import annotations

import re

from ytempire.studio.voice.lexicon import AMBIGUOUS_CODES
from ytempire.studio.voice.money_amounts import JOINT, MAGNITUDES, MARKS
from ytempire.studio.voice.quantities import DIGITWISE

_SPACES = "\u00a0\u2007\u2009\u202f"  # those that keep a number on one line
_GROUPED = re.compile(
    rf"(?<![\d.,])(?<!\b0\d\d )(?<!\b0\d\d\d )\d{{1,3}}(?:(?:[{_SPACES}]\d{{3}})+|(?: \d{{3}})* 000)(?![\d{_SPACES}])"
    r"(?:,\d{1,2}(?!\d))?"
)
_CODES = "|".join(sorted(AMBIGUOUS_CODES))
_APOSTROPHES = re.compile(r"(?<=\d)['’](?=\d{3}(?!\d))")
_MARKED = re.compile(rf"(?<!\w)[-−–+~<>≈]?(?!{_CODES})(?:{MARKS})\.?\s(?=[-−]?\.?\d)|\b(?:US|AU|CA|NZ|HK|SG)\s(?=\$\d)")
_AMBIGUOUS = re.compile(rf"\b(?:{_CODES})\s(?=\d[\d.]*(?:,\d{{3}}|\s(?:{'|'.join(sorted(MAGNITUDES))})\b))")
_CALLED = r"(?:(?<=\b[Cc]all )|(?<=\b[Dd]ial )|(?<=\b[Pp]hone )|(?<=\b[Tt]el[.:] )|(?<=\b[Cc]all us at ))"
_PHONES = (
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}",  # +44 20 7946 0958
    r"(?:1[-. ])?\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}",  # (555) 010-9999
    r"(?:1[-. ])?\d{3}([-. ])\d{3}\1\d{4}",  # 1-800-555-0199
    r"0\d{1,4}[ -]\d{3,8}(?:[ -]\d{2,4}){0,2}",  # 020 7946 0958: no amount begins with 0
    r"\d{1,5}(?:-\d{1,7}){3,}",  # 978-0-306-40615-7
    r"\d{3}[-.]0\d{3}|555[-.]\d{4}",
    rf"{_CALLED}\d{{3}}[-. ]\d{{4}}",
)
_PHONE = re.compile(rf"(?<![\w$€£.,/:+-])(?:{'|'.join(_PHONES)})(?![\w-]|[.,/:%]\d)")


def join_quantities(text: str) -> str:
    """The text, of the same length, without white space in numbers, in telephone numbers and before amounts."""
    text = _APOSTROPHES.sub(",", _GROUPED.sub(_grouped, text))
    text = _PHONE.sub(lambda match: re.sub(r"[^\d+]", DIGITWISE, match.group()), text)
    for pattern in (_MARKED, _AMBIGUOUS):
        text = pattern.sub(lambda match: match.group()[:-1] + JOINT, text)
    return text


def _grouped(match: re.Match[str]) -> str:
    """12 345,67 as 12,345.67."""
    whole, comma, decimals = match.group().partition(",")
    return re.sub(r"\s", ",", whole) + comma.replace(",", ".") + decimals
