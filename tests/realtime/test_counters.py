"""Live counters are what a recount of the events gives, whatever becomes of Valkey."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import valkey.asyncio

from tests.conftest import Database
from tests.ingest.factories import Measured, event, make_measured, ndjson
from tests.realtime.servers import Relay, Server
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.read_pool import ReadPool
from ytempire.kit.subject import SYSTEM
from ytempire.realtime import counters as counting
from ytempire.realtime import queries
from ytempire.realtime.counter_store import Counts, LiveStore, first_minute
from ytempire.realtime.counters import LiveCounters


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("GATHER_S", 0.05), ("BARRIER_S", 0.05), ("OTHERS_S", 0.05), ("AGAIN_S", 0.1)):
        monkeypatch.setattr(counting, name, seconds)


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("UTC", "Asia/Kolkata"), videos=3)


@pytest.fixture
async def reads(database: Database) -> AsyncIterator[ReadPool]:
    one = ReadPool(database.app_url, size=2, application="test")
    await one.start()
    yield one
    await one.stop()


@asynccontextmanager
async def process(
    database: Database, server: Server | Relay, *, rebuild_on_start: bool = True
) -> AsyncIterator[tuple[Ingestor, Any]]:
    """What one process has: its deliveries and its counters."""
    async with (
        valkey.asyncio.Valkey.from_url(server.url, socket_timeout=1, socket_connect_timeout=1) as cache,
        LiveCounters(database.app_url, cache, application="test", rebuild_on_start=rebuild_on_start) as counters,
        Ingestor(database.app_url, application="test", on_commit=counters.add) as ingestor,
    ):
        yield ingestor, counters


async def recounted(reads: ReadPool, who: Measured, first: int) -> tuple[Counts, Counts]:
    async with reads.begin(SYSTEM) as connection:
        found = await queries.count_from_events(connection, first, list(who.videos), who.pairs)
    assert found is not None
    return found


async def assert_becomes_a_recount(counters: LiveCounters, reads: ReadPool, who: Measured, *, views: int = 0) -> None:
    """And stays one. `views`: at least so many, so that not nothing is compared with nothing."""
    async with asyncio.timeout(10):
        while not await _is_a_recount(counters, reads, who, views):
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    assert await _is_a_recount(counters, reads, who, views)


async def _is_a_recount(counters: LiveCounters, reads: ReadPool, who: Measured, views: int) -> bool:
    first = first_minute()
    live = await counters.read(first, list(who.videos), who.pairs)
    if live is None:
        return False
    told = await recounted(reads, who, first)
    assert told[0][:, :, 0].sum() >= views
    return all(bool((one == other).all()) for one, other in zip(live, told, strict=True))


def some_events(chance: random.Random, who: Measured, many: int) -> bytes:
    """Of the last twelve minutes; the same ones again and again, as corrections with other values."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    moments = [now - timedelta(seconds=20 * number) for number in range(36)]
    said = []
    for _ in range(many):
        counts = {name: chance.randrange(100) for name in ("views", "likes", "comments", "shares")}
        said.append(event(*chance.choice(who.pairs), chance.choice(moments), **counts))
    return ndjson(*said)


async def test_live_counters_of_two_processes_equal_recount(
    database: Database, server: Server, reads: ReadPool, ann: Measured
) -> None:
    chance = random.Random(3)
    async with process(database, server) as (one, counters), process(database, server) as (other, others):
        for _ in range(4):
            await asyncio.gather(
                *(
                    door.ingest(IngestRequest(some_events(chance, ann, 150), "api"), ann.subject)
                    for door in (one, other)
                )
            )
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        await assert_becomes_a_recount(others, reads, ann)


