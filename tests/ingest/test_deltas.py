"""Deltas of videos: every reader has them once, whoever merges them and whatever comes between."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import numpy as np
import psycopg
import pytest

from tests.conftest import Database
from tests.ingest.factories import BUSY, Measured, event, hours_ago, make_measured, ndjson
from tests.ingest.test_ingestor import assert_rollups_are_a_recount, rows
from ytempire.ingest.delta_merger import _boundaries
from ytempire.ingest.deltas import DeltaPolicy, Segment, Segments, SegmentSums, by_period
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.ingest.metrics import METRICS, ROLLUPS
from ytempire.ingest.rebuilds import all_days, rebuild_channel
from ytempire.ingest.rollups import recount, stored_rows
from ytempire.ingest.sums import VideoSums
from ytempire.kit.database import Sessions, conninfo

KEPT_BY_HAND = DeltaPolicy(min_events=1, merge_every_s=3600, rows_per_transaction=3, look_every_s=0.01)
"""Nothing is merged but when the test says so, and when the process ends."""
ZONES = ("Asia/Kolkata", "America/New_York", "UTC", "Pacific/Chatham")


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=ZONES, videos=4)


@pytest.fixture
async def keeper(database: Database) -> AsyncIterator[Ingestor]:
    async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as ingestor:
        yield ingestor


def some_events(ann: Measured, number: int, count: int = 60) -> bytes:
    """Of the last two days, so that hours and days have several; of another number none is the same."""
    chance = random.Random(number)
    return ndjson(
        *(
            event(
                *chance.choice(ann.pairs),
                hours_ago(chance.randrange(192) / 4) + timedelta(seconds=number, microseconds=n),
                views=chance.randrange(100), impressions=100, click_through_rate=chance.random(),
                estimated_revenue_usd=round(chance.random(), 6), watch_time_minutes=chance.random(),
            )
            for n in range(count)
        )
    )  # fmt: skip


async def ingest(ingestor: Ingestor, ann: Measured, data: bytes) -> None:
    await ingestor.ingest(IngestRequest(data, "api"), ann.subject)


async def with_segment(ingestor: Ingestor, ann: Measured) -> None:
    """The first transaction asks for a segment; those after it have one."""
    segments = ingestor.writer._shard_writer.segments
    await ingest(ingestor, ann, some_events(ann, 1))
    while segments.current is None:
        await asyncio.sleep(0.01)


def statuses(database: Database) -> dict[str, int]:
    return dict(rows(database, "SELECT status, count(*) FROM analytics.delta_segments GROUP BY 1"))


def free_all(database: Database) -> dict[str, int]:
    """Maintenance of the server may have had a snapshot when the process looked."""
    for _ in range(50):
        with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
            connection.execute("SELECT analytics.free_segments()")
        if "merged" not in statuses(database):
            break
        time.sleep(0.1)
    return statuses(database)


def count_deltas(database: Database) -> int:
    [(count,)] = rows(database, "SELECT count(*) FROM analytics.video_deltas")
    return int(count)


async def test_deltas_and_rollups_together_equal_recount_before_and_after_merge(
    database: Database, ann: Measured
) -> None:
    async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as keeper:
        await with_segment(keeper, ann)
        for number in range(2, 6):
            await ingest(keeper, ann, some_events(ann, number))
            assert_rollups_are_a_recount(database)
        assert count_deltas(database) > 100
        before = rows(database, "SELECT count(*) FROM analytics.video_hourly")
    assert free_all(database) == {"free": 8}
    assert count_deltas(database) == 0
    assert rows(database, "SELECT count(*) FROM analytics.video_hourly") > before
    assert_rollups_are_a_recount(database)


async def test_merge_is_spread_over_part_of_the_interval(database: Database, ann: Measured) -> None:
    policy = replace(KEPT_BY_HAND, merge_every_s=1.0, spread_over=1.0)
    async with Ingestor(database.app_url, application="test", delta_policy=policy) as keeper:
        await with_segment(keeper, ann)
        await ingest(keeper, ann, some_events(ann, 2))
        while "closed" not in statuses(database):
            await asyncio.sleep(0.01)
        closed_at = time.monotonic()
        while "closed" in statuses(database):
            await asyncio.sleep(0.01)
    # of three transactions the last begins after two thirds
    assert time.monotonic() - closed_at > policy.spread_s / 2
    assert_rollups_are_a_recount(database)


async def test_snapshot_older_than_merge_reads_each_delta_once(database: Database, ann: Measured) -> None:
    """As a backup has it: its snapshot is from before the merge, and it comes to the deltas after it."""
    with psycopg.connect(conninfo(database.owner_url)) as older:
        async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as keeper:
            await with_segment(keeper, ann)
            await ingest(keeper, ann, some_events(ann, 2))
            older.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            older.execute("SELECT 1")
        assert statuses(database) == {"free": 7, "merged": 1}
        for rollup in ROLLUPS:
            counted, stored = (
                sorted(older.execute(query.encode()).fetchall())
                for query in (recount(rollup, "true"), stored_rows(rollup, "true"))
            )
            assert stored == counted
        assert count_deltas(database) > 0
        older.rollback()
        assert free_all(database) == {"free": 8}
    assert count_deltas(database) == 0


async def test_every_snapshot_equals_recount_while_deltas_merge(database: Database, ann: Measured) -> None:
    """A reader in a loop, beside two processes of which one merges all the time."""
    compared = 0
    stop = asyncio.Event()

    def compare_once() -> None:
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for rollup in ROLLUPS:
                counted, stored = (
                    sorted(connection.execute(query.encode()).fetchall())
                    for query in (recount(rollup, "true"), stored_rows(rollup, "true"))
                )
                assert stored == counted, rollup.table

    async def read() -> None:
        nonlocal compared
        while not stop.is_set():
            await asyncio.to_thread(compare_once)
            compared += 1

    async with (
        Ingestor(database.app_url, application="a", delta_policy=BUSY) as one,
        Ingestor(database.app_url, application="b", delta_policy=BUSY) as two,
    ):
        reading = asyncio.create_task(read())
        for number in range(0, 60, 3):
            bodies = [some_events(ann, number + more, 20) for more in range(3)]
            doors = (one, two, one)
            # the last one corrects what the first of the round before it said
            await asyncio.gather(*(ingest(door, ann, body) for door, body in zip(doors, bodies, strict=True)))
            await ingest(two, ann, some_events(ann, max(number - 3, 0), 20).replace(b'"views": 1', b'"views": 2'))
        stop.set()
        await reading
    assert compared > 3
    assert free_all(database) == {"free": 8}
    assert_rollups_are_a_recount(database)


async def test_rebuild_takes_deltas_of_its_channel_and_the_merge_reads_rows(database: Database, ann: Measured) -> None:
    async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as keeper:
        await with_segment(keeper, ann)
        await ingest(keeper, ann, some_events(ann, 2))
        channel = next(iter(ann.videos))
        async with keeper.writer.begin(ann.subject) as connection:
            await rebuild_channel(connection, channel, all_days())
        assert rows(database, "SELECT count(*) FROM analytics.video_deltas WHERE channel_id = %s", channel) == [(0,)]
        assert rows(database, "SELECT count(*) FROM analytics.delta_segments WHERE is_changed") == [(1,)]
        assert_rollups_are_a_recount(database)
        await ingest(keeper, ann, some_events(ann, 3))
        assert_rollups_are_a_recount(database)
    assert_rollups_are_a_recount(database)
    assert free_all(database) == {"free": 8}


@contextmanager
def abandoned(database: Database) -> Iterator[None]:
    """Segments look as if their process had not been heard of for long."""
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("UPDATE analytics.delta_segments SET opened_at = opened_at - interval '1 hour'")
    yield


async def test_abandoned_segment_is_merged_by_another_process(
    keeper: Ingestor, ingestor: Ingestor, database: Database, ann: Measured
) -> None:
    """Its process is there yet, but slow: what it writes from then on goes into the rollups at once."""
    await with_segment(keeper, ann)
    await ingest(keeper, ann, some_events(ann, 2))
    with abandoned(database):
        assert await ingestor.writer.merge_abandoned() == 1
    assert free_all(database) == {"free": 8}
    assert_rollups_are_a_recount(database)
    await ingest(keeper, ann, some_events(ann, 3))
    assert count_deltas(database) == 0
    assert_rollups_are_a_recount(database)
    assert await ingestor.writer.merge_abandoned() == 0


async def test_ingest_without_free_segment_goes_into_rollups(database: Database, ann: Measured) -> None:
    """Somebody's snapshot is older than the merges of all."""
    with psycopg.connect(conninfo(database.owner_url)) as older, psycopg.connect(conninfo(database.owner_url)) as other:
        older.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        older.execute("SELECT 1")
        other.execute(
            "UPDATE analytics.delta_segments"
            " SET status = 'merged', merged_by = pg_current_xact_id()::text, opened_at = now()"
        )
        other.commit()
        async with Ingestor(database.app_url, application="test", delta_policy=BUSY) as busy:
            for number in range(3):
                await ingest(busy, ann, some_events(ann, number))
                await asyncio.sleep(0.05)
            assert count_deltas(database) == 0
            assert_rollups_are_a_recount(database)


