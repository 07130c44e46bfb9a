"""Tables of the client of YouTube: projects, their quota, connections of channels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class Project(Model):
    """An API project at Google, or of the sandbox. `client_secret` is an envelope."""

    __tablename__ = "youtube_projects"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        # the real service has addresses of its own, the sandbox has one; so neither is taken for the other
        CheckConstraint("is_sandbox = (api_root IS NOT NULL)", name="api_root"),
        CheckConstraint("length(btrim(declared_client)) BETWEEN 10 AND 500", name="declared_client"),
        CheckConstraint("jsonb_typeof(allowances) = 'object'", name="allowances"),
        # serves: the project that a channel connects with. YouTube's terms forbid dividing one client over several
        # projects for more quota, so a second one says which other client it is
        Index(
            "youtube_projects_is_sandbox_key",
            "is_sandbox",
            unique=True,
            postgresql_where=text("declared_client IS NULL"),
        ),
        Index("youtube_projects_client_id_key", "client_id", unique=True),
        # a connection refers to its project with this, so that no row says sandbox of the real service or the reverse
        Index("youtube_projects_id_is_sandbox_key", "id", "is_sandbox", unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    name: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[bytes]
    is_sandbox: Mapped[bool]
    api_root: Mapped[str | None]
    is_testing: Mapped[bool] = mapped_column(server_default=text("false"))
    declared_client: Mapped[str | None]
    allowances: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuotaDay(Model):
    """What is used of one bucket on one Pacific day. The gate locks this row."""

    __tablename__ = "quota_usage"
    __table_args__ = (CheckConstraint("used >= 0", name="used"), {"schema": "core"})

    project_id: Mapped[UUID] = mapped_column(
        ForeignKey("core.youtube_projects.id", ondelete="CASCADE"), primary_key=True
    )
    bucket: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(server_default="0")
    exhausted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Call(Model):
    """The ledger of quota: a line for each call, written before it is made. Without foreign keys: it outlives them."""

    __tablename__ = "youtube_calls"
    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("outcome IN ('success', 'refused', 'unknown', 'not_sent')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_at"),
        # serves: what used a project's quota, newest first
        Index("youtube_calls_project_id_idx", "project_id", text("reserved_at DESC")),
        # serves: what a channel asked for, newest first
        Index("youtube_calls_channel_id_idx", "channel_id", text("reserved_at DESC")),
        # serves: maintenance takes away what is old
        Index("youtube_calls_reserved_at_idx", "reserved_at"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    project_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    bucket: Mapped[str]
    day: Mapped[date]
    method: Mapped[str]
    units: Mapped[int]
    reserved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Connection(Model):
    """Which YouTube channel a channel of ours is, and how its connection is. The tokens are in `core.credentials`."""

    __tablename__ = "channel_connections"
    __table_args__ = (
        CheckConstraint("status IN ('connected', 'expiring', 'expired', 'revoked')", name="status"),
        # a YouTube channel belongs to one channel of ours
        Index("channel_connections_youtube_channel_id_key", "youtube_channel_id", unique=True),
        ForeignKeyConstraint(
            ["project_id", "is_sandbox"], ["core.youtube_projects.id", "core.youtube_projects.is_sandbox"]
        ),
        # serves: the connections of a project
        Index("channel_connections_project_id_idx", "project_id", "is_sandbox"),
        # serves: a removed person's connections too
        Index("channel_connections_connected_by_idx", "connected_by"),
        # serves: which connections are to be looked at
        Index("channel_connections_checked_at_idx", "checked_at"),
        {"schema": "core"},
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID]
    is_sandbox: Mapped[bool]
    status: Mapped[str]
    youtube_channel_id: Mapped[str]
    title: Mapped[str]
    handle: Mapped[str | None]
    thumbnail_url: Mapped[str | None]
    description: Mapped[str | None]
    country: Mapped[str | None]
    default_language: Mapped[str | None]
    uploads_playlist_id: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_expires_at: Mapped[datetime | None]
    refresh_expires_at: Mapped[datetime | None]
    connected_at: Mapped[datetime]
    connected_by: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"))
    checked_at: Mapped[datetime]
    last_error: Mapped[str | None]
    subscriber_count: Mapped[int | None] = mapped_column(BigInteger)
    view_count: Mapped[int | None] = mapped_column(BigInteger)
    video_count: Mapped[int | None] = mapped_column(BigInteger)
    fetched_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OAuthState(Model):
    """A consent that somebody was sent to YouTube for. `verifier` is an envelope; the state is kept as its digest."""

    __tablename__ = "oauth_states"
    __table_args__ = (
        # serves: what is pending goes with its channel, its project and its person
        Index("oauth_states_channel_id_idx", "channel_id"),
        Index("oauth_states_project_id_idx", "project_id"),
        Index("oauth_states_user_id_idx", "user_id"),
        {"schema": "core"},
    )

    state_hash: Mapped[bytes] = mapped_column(primary_key=True)
    verifier: Mapped[bytes]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("core.youtube_projects.id", ondelete="CASCADE"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
