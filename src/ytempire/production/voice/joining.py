"""Quantities that spaces part, as one token each: 12 000, US$ 5, CHF 50, (555) 010-9999."""

from __future__ import annotations

import re

from ytempire.production.voice.quantities import DIGITWISE
from ytempire.production.voice.sums import JOINT, MARKS

_SPACES = "\u00a0\u2007\u2009\u202f"  # those that keep a number on one line
_GROUPED = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:(?:[{_SPACES}]\d{{3}})+|(?: \d{{3}})* 000)(?![\d{_SPACES}])")
_APOSTROPHES = re.compile(r"(?<=\d)['’](?=\d{3}(?!\d))")
_MARKED = re.compile(rf"(?<!\w)[-−–+~<>≈]?(?:{MARKS})\.?\s(?=[-−]?\d)")
_PHONE = re.compile(
    r"(?<![\w$€£.,/:+-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}|(?:1[-. ])?\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"
    r"|(?:1[-. ])?\d{3}([-. ])\d{3}\1\d{4}|0\d{2,4}[ -]\d{3,4}(?:[ -]\d{3,4})?|\d{3}[-.]0\d{3}|555[-.]\d{4}"
    r"|(?:(?<=\b[Cc]all )|(?<=\b[Dd]ial )|(?<=\b[Pp]hone )|(?<=\b[Tt]el[.:] )|(?<=\b[Cc]all us at ))\d{3}[-. ]\d{4}"
    r")(?![\w-]|[.,/:%]\d)"
)


def join_quantities(text: str) -> str:
    """The text, of the same length, without white space in numbers, in telephone numbers and before amounts."""
    text = _PHONE.sub(lambda found: re.sub(r"[^\d+]", DIGITWISE, found.group()), text)
    text = _APOSTROPHES.sub(",", _GROUPED.sub(lambda found: re.sub(r"\s", ",", found.group()), text))
    return _MARKED.sub(lambda found: found.group()[:-1] + JOINT, text)
