"""How fresh a channel's and a video's numbers are, where each comes from, what is missing, and how far ours agree with
YouTube's own: read models for screens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from ytempire.collection import decisions
from ytempire.collection.decisions import Freshness, ReconciliationStatus, Severity
from ytempire.collection.models import IS_LISTED, ChannelCollection, Gap, VideoCounters
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound
from ytempire.youtube import connections

GAPS_SHOWN = 20
COMPARED = timedelta(days=28)


@dataclass(frozen=True)
class CountersView:
    """Counters of a channel's videos. `views` of those that YouTube lists; `due_at` in the past: late since then."""

    videos: int
    missing: int
    views: int | None
    read_at: datetime | None
    due_at: datetime | None
    freshness: Freshness

    @property
    def listed(self) -> int:
        return self.videos - self.missing


@dataclass(frozen=True)
class ReportsView:
    """Reports: `reported_through` is the last day that came, `revenue_reported_through` the last with revenue."""

    reported_through: date | None
    revenue_reported_through: date | None
    read_at: datetime | None
    next_at: datetime | None
    missing: Sequence[str]
    last_error: Mapping[str, Any] | None


@dataclass(frozen=True)
class GapView:
    since: datetime
    until: datetime | None
    reason: str
    severity: Severity


@dataclass(frozen=True)
class ComparedDay:
    day: date
    views_counted: int
    views_reported: int
    fetched_at: datetime


@dataclass(frozen=True)
class Reconciliation:
    """Our sums against YouTube's reports, by Pacific day. The verdict is of all days together."""

    days: Sequence[ComparedDay]
    views_counted: int
    views_reported: int
    relative_difference: float | None
    status: ReconciliationStatus


@dataclass(frozen=True)
class ChannelMeasurement:
    channel_id: UUID
    is_sandbox: bool
    counters: CountersView
    reports: ReportsView
    gaps: Sequence[GapView]
    reconciliation: Reconciliation
    attempted_at: datetime | None
    last_error: Mapping[str, Any] | None


@dataclass(frozen=True)
class LifetimeCounters:
    """YouTube's own counters of a video; None: hidden, or too old to be kept."""

    views: int | None
    likes: int | None
    comments: int | None
    read_at: datetime | None
    next_at: datetime
    poll_interval_seconds: int
    missing_since: datetime | None


@dataclass(frozen=True)
class VideoCollection:
    """What collecting knows of a video: its counters, how fresh they are, and how far ours agree with its reports."""

    video_id: UUID
    channel_id: UUID
    is_sandbox: bool
    counters: LifetimeCounters
    freshness: Freshness
    reports: ReportsView
    gap: GapView | None
    reconciliation: Reconciliation
    last_error: Mapping[str, Any] | None


async def get_channel_measurement(session: AsyncSession, channel_id: UUID) -> ChannelMeasurement:
    """Raises NotFound where nothing of the channel is measured."""
    row = await _collection(session, channel_id)
    connection = await connections.get_connection(session, channel_id)
    return ChannelMeasurement(
        channel_id,
        connection.is_sandbox,
        await _counters(session, row),
        await _reports(session, row, connection.missing),
        await _gaps(session, channel_id),
        await _compared(session, channel_id),
        row.attempted_at,
        row.last_error,
    )


async def get_video_collection(session: AsyncSession, video_id: UUID) -> VideoCollection:
    """Raises NotFound where it is not measured."""
    counters = await session.get(VideoCounters, video_id, populate_existing=True)
    if counters is None:
        raise NotMeasured("This video is not live at YouTube.", hint="Publish it; then its numbers come by themselves.")
    row = await _collection(session, counters.channel_id)
    connection = await connections.get_connection(session, counters.channel_id)
    gaps = await _gaps(session, counters.channel_id)
    return VideoCollection(
        video_id,
        counters.channel_id,
        connection.is_sandbox,
        LifetimeCounters(**{name: getattr(counters, name) for name in LifetimeCounters.__dataclass_fields__}),
        decisions.freshness(counters.next_at if await _is_listed(session, video_id) else None, clock.now()),
        await _reports(session, row, connection.missing),
        next((gap for gap in gaps if gap.until is None), None),
        await _compared(session, counters.channel_id, video_id),
        row.last_error,
    )


async def _is_listed(session: AsyncSession, video_id: UUID) -> bool:
    statement = text(f"SELECT {IS_LISTED} FROM core.video_counters c WHERE c.video_id = :video_id")  # noqa: S608  # ours
    return bool(await session.scalar(statement, {"video_id": video_id}))


class NotMeasured(NotFound):
    code = "not_measured"


async def _collection(session: AsyncSession, channel_id: UUID) -> ChannelCollection:
    row = await session.get(ChannelCollection, channel_id, populate_existing=True)
    if row is None:
        raise NotMeasured("Nothing of this channel is live at YouTube yet.", hint="Publish a video first.")
    return row


_VIDEOS = text(
    "SELECT count(*), count(missing_since), sum(views) FILTER (WHERE missing_since IS NULL)::bigint"  # noqa: S608  # a constant of ours
    f" FROM core.video_counters c WHERE channel_id = :channel_id AND {IS_LISTED}"
)


async def _counters(session: AsyncSession, row: ChannelCollection) -> CountersView:
    count, missing, views = (await session.execute(_VIDEOS, {"channel_id": row.channel_id})).one()
    fresh = decisions.freshness(row.counters_due_at, clock.now())
    return CountersView(count, missing, views, row.counters_read_at, row.counters_due_at, fresh)


_THROUGH = text("""
    SELECT max(day) FILTER (WHERE read_count > 0), max(day) FILTER (WHERE has_revenue)
    FROM core.report_days WHERE channel_id = :channel_id""")


async def _reports(session: AsyncSession, row: ChannelCollection, missing: Sequence[str]) -> ReportsView:
    through, revenue = (await session.execute(_THROUGH, {"channel_id": row.channel_id})).one()
    return ReportsView(through, revenue, row.reports_read_at, row.reports_next_at, missing, row.reports_error)


async def _gaps(session: AsyncSession, channel_id: UUID) -> list[GapView]:
    statement = select(Gap).where(Gap.channel_id == channel_id).order_by(Gap.since.desc()).limit(GAPS_SHOWN)
    return [
        GapView(gap.since, gap.until, gap.reason, decisions.severity(gap.since, gap.until or clock.now()))
        for gap in await session.scalars(statement)
    ]


_COMPARED = text("""
    SELECT day, sum(views_counted)::bigint AS views_counted, sum(views)::bigint AS views_reported,
           min(fetched_at) AS fetched_at
    FROM analytics.daily_report_views
    WHERE channel_id = :channel_id AND (CAST(:video_id AS uuid) IS NULL OR video_id = :video_id) AND day > :after
    GROUP BY day ORDER BY day DESC""")


async def _compared(session: AsyncSession, channel_id: UUID, video_id: UUID | None = None) -> Reconciliation:
    latest = await session.scalar(
        text("SELECT max(day) FROM analytics.daily_report_views WHERE channel_id = :channel_id"),
        {"channel_id": channel_id},
    )
    parameters = {"channel_id": channel_id, "video_id": video_id, "after": (latest or date.min + COMPARED) - COMPARED}
    days = [ComparedDay(*row) for row in await session.execute(_COMPARED, parameters)]
    counted, reported = sum(day.views_counted for day in days), sum(day.views_reported for day in days)
    difference = decisions.relative_difference(counted, reported)
    return Reconciliation(days, counted, reported, difference, decisions.reconciliation_status(difference, reported))
