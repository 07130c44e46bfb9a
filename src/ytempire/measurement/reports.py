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

from ytempire.kit import clock
from ytempire.measurement import decisions, report_rows
from ytempire.measurement.attempts import Attempt, Event
from ytempire.measurement.decisions import COUNTS
from ytempire.measurement.models import ReportDay, ReportedDaily
from ytempire.measurement.report_rows import Row
from ytempire.youtube.projects import PACIFIC
from ytempire.youtube.tokens import MONEY, REPORTS

VIDEOS_AT_ONCE = 5  # whose reports are delivered together; of each four questions are asked first
NOT_ALLOWED = timedelta(days=1)  # until a consent without reports is looked at again; connecting anew is sooner


@dataclass(frozen=True)
class Published:
    """A video of the channel, the day from which on it may have been seen, and whether it was deleted."""

    video_id: UUID
    youtube_id: str
    since: date
    deleted: bool


async def collect(attempt: Attempt) -> None:
    """Read the days that are due. Raises what `YouTube.call` raises, ClaimLost and NotTaken."""
    if attempt.held.reports_next_at > clock.now() and not attempt.held.everything:
        return
    attempt.step = "reports"
    if REPORTS not in attempt.connection.scopes:
        attempt.done = replace(attempt.done, reports_next_at=clock.now() + NOT_ALLOWED)
        return
    videos = await _published(attempt)
    first = min((one.since for one in videos), default=attempt.now.day)
    due = await _due(attempt, first)
    there = await _there(attempt, due) if due else []
    for day in there:
        if not await _read(attempt, day, [one for one in videos if one.since <= day]):
            break
    await _put_off(attempt, set(due) - set(there))
    attempt.done = replace(attempt.done, reports_next_at=await _next_at(attempt, first))
    attempt.require_taken()


async def _published(attempt: Attempt) -> list[Published]:
    found = text("""
        SELECT c.video_id, c.youtube_video_id, p.created_at, p.status IN ('removed', 'gone') AS deleted
        FROM core.video_counters c
        JOIN core.publications p ON p.youtube_video_id = c.youtube_video_id
        WHERE c.channel_id = :channel_id""")
    async with attempt.writing() as session:
        rows = (await session.execute(found, {"channel_id": attempt.held.channel_id})).all()
    return [
        Published(
            row.video_id,
            row.youtube_video_id,
            attempt.now.theirs(row.created_at).astimezone(PACIFIC).date(),
            row.deleted,
        )
        for row in rows
    ]


# --- which days ---


async def _due(attempt: Attempt, first: date) -> list[date]:
    """Those that YouTube may have by now: what was never read before what is read again, and the newest first."""
    last = decisions.last_day(attempt.now)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    channel_id = attempt.held.channel_id
    async with attempt.writing() as session:
        if days:
            new = insert(ReportDay).values(
                [
                    {"channel_id": channel_id, "day": day, "ends_at": attempt.now.ours(decisions.day_ends(day))}
                    for day in days
                ]
            )
            await session.execute(new.on_conflict_do_nothing())
        due = select(ReportDay.day).where(ReportDay.channel_id == channel_id)
        when = ReportDay.next_at <= clock.now()
        due = due.where(when | (ReportDay.reads == 0) if attempt.held.everything else when)
        newest_first = due.order_by(ReportDay.reads > 0, ReportDay.day.desc())
        return list(await session.scalars(newest_first.limit(attempt.runtime.days_at_once)))


async def _there(attempt: Attempt, due: Sequence[date]) -> list[date]:
    """Those that YouTube has. They come in their order, and one that nobody saw anything on has no row."""
    shown = await report_rows.days_there(attempt, min(due), decisions.last_day(attempt.now))
    latest = max(shown, default=date.min)
    return [day for day in due if day <= latest or decisions.is_certainly_there(day, attempt.now)]


async def _put_off(attempt: Attempt, days: set[date]) -> None:
    again = clock.now() + decisions.LOOK_AGAIN / attempt.now.factor
    later = update(ReportDay).where(ReportDay.channel_id == attempt.held.channel_id, ReportDay.day.in_(days))
    async with attempt.writing() as session:
        await session.execute(later.values(next_at=again))


async def _next_at(attempt: Attempt, first: date) -> datetime:
    """When a day that is known is due again, or the next one comes."""
    following = max(decisions.last_day(attempt.now) + timedelta(days=1), first)
    comes = attempt.now.ours(decisions.day_ends(following) + decisions.EARLIEST)
    async with attempt.writing() as session:
        known = await session.scalar(
            select(ReportDay.next_at)
            .where(ReportDay.channel_id == attempt.held.channel_id, ReportDay.next_at.is_not(None))
            .order_by(ReportDay.next_at)
            .limit(1)
        )
    return min(filter(None, (known, comes)))


# --- one day ---


