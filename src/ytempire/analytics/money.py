"""Money as it stands in JSON, in millionths of a dollar: from its digits, so that none of it becomes a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.analytics.breakdowns import MICRO, Numbers
from ytempire.analytics.reasons import reason_for
from ytempire.kit.money import usd

NONE = msgspec.Raw(b"0")
MOST_USD = 1_000_000_000
PLACES = 6
_WIDEST = 12  # characters in front of the decimals: less than 64 bits can hold in millionths
_SCALE = 10 ** np.arange(PLACES + 1)
_END, _DOT = b"\n."
_PLAIN = b"-.0123456789\n"
_IS_PLAIN = np.isin(np.arange(256), list(_PLAIN))
_decimal, _number = msgspec.json.Decoder(Decimal), msgspec.json.Decoder(float)


@dataclass(frozen=True)
class Money:
    """One column. `wrong`: by the reason, which of them are no money; these are 0."""

    millionths: Numbers
    wrong: dict[str, npt.NDArray[np.bool_]]


def read(name: str, said: Sequence[msgspec.Raw]) -> Money:
    """Values of the field `name`, as JSON has them. What has more than six decimals is rounded, half up."""
    found, unusual = _plain(said)
    reasons: dict[int, str] = {}
    for place in unusual:
        try:
            found[place] = _one(said[place])
        except msgspec.ValidationError as error:
            reasons[place] = reason_for(error, name)
    for place in np.flatnonzero(np.abs(found) > MOST_USD * MICRO).tolist():
        reasons[place] = _beyond(name, below=found[place] < 0)
    wrong = {reason: np.zeros(len(said), bool) for reason in sorted(set(reasons.values()))}
    for place, reason in reasons.items():
        wrong[reason][place], found[place] = True, 0
    return Money(found, wrong)


def _plain(said: Sequence[msgspec.Raw]) -> tuple[Numbers, list[int]]:
    """Numbers without an exponent and of no more than six decimals, all at once; and the places of the others.

    A number without its point is a whole one of so many decimals, and that is read by C. One by one as decimals they
    would take three times as long as all the rest of an event.
    """
    text = bytearray(b"\n".join(said) + b"\n" if said else b"")
    letters = np.frombuffer(text, np.uint8)
    ends, dots = np.flatnonzero(letters == _END), np.flatnonzero(letters == _DOT)
    assert len(ends) == len(said), "no value goes over the end of a line"
    decimals = np.zeros(len(said), np.int64)
    with_dot = np.searchsorted(ends, dots) if len(dots) else dots
    decimals[with_dot] = ends[with_dot] - dots - 1
    others = (decimals > PLACES) | (np.diff(ends, prepend=-1) - 1 - decimals > _WIDEST)
    if text.translate(None, _PLAIN):
        others[np.searchsorted(ends, np.flatnonzero(~_IS_PLAIN[letters]))] = True
    unusual = np.flatnonzero(others).tolist()
    for place in unusual:
        begin, end = int(ends[place - 1]) + 1 if place else 0, int(ends[place])
        text[begin:end] = b"0".ljust(end - begin)
        decimals[place] = 0
    return np.fromstring(bytes(text).replace(b".", b""), np.int64, sep="\n") * _SCALE[PLACES - decimals], unusual


def _one(said: msgspec.Raw) -> int:
    """Raises msgspec.ValidationError for what is no number."""
    if bytes(said)[:1] not in b"-0123456789":
        _number.decode(said)  # a decimal may stand in quotes, a number of ours may not
    value = _decimal.decode(said)
    if abs(value) > MOST_USD:
        return (MOST_USD + 1) * MICRO * (-1 if value < 0 else 1)
    return int(usd(value).scaleb(PLACES))


def _beyond(name: str, *, below: bool) -> str:
    return f"{name} is {'less than -' if below else 'more than '}{MOST_USD:,}"
