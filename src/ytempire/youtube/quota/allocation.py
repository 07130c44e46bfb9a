"""How a day's units are shared between data collection and uploads: what each leaves to the other. The one truth of
it, for the collector, for the plan of uploads, and for what is shown of both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from ytempire.kit.database import AsyncSession
from ytempire.youtube.methods import UNITS
from ytempire.youtube.projects import Project, ServiceClock, day_begins, day_of
from ytempire.youtube.quota.costs import Amounts

# Each has a fifth of the day that the other does not touch. Reading more slowly costs some freshness, an upload that
# waits costs a day: so reading keeps no more than that, however many channels there are. And whoever publishes next
# should not have to wait for midnight because somebody counted views: so reading leaves no less.
MIN_SHARE_DIVISOR = 5
# What reading needs for each connected channel: a call of `videos.list` every five minutes for its young videos (288 a
# day), its daily probe, and the hourly looks at what waits for its time.
UNITS_PER_CHANNEL = 320

_CONNECTED = text("""
    SELECT count(*) FROM core.channel_connections k JOIN core.channels c ON c.id = k.channel_id
    WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND c.status IN ('active', 'paused')""")


@dataclass(frozen=True)
class QuotaAllocation:
    """What uploads leave to reading: in a whole day, and in what is left of this one."""

    daily: Amounts
    today: Amounts


def collection_allocation(allowances: Amounts, channels: int) -> Amounts:
    """In a whole day."""
    return {UNITS: min(UNITS_PER_CHANNEL * channels, allowances.get(UNITS, 0) // MIN_SHARE_DIVISOR)}


def upload_allocation(allowed: int, needed: int) -> int:
    """Units of the day that reading leaves to uploads, of which those that wait still need so many today."""
    return min(max(allowed // MIN_SHARE_DIVISOR, needed), allowed - allowed // MIN_SHARE_DIVISOR)


def remaining_day_fraction(now: datetime) -> float:
    """How much of the Pacific day is still to come: from 1 at its beginning to 0."""
    begins, ends = day_begins(day_of(now)), day_begins(day_of(now) + timedelta(days=1))
    return (ends - now) / (ends - begins)


def prorate_today(amounts: Amounts, now: datetime) -> Amounts:
    """How much of what is for a whole day is for the rest of this one."""
    return {bucket: math.ceil(amount * remaining_day_fraction(now)) for bucket, amount in amounts.items()}


async def read_allocation(session: AsyncSession, project: Project, now: ServiceClock) -> QuotaAllocation:
    """Needs the platform's session."""
    channels = await session.scalar(_CONNECTED, {"project_id": project.id}) or 0
    daily = collection_allocation(project.allowances, channels)
    return QuotaAllocation(daily, prorate_today(daily, now.at))
