"""Tables of production: videos, runs with their steps, log and artifacts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id

VIDEO_STATUSES = ("draft", "generating", "ready", "scheduled", "published", "failed", "archived", "removed")
STEP_STATUSES = ("pending", "running", "completed", "failed", "refused", "cancelled")
UPLOADED_THUMBNAIL = "thumbnail-own.jpg"
THUMBNAILS = ("thumbnail-1.jpg", "thumbnail-2.jpg", "thumbnail-3.jpg", UPLOADED_THUMBNAIL)
FINAL_RUN_STATUSES = ("completed", "failed", "refused", "cancelled")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Video(Model):
    __tablename__ = "videos"
    __table_args__ = (
        CheckConstraint(
            _one_of("status", VIDEO_STATUSES),
            name="status",
        ),
        CheckConstraint(_one_of("format", ("16:9", "9:16")), name="format"),
        CheckConstraint(_one_of("thumbnail", THUMBNAILS), name="thumbnail"),
        CheckConstraint("length(title) <= 100", name="title"),
        CheckConstraint("status <> 'ready' OR duration_seconds > 0", name="ready_has_duration"),
        CheckConstraint("status <> 'scheduled' OR scheduled_at IS NOT NULL", name="scheduled_at"),
        # set once, by the transition to published; what is published may later be archived or marked removed
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_has_time"),
        CheckConstraint("published_at IS NULL OR status IN ('published', 'archived', 'removed')", name="published_at"),
        # serves: search; see sql/search.sql
        Index("videos_search_idx", "search", postgresql_using="gin"),
        Index(
            "videos_title_trgm_idx", "title", postgresql_using="gin", postgresql_ops={"title": "public.gin_trgm_ops"}
        ),
        # serves: what is due to be published
        Index("videos_scheduled_at_idx", "scheduled_at", postgresql_where=text("status = 'scheduled'")),
        # what refers to a video refers to its channel with it, so that nothing spans two tenants
        Index("videos_id_channel_id_key", "id", "channel_id", unique=True),
        # serves: the list of videos, newest first, of one channel or all
        Index("videos_channel_idx", "channel_id", text("id DESC")),
        # serves: the videos of the last days, for analytics.realtime_metrics
        Index("videos_since_idx", text("coalesce(published_at, created_at)")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id"))
    status: Mapped[str] = mapped_column(server_default="draft")
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    chapters: Mapped[list[Any]] = mapped_column(server_default="[]")
    language: Mapped[str] = mapped_column(server_default="en")
    format: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_seconds: Mapped[Decimal | None] = mapped_column(Numeric(10, 3))
    script: Mapped[str] = mapped_column(server_default="", deferred=True)  # kilobytes that no list shows
    script_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    thumbnail: Mapped[str] = mapped_column(server_default=THUMBNAILS[0])  # the name of one of its files
    scheduled_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    search: Mapped[str] = mapped_column(
        TSVECTOR, Computed("core.search_vector(title, tags, description, script)", persisted=True), deferred=True
    )


class SearchVocabulary(Model):
    """A word that a video has used, whoever's it is. Written by a trigger, read by search; shown to nobody."""

    __tablename__ = "search_vocabulary"
    __table_args__ = (
        # serves: words like a mistyped one; see sql/search.sql
        Index(
            "search_vocabulary_word_trgm_idx",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "public.gin_trgm_ops"},
        ),
        {"schema": "core"},
    )

    word: Mapped[str] = mapped_column(primary_key=True)


