"""Live counters are what a recount of the events gives, whatever becomes of Valkey."""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
import valkey.asyncio

from tests.conftest import Database
from tests.ingest.factories import Measured, event, make_measured, ndjson
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.ingest.sums import RECENT
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.processes import die_with_parent_command
from ytempire.kit.read_pool import ReadPool
from ytempire.kit.subject import SYSTEM
from ytempire.realtime import counters as counting
from ytempire.realtime import queries
from ytempire.realtime.counter_store import Counts, LiveStore, parse_increments
from ytempire.realtime.counters import LiveCounters, first_minute
from ytempire.runtime.home import Home
from ytempire.runtime.valkey import EmbeddedValkey


class Server:
    """A Valkey of one's own, to be emptied, killed and started again."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self._command = EmbeddedValkey(home).start_command()
        self._command[self._command.index("--unixsocket") + 1] = str(self.socket)
        self._command[self._command.index("--dir") + 1] = str(folder)
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self._process = subprocess.Popen(die_with_parent_command(self._command), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        with valkey.Valkey.from_url(self.url) as client:
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except valkey.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise AssertionError("Valkey did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def empty(self) -> None:
        with valkey.Valkey.from_url(self.url) as client:
            client.flushall()


@pytest.fixture
def server(server_home: Home, tmp_path: Path) -> Iterator[Server]:
    one = Server(server_home, tmp_path)
    yield one
    one.kill()


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
    database: Database, server: Server, *, rebuild_on_start: bool = True
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


async def test_live_store_separates_databases(
    database: Database, server: Server, reads: ReadPool, ann: Measured, cache_url: str
) -> None:
    async with valkey.asyncio.Valkey.from_url(server.url) as cache:
        one, other = LiveStore(cache, "1-1"), LiveStore(cache, "1-2")
        assert await one.publish(await one.begin(1.0))
        assert (await one.generation(), await other.generation()) != (None, None)
        assert await other.generation() is None


class TestStore:
    async def test_live_store_many_rows_span_several_scripts(self, server: Server) -> None:
        """More than one script takes, and more than one command."""
        minute = first_minute() + 540
        channels, videos = [uuid4() for _ in range(10)], 2_300
        pairs = [(channel, UUID(int=number)) for channel in channels for number in range(videos)]
        said = np.array(
            [(channel.bytes, video.bytes, minute, video.int, 1, -2, 3) for channel, video in pairs], np.dtype(RECENT)
        )
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            assert await store.publish(await store.begin(2.0))
            generation = await store.generation()
            assert generation is not None
            assert generation.counted_at == 2.0
            increments = parse_increments(said.tobytes() + said[:2].tobytes())
            assert len(increments) == len(pairs)
            assert await store.add(generation, increments)
            assert await store.add(generation, parse_increments(said.tobytes()))
            found = await store.read(first_minute(), channels, pairs[:5])
            assert found is not None
            of_channels, of_videos = found
            total = videos * (videos - 1)
            assert of_channels[:-1].sum() == 0
            assert of_channels[-1, 1:].tolist() == [[total, videos * 2, -videos * 4, videos * 6]] * 9
            assert of_videos[-1, :, 0].tolist() == [0, 3, 4, 6, 8]
            await cache.set("ytempire:live:test:begun", b"something else")
            assert not await store.fill(generation, increments)
            assert 0 < await cache.ttl(f"ytempire:live:test:{generation.id}:{minute}") <= 900

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
