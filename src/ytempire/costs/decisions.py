"""May this call be made? Pure: limits and sums in, decision and reason out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Limit:
    """A budget and what counts against it: settled ledger lines and open reservations, in US dollars."""

    scope: str  # "video", "channel_day", "day" or "service_video"
    subject: str  # what the sums are of, e.g. a video's id
    warn_usd: Decimal
    stop_usd: Decimal | None
    settled_usd: Decimal
    reserved_usd: Decimal


# The specification's hard limit of a video. Only an administrator who says why lifts it.
CEILING_USD = Decimal("3.00")

WORDS = {
    "video": "this video",
    "channel_day": "this channel today",
    "day": "all channels today",
    "service_video": "this service in this video",
}


def stopped_by(limits: Sequence[Limit], bound_usd: Decimal) -> Limit | None:
    """The first limit that a call of at most `bound_usd` could pass, or None. Reaching a limit exactly is allowed."""
    for limit in limits:
        if limit.stop_usd is not None and limit.settled_usd + limit.reserved_usd + bound_usd > limit.stop_usd:
            return limit
    return None


def passed(limits: Sequence[Limit]) -> Limit | None:
    """The first limit that is passed already."""
    return stopped_by(limits, Decimal(0))


def warned_by(limits: Sequence[Limit]) -> list[Limit]:
    """The limits whose warning the settled money has reached."""
    return [limit for limit in limits if limit.settled_usd >= limit.warn_usd > 0]


def refusal(limit: Limit, bound_usd: Decimal) -> str:
    used = limit.settled_usd + limit.reserved_usd
    return (
        f"The call could cost {bound_usd:.6f} USD, and {used:.6f} USD are spent or reserved for "
        f"{WORDS[limit.scope]}: together more than the limit of {limit.stop_usd:.2f} USD. It was not made."
    )