class VideoVersion(Model):
    """What a video said of itself at one time; only ever added to. The newest is what `core.videos` shows."""

    __tablename__ = "video_versions"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(_one_of("created_by", ("run", "edit", "restore", "youtube")), name="created_by"),
        ForeignKeyConstraint(
            ["video_id", "channel_id"], ["core.videos.id", "core.videos.channel_id"], ondelete="CASCADE"
        ),
        # serves: the reference above
        Index("video_versions_video_id_idx", "video_id", "channel_id"),
        Index("video_versions_user_id_idx", "user_id"),
        {"schema": "core"},
    )

    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID]
    created_by: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core.users.id", ondelete="SET NULL"), server_default=subject_id
    )
    title: Mapped[str]
    description: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    script: Mapped[str] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Run(Model):
    """One run: what was asked for, and how far it is."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("type = 'content_generation'", name="type"),
        CheckConstraint(_one_of("status", ("pending", "running", *FINAL_RUN_STATUSES)), name="status"),
        CheckConstraint("priority BETWEEN 1 AND 10", name="priority"),
        CheckConstraint(f"(completed_at IS NOT NULL) = ({_one_of('status', FINAL_RUN_STATUSES)})", name="completed_at"),
        # a key is its owner's own: two people may use the same
        Index("runs_requested_by_idempotency_key_key", "requested_by", "idempotency_key", unique=True),
        # one active run a video (rule A7)
        Index(
            "runs_active_video_key",
            "video_id",
            "channel_id",  # so that a run for the other's video is refused in the same words, active or not
            unique=True,
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
        ForeignKeyConstraint(["video_id", "channel_id"], ["core.videos.id", "core.videos.channel_id"]),
        Index("runs_video_id_idx", "video_id", "channel_id"),
        # serves: the list of runs, newest first, of one channel or all
        Index("runs_channel_idx", "channel_id", text("id DESC")),
        # serves: whether a channel has a video of a text
        Index("runs_source_idx", "channel_id", text("(request ->> 'source_sha256')")),
        # serves: how often templates were used (template_usage.py). Row-level security lets no JSON operator look into
        # an index, so it only narrows down to the runs that have a template.
        Index(
            "runs_template_idx",
            "channel_id",
            postgresql_where=text("request -> 'options' ->> 'template_id' IS NOT NULL"),
        ),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    type: Mapped[str] = mapped_column(server_default="content_generation")
    status: Mapped[str] = mapped_column(server_default="pending")
    priority: Mapped[int] = mapped_column(server_default="5")
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id"))
    video_id: Mapped[UUID]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    request: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class RunStep(Model):
    """One step of a run. `lease_token` is the fencing token: only who holds it may settle."""

    __tablename__ = "run_steps"
    __table_args__ = (
        CheckConstraint(_one_of("status", STEP_STATUSES), name="status"),
        CheckConstraint("(status = 'running') = (lease_token IS NOT NULL)", name="lease"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        Index("run_steps_position_key", "run_id", "position", unique=True),
        # heartbeat and progress change each second and are in no index: with room in the page such a change is cheap
        {"schema": "core", "postgresql_with": {"fillfactor": "70"}},
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("core.runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")  # how often it was claimed, ever
    uncounted_attempts: Mapped[int] = mapped_column(server_default="0")  # attempts before the last retry by a person
    lease_token: Mapped[UUID | None]
    job_id: Mapped[int | None] = mapped_column(BigInteger)  # the queue's job that holds the lease
    heartbeat_at: Mapped[datetime | None]
    progress: Mapped[Decimal] = mapped_column(Numeric(4, 3), server_default="0")
    provider: Mapped[str | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    wall_seconds: Mapped[Decimal] = mapped_column(Numeric(12, 3), server_default="0")  # of all attempts that ended
    cpu_seconds: Mapped[Decimal] = mapped_column(Numeric(12, 3), server_default="0")
    peak_bytes: Mapped[int | None] = mapped_column(BigInteger)
    evidence: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # small facts that the step found
    error: Mapped[dict[str, Any] | None]  # {"code", "message", "hint"} of a failure or refusal


class RunLog(Model):
    """What happened in a run, in order; only ever added to."""

    __tablename__ = "run_logs"
    __table_args__ = (
        # serves: the log of a run, oldest first
        Index("run_logs_run_idx", "run_id", "id"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("core.runs.id", ondelete="CASCADE"))
    step: Mapped[str | None]
    event: Mapped[str]
    message: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class RunArtifact(Model):
    """A file that a step made, by name; its bytes lie in the object store under their SHA-256."""

    __tablename__ = "run_artifacts"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        {"schema": "core"},
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("core.runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]


class ScriptEmbedding(Model):
    """What a finished video is about, so that a near-duplicate is noticed. Compared by cosine distance."""

    __tablename__ = "script_embeddings"
    __table_args__ = ({"schema": "ml"},)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("core.videos.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(primary_key=True)
    embedding: Mapped[list[float]] = mapped_column(Vector(384))