async def test_merge_of_hour_that_has_two_days_in_its_zone(database: Database, sessions: Sessions) -> None:
    """In India a day begins at half past the hour of UTC."""
    bob = await make_measured(sessions, "bob", zones=("Asia/Kolkata",), videos=2)
    begin = hours_ago(30).replace(hour=18, minute=20, second=0)
    data = ndjson(
        *(event(*pair, begin + timedelta(minutes=minutes), views=1) for pair in bob.pairs for minutes in (0, 15, 20))
    )
    async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as keeper:
        await with_segment(keeper, bob)
        await ingest(keeper, bob, data)
        assert_rollups_are_a_recount(database)
        assert keeper.writer._shard_writer.segments.current is not None
    assert free_all(database) == {"free": 8}
    assert_rollups_are_a_recount(database)
    assert rows(database, "SELECT sum(events) FROM analytics.video_daily") == rows(
        database, "SELECT count(*) FROM analytics.video_metrics"
    )


async def test_event_that_becomes_of_whole_day_leaves_deltas_counted_once(
    keeper: Ingestor, database: Database, ann: Measured
) -> None:
    """Its hours are rebuilt from the events, among which are those of deltas."""
    await with_segment(keeper, ann)
    channel, video = ann.pairs[0]
    day = hours_ago(30).replace(hour=1)
    said = [event(channel, video, day + timedelta(hours=hour), views=hour + 1) for hour in range(9)]
    await ingest(keeper, ann, ndjson(*said))
    assert count_deltas(database) > 0
    flipped = said[4] | {"whole_day": True}
    new = [event(channel, video, day + timedelta(hours=hour, minutes=7), views=50) for hour in range(9)]
    await ingest(keeper, ann, ndjson(flipped, *new))
    assert_rollups_are_a_recount(database)
    await ingest(keeper, ann, ndjson(*(one | {"views": 60} for one in new)))
    await asyncio.to_thread(keeper.writer._shard_writer.merger.stop)
    assert_rollups_are_a_recount(database)


