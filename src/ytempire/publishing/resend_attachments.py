"""Use case: send again what stands beside a video file at YouTube, its thumbnail and its captions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

import procrastinate

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.production import queries as videos
from ytempire.production.errors import WrongState
from ytempire.production.queries import VideoView
from ytempire.publishing import queries, service
from ytempire.publishing.models import Publication
from ytempire.publishing.queries import PublicationView

Attachment = Literal["thumbnail", "captions"]
AT_YOUTUBE = ("processing", "live")


async def resend_attachments(
    session: AsyncSession, queue: procrastinate.App, video_id: UUID, parts: Collection[Attachment]
) -> PublicationView:
    """Let a worker send these as they are now, whether YouTube has them, refused them, or waits for somebody.

    Raises PublicationNotFound, Forbidden, and WrongState for what is not there to send or not at YouTube.
    """
    view = await queries.get_of_video(session, video_id)
    # as a worker locks it that notes what it has brought
    row = await session.get(Publication, view.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    if row.youtube_video_id is None or row.status not in AT_YOUTUBE:
        raise WrongState(f"The publication is {row.status}.", hint="It is sent with the video file.")
    _require_there(await videos.get_video(session, video_id), parts)
    await mark_pending(session, queue, row, parts)
    return await queries.get_publication(session, row.id)


def _require_there(video: VideoView, parts: Collection[Attachment]) -> None:
    files = {"thumbnail": video.thumbnail, "captions": service.CAPTIONS}
    for part in parts:
        if files[part] not in video.files:
            raise WrongState(f"This video has no {part} just now.", hint="Wait for its run, or make it again.")


async def mark_pending(
    session: AsyncSession, queue: procrastinate.App, publication: Publication, parts: Collection[Attachment]
) -> None:
    """Note on a locked row that these are to be sent, and enqueue that."""
    if "thumbnail" in parts:
        publication.thumbnail_status = "pending"
    if "captions" in parts:
        publication.captions_status = "pending"
    publication.next_try_at, publication.last_error = clock.now(), None  # whatever it waited for
    await session.flush()
    await service.enqueue(session, queue, publication.id, publication.publish_at)
