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
def test_blocking_budget_stops_call_that_could_exceed(settled: str, reserved: str, bound: str, stopped: bool) -> None:
    assert (blocking_budget([budget(settled, reserved)], Decimal(bound)) is not None) == stopped


def test_blocking_budget_without_stop_only_warns() -> None:
    assert blocking_budget([budget("99", stop=None)], Decimal(1)) is None
    assert warned_budgets([budget("99", stop=None)])


@pytest.mark.parametrize(("settled", "warned"), [("2.499999", False), ("2.5", True), ("2.9", True)])
def test_warned_budgets_count_settled_amounts_only(settled: str, warned: bool) -> None:
    assert bool(warned_budgets([budget(settled, reserved="9")])) == warned


def test_refusal_message_names_bound_spent_and_stop() -> None:
    text = refusal_message(budget("2.8", "0.1"), Decimal("0.2"))
    assert "0.200000 USD" in text
    assert "2.900000 USD" in text
    assert "3.00 USD" in text


amounts = st.decimals(min_value=0, max_value=4, places=6)


@given(bounds=st.lists(amounts, max_size=20))
def test_blocking_budget_admitted_calls_together_stay_below_stop(bounds: list[Decimal]) -> None:
    spent = Decimal(0)
    for bound in bounds:
        if blocking_budget([budget(str(spent))], bound) is None:
            spent += bound
    assert spent <= Decimal("3.00")