async def test_live_counters_emptied_during_ingest_count_once(
    database: Database, server: Server, reads: ReadPool, ann: Measured
) -> None:
    chance = random.Random(5)

    async def deliver(door: Ingestor) -> None:
        for _ in range(25):
            await door.ingest(IngestRequest(some_events(chance, ann, 20), "api"), ann.subject)
            await asyncio.sleep(0.03)

    async def empty() -> None:
        for _ in range(4):
            await asyncio.sleep(0.25)
            await asyncio.to_thread(server.empty)

    async with process(database, server) as (one, counters), process(database, server) as (other, _):
        await asyncio.gather(deliver(one), deliver(other), empty())
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_after_valkey_crash_are_rebuilt(
    database: Database, server: Server, reads: ReadPool, ann: Measured
) -> None:
    """Its file may lack the last second, so the counters in it are no counters."""
    chance = random.Random(7)
    async with process(database, server) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        await asyncio.to_thread(server.kill)
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)  # goes on without
        assert await counters.read(first_minute(), list(ann.videos)) is None
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.start)
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_after_unnoticed_restart_are_rebuilt_on_read(
    database: Database, server: Server, reads: ReadPool, ann: Measured
) -> None:
    async with process(database, server) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(random.Random(8), ann, 100), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        await asyncio.sleep(1.1)  # until it is in the file
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        with valkey.Valkey.from_url(server.url) as client:
            assert any(key.endswith(b":marker") for key in client.keys("ytempire:live:*"))
        assert await counters.read(first_minute(), list(ann.videos)) is None
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_missed_by_killed_process_are_rebuilt_at_start(
    database: Database, server: Server, reads: ReadPool, ann: Measured
) -> None:
    chance = random.Random(9)
    async with process(database, server) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
    async with Ingestor(database.app_url, application="test") as unheard:
        await unheard.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
    async with process(database, server, rebuild_on_start=False) as (_, counters):
        await asyncio.sleep(0.2)
        assert not await _is_a_recount(counters, reads, ann, 0)
    async with process(database, server) as (_, counters):
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_over_pending_limit_are_rebuilt(
    database: Database, server: Server, reads: ReadPool, ann: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(11)
    async with process(database, server) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        monkeypatch.setattr(counting, "MAX_PENDING_BYTES", 50)
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_after_faults_and_recounts_equal_recount(
    database: Database, server: Server, relay: Relay, reads: ReadPool, ann: Measured
) -> None:
    """Answers are lost, connections cut, generations forgotten, all while two processes take events."""
    chance = random.Random(13)

    async def deliver(door: Ingestor) -> None:
        for _ in range(40):
            await door.ingest(IngestRequest(some_events(chance, ann, 20), "api"), ann.subject)
            await asyncio.sleep(0.03)

    async def disturb(*processes: LiveCounters) -> None:
        for number in range(24):
            await asyncio.sleep(0.08)
            if number % 8 == 7:
                chance.choice(processes)._mark_uncertain()
            elif number == 12:
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            else:
                relay.byte_count, relay.fault = chance.randrange(3_000), chance.choice(["cut", "lose answers"])

    async with process(database, relay) as (one, counters), process(database, relay) as (other, others):
        await asyncio.gather(deliver(one), deliver(other), disturb(counters, others))
        relay.fault = None
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        await assert_becomes_a_recount(others, reads, ann, views=100)


async def test_live_counters_lost_answer_needs_no_recount(
    database: Database, server: Server, relay: Relay, reads: ReadPool, ann: Measured
) -> None:
    chance = random.Random(14)
    async with process(database, relay) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 50), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        generation = await marker(server)
        relay.fault = "lose answers"
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 50), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        assert relay.fault is None
        assert await marker(server) == generation


