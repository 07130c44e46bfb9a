"""Tables of publishing: publications with their edits, what channels do by themselves, their weekly times."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id

ATTACHMENT_STATUSES = "IN ('pending', 'done', 'failed', 'skipped')"


class Publication(Model):
    """A video on its way to YouTube, or there. `session_uri` is an envelope: the address opens the upload."""

    __tablename__ = "publications"
    __table_args__ = (
        CheckConstraint(
            "status IN ('planned', 'uploading', 'processing', 'live', 'failed', 'unknown', 'removed', 'gone')",
            name="status",
        ),
        CheckConstraint(f"thumbnail_status {ATTACHMENT_STATUSES}", name="thumbnail_status"),
        CheckConstraint(f"captions_status {ATTACHMENT_STATUSES}", name="captions_status"),
        CheckConstraint("privacy IN ('public', 'unlisted', 'private')", name="privacy"),
        CheckConstraint("licence IN ('youtube', 'creativeCommon')", name="licence"),
        # YouTube's own rule: a time only for what is private until then
        CheckConstraint("publish_at IS NULL OR privacy = 'private'", name="publish_at"),
        CheckConstraint("size_bytes > 0 AND bytes_sent BETWEEN 0 AND size_bytes", name="bytes_sent"),
        CheckConstraint("(lease_token IS NULL) = (heartbeat_at IS NULL)", name="lease"),
        CheckConstraint(
            "status NOT IN ('processing', 'live', 'gone') OR youtube_video_id IS NOT NULL", name="has_video"
        ),
        CheckConstraint(
            "CASE WHEN status IN ('live', 'gone') THEN live_at IS NOT NULL WHEN status = 'removed' THEN true"
            " ELSE live_at IS NULL END",
            name="live_at",
        ),
        ForeignKeyConstraint(["video_id", "channel_id"], ["core.videos.id", "core.videos.channel_id"]),
        CheckConstraint("(remote_edits = '{}') = (remote_edits_seen_at IS NULL)", name="remote_edits"),
        # a video is published once; after a failure, or when it was deleted at YouTube by hand, it may be anew
        Index(
            "publications_video_id_key",
            "video_id",
            unique=True,
            postgresql_where=text("status NOT IN ('failed', 'gone')"),
        ),
        # serves: the reference above, and the publications of a video
        Index("publications_video_id_idx", "video_id", "channel_id"),
        # whatever happens, what is at YouTube belongs to one publication
        Index("publications_youtube_video_id_key", "youtube_video_id", unique=True),
        Index("publications_marker_key", "marker", unique=True),
        # serves: the same request of the same person again
        Index("publications_idempotency_key", "requested_by", "idempotency_key", unique=True),
        # serves: what is due
        Index("publications_next_try_at_idx", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),
        # serves: the list, newest first, of one channel
        Index("publications_channel_id_idx", "channel_id", text("id DESC")),
        # serves: the calendar of some days, and the times of a channel that are taken
        Index("publications_at_idx", text("COALESCE(publish_at, live_at, created_at)"), "channel_id"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    video_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    is_sandbox: Mapped[bool]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    is_automatic: Mapped[bool] = mapped_column(server_default=text("false"))
    idempotency_key: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="planned")
    thumbnail_status: Mapped[str] = mapped_column(server_default="pending")
    captions_status: Mapped[str] = mapped_column(server_default="pending")
    privacy: Mapped[str]
    publish_at: Mapped[datetime | None]
    category_id: Mapped[str]
    made_for_kids: Mapped[bool]
    synthetic_media: Mapped[bool]
    licence: Mapped[str]
    marker: Mapped[str]
    file_sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    session_uri: Mapped[bytes | None]
    bytes_sent: Mapped[int] = mapped_column(BigInteger, server_default="0")
    last_chunk_at: Mapped[datetime | None]
    youtube_video_id: Mapped[str | None]
    youtube_privacy: Mapped[str | None]
    # by field of `metadata`: what we wrote there last, how it showed then, and what shows otherwise since
    last_sent: Mapped[dict[str, Any] | None]
    baseline: Mapped[dict[str, Any] | None]
    baseline_at: Mapped[datetime | None]
    remote_edits: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    remote_edits_seen_at: Mapped[datetime | None]
    attempt_number: Mapped[int] = mapped_column(server_default="0")
    retry_count: Mapped[int] = mapped_column(server_default="0")
    lease_token: Mapped[UUID | None]
    heartbeat_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    last_error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    processed_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PublicationEdit(Model):
    """What somebody wants changed of a video that YouTube has, or that it be deleted there."""

    __tablename__ = "publication_edits"
    __table_args__ = (
        CheckConstraint("kind IN ('update', 'deletion')", name="kind"),
        CheckConstraint("status IN ('awaiting_confirmation', 'planned', 'done', 'failed', 'conflict')", name="status"),
        CheckConstraint("(kind = 'update') = (desired IS NOT NULL)", name="desired"),
        # nothing is deleted that was not asked for, with a reason, and confirmed by itself
        CheckConstraint("kind = 'update' OR length(btrim(reason)) BETWEEN 3 AND 500", name="reason"),
        CheckConstraint(
            "kind = 'update' OR (status = 'awaiting_confirmation') = (confirmed_at IS NULL)", name="confirmed"
        ),
        CheckConstraint(
            "status <> 'awaiting_confirmation' OR kind = 'deletion' AND expires_at IS NOT NULL",
            name="awaiting_confirmation",
        ),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by"),
        CheckConstraint("(status = 'planned') = (next_try_at IS NOT NULL)", name="next_try_at"),
        # one after the other, so that the last one wanted is what YouTube has
        Index(
            "publication_edits_publication_id_key",
            "publication_id",
            unique=True,
            postgresql_where=text("status IN ('awaiting_confirmation', 'planned', 'conflict')"),
        ),
        # serves: what was changed of one, newest first
        Index("publication_edits_publication_id_idx", "publication_id", text("id DESC")),
        # serves: what is due
        Index("publication_edits_next_try_at_idx", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),
        # serves: what a removed person asked for
        Index("publication_edits_requested_by_idx", "requested_by"),
        Index("publication_edits_confirmed_by_idx", "confirmed_by"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("core.publications.id"))
    channel_id: Mapped[UUID]
    kind: Mapped[str]
    status: Mapped[str]
    desired: Mapped[dict[str, Any] | None]
    resolutions: Mapped[dict[str, Any] | None]  # of edited fields: whose is kept, and what was seen there
    reason: Mapped[str | None]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("core.users.id"))
    confirmed_at: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    next_try_at: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[dict[str, Any] | None]
    settled_at: Mapped[datetime | None]


class Automation(Model):
    """What a channel does by itself, and who agreed to it."""

    __tablename__ = "channel_automation"
    __table_args__ = (
        CheckConstraint("videos_per_day BETWEEN 0 AND 10", name="videos_per_day"),
        CheckConstraint("NOT auto_publish OR consent_at IS NOT NULL", name="consent"),
        CheckConstraint("num_nulls(consent_at, consent_by, consent_version) IN (0, 3)", name="consent_whole"),
        # serves: what a removed person agreed to
        Index("channel_automation_consent_by_idx", "consent_by"),
        {"schema": "core"},
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    videos_per_day: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    auto_publish: Mapped[bool] = mapped_column(server_default=text("false"))
    consent_at: Mapped[datetime | None]
    consent_by: Mapped[UUID | None] = mapped_column(ForeignKey("core.users.id"))
    consent_version: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PublishingSlotRow(Model):
    """When in the week a channel publishes. The zone is the channel's."""

    __tablename__ = "publishing_slots"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"), {"schema": "core"})

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    local_time: Mapped[time] = mapped_column(primary_key=True)
