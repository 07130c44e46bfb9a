"""Money is Decimal in US dollars, six places: cents are too coarse for a token."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MICRO = Decimal("0.000001")
ZERO = Decimal("0.000000")


def usd(value: Decimal | int | str) -> Decimal:
    """`value` rounded to a millionth of a dollar, half up. Never takes a float."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    return Decimal(value).quantize(MICRO, rounding=ROUND_HALF_UP)
