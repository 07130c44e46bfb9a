"""Tables of collection: how collecting is, and what YouTube said last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id

# Of what was deleted on our word YouTube has nothing more to tell; for statements that call a video's counters `c`.
IS_LISTED = """NOT EXISTS (SELECT FROM core.publications gone
    WHERE gone.youtube_video_id = c.youtube_video_id AND gone.status = 'removed')"""


class ChannelCollection(Model):
    """How the collection of a channel's numbers is. Whoever holds the lease collects everything of the channel."""

    __tablename__ = "channel_collections"
    __table_args__ = (
        CheckConstraint("(lease_token IS NULL) = (heartbeat_at IS NULL)", name="lease"),
        # serves: what is due
        Index("channel_collections_next_at_idx", "next_at"),
        {"schema": "core"},
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_token: Mapped[UUID | None]
    heartbeat_at: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(server_default="0")
    attempted_at: Mapped[datetime | None]
    last_error: Mapped[dict[str, Any] | None]  # of counters, and of what comes before both
    reports_retry_count: Mapped[int] = mapped_column(server_default="0")
    reports_error: Mapped[dict[str, Any] | None]
    counters_read_at: Mapped[datetime | None]
    counters_due_at: Mapped[datetime | None]
    reports_read_at: Mapped[datetime | None]
    reports_next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VideoCounters(Model):
    """A video's lifetime counters as YouTube showed them last, and what they were when they were last delivered."""

    __tablename__ = "video_counters"
    __table_args__ = (
        ForeignKeyConstraint(
            ["video_id", "channel_id"], ["core.videos.id", "core.videos.channel_id"], ondelete="CASCADE"
        ),
        CheckConstraint("ingested OR read_at IS NOT NULL", name="ingested"),
        # serves: the videos of a channel that are due, and the reference above
        Index("video_counters_channel_id_idx", "channel_id", "next_at"),
        # serves: the reference above
        Index("video_counters_video_id_idx", "video_id", "channel_id"),
        {"schema": "core"},
    )

    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID]
    youtube_video_id: Mapped[str]
    views: Mapped[int | None] = mapped_column(BigInteger)
    likes: Mapped[int | None] = mapped_column(BigInteger)
    comments: Mapped[int | None] = mapped_column(BigInteger)
    previous_views: Mapped[int | None] = mapped_column(BigInteger)
    previous_likes: Mapped[int | None] = mapped_column(BigInteger)
    previous_comments: Mapped[int | None] = mapped_column(BigInteger)
    read_at: Mapped[datetime | None]
    ingested: Mapped[bool] = mapped_column(server_default=text("true"))
    missing_since: Mapped[datetime | None]
    tracked_since: Mapped[datetime | None]  # of a video that was published again: its series before that are of another
    poll_interval_seconds: Mapped[int] = mapped_column(server_default="300")
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReportDay(Model):
    """A Pacific day of a channel in YouTube's reports: read when, and when again, since a day may be corrected."""

    __tablename__ = "report_days"
    __table_args__ = (
        CheckConstraint("read_count >= 0", name="read_count"),
        # serves: the days of a channel that are due
        Index("report_days_next_at_idx", "channel_id", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        {"schema": "core"},
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    read_count: Mapped[int] = mapped_column(server_default="0")
    read_at: Mapped[datetime | None]
    has_revenue: Mapped[bool] = mapped_column(server_default=text("false"))
    next_at: Mapped[datetime | None] = mapped_column(server_default=func.now())


class DailyReportViews(Model):
    """What YouTube's reports say of the measures that its counters are our source of: to compare, never to add up."""

    __tablename__ = "daily_report_views"
    __table_args__ = (
        # serves: the reports of a video
        Index("daily_report_views_video_id_idx", "video_id", "day"),
        # serves: what was not read again for too long is removed
        Index("daily_report_views_fetched_at_idx", "fetched_at"),
        {"schema": "analytics"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(BigInteger)
    likes: Mapped[int] = mapped_column(BigInteger)
    comments: Mapped[int] = mapped_column(BigInteger)
    views_counted: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes]
    fetched_at: Mapped[datetime]


class Gap(Model):
    """A time without a reading that should have been; the first reading after it fills it."""

    __tablename__ = "collection_gaps"
    __table_args__ = (
        CheckConstraint("until > since", name="until"),
        # a channel has one that is not filled
        Index("collection_gaps_open_key", "channel_id", unique=True, postgresql_where=text("until IS NULL")),
        # serves: the gaps of a channel, newest first
        Index("collection_gaps_channel_id_idx", "channel_id", text("since DESC")),
        # serves: maintenance takes away what is old
        Index("collection_gaps_since_idx", "since"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    reason: Mapped[str]
