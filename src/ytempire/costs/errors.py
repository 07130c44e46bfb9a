"""What can go wrong with money."""

from __future__ import annotations

from ytempire.kit.errors import NeverRetry


class CostRefused(NeverRetry):
    """The call would pass a limit; it was not made. A refusal, not a failure."""

    status = 409
    code = "cost_limit_reached"


class PriceMissing(NeverRetry):
    """Nobody knows what the call would cost, so it is not made."""

    status = 409
    code = "price_missing"
