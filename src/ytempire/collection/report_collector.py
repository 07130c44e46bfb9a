"""Days of YouTube's reports become an event for each video: watch time, revenue, who watched, and where from.

A day is a Pacific one, there two to three days after its end, and corrected for a month. It is read as a whole each
time, its event has always the same key, and so the last reading counts. Views, likes and comments are not in the event:
their source is the counters. What reports say of them is kept beside, to compare.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.collection import decisions, report_parsing
from ytempire.collection.collection_attempt import Attempt, Event
from ytempire.collection.decisions import COUNTS
from ytempire.collection.models import DailyReportViews, ReportDay
from ytempire.collection.report_parsing import Row
from ytempire.kit import clock
from ytempire.youtube.projects import PACIFIC
from ytempire.youtube.tokens import MONEY, REPORTS

VIDEOS_AT_ONCE = 5  # whose reports are delivered together; of each four questions are asked first
NOT_ALLOWED = timedelta(days=1)  # until a consent without reports is looked at again; connecting anew is sooner


@dataclass(frozen=True)
class PublishedVideo:
    """A video of the channel, the day from which on it may have been seen, and whether it was deleted."""

    video_id: UUID
    youtube_id: str
    since: date
    deleted: bool


async def collect(attempt: Attempt) -> None:
    """Read the days that are due. Raises what `YouTube.call` raises, LeaseLost and EventsRejected."""
    if attempt.lease.reports_next_at > clock.now() and not attempt.lease.include_not_due:
        return
    attempt.step = "reports"
    if REPORTS not in attempt.connection.scopes:
        attempt.result = replace(attempt.result, reports_next_at=clock.now() + NOT_ALLOWED)
        return
    videos = await _list_published(attempt)
    first = min((video.since for video in videos), default=attempt.now.day)
    due = await _due(attempt, first)
    available = await _available_days(attempt, due) if due else []
    for day in available:
        if not await _read_day(attempt, day, [video for video in videos if video.since <= day]):
            break
    await _postpone(attempt, set(due) - set(available))
    attempt.result = replace(attempt.result, reports_next_at=await _next_at(attempt, first))
    attempt.require_all_ingested()


async def _list_published(attempt: Attempt) -> list[PublishedVideo]:
    statement = text("""
        SELECT c.video_id, c.youtube_video_id, p.created_at, p.status IN ('removed', 'gone') AS deleted
        FROM core.video_counters c
        JOIN core.publications p ON p.youtube_video_id = c.youtube_video_id
        WHERE c.channel_id = :channel_id""")
    async with attempt.writing() as session:
        rows = (await session.execute(statement, {"channel_id": attempt.lease.channel_id})).all()
    return [
        PublishedVideo(
            row.video_id,
            row.youtube_video_id,
            attempt.now.to_service_time(row.created_at).astimezone(PACIFIC).date(),
            row.deleted,
        )
        for row in rows
    ]


# --- which days ---


async def _due(attempt: Attempt, first: date) -> list[date]:
    """Those that YouTube may have by now: what was never read before what is read again, and the newest first."""
    last = decisions.last_day(attempt.now)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    channel_id = attempt.lease.channel_id
    async with attempt.writing() as session:
        if days:
            new = insert(ReportDay).values(
                [
                    {
                        "channel_id": channel_id,
                        "day": day,
                        "ends_at": attempt.now.to_local_time(decisions.day_ends(day)),
                    }
                    for day in days
                ]
            )
            await session.execute(new.on_conflict_do_nothing())
        due = select(ReportDay.day).where(ReportDay.channel_id == channel_id)
        when = ReportDay.next_at <= clock.now()
        due = due.where(when | (ReportDay.read_count == 0) if attempt.lease.include_not_due else when)
        newest_first = due.order_by(ReportDay.read_count > 0, ReportDay.day.desc())
        return list(await session.scalars(newest_first.limit(attempt.runtime.max_days_per_attempt)))


async def _available_days(attempt: Attempt, due: Sequence[date]) -> list[date]:
    """Those that YouTube has. They come in their order, and one that nobody saw anything on has no row."""
    reported = await report_parsing.available_days(attempt, min(due), decisions.last_day(attempt.now))
    latest = max(reported, default=date.min)
    return [day for day in due if day <= latest or decisions.is_certainly_available(day, attempt.now)]


async def _postpone(attempt: Attempt, days: set[date]) -> None:
    next_at = clock.now() + decisions.RECHECK_INTERVAL / attempt.now.speed
    statement = update(ReportDay).where(ReportDay.channel_id == attempt.lease.channel_id, ReportDay.day.in_(days))
    async with attempt.writing() as session:
        await session.execute(statement.values(next_at=next_at))


async def _next_at(attempt: Attempt, first: date) -> datetime:
    """When a day that is known is due again, or the next one comes."""
    following = max(decisions.last_day(attempt.now) + timedelta(days=1), first)
    comes = attempt.now.to_local_time(decisions.day_ends(following) + decisions.EARLIEST)
    async with attempt.writing() as session:
        next_known = await session.scalar(
            select(ReportDay.next_at)
            .where(ReportDay.channel_id == attempt.lease.channel_id, ReportDay.next_at.is_not(None))
            .order_by(ReportDay.next_at)
            .limit(1)
        )
    return min(filter(None, (next_known, comes)))


# --- one day ---


async def _read_day(attempt: Attempt, day: date, videos: Sequence[PublishedVideo]) -> bool:
    """False: others have their turn, and the day stays due."""
    with_money = MONEY in attempt.connection.scopes
    money = {} if with_money else await _reported_revenue(attempt, day)
    rows = await report_parsing.video_rows(attempt, day, [video.youtube_id for video in videos], with_money=with_money)
    previous, counted = await _previous_report(attempt, day), await _counter_totals(attempt, day)
    # of what was reported once and is not any more, nothing is left; but what was deleted did earn what it earned
    with_history = (previous.keys() | counted.keys()) - {video.video_id for video in videos if video.deleted}
    reported = [
        (video, rows.get(video.youtube_id, {}))
        for video in videos
        if video.youtube_id in rows or video.video_id in with_history
    ]
    for first in range(0, len(reported), VIDEOS_AT_ONCE):
        if attempt.summary.reports >= attempt.runtime.max_changed_per_attempt and not attempt.lease.include_not_due:
            return False
        await _ingest_day(attempt, day, reported[first : first + VIDEOS_AT_ONCE], previous, counted, money)
    read_at = clock.now()
    reread_at = decisions.next_reread_at(day, attempt.now)
    statement = update(ReportDay).where(ReportDay.channel_id == attempt.lease.channel_id, ReportDay.day == day)
    async with attempt.writing() as session:
        await session.execute(
            statement.values(
                read_count=ReportDay.read_count + 1,
                read_at=read_at,
                has_revenue=ReportDay.has_revenue | with_money,
                next_at=None if reread_at is None else attempt.now.to_local_time(reread_at),
            )
        )
    attempt.result = replace(attempt.result, reports_read_at=read_at)
    attempt.summary.report_days += 1
    return True


async def _previous_report(attempt: Attempt, day: date) -> Mapping[UUID, bytes]:
    """What was said of the day's videos when it was last read."""
    statement = select(DailyReportViews.video_id, DailyReportViews.digest).where(
        DailyReportViews.channel_id == attempt.lease.channel_id, DailyReportViews.day == day
    )
    async with attempt.writing() as session:
        return {row.video_id: row.digest for row in await session.execute(statement)}


