"""One video of a text on a channel, unless another one is asked for (docs/adr/0013)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from ytempire.channels.models import Channel
from ytempire.kit.database import AsyncSession
from ytempire.production.errors import DuplicateSource
from ytempire.production.models import Video, Workflow

MADE_NOTHING = ("failed", "refused", "cancelled")
"""States of a run that leave the channel without a video of its text."""


async def require_first(
    session: AsyncSession, channel_id: UUID, source_sha256: str, *, but: UUID | None = None
) -> None:
    """Raises DuplicateSource where another run than `but` has made, or makes, a video of these bytes for the channel.

    Until the transaction ends nobody else orders one: of two orders at the same moment the second waits here, and then
    finds the first one's run.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{channel_id} {source_sha256}", 2))))
    made = (
        select(Workflow.id, Workflow.video_id, Workflow.status, Video.title, Channel.name)
        .join(Video, Video.id == Workflow.video_id)
        .join(Channel, Channel.id == Workflow.channel_id)
        .where(
            Workflow.channel_id == channel_id,
            Workflow.request["source_sha256"].astext == source_sha256,
            Workflow.status.not_in(MADE_NOTHING),
            Video.status != "removed",
        )
        .order_by(Workflow.id.desc())
        .limit(1)
    )
    if but is not None:
        made = made.where(Workflow.id != but)
    if (row := (await session.execute(made)).first()) is not None:
        raise DuplicateSource(
            title=row.title, channel=row.name, run_id=row.id, video_id=row.video_id, status=row.status
        )
