"""Money as it stands in JSON, in millionths of a dollar: from its digits, so that none of it becomes a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.ingest.breakdowns import MICRO, Numbers
from ytempire.ingest.error_messages import reason_for
from ytempire.kit.money import usd

NONE = msgspec.Raw(b"0")
MAX_USD = 1_000_000_000
DECIMAL_PLACES = 6
_WIDEST = 12  # characters in front of the decimals: less than 64 bits can hold in millionths
_SCALE = 10 ** np.arange(DECIMAL_PLACES + 1)
_END, _DOT = b"\n."
_PLAIN = b"-.0123456789\n"
_IS_PLAIN = np.isin(np.arange(256), list(_PLAIN))
_decimal, _number = msgspec.json.Decoder(Decimal), msgspec.json.Decoder(float)


@dataclass(frozen=True)
class Money:
    """One column. `wrong`: by the reason, which of them are no money; these are 0."""

    millionths: Numbers
    wrong: dict[str, npt.NDArray[np.bool_]]


def parse(name: str, values: Sequence[msgspec.Raw]) -> Money:
    """Values of the field `name`, as JSON has them. What has more than six decimals is rounded, half up."""
    millionths, unusual = _parse_plain_amounts(values)
    reasons: dict[int, str] = {}
    for index in unusual:
        try:
            millionths[index] = _parse_amount(values[index])
        except msgspec.ValidationError as error:
            reasons[index] = reason_for(error, name)
    for index in np.flatnonzero(np.abs(millionths) > MAX_USD * MICRO).tolist():
        reasons[index] = _out_of_range(name, below=millionths[index] < 0)
    wrong = {reason: np.zeros(len(values), bool) for reason in sorted(set(reasons.values()))}
    for index, reason in reasons.items():
        wrong[reason][index], millionths[index] = True, 0
    return Money(millionths, wrong)


def _parse_plain_amounts(values: Sequence[msgspec.Raw]) -> tuple[Numbers, list[int]]:
    """Numbers without an exponent and of no more than six decimals, all at once; and the places of the others.

    A number without its point is a whole one of so many decimals, and that is read by C. One by one as decimals they
    would take three times as long as all the rest of an event.
    """
    text = bytearray(b"\n".join(values) + b"\n" if values else b"")
    letters = np.frombuffer(text, np.uint8)
    ends, dots = np.flatnonzero(letters == _END), np.flatnonzero(letters == _DOT)
    assert len(ends) == len(values), "no value goes over the end of a line"
    decimals = np.zeros(len(values), np.int64)
    with_dot = np.searchsorted(ends, dots) if len(dots) else dots
    decimals[with_dot] = ends[with_dot] - dots - 1
    others = (decimals > DECIMAL_PLACES) | (np.diff(ends, prepend=-1) - 1 - decimals > _WIDEST)
    if text.translate(None, _PLAIN):
        others[np.searchsorted(ends, np.flatnonzero(~_IS_PLAIN[letters]))] = True
    unusual = np.flatnonzero(others).tolist()
    for index in unusual:
        begin, end = int(ends[index - 1]) + 1 if index else 0, int(ends[index])
        text[begin:end] = b"0".ljust(end - begin)
        decimals[index] = 0
    return np.fromstring(bytes(text).replace(b".", b""), np.int64, sep="\n") * _SCALE[
        DECIMAL_PLACES - decimals
    ], unusual


def _parse_amount(value: msgspec.Raw) -> int:
    """Raises msgspec.ValidationError for what is no number."""
    if bytes(value)[:1] not in b"-0123456789":
        _number.decode(value)  # a decimal may stand in quotes, a number of ours may not
    amount = _decimal.decode(value)
    if abs(amount) > MAX_USD:
        return (MAX_USD + 1) * MICRO * (-1 if amount < 0 else 1)
    return int(usd(amount).scaleb(DECIMAL_PLACES))


def _out_of_range(name: str, *, below: bool) -> str:
    return f"{name} is {'less than -' if below else 'more than '}{MAX_USD:,}"
