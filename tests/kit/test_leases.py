"""Leases of rows, on those of channels whose numbers are collected."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from ytempire.collection.models import ChannelCollection
from ytempire.kit import clock, leases
from ytempire.kit.database import Sessions
from ytempire.kit.leases import LeaseLost

LEASE = timedelta(seconds=30)
SHORT = timedelta(milliseconds=5)


@pytest.fixture
async def channel_id(sessions: Sessions, platform: Sessions) -> UUID:
    async with platform.begin() as session:
        channel_id = await session.scalar(text("SELECT id FROM core.channels"))
        session.add(ChannelCollection(channel_id=channel_id))
    assert isinstance(channel_id, UUID)
    return channel_id


async def take(platform: Sessions) -> UUID | None:
    async with platform.begin() as session:
        row = await session.scalar(select(ChannelCollection).where(leases.is_free(ChannelCollection, LEASE)))
        return None if row is None else leases.take(row)


async def test_take_while_another_lease_is_alive_finds_nothing_free(platform: Sessions, channel_id: UUID) -> None:
    assert await take(platform) is not None
    assert await take(platform) is None


async def test_lock_with_the_token_before_the_last_raises(platform: Sessions, channel_id: UUID) -> None:
    identity = ChannelCollection.channel_id == channel_id
    first = await take(platform)
    assert first is not None
    async with platform.begin() as session:
        row = await leases.lock(session, ChannelCollection, identity, first)
        row.heartbeat_at = clock.now() - LEASE - timedelta(seconds=1)  # its worker stopped beating
    second = await take(platform)
    assert second not in (None, first)
    async with platform.begin() as session:
        assert not await leases.renew(session, ChannelCollection, identity, first)
        assert await leases.renew(session, ChannelCollection, identity, second or uuid4())
        with pytest.raises(LeaseLost):
            await leases.lock(session, ChannelCollection, identity, first)
        leases.end(await leases.lock(session, ChannelCollection, identity, second or uuid4()))
    assert await take(platform) is not None


async def test_heartbeats_stop_when_the_lease_is_lost_and_outlive_an_error() -> None:
    answers = iter([True, RuntimeError("the database is away"), True, False])
    calls = 0

    async def renew() -> bool:
        nonlocal calls
        calls += 1
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with capture_logs() as logs:
        async with leases.heartbeats(renew, SHORT) as lost, asyncio.timeout(10):
            await lost.wait()
            await asyncio.sleep(0.05)
    assert calls == 4
    assert [entry["event"] for entry in logs] == ["periodic_task_failed"]


async def test_heartbeats_end_with_the_block() -> None:
    before = asyncio.all_tasks()

    async def renew() -> bool:
        return True

    with pytest.raises(ValueError, match="odd"):
        async with leases.heartbeats(renew, SHORT) as lost:
            raise ValueError("odd")
    assert not lost.is_set()
    assert asyncio.all_tasks() == before
