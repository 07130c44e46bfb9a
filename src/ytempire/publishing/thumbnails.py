"""Use case: another picture for a video, here and, where YouTube has the video, there."""

from __future__ import annotations

from uuid import UUID

import procrastinate
from sqlalchemy import select

from ytempire.kit.database import AsyncSession
from ytempire.production import thumbnail_choice
from ytempire.publishing.models import Publication
from ytempire.publishing.resend_attachments import AT_YOUTUBE, mark_pending


async def choose_thumbnail(session: AsyncSession, queue: procrastinate.App, video_id: UUID, name: str) -> None:
    """Let this picture of the video stand for it; a worker brings it to YouTube if that has the video.

    Raises VideoNotFound, NotFound for a picture that is not there, Forbidden.
    """
    # first, as a worker locks it that notes which picture it has brought
    publication = await session.scalar(
        select(Publication)
        .where(
            Publication.video_id == video_id,
            Publication.youtube_video_id.is_not(None),
            Publication.status.in_(AT_YOUTUBE),
        )
        .with_for_update()
    )
    await thumbnail_choice.choose_thumbnail(session, video_id, name)
    if publication is not None:
        await mark_pending(session, queue, publication, ["thumbnail"])
