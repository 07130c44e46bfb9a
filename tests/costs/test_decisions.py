"""May this call be made? Tables and properties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.costs.decisions import BudgetUsage, blocking_budget, refusal_message, warned_budgets


def budget(settled: str, reserved: str = "0", *, warn: str = "2.50", stop: str | None = "3.00") -> BudgetUsage:
    return BudgetUsage(
        "video", "v", Decimal(warn), Decimal(stop) if stop else None, Decimal(settled), Decimal(reserved)
    )


@pytest.mark.parametrize(
    ("settled", "reserved", "bound", "stopped"),
    [
        ("0", "0", "3.000000", False),  # reaching a limit exactly is allowed
        ("0", "0", "3.000001", True),
        ("2.5", "0", "0.5", False),
        ("2.5", "0.000001", "0.5", True),  # what others reserved counts
        ("3", "0", "0", False),
        ("3.1", "0", "0", True),  # over it by an unknown outcome: nothing more is bought
    ],
)
def test_stops_before_the_call(settled: str, reserved: str, bound: str, stopped: bool) -> None:
    assert (blocking_budget([budget(settled, reserved)], Decimal(bound)) is not None) == stopped


def test_a_limit_without_a_stop_only_warns() -> None:
    assert blocking_budget([budget("99", stop=None)], Decimal(1)) is None
    assert warned_budgets([budget("99", stop=None)])


@pytest.mark.parametrize(("settled", "warned"), [("2.499999", False), ("2.5", True), ("2.9", True)])
def test_warns_by_what_is_settled(settled: str, warned: bool) -> None:
    assert bool(warned_budgets([budget(settled, reserved="9")])) == warned


def test_the_refusal_names_every_figure() -> None:
    text = refusal_message(budget("2.8", "0.1"), Decimal("0.2"))
    assert "0.200000 USD" in text
    assert "2.900000 USD" in text
    assert "3.00 USD" in text


amounts = st.decimals(min_value=0, max_value=4, places=6)


@given(bounds=st.lists(amounts, max_size=20))
def test_calls_that_were_let_through_never_pass_the_limit_together(bounds: list[Decimal]) -> None:
    spent = Decimal(0)
    for bound in bounds:
        if blocking_budget([budget(str(spent))], bound) is None:
            spent += bound
    assert spent <= Decimal("3.00")
