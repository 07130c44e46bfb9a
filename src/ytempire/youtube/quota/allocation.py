"""How a day's units are shared: the numbers that every claim keeps to."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ytempire.youtube.projects import day_begins, day_of

# Uploads and reading have a fifth of the day each that the other does not touch. Reading more slowly costs some
# freshness, an upload that waits costs a day: so reading claims no more than that, however many channels there are. And
# whoever publishes next should not have to wait for midnight because somebody counted views: so uploads claim no less.
MIN_SHARE_DIVISOR = 5


def at_most_a_share(allowed: int, needed: int) -> int:
    """Return what may be claimed of so many units of a day, where no more than a share is."""
    return min(needed, allowed // MIN_SHARE_DIVISOR)


def at_least_a_share(allowed: int, needed: int) -> int:
    """Return what may be claimed of so many units of a day, where no less than a share is, and a share is left."""
    return min(max(allowed // MIN_SHARE_DIVISOR, needed), allowed - allowed // MIN_SHARE_DIVISOR)


def remaining_day_fraction(now: datetime) -> float:
    """Return how much of the Pacific day is still to come: from 1 at its beginning to 0."""
    begins, ends = day_begins(day_of(now)), day_begins(day_of(now) + timedelta(days=1))
    return (ends - now) / (ends - begins)


def prorate_today(units: int, now: datetime) -> int:
    """Return how much of what is for a whole day is for the rest of this one."""
    return math.ceil(units * remaining_day_fraction(now))
