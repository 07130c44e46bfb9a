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
from ytempire.publishing import automation, backlog, quota_forecast
from ytempire.publishing.calendar_conflicts import (
    INACTIVE_STATUSES,
    MIN_LATENESS,
    ON_THE_WAY,
    BacklogVideo,
    CalendarEntry,
    ChannelSchedule,
    Conflict,
    conflicts,
)
from ytempire.publishing.quota_forecast import QuotaForecast
from ytempire.publishing.slot_times import slot_times, to_local
from ytempire.youtube import connections
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
    channel_schedules: Sequence[ChannelSchedule]
    slots: Sequence[SlotView]
    entries: Sequence[CalendarEntry]
    backlog: Sequence[BacklogVideo]
    conflicts: Sequence[Conflict]
    quota: Sequence[QuotaForecast]


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
        channel_schedules = await _read_channel_schedules(session, channel_id)
        rows = await _entries(session, list(channel_schedules), first, until, now)
        finished = await backlog.read_unplanned(session, channel_schedules)
    forecasts = await quota_forecast.read_quota_forecasts(
        youtube,
        {
            channel_schedule.connection.project_id
            for channel_schedule in channel_schedules.values()
            if channel_schedule.connection is not None
        },
    )
    begins = {
        key: since or to_local(now, channel_schedule.zone).date() for key, channel_schedule in channel_schedules.items()
    }
    entries = [
        entry
        for entry in (_entry(row, channel_schedules[row.channel_id], forecasts, now) for row in rows)
        if _is_shown(entry, begins[entry.channel_id], until, now)
    ]
    slots = _slots(channel_schedules.values(), entries, begins, until, now)
    at_slot = {(slot.channel_id, slot.at) for slot in slots}
    entries = [replace(entry, in_slot=(entry.channel_id, entry.at) in at_slot) for entry in entries]
    ready = await asyncio.to_thread(backlog.build_backlog, finished, channel_schedules, forecasts, now)
    return Calendar(
        min(begins.values(), default=first),
        until,
        now,
        list(channel_schedules.values()),
        slots,
        entries,
        ready,
        conflicts(channel_schedules, entries, ready, now=now),
        forecasts,
    )


async def _read_channel_schedules(session: AsyncSession, channel_id: UUID | None) -> dict[UUID, ChannelSchedule]:
    known = (
        await channels.list_channels(session)
        if channel_id is None
        else [await channels.get_channel(session, channel_id)]
    )
    plans = await automation.list_automations(session, known)
    connected = {connection.channel_id: connection for connection in await connections.list_connections(session)}
    return {channel.id: ChannelSchedule(channel, plans[channel.id], connected.get(channel.id)) for channel in known}


_ENTRIES = text("""
    SELECT p.video_id, p.id AS publication_id, p.channel_id, v.title,
           coalesce(p.publish_at, p.live_at, p.created_at) AS at, p.publish_at, p.status,
           p.status = 'processing' AND p.processed_at IS NOT NULL AND p.publish_at IS NOT NULL AS is_scheduled,
           p.is_automatic, p.is_sandbox, p.last_error, p.status = 'planned' AS can_move
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id
    WHERE coalesce(p.publish_at, p.live_at, p.created_at) < :until
      AND (coalesce(p.publish_at, p.live_at, p.created_at) >= :since
           OR p.status = ANY (:open) AND coalesce(p.publish_at, p.live_at, p.created_at) < :now)
      AND p.channel_id = ANY (:channels)
      -- a failure is shown until it is tried anew; what was taken back is not on the calendar
      AND (p.status <> 'failed' OR p.last_error ->> 'reason' IS DISTINCT FROM 'cancelled'
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


def _entry(
    row: Row[Any], channel_schedule: ChannelSchedule, forecasts: Collection[QuotaForecast], now: datetime
) -> CalendarEntry:
    day = to_local(row.at, channel_schedule.zone).date()
    # what was ordered for at once takes a while; it is overdue when its day is over
    has_waited = row.at < now - MIN_LATENESS if row.publish_at else day < to_local(now, channel_schedule.zone).date()
    entry = CalendarEntry(**row._mapping, day=day, is_overdue=has_waited and row.status in OPEN)
    for forecast in forecasts:
        placement = forecast.placements.get(row.publication_id)
        if placement is None or placement.begins_at is None or placement.done_at is None or forecast.queue is None:
            continue
        begins_at, done_at = (forecast.queue.now.to_local_time(at) for at in (placement.begins_at, placement.done_at))
        late = max(timedelta(), done_at - row.publish_at) if row.publish_at else timedelta()
        waits_until = begins_at if placement.begins_at > forecast.queue.now.at else None
        return replace(entry, waits_until=waits_until, late=late)
    return entry


def _is_shown(entry: CalendarEntry, begins: date, until: date, now: datetime) -> bool:
    is_overdue = entry.at < now and entry.status in OPEN
    return entry.day <= until and (entry.day >= begins or is_overdue)


def _slots(
    channel_schedules: Collection[ChannelSchedule],
    entries: Collection[CalendarEntry],
    begins: Mapping[UUID, date],
    until: date,
    now: datetime,
) -> list[SlotView]:
    filled: Mapping[tuple[UUID, datetime], list[UUID]] = defaultdict(list)
    for entry in entries:
        if entry.status not in INACTIVE_STATUSES:
            filled[entry.channel_id, entry.at].append(entry.video_id)
    return [
        SlotView(
            channel_schedule.channel.id,
            at,
            to_local(at, channel_schedule.zone).date(),
            filled.get((channel_schedule.channel.id, at), []),
            at <= now,
        )
        for channel_schedule in channel_schedules
        for at in slot_times(
            channel_schedule.plan.slots, channel_schedule.zone, begins[channel_schedule.channel.id], until
        )
    ]
