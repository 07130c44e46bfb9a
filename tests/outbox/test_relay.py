"""Facts reach their subscribers: each, in order for its subject, whatever is killed, late or broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Database
from tests.worker_process import run_in_other_process
from ytempire.kit.database import AsyncSession, Sessions, conninfo
from ytempire.notifications.subscriber import notify
from ytempire.outbox.relay import MAX_ATTEMPTS, Fact, deliver_pending


class Recorder:
    """A subscriber that remembers what it was handed, and refuses what it is told to."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.refuse: Callable[[Fact], bool] = lambda fact: False

    async def __call__(self, session: AsyncSession, fact: Fact) -> None:
        mark = text("UPDATE core.channels SET description = description || '.' WHERE id = :id")
        await session.execute(mark, {"id": fact.channel_id})
        if self.refuse(fact):
            raise ValueError("a poison fact")
        self.facts.append(fact)

    def kinds(self, channel_id: UUID) -> list[str]:
        return [fact.kind for fact in self.facts if fact.channel_id == channel_id]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
    async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
async def channels(platform: Sessions, owner: psycopg.AsyncConnection[tuple[object, ...]]) -> list[UUID]:
    """Two channels, and no fact."""
    async with platform.begin() as session:
        await session.execute(
            text(
                "INSERT INTO core.channels (owner_id, name, persona_id, time_zone)"
                " SELECT owner_id, 'Another', persona_id, time_zone FROM core.channels LIMIT 1"
            )
        )
        ids = list(await session.scalars(text("SELECT id FROM core.channels ORDER BY id")))
    await owner.execute("DELETE FROM core.outbox")
    return ids[:2]


async def pause(session: AsyncSession, channel_id: UUID, status: str = "paused") -> None:
    await session.execute(
        text("UPDATE core.channels SET status = :status WHERE id = :id"), {"status": status, "id": channel_id}
    )


async def relay(platform: Sessions, recorder: Recorder) -> int:
    return await deliver_pending(platform, {"notifications": recorder})


async def test_relay_fact_that_commits_after_a_later_id_is_delivered(
    platform: Sessions, channels: list[UUID], recorder: Recorder
) -> None:
    first, second = channels
    async with platform() as slow, slow.begin():
        await pause(slow, first)
        async with platform.begin() as quick:
            await pause(quick, second)
        assert await relay(platform, recorder) == 1
        assert (recorder.kinds(first), recorder.kinds(second)) == ([], ["channel_paused"])
    assert await relay(platform, recorder) == 1
    assert recorder.kinds(first) == ["channel_paused"]
    assert await relay(platform, recorder) == 0


async def test_relay_rolled_back_change_is_told_to_nobody(
    platform: Sessions, channels: list[UUID], recorder: Recorder
) -> None:
    async with platform() as session:
        await pause(session, channels[0])
        await session.rollback()
    assert await relay(platform, recorder) == 0


async def test_relay_several_at_once_deliver_each_fact_once_in_order_of_its_subject(
    platform: Sessions, channels: list[UUID], recorder: Recorder
) -> None:
    statuses = ["paused", "active"] * 5
    for status in statuses:
        for channel_id in channels:
            async with platform.begin() as session:
                await pause(session, channel_id, status)
    delivered = await asyncio.gather(*(relay(platform, recorder) for _ in range(4)))
    assert sum(delivered) == len(statuses) * len(channels)
    for channel_id in channels:
        assert recorder.kinds(channel_id) == [f"channel_{status}" for status in statuses]


async def test_relay_poison_fact_stops_its_subject_alone_and_can_be_released(
    platform: Sessions,
    channels: list[UUID],
    recorder: Recorder,
    owner: psycopg.AsyncConnection[tuple[object, ...]],
) -> None:
    poisoned, sound = channels
    recorder.refuse = lambda fact: fact.channel_id == poisoned and fact.kind == "channel_paused"
    for status in ("paused", "active"):
        for channel_id in channels:
            async with platform.begin() as session:
                await pause(session, channel_id, status)
    for _ in range(MAX_ATTEMPTS + 1):
        await relay(platform, recorder)
        await owner.execute("UPDATE core.outbox SET next_try_at = now()")
    assert recorder.kinds(sound) == ["channel_paused", "channel_active"]
    assert recorder.kinds(poisoned) == []
    rows = await (await owner.execute("SELECT kind, attempts, error, blocked_at IS NULL FROM core.outbox")).fetchall()
    assert sorted(rows) == [
        ("channel_active", 0, None, True),
        ("channel_paused", MAX_ATTEMPTS, "ValueError: a poison fact", False),
    ]
    # what the subscriber had done before it failed is not there
    assert await (await owner.execute("SELECT max(description) FROM core.channels")).fetchone() == ("..",)
    recorder.refuse = lambda fact: False
    await owner.execute("UPDATE core.outbox SET blocked_at = NULL, attempts = 0")
    assert await relay(platform, recorder) == 2
    assert recorder.kinds(poisoned) == ["channel_paused", "channel_active"]