async def test_live_counters_unwritten_go_into_generation_that_lacks_them(
    database: Database,
    server: Server,
    relay: Relay,
    reads: ReadPool,
    ann: Measured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between two tries to write, another process publishes a generation that was counted before."""
    async with (
        valkey.asyncio.Valkey.from_url(server.url) as cache,
        process(database, relay) as (ingestor, counters),
    ):
        await assert_becomes_a_recount(counters, reads, ann)
        monkeypatch.setattr(counting, "AGAIN_S", 1.0)
        store = LiveStore(cache, await counters._installation())
        draft = await store.begin(time.time())
        await asyncio.sleep(0.01)
        relay.fault = "cut"
        await ingestor.ingest(IngestRequest(some_events(random.Random(17), ann, 50), "api"), ann.subject)
        async with asyncio.timeout(10):
            while relay.fault is not None:
                await asyncio.sleep(0.01)
        assert await store.publish(draft)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        assert await store.generation() == draft


async def test_live_counters_late_writes_that_cannot_be_prevented_are_rebuilt(
    database: Database, server: Server, relay: Relay, reads: ReadPool, ann: Measured
) -> None:
    """A Valkey that does not let us end connections."""
    chance = random.Random(15)
    async with process(database, relay) as (ingestor, counters):
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 50), "api"), ann.subject)
        await assert_becomes_a_recount(counters, reads, ann, views=100)
        async with valkey.asyncio.Valkey.from_url(server.url) as owner:
            await owner.execute_command("ACL", "SETUSER", "default", "-client|kill")
        generation = await marker(server)
        relay.fault = "hold"
        await ingestor.ingest(IngestRequest(some_events(chance, ann, 50), "api"), ann.subject)
        async with asyncio.timeout(10):
            while await marker(server) in (generation, None):
                await ingestor.ingest(IngestRequest(some_events(chance, ann, 5), "api"), ann.subject)
                await asyncio.sleep(0.05)
        assert await relay.release_held()
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def test_live_counters_other_process_publishes_older_snapshot_are_rebuilt(
    database: Database, server: Server, reads: ReadPool, ann: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its recount began before events that this process has lost, and ends after it asked for another."""
    chance = random.Random(16)
    async with (
        await psycopg.AsyncConnection.connect(conninfo(database.app_url), autocommit=True) as recounting,
        valkey.asyncio.Valkey.from_url(server.url) as cache,
        process(database, server, rebuild_on_start=False) as (ingestor, counters),
    ):
        await recounting.execute("SELECT pg_advisory_lock(%s, 0)", [counting.RECOUNT_LOCK])
        installation = await counters._installation()
        store = LiveStore(cache, installation)
        draft = await store.begin(time.time())
        await asyncio.sleep(0.01)
        with monkeypatch.context() as limits:
            limits.setattr(counting, "MAX_PENDING_BYTES", 50)
            await ingestor.ingest(IngestRequest(some_events(chance, ann, 100), "api"), ann.subject)
        await asyncio.sleep(0.3)
        assert await store.publish(draft)
        await recounting.execute("SELECT pg_advisory_unlock(%s, 0)", [counting.RECOUNT_LOCK])
        await assert_becomes_a_recount(counters, reads, ann, views=100)


async def marker(server: Server) -> bytes | None:
    async with valkey.asyncio.Valkey.from_url(server.url) as cache:
        [key] = await cache.keys("ytempire:live:*:marker") or [None]
        return None if key is None else bytes(await cache.get(key) or b"")


async def test_live_store_separates_databases(
    database: Database, server: Server, reads: ReadPool, ann: Measured, cache_url: str
) -> None:
    async with valkey.asyncio.Valkey.from_url(server.url) as cache:
        one, other = LiveStore(cache, "1-1"), LiveStore(cache, "1-2")
        assert await one.publish(await one.begin(1.0))
        assert (await one.generation(), await other.generation()) != (None, None)
        assert await other.generation() is None


class TestStore:
    async def test_live_store_lost_draft_is_not_published(self, server: Server) -> None:
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            draft = await store.begin(1.0)
            server.empty()
            assert not await store.publish(draft)
            assert await store.read(first_minute(), [uuid4()], []) is None
            assert await store.publish(await store.begin(5.0))
            await store.forget(before=5.0)
            assert await store.generation() is not None
            await store.forget(before=5.1)
            assert await store.generation() is None


async def test_live_counters_need_only_application_role(database: Database) -> None:
    """What names this installation may be asked by the application."""
    with psycopg.connect(conninfo(database.app_url)) as connection:
        [name] = connection.execute(counting._INSTALLATION.encode()).fetchone() or [None]
    assert name
    LiveCounters(database.app_url, valkey.asyncio.Valkey(), application="test").add(b"")
