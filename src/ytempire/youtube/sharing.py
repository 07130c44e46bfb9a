"""How a day's units are shared between the reading of figures and uploads: what each leaves to the other. The one truth
of it, for the collector, for the plan of uploads, and for what is shown of both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from ytempire.kit.database import AsyncSession
from ytempire.youtube.dressed import Amounts
from ytempire.youtube.methods import UNITS
from ytempire.youtube.projects import Moment, Project, day_begins, day_of

# Each has a fifth of the day that the other does not touch. Reading more slowly costs some freshness, an upload that
# waits costs a day: so reading keeps no more than that, however many channels there are. And whoever publishes next
# should not have to wait for midnight because somebody counted views: so reading leaves no less.
FIFTH = 5
# What reading needs for each connected channel: a call of `videos.list` every five minutes for its young videos (288 a
# day), its daily probe, and the hourly looks at what waits for its time.
READS_OF_A_CHANNEL = 320

_CONNECTED = text("""
    SELECT count(*) FROM core.channel_connections k JOIN core.channels c ON c.id = k.channel_id
    WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND c.status IN ('active', 'paused')""")


@dataclass(frozen=True)
class Share:
    """What uploads leave to reading: in a whole day, and in what is left of this one."""

    daily: Amounts
    today: Amounts


def kept_for_reading(allowances: Amounts, channels: int) -> Amounts:
    """In a whole day."""
    return {UNITS: min(READS_OF_A_CHANNEL * channels, allowances.get(UNITS, 0) // FIFTH)}


def kept_for_uploads(allowed: int, needed: int) -> int:
    """Units of the day that reading leaves to uploads, of which those that wait still need so many today."""
    return min(max(allowed // FIFTH, needed), allowed - allowed // FIFTH)


def part_left(now: datetime) -> float:
    """How much of the Pacific day is still to come: from 1 at its beginning to 0."""
    begun, ends = day_begins(day_of(now)), day_begins(day_of(now) + timedelta(days=1))
    return (ends - now) / (ends - begun)


def still(amounts: Amounts, now: datetime) -> Amounts:
    """How much of what is for a whole day is for the rest of this one."""
    return {bucket: math.ceil(amount * part_left(now)) for bucket, amount in amounts.items()}


async def share_of_reading(session: AsyncSession, project: Project, now: Moment) -> Share:
    """Needs the platform's session."""
    channels = await session.scalar(_CONNECTED, {"project_id": project.id}) or 0
    daily = kept_for_reading(project.allowances, channels)
    return Share(daily, still(daily, now.at))
