"""Reads of publications, and the one update that a claim allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Row, Select, select

from ytempire.channels.models import Channel
from ytempire.kit.database import AsyncSession
from ytempire.production.models import Video
from ytempire.publishing.decisions import Licence, Privacy, Status
from ytempire.publishing.errors import PublicationNotFound
from ytempire.publishing.metadata import Field
from ytempire.publishing.models import Publication

AttachmentStatus = Literal["pending", "done", "failed", "skipped"]


def about_session(publication_id: UUID) -> str:
    """Return the associated data of an upload session's envelope: what was sealed keeps the column's first name."""
    return f"core.publications/session_address/{publication_id}"


@dataclass(frozen=True)
class RemoteEdit:
    """A field that was edited at YouTube: what we wrote there last, and what it has; moments by our clock."""

    field: str
    local: Any
    remote: Any


@dataclass(frozen=True)
class PublicationView:
    id: UUID
    video_id: UUID
    title: str
    channel_id: UUID
    channel_name: str
    is_sandbox: bool
    is_automatic: bool
    status: Status
    thumbnail_status: AttachmentStatus
    captions_status: AttachmentStatus
    privacy: Privacy
    publish_at: datetime | None
    category_id: str
    made_for_kids: bool
    synthetic_media: bool
    licence: Licence
    size_bytes: int
    bytes_sent: int
    youtube_video_id: str | None
    youtube_privacy: str | None
    last_sent: Mapping[str, Any] | None
    edited: Mapping[str, Any] | None  # None: not for whoever asks
    remote_edits_seen_at: datetime | None
    attempt_number: int
    next_try_at: datetime | None
    last_error: Mapping[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    processed_at: datetime | None
    live_at: datetime | None
    updated_at: datetime

    @property
    def url(self) -> str | None:
        """Where people see it. What is in the sandbox is nowhere to be seen."""
        shown = self.youtube_video_id is not None and not self.is_sandbox
        return f"https://www.youtube.com/watch?v={self.youtube_video_id}" if shown else None

    @property
    def remote_edits(self) -> list[RemoteEdit]:
        local, edited = self.last_sent or {}, self.edited or {}
        return [RemoteEdit(name, local.get(name), edited[name]["shown"]) for name in get_args(Field) if name in edited]

    @property
    def is_scheduled(self) -> bool:
        """YouTube has it, and makes it public by itself when its time comes.

        What has no time is processed a moment before it is live.
        """
        return self.status == "processing" and self.processed_at is not None and self.publish_at is not None


_OTHERS = {"title": Video.title, "channel_name": Channel.name, "edited": Publication.remote_edits}


def _publications() -> Select[Any]:
    columns = (
        _OTHERS.get(name, getattr(Publication, name, None)).label(name)  # type: ignore[union-attr]  # one has it
        for name in PublicationView.__dataclass_fields__
    )
    return (
        select(*columns)
        .select_from(Publication)
        .join(Video, Video.id == Publication.video_id)
        .join(Channel, Channel.id == Publication.channel_id)
    )


def _view(row: Row[Any]) -> PublicationView:
    return PublicationView(**row._asdict())


async def get_publication(session: AsyncSession, publication_id: UUID) -> PublicationView:
    row = (await session.execute(_publications().where(Publication.id == publication_id))).one_or_none()
    if row is None:
        raise PublicationNotFound(f"There is no publication {publication_id}.")
    return _view(row)


async def find_of_video(session: AsyncSession, video_id: UUID) -> PublicationView | None:
    """The newest of a video: the one that has not failed, if there is such. One that was gone may be back since."""
    is_over = Publication.status.in_(("failed", "gone"))
    newest = _publications().where(Publication.video_id == video_id).order_by(is_over, Publication.id.desc()).limit(1)
    row = (await session.execute(newest)).one_or_none()
    return _view(row) if row else None


async def get_of_video(session: AsyncSession, video_id: UUID) -> PublicationView:
    view = await find_of_video(session, video_id)
    if view is None:
        raise PublicationNotFound("This video was not published.", hint="Publish it: ytempire publish VIDEO.")
    return view


async def list_publications(
    session: AsyncSession, *, limit: int, before: UUID | None = None, channel_id: UUID | None = None
) -> list[PublicationView]:
    """Newest first."""
    query = _publications().order_by(Publication.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Publication.id < before)
    if channel_id is not None:
        query = query.where(Publication.channel_id == channel_id)
    return [_view(row) for row in await session.execute(query)]