async def test_merge_of_freed_and_reused_segment_leaves_it_alone(
    ingestor: Ingestor, database: Database, ann: Measured
) -> None:
    """The first process was slow, and another one has merged its segment, which a third one writes to."""
    async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as slow:
        await with_segment(slow, ann)
        await ingest(slow, ann, some_events(ann, 2))
        with abandoned(database):
            await ingestor.writer.merge_abandoned()
        assert free_all(database) == {"free": 8}
        async with Ingestor(database.app_url, application="test", delta_policy=KEPT_BY_HAND) as third:
            await with_segment(third, replace(ann))
            await ingest(third, ann, some_events(ann, 3))
            slow_segment, third_segment = (one.writer._shard_writer.segments.current for one in (slow, third))
            assert slow_segment is not None
            assert third_segment is not None
            assert slow_segment.id == third_segment.id
            slow.writer._shard_writer.segments.replace(None)  # it is merged by the test alone
            for distrusted in (False, True):
                if distrusted:
                    slow_segment.sums = None
                await asyncio.to_thread(slow.writer._shard_writer.merger._close_and_merge, slow_segment)
                assert_rollups_are_a_recount(database)
    assert free_all(database) == {"free": 8}
    assert_rollups_are_a_recount(database)


@asynccontextmanager
async def losing_answers(database: Database, folder: Path) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """The URL of a way to the database that, once the event is set, ends the next connection that commits: after COMMIT
    is carried out, and before the answer to it."""
    is_losing = asyncio.Event()
    host = parse_qs(urlsplit(database.app_url).query)["host"][0]

    async def forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_client: bool) -> None:
        while data := await source.read(2**16):
            sink.write(data)
            await sink.drain()
            if is_client and is_losing.is_set() and data.endswith(b"\x0bCOMMIT\x00"):
                is_losing.clear()
                return

    serving: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        server_reader, server_writer = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.5432")
        asking = asyncio.create_task(forward(reader, server_writer, is_client=True))
        answering = asyncio.create_task(forward(server_reader, writer, is_client=False))
        await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        if asking.done() and not reader.at_eof():
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            await server_reader.read(2**16)  # the answer, which nobody gets
        for task in (asking, answering):
            task.cancel()
        await asyncio.gather(asking, answering, return_exceptions=True)
        for end in (writer, server_writer):
            end.close()
            with suppress(ConnectionError):
                await end.wait_closed()

    async with await asyncio.start_unix_server(serve, folder / ".s.PGSQL.5432"):
        yield database.app_url.replace(host, str(folder)), is_losing
    await asyncio.gather(*serving)


async def test_answer_to_commit_that_does_not_come_counts_once(
    database: Database, ann: Measured, tmp_path: Path
) -> None:
    async with (
        losing_answers(database, tmp_path) as (url, is_losing),
        Ingestor(url, application="cut", delta_policy=KEPT_BY_HAND) as cut,
    ):
        await with_segment(cut, ann)
        bodies = [some_events(ann, number) for number in range(2, 5)]
        is_losing.set()
        answers = await asyncio.gather(*(ingest(cut, ann, body) for body in bodies), return_exceptions=True)
        assert not is_losing.is_set()
        errors = [answer for answer in answers if answer is not None]
        assert {type(error) for error in errors} == {psycopg.OperationalError}
        assert_rollups_are_a_recount(database)
        # committed, and not written again as other batches
        assert rows(database, "SELECT count(*) FROM analytics.ingest_batches") == [(1 + len(bodies),)]
        for body in bodies:
            await ingest(cut, ann, body)
        assert_rollups_are_a_recount(database)
    assert free_all(database) == {"free": 8}
    assert_rollups_are_a_recount(database)