async def test_relay_failed_fact_waits_before_it_is_tried_again(
    platform: Sessions, channels: list[UUID], recorder: Recorder, owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    recorder.refuse = lambda fact: True
    async with platform.begin() as session:
        await pause(session, channels[0])
    assert await relay(platform, recorder) == 0
    recorder.refuse = lambda fact: False
    waits = "SELECT next_try_at > occurred_at + interval '1 second' FROM core.outbox"
    assert await (await owner.execute(waits)).fetchall() == [(True,)]
    await owner.execute("UPDATE core.outbox SET next_try_at = now() + interval '1 hour'")
    assert await relay(platform, recorder) == 0
    await owner.execute("UPDATE core.outbox SET next_try_at = now()")
    assert await relay(platform, recorder) == 1


async def test_relay_database_that_is_away_is_no_fault_of_the_fact(
    platform: Sessions, channels: list[UUID], owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    async def lose_connection(session: AsyncSession, fact: Fact) -> None:
        await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with platform.begin() as session:
        await pause(session, channels[0])
    with pytest.raises(Exception, match=r"terminating connection|closed"):
        await deliver_pending(platform, {"notifications": lose_connection})
    assert await (await owner.execute("SELECT attempts, error FROM core.outbox")).fetchall() == [(0, None)]


async def test_relay_statement_that_takes_too_long_is_the_facts_fault(
    platform: Sessions, channels: list[UUID], owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    """Though the driver raises it as the same class of error as a lost connection."""
    poisoned, sound = channels
    delivered: list[UUID | None] = []

    async def subscriber(session: AsyncSession, fact: Fact) -> None:
        if fact.channel_id == poisoned:
            await session.execute(text("SET LOCAL statement_timeout = 10"))
            await session.execute(text("SELECT pg_sleep(10)"))
        delivered.append(fact.channel_id)

    for channel_id in channels:
        async with platform.begin() as session:
            await pause(session, channel_id)
    assert await deliver_pending(platform, {"notifications": subscriber}) == 1
    assert delivered == [sound]
    assert await (await owner.execute("SELECT attempts > 0 FROM core.outbox")).fetchall() == [(True,)]


async def test_relay_killed_before_its_commit_has_notified_nobody_and_another_does_once(
    database: Database, platform: Sessions, channels: list[UUID], owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    async with platform.begin() as session:
        await session.execute(
            text("SELECT core.open_alert('cost_stop', 'x', :channel_id, NULL, 'Stopped', '', NULL, '{}', now())"),
            {"channel_id": channels[0]},
        )
    idle = (
        "SELECT FROM pg_stat_activity WHERE datname = %s AND state = 'idle in transaction' AND query ILIKE '%%notif%%'"
    )
    count = "SELECT (SELECT count(*) FROM core.notifications), (SELECT count(*) FROM core.outbox)"
    with run_in_other_process("tests.outbox.relay_main", {"database_url": database.app_url}):
        async with asyncio.timeout(30):
            while not await (await owner.execute(idle, [database.name])).fetchall():
                await asyncio.sleep(0.02)
    async with asyncio.timeout(30):  # until the server has noticed
        while await (await owner.execute(idle, [database.name])).fetchall():
            await asyncio.sleep(0.02)
    assert await (await owner.execute(count)).fetchone() == (0, 1)
    assert await deliver_pending(platform, {"notifications": notify}) == 1
    assert await deliver_pending(platform, {"notifications": notify}) == 0
    assert await (await owner.execute(count)).fetchone() == (1, 0)