_COUNTED = text("""
    SELECT video_id, sum(views)::bigint AS views FROM metrics.video_metrics
    WHERE channel_id = :channel_id AND "timestamp" > :since AND "timestamp" <= :until
    GROUP BY video_id HAVING sum(views) <> 0""")


async def _counter_totals(attempt: Attempt, day: date) -> Mapping[UUID, int]:
    """What our counters had for the same day, by video."""
    span = {
        "channel_id": attempt.lease.channel_id,
        "since": attempt.now.to_local_time(decisions.day_begins(day)),
        "until": attempt.now.to_local_time(decisions.day_ends(day)),
    }
    async with attempt.writing() as session:
        return {row.video_id: row.views for row in await session.execute(_COUNTED, span)}


_MONEY = text("""
    SELECT video_id, estimated_revenue_usd, estimated_ad_revenue_usd FROM metrics.video_metrics
    WHERE channel_id = :channel_id AND "timestamp" = :at""")


async def _reported_revenue(attempt: Attempt, day: date) -> Mapping[UUID, Event]:
    """What a day was told to have earned while the consent allowed that: without it nobody takes that back."""
    which = {"channel_id": attempt.lease.channel_id, "at": decisions.report_event_time(day, attempt.now)}
    async with attempt.writing() as session:
        rows = (await session.execute(_MONEY, which)).mappings().all()
    return {row["video_id"]: {name: row[name] for name in row if name != "video_id"} for row in rows}


async def _ingest_day(
    attempt: Attempt,
    day: date,
    reported: Sequence[tuple[PublishedVideo, Row]],
    previous: Mapping[UUID, bytes],
    counted: Mapping[UUID, int],
    money: Mapping[UUID, Event],
) -> None:
    """Ingest what is new or changed, then store what was reported: killed between the two, it is ingested again.

    Of what the pipeline did not take nothing is written down, so that it is new at the next reading of the day.
    """
    at = decisions.report_event_time(day, attempt.now)
    changed = [(video, row) for video, row in reported if previous.get(video.video_id) != _digest(row)]
    events = [
        {
            **await report_parsing.to_event(attempt, day, at, video.video_id, video.youtube_id, row),
            **money.get(video.video_id, {}),
        }
        for video, row in changed
    ]
    marked = [{**event, "correction": report_parsing.is_correction(event)} for event in events]
    rejected = await attempt.ingest(f"reports {day}", marked)
    ingested = [(video, row) for video, row in changed if str(video.video_id) not in rejected]
    stored = [
        {
            "channel_id": attempt.lease.channel_id,
            "day": day,
            "video_id": video.video_id,
            **{name: row.get(name, 0) for name in COUNTS},
            "views_counted": counted.get(video.video_id, 0),
            "digest": _digest(row),
            "fetched_at": clock.now(),
        }
        for video, row in reported
        if str(video.video_id) not in rejected
    ]
    if not stored:
        return
    statement = insert(DailyReportViews)
    values = {name: statement.excluded[name] for name in (*COUNTS, "views_counted", "digest", "fetched_at")}
    async with attempt.writing() as session:
        await session.execute(
            statement.on_conflict_do_update(index_elements=["channel_id", "day", "video_id"], set_=values), stored
        )
    attempt.summary.reports += len(ingested)
    new_money = (row.get("estimatedRevenue", 0) for _, row in ingested)
    attempt.summary.revenue_usd += sum((Decimal(str(amount)) for amount in new_money), Decimal(0))


def _digest(row: Row) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).digest()
