"""Where a finished video stands: scheduled, published, put away, marked removed. The database holds the rules (A7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from ytempire.channels.service import lock_active_channel
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput
from ytempire.kit.row_updates import update_row
from ytempire.production.errors import VideoNotFound, WrongState
from ytempire.production.models import Video


async def schedule_video(
    session: AsyncSession, video_id: UUID, at: datetime, *, expected_updated_at: datetime | None = None
) -> None:
    """To be published at this time. Raises InvalidInput for one that is past, WrongState unless it is ready."""
    if at <= clock.now():
        raise InvalidInput("A video cannot be scheduled for a time that is past.")
    row = await _in_state(session, video_id, "ready", "scheduled")
    await lock_active_channel(session, row.channel_id)
    await update_row(session, row, {"status": "scheduled", "scheduled_at": at}, expected_updated_at=expected_updated_at)


async def unschedule_video(
    session: AsyncSession, video_id: UUID, *, expected_updated_at: datetime | None = None
) -> None:
    row = await _in_state(session, video_id, "scheduled")
    await update_row(session, row, {"status": "ready", "scheduled_at": None}, expected_updated_at=expected_updated_at)


async def archive_video(session: AsyncSession, video_id: UUID, *, expected_updated_at: datetime | None = None) -> None:
    """Out of the lists; what is published stays so on YouTube."""
    row = await _in_state(session, video_id, "ready", "scheduled", "failed", "draft", "published")
    await update_row(
        session, row, {"status": "archived", "scheduled_at": None}, expected_updated_at=expected_updated_at
    )


async def unarchive_video(
    session: AsyncSession, video_id: UUID, *, expected_updated_at: datetime | None = None
) -> None:
    """Back as what it was: published, ready where it was rendered, else failed."""
    row = await _in_state(session, video_id, "archived")
    rendered = "ready" if row.duration_seconds else "failed"
    await update_row(
        session, row, {"status": "published" if row.published_at else rendered}, expected_updated_at=expected_updated_at
    )


async def remove_video(session: AsyncSession, video_id: UUID, *, expected_updated_at: datetime | None = None) -> None:
    """Mark it removed, for good; its row, costs and evidence stay. One that is on YouTube is taken down there first."""
    row = await _in_state(session, video_id, "ready", "scheduled", "failed", "draft", "archived")
    if row.published_at is not None:
        raise WrongState("This video is on YouTube.", hint="Take it down there first.")
    await update_row(session, row, {"status": "removed", "scheduled_at": None}, expected_updated_at=expected_updated_at)


async def _in_state(session: AsyncSession, video_id: UUID, *states: str) -> Video:
    row = await session.get(Video, video_id)
    if row is None:
        raise VideoNotFound(video_id)
    if row.status not in states:
        raise WrongState(
            f"The video is {row.status}.", hint=f"This can be done with one that is {' or '.join(states)}."
        )
    return row


async def mark_published(session: AsyncSession, video_id: UUID, at: datetime) -> None:
    """It is on YouTube. Done again, nothing changes."""
    await session.execute(
        update(Video)
        .where(Video.id == video_id, Video.status.in_(("ready", "scheduled")))
        .values(status="published", published_at=at)
    )


async def mark_restored(session: AsyncSession, video_id: UUID, at: datetime) -> None:
    """It was gone from YouTube and is there again, since `at`; what lies in the archive stays there."""
    await mark_published(session, video_id, at)
    archived = update(Video).where(Video.id == video_id, Video.status == "archived", Video.published_at.is_(None))
    await session.execute(archived.values(published_at=at))


async def mark_not_published(session: AsyncSession, video_id: UUID) -> None:
    """It did not get to YouTube: what was scheduled is only ready again."""
    await session.execute(
        update(Video).where(Video.id == video_id, Video.status == "scheduled").values(status="ready", scheduled_at=None)
    )


async def mark_scheduled(session: AsyncSession, video_id: UUID, at: datetime) -> None:
    """YouTube has another time for it."""
    scheduled = update(Video).where(Video.id == video_id, Video.status == "scheduled")
    await session.execute(scheduled.values(scheduled_at=at))


async def mark_removed(session: AsyncSession, video_id: UUID) -> None:
    """It was deleted at YouTube. When it was published stays."""
    await session.execute(
        update(Video).where(Video.id == video_id, Video.status != "removed").values(status="removed", scheduled_at=None)
    )


async def mark_missing(session: AsyncSession, video_id: UUID) -> None:
    """It is not at YouTube any more, and not on our word: it can be published again, as if it never was."""
    video = select(Video).where(Video.id == video_id, Video.status.in_(("published", "archived")))
    row = await session.scalar(video.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        row.published_at = None
        row.status = "ready" if row.status == "published" else row.status
        await session.flush()
