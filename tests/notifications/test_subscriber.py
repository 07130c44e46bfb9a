"""Who is notified of a fact, and how often."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.notifications.subscriber import notify
from ytempire.outbox.relay import Fact

COUNT = text("SELECT count(*) FROM core.notifications WHERE kind = 'publication_action_required'")


async def channel_of(platform: Sessions) -> UUID:
    async with platform() as session:
        channel_id = await session.scalar(text("SELECT id FROM core.channels LIMIT 1"))
    assert isinstance(channel_id, UUID)
    return channel_id


def action_required(channel_id: UUID, *, days_later: int = 0, reason: str = "The API is off.") -> Fact:
    data = {"title": "Tides", "video_id": str(uuid4()), "is_sandbox": False, "reason": reason}
    at = clock.now() + timedelta(days=days_later)
    return Fact("publication_action_required", 1, channel_id, uuid4(), None, data, at)


async def tell(platform: Sessions, fact: Fact, *, hold_s: float = 0.0) -> None:
    async with platform.begin() as session:
        await notify(session, fact)
        await asyncio.sleep(hold_s)


async def test_notify_same_trouble_of_many_videos_is_told_once_a_day(platform: Sessions) -> None:
    channel_id = await channel_of(platform)
    # by several relays at once, each with the transaction open for a while
    await asyncio.gather(*(tell(platform, action_required(channel_id), hold_s=0.1) for _ in range(4)))
    async with platform() as session:
        assert await session.scalar(COUNT) == 1
    await tell(platform, action_required(channel_id, reason="Something else."))
    await tell(platform, action_required(channel_id, days_later=2))
    async with platform() as session:
        assert await session.scalar(COUNT) == 3
