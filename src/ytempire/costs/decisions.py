"""May this call be made? Pure: budgets and sums in, decision and reason out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class BudgetUsage:
    """A budget and what counts against it: settled ledger lines and open reservations, in US dollars."""

    scope: str  # "video", "channel_day", "day" or "service_video"
    subject: str  # what the sums are of, e.g. a video's id
    warn_usd: Decimal
    stop_usd: Decimal | None
    settled_usd: Decimal
    reserved_usd: Decimal


# The specification's hard limit of a video. Only an administrator who says why lifts it.
CEILING_USD = Decimal("3.00")

SCOPE_LABELS = {
    "video": "this video",
    "channel_day": "this channel today",
    "day": "all channels today",
    "service_video": "this service in this video",
}


def blocking_budget(budgets: Sequence[BudgetUsage], max_usd: Decimal) -> BudgetUsage | None:
    """Return the first budget that a call of at most `max_usd` could exceed, or None. Reaching it is allowed."""
    for budget in budgets:
        if budget.stop_usd is not None and budget.settled_usd + budget.reserved_usd + max_usd > budget.stop_usd:
            return budget
    return None


def exceeded_budget(budgets: Sequence[BudgetUsage]) -> BudgetUsage | None:
    """Return the first budget that is exceeded already."""
    return blocking_budget(budgets, Decimal(0))


def warned_budgets(budgets: Sequence[BudgetUsage]) -> list[BudgetUsage]:
    """Return the budgets whose warning the settled money has reached."""
    return [budget for budget in budgets if budget.settled_usd >= budget.warn_usd > 0]


def refusal_message(budget: BudgetUsage, max_usd: Decimal) -> str:
    used = budget.settled_usd + budget.reserved_usd
    return (
        f"The call could cost {max_usd:.6f} USD, and {used:.6f} USD are spent or reserved for "
        f"{SCOPE_LABELS[budget.scope]}: together more than the limit of {budget.stop_usd:.2f} USD. It was not made."
    )