async def _read(attempt: Attempt, day: date, videos: Sequence[Published]) -> bool:
    """False: others have their turn, and the day stays due."""
    with_money = MONEY in attempt.connection.scopes
    money = {} if with_money else await _money(attempt, day)
    rows = await report_rows.of_videos(attempt, day, [one.youtube_id for one in videos], with_money=with_money)
    before, counted = await _before(attempt, day), await _counted(attempt, day)
    # of what was reported once and is not any more, nothing is left; but what was deleted did earn what it earned
    known = (before.keys() | counted.keys()) - {one.video_id for one in videos if one.deleted}
    said = [(one, rows.get(one.youtube_id, {})) for one in videos if one.youtube_id in rows or one.video_id in known]
    for first in range(0, len(said), VIDEOS_AT_ONCE):
        if attempt.collected.reports >= attempt.runtime.changed_at_once and not attempt.held.everything:
            return False
        await _take(attempt, day, said[first : first + VIDEOS_AT_ONCE], before, counted, money)
    read_at = clock.now()
    again = decisions.read_again(day, attempt.now)
    done = update(ReportDay).where(ReportDay.channel_id == attempt.held.channel_id, ReportDay.day == day)
    async with attempt.writing() as session:
        await session.execute(
            done.values(
                reads=ReportDay.reads + 1,
                read_at=read_at,
                has_revenue=ReportDay.has_revenue | with_money,
                next_at=None if again is None else attempt.now.ours(again),
            )
        )
    attempt.done = replace(attempt.done, reports_read_at=read_at)
    attempt.collected.report_days += 1
    return True


async def _before(attempt: Attempt, day: date) -> Mapping[UUID, bytes]:
    """What was said of the day's videos when it was last read."""
    found = select(ReportedDaily.video_id, ReportedDaily.digest).where(
        ReportedDaily.channel_id == attempt.held.channel_id, ReportedDaily.day == day
    )
    async with attempt.writing() as session:
        return {row.video_id: row.digest for row in await session.execute(found)}


_COUNTED = text("""
    SELECT video_id, sum(views)::bigint AS views FROM analytics.video_metrics
    WHERE channel_id = :channel_id AND "timestamp" > :since AND "timestamp" <= :until
    GROUP BY video_id HAVING sum(views) <> 0""")


async def _counted(attempt: Attempt, day: date) -> Mapping[UUID, int]:
    """What our counters had for the same day, by video."""
    span = {
        "channel_id": attempt.held.channel_id,
        "since": attempt.now.ours(decisions.day_begins(day)),
        "until": attempt.now.ours(decisions.day_ends(day)),
    }
    async with attempt.writing() as session:
        return {row.video_id: row.views for row in await session.execute(_COUNTED, span)}


_MONEY = text("""
    SELECT video_id, estimated_revenue_usd, estimated_ad_revenue_usd FROM analytics.video_metrics
    WHERE channel_id = :channel_id AND "timestamp" = :at""")


async def _money(attempt: Attempt, day: date) -> Mapping[UUID, Event]:
    """What a day was told to have earned while the consent allowed that: without it nobody takes that back."""
    which = {"channel_id": attempt.held.channel_id, "at": decisions.key_of(day, attempt.now)}
    async with attempt.writing() as session:
        rows = (await session.execute(_MONEY, which)).mappings().all()
    return {row["video_id"]: {name: row[name] for name in row if name != "video_id"} for row in rows}


async def _take(
    attempt: Attempt,
    day: date,
    said: Sequence[tuple[Published, Row]],
    before: Mapping[UUID, bytes],
    counted: Mapping[UUID, int],
    money: Mapping[UUID, Event],
) -> None:
    """Deliver what is new or changed, then write down what was said: killed between the two, it is delivered again.

    Of what the pipeline did not take nothing is written down, so that it is new at the next reading of the day.
    """
    at = decisions.key_of(day, attempt.now)
    changed = [(one, row) for one, row in said if before.get(one.video_id) != _digest(row)]
    events = [
        {
            **await report_rows.event_of(attempt, day, at, one.video_id, one.youtube_id, row),
            **money.get(one.video_id, {}),
        }
        for one, row in changed
    ]
    marked = [{**event, "correction": report_rows.is_correction(event)} for event in events]
    refused = await attempt.deliver(f"reports {day}", marked)
    taken = [(one, row) for one, row in changed if str(one.video_id) not in refused]
    kept = [
        {
            "channel_id": attempt.held.channel_id,
            "day": day,
            "video_id": one.video_id,
            **{name: row.get(name, 0) for name in COUNTS},
            "views_counted": counted.get(one.video_id, 0),
            "digest": _digest(row),
            "fetched_at": clock.now(),
        }
        for one, row in said
        if str(one.video_id) not in refused
    ]
    if not kept:
        return
    put = insert(ReportedDaily)
    values = {name: put.excluded[name] for name in (*COUNTS, "views_counted", "digest", "fetched_at")}
    async with attempt.writing() as session:
        await session.execute(
            put.on_conflict_do_update(index_elements=["channel_id", "day", "video_id"], set_=values), kept
        )
    attempt.collected.reports += len(taken)
    new_money = (row.get("estimatedRevenue", 0) for _, row in taken)
    attempt.collected.revenue_usd += sum((Decimal(str(one)) for one in new_money), Decimal(0))


def _digest(row: Row) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).digest()
