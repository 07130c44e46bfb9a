from decimal import Decimal

import pytest

from ytempire.kit.money import usd


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.0000005", "0.000001"),
        ("0.00000049", "0.000000"),
        ("3", "3.000000"),
        ("2.9999995", "3.000000"),
    ],
)
def test_usd_rounds_half_up_to_millionth(value: str, expected: str) -> None:
    assert str(usd(value)) == expected


def test_usd_from_float_is_refused() -> None:
    with pytest.raises(TypeError):
        usd(0.1)  # type: ignore[arg-type]


def test_usd_from_decimal_keeps_value() -> None:
    assert usd(Decimal("1.5")) == Decimal("1.5")
