"""What is read is what was added, whatever is lost on the way to Valkey. The server is a real one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import valkey.asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valkey.exceptions import OutOfMemoryError, ValkeyError

from tests.realtime.servers import Relay, Server
from ytempire.ingest.sums import RECENT
from ytempire.realtime import counter_writer
from ytempire.realtime.counter_store import COUNTED_CHANNEL, MINUTE_S, CounterGeneration, LiveStore, first_minute
from ytempire.realtime.counter_writer import CounterWriter

CHANNELS = [UUID(int=number) for number in range(1, 4)]
VIDEOS = [UUID(int=number) for number in range(5)]
PAIRS = [(channel, video) for channel in CHANNELS for video in VIDEOS]

Increment = tuple[int, tuple[UUID, UUID], tuple[int, int, int, int]]
"""Place of the minute, channel and video, METRICS."""

increments = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(PAIRS), st.tuples(*[st.integers(-(2**40), 2**40) for _ in range(4)])),
    min_size=1,
    max_size=12,
)
processes = st.integers(0, 2)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), processes, increments),
        st.tuples(st.just("flush"), processes, st.none()),
        st.tuples(st.just("cut"), processes, st.integers(0, 4_000)),
        st.tuples(st.just("lose answers"), processes, st.just(0)),
    ),
    max_size=25,
)


def pack(first: int, rows: Iterable[Increment]) -> bytes:
    return np.array(
        [(channel.bytes, video.bytes, first + place * MINUTE_S, *values) for place, (channel, video), values in rows],
        np.dtype(RECENT),
    ).tobytes()


async def published(store: LiveStore, counted_at: float = 1.0) -> CounterGeneration:
    generation = await store.begin(counted_at)
    assert await store.publish(generation)
    return generation


async def assert_reads(store: LiveStore, first: int, expected: dict[tuple[int, tuple[UUID, UUID]], Any]) -> None:
    counts = await store.read(first, CHANNELS, PAIRS)
    assert counts is not None
    videos = np.zeros((10, len(PAIRS), 4), np.int64)
    for (place, pair), values in expected.items():
        videos[place, PAIRS.index(pair)] = values
    assert counts[1].tolist() == videos.tolist()
    assert counts[0].tolist() == videos.reshape(10, len(CHANNELS), len(VIDEOS), 4).sum(axis=2).tolist()


class TestCounterWriter:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(steps=steps, max_rows=st.sampled_from([0, 5, 100]))
    def test_counter_writer_any_faults_reads_what_was_added(
        self, server: Server, steps: list[tuple[str, int, Any]], max_rows: int
    ) -> None:
        asyncio.run(self._run_steps(server, steps, max_rows))

    async def _run_steps(self, server: Server, steps: list[tuple[str, int, Any]], max_rows: int) -> None:
        expected: dict[tuple[int, tuple[UUID, UUID]], Any] = {}
        async with (
            Relay(server) as relay,
            valkey.asyncio.Valkey.from_url(relay.url, socket_timeout=2) as cache,
        ):
            store, first = LiveStore(cache, uuid4().hex), first_minute()
            generation = await published(store)
            writers = [CounterWriter(store, generation, max_rows=max_rows) for _ in range(3)]
            for step, number, details in steps:
                if step == "add":
                    writers[number].add(pack(first, details))
                    for place, pair, values in details:
                        expected[place, pair] = np.add(expected.get((place, pair), 0), values)
                    continue
                if step != "flush":
                    relay.fault, relay.byte_count = step, details  # type: ignore[assignment]  # one of the two
                try:
                    assert await writers[number].flush()
                except (ValkeyError, OSError):
                    assert step != "flush"
                relay.fault = None
            for writer in writers:
                assert await writer.flush()
            await assert_reads(store, first, expected)

    async def test_counter_writer_late_writes_of_lost_connection_are_ended(self, server: Server, relay: Relay) -> None:
        """What a lost connection held must not replace what was written after it."""
        first, pair = first_minute(), PAIRS[0]
        async with valkey.asyncio.Valkey.from_url(relay.url, socket_timeout=0.3) as cache:
            store = LiveStore(cache, "test")
            writer = CounterWriter(store, await published(store))
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            relay.fault = "hold"
            with pytest.raises(ValkeyError):
                await writer.flush()
            writer.add(pack(first, [(9, pair, (2, 0, 0, 0))]))
            assert await writer.flush()
            assert not await relay.release_held()
            await assert_reads(store, first, {(9, pair): (3, 0, 0, 0)})

    async def test_counter_writer_refused_command_is_an_error_and_repeated(self, server: Server) -> None:
        """A full server refuses some commands among others; their connection serves on."""
        first, pair = first_minute(), PAIRS[0]
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            writer = CounterWriter(store, await published(store))
            writer.add(pack(first, [(9, pair, (1, 2, 3, 4))]))
            await cache.config_set("maxmemory-policy", "noeviction")
            await cache.config_set("maxmemory", 1)
            with pytest.raises(OutOfMemoryError):
                await writer.flush()
            await cache.config_set("maxmemory", 0)
            pool = cache.connection_pool
            refused = await pool.get_connection("PING")  # type: ignore[no-untyped-call]
            try:
                assert await writer.flush()
                await refused.send_command("PING")
                assert await refused.read_response() == b"PONG"
            finally:
                await pool.release(refused)
            await assert_reads(store, first, {(9, pair): (1, 2, 3, 4)})

    async def test_counter_writer_generation_gone_returns_false(self, server: Server) -> None:
        first, pair = first_minute(), PAIRS[0]
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            writer = CounterWriter(store, await published(store))
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            assert await writer.flush()
            nothing = await store.read(first, [], [])
            assert nothing is not None
            assert [counts.shape for counts in nothing] == [(10, 0, 4), (10, 0, 4)]
            await published(store, 2.0)
            assert await writer.flush()  # nothing changed
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            assert not await writer.flush()
            await assert_reads(store, first, {})

    async def test_counter_writer_draft_is_read_when_published_and_not_announced(self, server: Server) -> None:
        first, pair = first_minute(), PAIRS[0]
        async with valkey.asyncio.Valkey.from_url(server.url) as cache, cache.pubsub() as heard:
            store = LiveStore(cache, "test")
            await heard.subscribe(COUNTED_CHANNEL)
            draft = await store.begin(1.0)
            writer = CounterWriter(store, draft, is_draft=True)
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            assert await writer.flush()
            assert await store.read(first, CHANNELS, PAIRS) is None
            assert await store.publish(draft)
            await assert_reads(store, first, {(9, pair): (1, 0, 0, 0)})
            writer = CounterWriter(store, draft)
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            assert await writer.flush()
            messages = [await heard.get_message(timeout=5) for _ in range(3)]
            assert [message and message["data"] for message in messages] == [
                1,
                b"null",
                b'["%s"]' % str(pair[0]).encode(),
            ]
            await published(store, 2.0)
            writer = CounterWriter(store, draft, is_draft=True)
            writer.add(pack(first, [(9, pair, (1, 0, 0, 0))]))
            assert not await writer.flush()

    async def test_counter_writer_many_rows_span_several_round_trips(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counter_writer, "MAX_ROUND_TRIP_BYTES", 300_000)
        minute = first_minute() + 540
        channels, videos = [uuid4() for _ in range(10)], 2_300
        pairs = [(channel, UUID(int=number)) for channel in channels for number in range(videos)]
        packed = np.array(
            [(channel.bytes, video.bytes, minute, video.int, 1, -2, 3) for channel, video in pairs], np.dtype(RECENT)
        )
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            generation = await published(store, 2.0)
            assert generation.counted_at == 2.0
            writer = CounterWriter(store, generation)
            writer.add(packed.tobytes() + packed[:2].tobytes())
            assert await writer.flush()
            writer.add(packed.tobytes())
            assert await writer.flush()
            counts = await store.read(first_minute(), channels, pairs[:2_000])
            assert counts is not None
            total = videos * (videos - 1)
            assert counts[0][:-1].sum() == 0
            assert counts[0][-1, 1:].tolist() == [[total, videos * 2, -videos * 4, videos * 6]] * 9
            assert counts[1][-1, :, 0].tolist() == [0, 3, *range(4, 4_000, 2)]
            keys = await cache.keys(f"ytempire:live:test:{generation.id}:*")
            assert len(keys) == 3
            for key in keys:
                assert 0 < await cache.ttl(key) <= 900

    async def test_counter_writer_minutes_no_longer_shown_are_left_out(self, server: Server) -> None:
        first = first_minute()
        async with valkey.asyncio.Valkey.from_url(server.url) as cache:
            store = LiveStore(cache, "test")
            writer = CounterWriter(store, await published(store))
            writer.add(pack(first, [(place, PAIRS[0], (1, 1, 1, 1)) for place in (-6, -5, 3)]))
            assert await writer.flush()
            assert len(await cache.keys("ytempire:live:test:*:slots")) == 1
            await assert_reads(store, first, {(3, PAIRS[0]): (1, 1, 1, 1)})
