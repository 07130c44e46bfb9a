"""What a video says of itself: title, description, tags; every version of them is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import undefer

from ytempire.accounts.models import User
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput, NotFound
from ytempire.kit.row_updates import update_row
from ytempire.production.errors import VideoNotFound
from ytempire.production.models import Video, VideoVersion
from ytempire.production.script.metadata import MOST_DESCRIPTION, MOST_TAGS, MOST_TITLE, tags_length

MadeBy = Literal["run", "edit", "restore", "youtube"]


@dataclass(frozen=True)
class VersionView:
    version: int
    created_by: MadeBy
    created_by_name: str | None  # the person's name; None: they are gone, or one may not see them
    title: str
    description: str
    tags: tuple[str, ...]
    created_at: datetime


async def save_version(session: AsyncSession, video_id: UUID, *, created_by: MadeBy) -> None:
    """Keep what the video says now as its next version. The video's row is locked: its caller has just changed it."""
    following = select(func.coalesce(func.max(VideoVersion.version), 0) + 1).where(VideoVersion.video_id == video_id)
    await session.execute(
        insert(VideoVersion).from_select(
            ["video_id", "version", "channel_id", "created_by", "title", "description", "tags", "script"],
            select(
                Video.id,
                following.scalar_subquery(),
                Video.channel_id,
                literal(created_by),
                Video.title,
                Video.description,
                Video.tags,
                Video.script,
            ).where(Video.id == video_id),
        )
    )


async def list_versions(session: AsyncSession, video_id: UUID) -> list[VersionView]:
    """Newest first. Raises VideoNotFound."""
    await _video(session, video_id)
    rows = await session.execute(
        select(VideoVersion, User.full_name)
        .outerjoin(User, User.id == VideoVersion.user_id)
        .where(VideoVersion.video_id == video_id)
        .order_by(VideoVersion.version.desc())
    )
    return [
        VersionView(
            version=row.version,
            created_by=row.created_by,  # type: ignore[arg-type]  # the table's check holds it to these
            created_by_name=created_by_name,
            title=row.title,
            description=row.description,
            tags=tuple(row.tags),
            created_at=row.created_at,
        )
        for row, created_by_name in rows
    ]


async def edit_video(
    session: AsyncSession,
    video_id: UUID,
    *,
    title: str | None = None,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    expected_updated_at: datetime | None = None,
) -> None:
    """Change what is given, within YouTube's limits, as a new version; what changes nothing makes none.

    Raises VideoNotFound, InvalidInput, Forbidden and PreconditionFailed.
    """
    row = await _video(session, video_id)
    given = {"title": title, "description": description, "tags": None if tags is None else list(tags)}
    changes = {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}
    _require_limits(title, description, tags)
    if changes:
        await _change(session, row, changes, created_by="edit", expected_updated_at=expected_updated_at)


async def restore_version(
    session: AsyncSession, video_id: UUID, version: int, *, expected_updated_at: datetime | None = None
) -> None:
    """Title, description and tags as they were then, as a new version. Raises NotFound beside what an edit raises."""
    row = await _video(session, video_id)
    old = await session.get(VideoVersion, (video_id, version), options=[undefer(VideoVersion.script)])
    if old is None:
        raise NotFound(f"This video has no version {version}.")
    # the script is spoken and burned in: an older one cannot come back without a new run
    values = {"title": old.title, "description": old.description, "tags": old.tags}
    await _change(session, row, values, created_by="restore", expected_updated_at=expected_updated_at)


async def apply_remote_values(session: AsyncSession, video_id: UUID, values: Mapping[str, Any]) -> None:
    """Say what it says at YouTube by now, where somebody edited `title`, `description` or `tags`, as a new version."""
    row = await _video(session, video_id)
    changes = {name: value for name, value in values.items() if value != getattr(row, name)}
    if changes:
        await _change(session, row, changes, created_by="youtube", expected_updated_at=None)


async def _change(
    session: AsyncSession,
    row: Video,
    values: Mapping[str, Any],
    *,
    created_by: MadeBy,
    expected_updated_at: datetime | None,
) -> None:
    _require_editable(row, created_by)
    await update_row(session, row, values, expected_updated_at=expected_updated_at)
    _require_editable(row, created_by)  # as it was when it was locked: somebody may have removed it meanwhile
    await save_version(session, row.id, created_by=created_by)


def _require_editable(row: Video, created_by: MadeBy) -> None:
    if row.status == "archived" and created_by == "youtube":  # it is there, wherever it lies here
        return
    if row.status not in ("ready", "scheduled", "published"):
        raise InvalidInput(f"A video that is {row.status} cannot be edited here.", hint="Wait until it is ready.")


async def _video(session: AsyncSession, video_id: UUID) -> Video:
    row = await session.get(Video, video_id)
    if row is None:
        raise VideoNotFound(video_id)
    return row


def _require_limits(title: str | None, description: str | None, tags: Sequence[str] | None) -> None:
    """What YouTube takes; see https://developers.google.com/youtube/v3/docs/videos#properties."""
    for name, text in (("title", title), ("description", description)):
        if text is not None and ("<" in text or ">" in text):
            raise InvalidInput(f"The {name} has an angle bracket, which YouTube refuses.", hint="Write it in words.")
    if title is not None and len(title) > MOST_TITLE:
        raise InvalidInput(f"The title has {len(title)} characters; YouTube takes {MOST_TITLE}.")
    if description is not None and len(description.encode()) > MOST_DESCRIPTION:
        size = len(description.encode())
        raise InvalidInput(f"The description has {size} bytes; YouTube takes {MOST_DESCRIPTION}.")
    if tags is not None and tags_length(tags) > MOST_TAGS:
        raise InvalidInput(f"The tags have {tags_length(tags)} characters together; YouTube takes {MOST_TAGS}.")
