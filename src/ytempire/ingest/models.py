"""Tables of measurements: what happened to videos, its sums, and how it came in.

Series have no foreign keys: the writer asks whose video it is. Keys begin with the channel, by which they would be
distributed (docs/adr/0006). Why they are as they are: docs/adr/0008.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id

Money = Numeric(18, 6)
Sum = Numeric(30, 6)


def _by_time(table: str, key: str, *, pages_per_range: int) -> Index:
    """A twentieth of a percent of a B-tree. Its block ranges are summarised as they fill: no vacuum comes before."""
    options = {"autosummarize": "on", "pages_per_range": pages_per_range}
    return Index(f"{table}_{key}_idx", key, postgresql_using="brin", postgresql_with=options)


class VideoMetrics(Model):
    """What happened to one video in the interval that ends at `timestamp`. Counters are never lifetime counters."""

    __tablename__ = "video_metrics"
    __table_args__ = (
        # serves: recount of a window over all channels
        _by_time("video_metrics", "timestamp", pages_per_range=1024),
        {"schema": "analytics", "postgresql_partition_by": 'RANGE ("timestamp")'},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID]
    breakdowns_digest: Mapped[int] = mapped_column(BigInteger, server_default="0")
    views: Mapped[int]
    likes: Mapped[int]
    dislikes: Mapped[int]
    comments: Mapped[int]
    shares: Mapped[int]
    subscribers_gained: Mapped[int]
    subscribers_lost: Mapped[int]
    impressions: Mapped[int]
    averages_basis_views: Mapped[int]
    watch_time_minutes: Mapped[Decimal] = mapped_column(Money)
    average_view_duration: Mapped[Decimal] = mapped_column(Money)
    average_percentage_viewed: Mapped[Decimal] = mapped_column(Money)
    estimated_revenue_usd: Mapped[Decimal] = mapped_column(Money)
    estimated_ad_revenue_usd: Mapped[Decimal] = mapped_column(Money)
    click_through_rate: Mapped[Decimal] = mapped_column(Money)
    whole_day: Mapped[bool] = mapped_column(server_default=text("false"))


class Sums:
    """What every rollup adds up. The last three are sums of a rate times what it is a rate of, so that they add up."""

    events: Mapped[int] = mapped_column(BigInteger)
    views: Mapped[int] = mapped_column(BigInteger)
    likes: Mapped[int] = mapped_column(BigInteger)
    dislikes: Mapped[int] = mapped_column(BigInteger)
    comments: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[int] = mapped_column(BigInteger)
    subscribers_gained: Mapped[int] = mapped_column(BigInteger)
    subscribers_lost: Mapped[int] = mapped_column(BigInteger)
    impressions: Mapped[int] = mapped_column(BigInteger)
    averages_basis_views: Mapped[int] = mapped_column(BigInteger)
    watch_time_minutes: Mapped[Decimal] = mapped_column(Sum)
    estimated_revenue_usd: Mapped[Decimal] = mapped_column(Sum)
    estimated_ad_revenue_usd: Mapped[Decimal] = mapped_column(Sum)
    viewed_seconds: Mapped[Decimal] = mapped_column(Sum)
    viewed_percent: Mapped[Decimal] = mapped_column(Sum)
    clicks: Mapped[Decimal] = mapped_column(Sum)


class VideoHour(Sums, Model):
    __tablename__ = "video_hourly"
    __table_args__ = (
        # serves: what happens just now, over all channels
        _by_time("video_hourly", "hour", pages_per_range=1024),
        {"schema": "analytics", "postgresql_partition_by": "RANGE (hour)"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)


class VideoDay(Sums, Model):
    __tablename__ = "video_daily"
    __table_args__ = ({"schema": "analytics", "postgresql_partition_by": "RANGE (day)"},)

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class VideoDelta(Sums, Model):
    """Sums of the events of one transaction by video, hour and day, until they are in both rollups of videos."""

    __tablename__ = "video_deltas"
    __table_args__ = (
        # serves: the deltas of one channel
        Index(
            "video_deltas_channel_id_idx",
            "channel_id",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 8},
        ),
        {"schema": "analytics", "postgresql_partition_by": "LIST (segment)"},
    )
    segment: Mapped[int] = mapped_column(SmallInteger)
    channel_id: Mapped[UUID] = mapped_column()
    video_id: Mapped[UUID] = mapped_column()
    hour: Mapped[datetime] = mapped_column()
    day: Mapped[date] = mapped_column()
    # no key in the database: a transaction has one row of each, and several may have the same
    __mapper_args__ = {"primary_key": [segment, channel_id, video_id, hour, day]}  # noqa: RUF012


class DeltaSegment(Model):
    """A part of the deltas that one process writes to for a minute, and then merges."""

    __tablename__ = "delta_segments"
    __table_args__ = (
        CheckConstraint("status IN ('free', 'open', 'closed', 'merged')", name="status"),
        CheckConstraint("(status = 'merged') = (merged_by IS NOT NULL)", name="merged_by"),
        CheckConstraint("status = 'free' OR opened_at IS NOT NULL", name="opened_at"),
        {"schema": "analytics"},
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger, server_default="0")
    status: Mapped[str] = mapped_column(server_default="free")
    opened_at: Mapped[datetime | None]
    merged_below: Mapped[UUID] = mapped_column(server_default=text("'00000000-0000-0000-0000-000000000000'"))
    is_changed: Mapped[bool] = mapped_column(server_default=text("false"))
    merged_by: Mapped[str | None]


class ChannelHour(Sums, Model):
    __tablename__ = "channel_hourly"
    # serves: dashboards over all channels
    __table_args__ = (
        _by_time("channel_hourly", "hour", pages_per_range=16),
        {"schema": "analytics", "postgresql_partition_by": "RANGE (hour)"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)


class ChannelDay(Sums, Model):
    __tablename__ = "channel_daily"
    # serves: dashboards over all channels
    __table_args__ = (
        _by_time("channel_daily", "day", pages_per_range=16),
        {"schema": "analytics", "postgresql_partition_by": "RANGE (day)"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class VideoBreakdown(Model):
    """Parts of an event's views: where they came from, who watched, on what. The arrays are of one length."""

    __tablename__ = "video_breakdowns"
    __table_args__ = ({"schema": "analytics", "postgresql_partition_by": 'RANGE ("timestamp")'},)

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(primary_key=True)
    dimensions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    members: Mapped[list[str]] = mapped_column(ARRAY(Text))
    views: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    watch_time_minutes: Mapped[list[Decimal]] = mapped_column(ARRAY(Money))


