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

from sqlalchemy import Text, cast, select, text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict
from ytempire.kit.locks import Lock, lock, lock_expression
from ytempire.production.models import Video
from ytempire.publishing import automation
from ytempire.publishing.automation import AutomationView, PublishingSlot
from ytempire.publishing.planning import LEAD
from ytempire.publishing.slot_times import slot_times, to_local

AHEAD = timedelta(days=28)

_TAKEN = text("""
    SELECT coalesce(p.publish_at, p.live_at, p.created_at) FROM core.publications p
    WHERE p.channel_id = :channel_id AND p.status NOT IN ('failed', 'removed', 'gone')
      AND coalesce(p.publish_at, p.live_at, p.created_at) >= :since
    UNION ALL
    SELECT CAST(c.desired ->> 'publish_at' AS timestamptz) FROM core.publication_edits c
    WHERE c.channel_id = :channel_id AND c.status = 'planned' AND c.desired ->> 'publish_at' IS NOT NULL
    UNION ALL
    SELECT v.scheduled_at FROM core.videos v
    WHERE v.channel_id = :channel_id AND v.status = 'scheduled' AND v.scheduled_at >= :since
      AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id AND p.status <> 'failed')""")


class NoFreeSlot(Conflict):
    """The channel has no time for a further video."""

    code = "no_free_slot"


@dataclass(frozen=True)
class WeeklySlots:
    """When a channel publishes. `most_a_day`: None where nobody has said how many."""

    slots: Sequence[PublishingSlot]
    zone: ZoneInfo
    max_per_day: int | None

    @classmethod
    def from_automation(cls, plan: AutomationView) -> WeeklySlots:
        return cls(plan.slots, ZoneInfo(plan.time_zone), plan.videos_per_day or None)


async def lock_calendar(session: AsyncSession, channel_id: UUID) -> None:
    """Let nobody else plan on the channel until the transaction ends."""
    await lock(session, Lock.CALENDAR, str(channel_id))


async def lock_calendar_of_video(session: AsyncSession, video_id: UUID) -> None:
    """Lock the calendar of the video's channel; of no video, none."""
    channel = cast(Video.channel_id, Text)
    await session.execute(select(lock_expression(Lock.CALENDAR, channel)).where(Video.id == video_id))


async def taken_times(session: AsyncSession, channel_id: UUID) -> list[datetime]:
    """From yesterday on, which is today in some zone."""
    since = clock.now() - timedelta(days=2)
    return list((await session.scalars(_TAKEN, {"channel_id": channel_id, "since": since})).all())


def free_slots(schedule: WeeklySlots, taken: Collection[datetime], *, now: datetime) -> Iterator[datetime]:
    """In order: not so soon that the upload cannot happen before, and none on a day that has enough."""
    a_day = Counter(to_local(at, schedule.zone).date() for at in taken)
    first, last = (to_local(at, schedule.zone).date() for at in (now, now + AHEAD))
    for at in slot_times(schedule.slots, schedule.zone, first, last):
        is_full = schedule.max_per_day is not None and a_day[to_local(at, schedule.zone).date()] >= schedule.max_per_day
        if at >= now + LEAD and at not in taken and not is_full:
            yield at


async def next_slot(session: AsyncSession, channel_id: UUID) -> datetime:
    """The next free time. Its calendar must be held. Raises NoFreeSlot, NotFound."""
    plan = await automation.get_automation(session, channel_id)
    if not plan.slots:
        raise NoFreeSlot("This channel has no times.", hint="Give it some, in the section Automation of its page.")
    taken = await taken_times(session, channel_id)
    slot = next(free_slots(WeeklySlots.from_automation(plan), taken, now=clock.now()), None)
    if slot is None:
        raise NoFreeSlot(
            f"No time of the next {AHEAD.days} days is free.", hint="Give the channel more times or videos a day."
        )
    return slot
