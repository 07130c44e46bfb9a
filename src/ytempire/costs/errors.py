"""What can go wrong with money."""

from __future__ import annotations

from ytempire.kit.errors import PermanentError


class BudgetExceeded(PermanentError):
    """The call would exceed a budget; it was not made. A refusal, not a failure."""

    status = 409
    code = "budget_exceeded"


class PriceMissing(PermanentError):
    """Nobody knows what the call would cost, so it is not made."""

    status = 409
    code = "price_missing"