class MemberSums:
    """What is added up for each member of a breakdown; the arrays are of one length, in the order of the members."""

    members: Mapped[list[str]] = mapped_column(ARRAY(Text))
    events: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    views: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    watch_time_minutes: Mapped[list[Decimal]] = mapped_column(ARRAY(Sum))


class DailyBreakdown(MemberSums, Model):
    __tablename__ = "video_breakdown_daily"
    __table_args__ = ({"schema": "analytics", "postgresql_partition_by": "RANGE (day)"},)

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    dimensions: Mapped[list[str]] = mapped_column(ARRAY(Text))


class ChannelBreakdown(MemberSums, Model):
    __tablename__ = "channel_breakdown_daily"
    # serves: dashboards over all channels
    __table_args__ = (
        _by_time("channel_breakdown_daily", "day", pages_per_range=16),
        {"schema": "analytics", "postgresql_partition_by": "RANGE (day)"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)


class ChannelCorrection(Model):
    """At least what corrections took away of a channel on a day: a video may have so much more than its channel."""

    __tablename__ = "channel_corrections"
    __table_args__ = ({"schema": "analytics"},)

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(BigInteger)
    likes: Mapped[int] = mapped_column(BigInteger)
    comments: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[int] = mapped_column(BigInteger, server_default="0")
    estimated_revenue_usd: Mapped[Decimal] = mapped_column(Sum, server_default="0")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Rebuild(Model):
    """A channel whose days are other days now, and whose sums by day have to be made anew. A trigger adds them."""

    __tablename__ = "rebuilds"
    __table_args__ = ({"schema": "analytics"},)

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())


class IngestState(Model):
    """The one row of what every writer of events has to know."""

    __tablename__ = "ingest_state"
    __table_args__ = (
        CheckConstraint("id", name="id"),
        CheckConstraint("shards BETWEEN 1 AND 8", name="shards"),
        {"schema": "analytics"},
    )

    id: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    shards: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    videos_version: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))


class IngestBatch(Model):
    """One ingest batch. It is done when its shards know of all its events; what is not done may be sent again."""

    __tablename__ = "ingest_batches"
    __table_args__ = (
        CheckConstraint("source IN ('api', 'file', 'quarantine', 'youtube')", name="source"),
        CheckConstraint("events >= 0 AND superseded >= 0 AND rejected >= 0", name="counts"),
        CheckConstraint("idempotency_key IS NULL OR digest IS NOT NULL", name="digest"),
        # serves: the same delivery again
        Index(
            "ingest_batches_idempotency_key",
            "user_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        # serves: what came in last; what is old enough to go
        Index("ingest_batches_received_at_idx", text("received_at DESC")),
        {"schema": "analytics"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(server_default=subject_id)
    source: Mapped[str]
    name: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    digest: Mapped[bytes | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    events: Mapped[int]
    superseded: Mapped[int]
    rejected: Mapped[int]


class IngestBatchShard(Model):
    """The events of one shard of channels in a batch, committed with what they changed."""

    __tablename__ = "ingest_batch_shards"
    __table_args__ = (
        CheckConstraint("inserted >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0", name="counts"),
        {"schema": "analytics"},
    )

    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("analytics.ingest_batches.id", ondelete="CASCADE"), primary_key=True
    )
    shards: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    inserted: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int]
    committed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class QuarantinedEvent(Model):
    """A line that was no event, or nobody's, kept as it came."""

    __tablename__ = "quarantine"
    __table_args__ = (
        # serves: somebody's lines, newest first
        Index("quarantine_user_id_idx", "user_id", text("id DESC")),
        # serves: what is old enough to go
        Index("quarantine_received_at_idx", "received_at"),
        {"schema": "staging"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(server_default=subject_id)
    batch_id: Mapped[UUID]
    line: Mapped[int]
    reason: Mapped[str]
    content: Mapped[str]
    truncated: Mapped[bool] = mapped_column(server_default=text("false"))
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retry_count: Mapped[int] = mapped_column(server_default="1")
    attempted_at: Mapped[datetime] = mapped_column(server_default=func.now())
