"""The calendar of some days: each time with what fills it, what waits for which reset of quota, and what does not go
together. A read model: whose channels are shown says the session, what the quota is says the platform.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from ytempire.channels import service as channels
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import InvalidInput
from ytempire.publishing import outlook, unplanned
from ytempire.publishing.conflicts import FAR, NOT_THERE, ON_THE_WAY, Conflict, Desk, Entry, Ready, conflicts
from ytempire.publishing.outlook import Outlook
from ytempire.publishing.slots import local, moments
from ytempire.youtube import automation, connections
from ytempire.youtube.service import YouTube

LONGEST = timedelta(days=62)
# A day of some zone begins and ends within these of the same day of UTC.
BEFORE_UTC, AFTER_UTC = timedelta(hours=14), timedelta(hours=12)
A_DAY = timedelta(days=1)
# What becomes overdue when its time passes; `scheduled`: a time of which nobody has ordered the publication.
OPEN = (*ON_THE_WAY, "scheduled")


@dataclass(frozen=True)
class SlotView:
    channel_id: UUID
    at: datetime
    day: date
    video_ids: Sequence[UUID]  # none: it is free
    is_past: bool


@dataclass(frozen=True)
class Calendar:
    since: date
    until: date
    now: datetime
    desks: Sequence[Desk]
    slots: Sequence[SlotView]
    entries: Sequence[Entry]
    ready: Sequence[Ready]
    conflicts: Sequence[Conflict]
    quota: Sequence[Outlook]


async def read_calendar(
    youtube: YouTube, sessions: Sessions, *, since: date | None, until: date, channel_id: UUID | None = None
) -> Calendar:
    """Days of each channel's own, both included; without `since`, from each one's own today on.

    What is overdue from before that is always there: it waits for somebody to do something. Raises InvalidInput,
    NotFound.
    """
    now = clock.now()
    first = since or now.date() - A_DAY  # which is today in some zone
    if not timedelta() <= until - first <= LONGEST:
        raise InvalidInput(f"A calendar has 1 to {LONGEST.days + 1} days.")
    async with sessions.begin() as session:
        desks = await _desks(session, channel_id)
        rows = await _entries(session, list(desks), first, until, now)
        finished = await unplanned.read_unplanned(session, desks)
    found = await outlook.read_outlooks(
        youtube, {desk.connection.project_id for desk in desks.values() if desk.connection is not None}
    )
    begins = {one: since or local(now, desk.zone).date() for one, desk in desks.items()}
    entries = [
        one
        for one in (_entry(row, desks[row.channel_id], found, now) for row in rows)
        if _is_shown(one, begins[one.channel_id], until, now)
    ]
    slots = _slots(desks.values(), entries, begins, until, now)
    at_slot = {(one.channel_id, one.at) for one in slots}
    entries = [replace(one, in_slot=(one.channel_id, one.at) in at_slot) for one in entries]
    ready = await asyncio.to_thread(unplanned.ready_of, finished, desks, found, now)
    return Calendar(
        min(begins.values(), default=first),
        until,
        now,
        list(desks.values()),
        slots,
        entries,
        ready,
        conflicts(desks, entries, ready, now=now),
        found,
    )


async def _desks(session: AsyncSession, channel_id: UUID | None) -> dict[UUID, Desk]:
    known = (
        await channels.list_channels(session)
        if channel_id is None
        else [await channels.get_channel(session, channel_id)]
    )
    plans = await automation.list_automations(session, known)
    connected = {one.channel_id: one for one in await connections.list_connections(session)}
    return {one.id: Desk(one, plans[one.id], connected.get(one.id)) for one in known}


_ENTRIES = text("""
    SELECT p.video_id, p.id AS publication_id, p.channel_id, v.title,
           coalesce(p.publish_at, p.live_at, p.created_at) AS at, p.publish_at, p.status,
           p.status = 'processing' AND p.processed_at IS NOT NULL AS is_scheduled,
           p.is_automatic, p.is_sandbox, p.last_error, p.status = 'planned' AS can_move
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id
    WHERE coalesce(p.publish_at, p.live_at, p.created_at) < :until
      AND (coalesce(p.publish_at, p.live_at, p.created_at) >= :since
           OR p.status = ANY (:open) AND coalesce(p.publish_at, p.live_at, p.created_at) < :now)
      AND p.channel_id = ANY (:channels)
      -- a failure is shown until it is tried anew; what was taken back is not on the calendar
      AND (p.status <> 'failed' OR p.last_error ->> 'reason' IS DISTINCT FROM 'takenBack'
           AND NOT EXISTS (SELECT FROM core.publications n WHERE n.video_id = p.video_id AND n.id > p.id))
    UNION ALL
    SELECT v.id, NULL, v.channel_id, v.title, v.scheduled_at, v.scheduled_at, v.status, false, false,
           coalesce(k.is_sandbox, false), NULL, false
    FROM core.videos v LEFT JOIN core.channel_connections k ON k.channel_id = v.channel_id
    WHERE v.status = 'scheduled' AND v.scheduled_at < :until AND (v.scheduled_at >= :since OR v.scheduled_at < :now)
      AND v.channel_id = ANY (:channels)
      AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id AND p.status <> 'failed')
    ORDER BY at, video_id""")


async def _entries(
    session: AsyncSession, of: Sequence[UUID], since: date, until: date, now: datetime
) -> Sequence[Row[Any]]:
    begins, ends = (datetime.combine(day, time(), UTC) for day in (since, until + A_DAY))
    given = {
        "channels": list(of),
        "since": begins - BEFORE_UTC,
        "until": ends + AFTER_UTC,
        "now": now,
        "open": list(ON_THE_WAY),
    }
    return (await session.execute(_ENTRIES, given)).all()


def _entry(row: Row[Any], desk: Desk, found: Collection[Outlook], now: datetime) -> Entry:
    day = local(row.at, desk.zone).date()
    # what was ordered for at once takes a while; it is overdue when its day is over
    has_waited = row.at < now - FAR if row.publish_at else day < local(now, desk.zone).date()
    entry = Entry(**row._mapping, day=day, is_overdue=has_waited and row.status in OPEN)
    for one in found:
        place = one.places.get(row.publication_id)
        if place is None or place.begins_at is None or place.done_at is None or one.queue is None:
            continue
        begins_at, done_at = (one.queue.now.ours(at) for at in (place.begins_at, place.done_at))
        late = max(timedelta(), done_at - row.publish_at) if row.publish_at else timedelta()
        waits_until = begins_at if place.begins_at > one.queue.now.at else None
        return replace(entry, waits_until=waits_until, late=late)
    return entry


def _is_shown(entry: Entry, begins: date, until: date, now: datetime) -> bool:
    is_overdue = entry.at < now and entry.status in OPEN
    return entry.day <= until and (entry.day >= begins or is_overdue)


def _slots(
    desks: Collection[Desk], entries: Collection[Entry], begins: Mapping[UUID, date], until: date, now: datetime
) -> list[SlotView]:
    filled: Mapping[tuple[UUID, datetime], list[UUID]] = defaultdict(list)
    for entry in entries:
        if entry.status not in NOT_THERE:
            filled[entry.channel_id, entry.at].append(entry.video_id)
    return [
        SlotView(desk.channel.id, at, local(at, desk.zone).date(), filled.get((desk.channel.id, at), []), at <= now)
        for desk in desks
        for at in moments(desk.plan.slots, desk.zone, begins[desk.channel.id], until)
    ]
