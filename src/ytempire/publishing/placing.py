"""The free times of a channel, and the lock under which one is taken.

Everybody who gives a publication a time holds the channel's calendar until they commit, so that no two take the same
time, and no day gets more than the channel's videos a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict
from ytempire.publishing.planning import LEAD
from ytempire.publishing.slots import local, moments
from ytempire.youtube import automation
from ytempire.youtube.automation import AutomationView, Slot

AHEAD = timedelta(days=28)

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('calendar ' || CAST(:channel_id AS text), 2))")
_HOLD_OF_VIDEO = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('calendar ' || channel_id::text, 2)) FROM core.videos
    WHERE id = :video_id""")
_TAKEN = text("""
    SELECT coalesce(p.publish_at, p.live_at, p.created_at) FROM core.publications p
    WHERE p.channel_id = :channel_id AND p.status NOT IN ('failed', 'removed', 'gone')
      AND coalesce(p.publish_at, p.live_at, p.created_at) >= :since
    UNION ALL
    SELECT CAST(c.wanted ->> 'publish_at' AS timestamptz) FROM core.publication_changes c
    WHERE c.channel_id = :channel_id AND c.status = 'planned' AND c.wanted ->> 'publish_at' IS NOT NULL
    UNION ALL
    SELECT v.scheduled_at FROM core.videos v
    WHERE v.channel_id = :channel_id AND v.status = 'scheduled' AND v.scheduled_at >= :since
      AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id AND p.status <> 'failed')""")


class NoFreeSlot(Conflict):
    """The channel has no time for a further video."""

    code = "no_free_slot"


@dataclass(frozen=True)
class Schedule:
    """When a channel publishes. `most_a_day`: None where nobody has said how many."""

    slots: Sequence[Slot]
    zone: ZoneInfo
    most_a_day: int | None

    @classmethod
    def of(cls, plan: AutomationView) -> Schedule:
        return cls(plan.slots, ZoneInfo(plan.time_zone), plan.videos_per_day or None)


async def hold_calendar(session: AsyncSession, channel_id: UUID) -> None:
    await session.execute(_HOLD, {"channel_id": channel_id})


async def hold_calendar_of(session: AsyncSession, video_id: UUID) -> None:
    """Of the video's channel; of no video, none."""
    await session.execute(_HOLD_OF_VIDEO, {"video_id": video_id})


async def taken_times(session: AsyncSession, channel_id: UUID) -> list[datetime]:
    """From yesterday on, which is today in some zone."""
    since = clock.now() - timedelta(days=2)
    return list((await session.scalars(_TAKEN, {"channel_id": channel_id, "since": since})).all())


def free_slots(schedule: Schedule, taken: Collection[datetime], *, now: datetime) -> Iterator[datetime]:
    """In order: not so soon that the upload cannot happen before, and none on a day that has enough."""
    a_day = Counter(local(at, schedule.zone).date() for at in taken)
    first, last = (local(at, schedule.zone).date() for at in (now, now + AHEAD))
    for at in moments(schedule.slots, schedule.zone, first, last):
        is_full = schedule.most_a_day is not None and a_day[local(at, schedule.zone).date()] >= schedule.most_a_day
        if at >= now + LEAD and at not in taken and not is_full:
            yield at


async def next_slot(session: AsyncSession, channel_id: UUID) -> datetime:
    """The next free time. Its calendar must be held. Raises NoFreeSlot, NotFound."""
    plan = await automation.get_automation(session, channel_id)
    if not plan.slots:
        raise NoFreeSlot("This channel has no times.", hint="Give it some, in the section Automation of its page.")
    taken = await taken_times(session, channel_id)
    found = next(free_slots(Schedule.of(plan), taken, now=clock.now()), None)
    if found is None:
        raise NoFreeSlot(
            f"No time of the next {AHEAD.days} days is free.", hint="Give the channel more times or videos a day."
        )
    return found