def sums_of(*lines: tuple[int, int, int, int, int]) -> VideoSums:
    """Channel, video, hour, day, and the value of every metric."""
    columns = np.array(lines, object).T
    ids = [np.array([[0, number] for number in columns[place]], np.uint64) for place in (0, 1)]
    hour, day = columns[2].astype(np.int64), columns[3].astype(np.int64)
    largest = max(columns[4])
    values = columns[4] if largest > 2**62 else columns[4].astype(np.int64)
    return VideoSums(ids[0], ids[1], hour, day, dict.fromkeys(METRICS, values))


def test_segment_sums_add_up_by_video_hour_and_day_in_order() -> None:
    sums = SegmentSums()
    assert sums.add(sums_of((2, 1, 500_000, 9_000, 5), (2, 1, 500_001, 9_000, 1)))
    assert sums.add(sums_of((1, 7, 500_000, 9_000, 3), (2, 1, 500_000, 9_000, -2), (2, 1, 500_000, 9_001, 8)))
    merged = sums.sorted_sums()
    found = list(
        zip(
            merged.channel_id[:, 1].tolist(), merged.video_id[:, 1].tolist(), merged.hour.tolist(),
            merged.day.tolist(), merged.values["clicks"].tolist(), strict=True,
        )
    )  # fmt: skip
    assert found == [
        (1, 7, 500_000, 9_000, 3),
        (2, 1, 500_000, 9_000, 3),
        (2, 1, 500_000, 9_001, 8),
        (2, 1, 500_001, 9_000, 1),
    ]


def test_segment_sums_of_day_beyond_64_bits_are_refused() -> None:
    sums = SegmentSums()
    assert sums.add(sums_of(*((1, 1, hour, 1, 2**58) for hour in range(24))))
    assert by_period(sums.sorted_sums(), sums.sorted_sums().day).values["clicks"].tolist() == [24 * 2**58]
    assert not sums.add(sums_of((1, 1, 1, 1, 2**58)))
    assert not SegmentSums().add(sums_of((1, 1, 1, 1, 2**70)))


def test_segment_sums_take_small_numbers_of_python() -> None:
    """Columns are of Python's integers where the product of their largest might be more than 64 bits."""
    columns = sums_of((1, 1, 1, 1, 7))
    objects = replace(columns, values={name: column.astype(object) for name, column in columns.values.items()})
    sums = SegmentSums()
    assert sums.add(objects)
    assert sums.sorted_sums().values["viewed_seconds"].tolist() == [7]


def test_boundaries_of_channels_with_many_rows() -> None:
    channels = [(UUID(int=number), count) for number, count in enumerate([3, 3, 9, 1, 1, 1])]
    assert _boundaries(channels, 3) == [UUID(int=1), UUID(int=2), UUID(int=3)]
    assert _boundaries([], 3) == []


def test_segments_distrusted_or_too_large_have_no_sums() -> None:
    segments = Segments(replace(BUSY, merge_every_s=3600))
    for spoil in (segments.distrust, partial(segments.add, sums=sums_of((1, 1, 1, 1, 2**70)))):
        segment: Any = Segment(1, 1)
        segments.add(segment, sums_of((1, 1, 1, 1, 1)))
        assert not segment.is_due(segments.policy)
        spoil(segment)
        assert segment.sums is None
        assert segment.is_due(segments.policy)


def test_segment_is_not_due_while_writer_adds_to_it() -> None:
    """The sums are away meanwhile, which is otherwise a reason to merge at once."""
    is_adding, may_end = threading.Event(), threading.Event()

    class SlowSums(SegmentSums):
        def add(self, sums: VideoSums) -> bool:
            is_adding.set()
            assert may_end.wait(60)
            return super().add(sums)

    segments = Segments(KEPT_BY_HAND)
    segment = Segment(1, 1, sums=SlowSums())
    segments.replace(segment)
    with ThreadPoolExecutor(2) as threads:
        adding = threads.submit(segments.add, segment, sums_of((1, 1, 1, 1, 1)))
        assert is_adding.wait(60)
        due = threads.submit(segments.due)
        with pytest.raises(TimeoutError):
            due.result(timeout=0.2)
        may_end.set()
        adding.result()
        assert due.result() is None
    segments.distrust(segment)
    assert segments.due() is segment
