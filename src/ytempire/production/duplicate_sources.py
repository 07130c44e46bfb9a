"""One video of a text on a channel, unless another one is asked for (docs/adr/0013)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from ytempire.channels.models import Channel
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, lock
from ytempire.production.errors import DuplicateSource
from ytempire.production.models import Run, Video

NO_VIDEO_STATUSES = ("failed", "refused", "cancelled")
"""States of a run that leave the channel without a video of its text."""


async def require_new_source(
    session: AsyncSession, channel_id: UUID, source_sha256: str, *, except_run_id: UUID | None = None
) -> None:
    """Raise DuplicateSource where a run but `except_run_id` has made, or makes, a video of these bytes for the channel.

    Until the transaction ends nobody else orders one: of two orders at the same moment the second waits here, and then
    finds the first one's run.
    """
    await lock(session, Lock.SOURCE_TEXT, f"{channel_id} {source_sha256}")
    videos = (
        select(Run.id, Run.video_id, Run.status, Video.title, Channel.name)
        .join(Video, Video.id == Run.video_id)
        .join(Channel, Channel.id == Run.channel_id)
        .where(
            Run.channel_id == channel_id,
            Run.request["source_sha256"].astext == source_sha256,
            Run.status.not_in(NO_VIDEO_STATUSES),
            Video.status != "removed",
        )
        .order_by(Run.id.desc())
        .limit(1)
    )
    if except_run_id is not None:
        videos = videos.where(Run.id != except_run_id)
    if (row := (await session.execute(videos)).first()) is not None:
        raise DuplicateSource(
            title=row.title, channel=row.name, run_id=row.id, video_id=row.video_id, status=row.status
        )
