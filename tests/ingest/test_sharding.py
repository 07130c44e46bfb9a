"""Channels in one shard or in several, and the number changed while events come in."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.conftest import Database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from tests.ingest.test_event_order import ZONES
from tests.ingest.test_ingestor import assert_rollups_are_a_recount, outcome, rows
from ytempire.ingest.event_order import split_by_shard
from ytempire.ingest.ingestor import Ingestor, IngestRequest, prepare
from ytempire.ingest.sharding import change_shard_count, shard_of
from ytempire.ingest.write_group import ShardBatch
from ytempire.kit.database import Sessions, conninfo


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=ZONES[:9], videos=2)


@pytest.fixture
def base() -> datetime:
    return hours_ago(3)


async def divide(database: Database, shards: int) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as connection:
        await change_shard_count(connection, shards)


def events_of(ann: Measured, hours: int, *, number: int, base: datetime) -> bytes:
    """An event of each video in so many hours; of another number none is the same."""
    moments = [base - timedelta(hours=7 * hour, seconds=number) for hour in range(hours)]
    return ndjson(*(event(*pair, at, views=number) for at in moments for pair in ann.pairs))


async def test_ingest_in_several_shards_gives_one_receipt(
    ingestor: Ingestor, ann: Measured, database: Database, base: datetime
) -> None:
    await divide(database, 3)
    strange = event(ann.pairs[0][0], UUID(int=7), hours_ago(1))
    data = events_of(ann, 2, number=1, base=base) + b"\n" + ndjson(strange) + b"\nno event"
    receipt = await ingestor.ingest(IngestRequest(data, "api", idempotency_key="k"), ann.subject)
    assert outcome(receipt) == (36, 0, 0, 0, 2)
    assert receipt.events == 38
    assert await ingestor.ingest(IngestRequest(data, "api", idempotency_key="k"), ann.subject) == receipt
    written = rows(database, "SELECT shards, shard FROM analytics.ingest_batch_shards ORDER BY shard")
    assert written == [(3, shard) for shard in sorted({shard_of(channel, 3) for channel in ann.videos})]
    assert_rollups_are_a_recount(database)


@pytest.mark.parametrize(("before", "after"), [(2, 1), (2, 3), (3, 2), (1, 4)])
async def test_ingest_sent_again_after_crash_and_other_sharding_counts_once(
    ingestor: Ingestor, ann: Measured, database: Database, base: datetime, before: int, after: int
) -> None:
    """The process that took it first wrote one of its shards, and was killed."""
    await divide(database, before)
    data = events_of(ann, 3, number=2, base=base) + b"\n" + ndjson(event(ann.pairs[0][0], UUID(int=7), hours_ago(1)))
    request = IngestRequest(data, "api", idempotency_key="k")
    with_all = await ingestor.ingest(request, ann.subject)
    if before > 1:
        kept = shard_of(ann.pairs[0][0], before)
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            for channel in ann.videos:
                if shard_of(channel, before) != kept:
                    connection.execute("DELETE FROM analytics.video_metrics WHERE channel_id = %s", [channel])
                    for table in ("video_hourly", "video_daily", "channel_hourly", "channel_daily"):
                        connection.execute(f"DELETE FROM analytics.{table} WHERE channel_id = %s".encode(), [channel])
            connection.execute("DELETE FROM analytics.ingest_batch_shards WHERE shard <> %s", [kept])
    await divide(database, after)
    assert await ingestor.ingest(request, ann.subject) == with_all
    assert_rollups_are_a_recount(database)
    assert rows(database, "SELECT count(*) FROM analytics.video_metrics") == [(with_all.inserted,)]
    assert rows(database, "SELECT count(*) FROM staging.quarantine") == [(1,)]


async def test_ingest_while_number_of_shards_changes_counts_once(
    ingestor: Ingestor, ann: Measured, database: Database, base: datetime
) -> None:
    async def change() -> None:
        for shards in (3, 1, 8, 2, 5, 1):
            await asyncio.sleep(0.05)
            await divide(database, shards)

    async def deliver(number: int) -> int:
        data = events_of(ann, 4, number=number, base=base)
        request = IngestRequest(data, "api", idempotency_key=str(number))
        receipts = await asyncio.gather(*(ingestor.ingest(request, ann.subject) for _ in range(2)))
        assert receipts[0] == receipts[1]
        return receipts[0].inserted + receipts[0].unchanged

    changing = asyncio.create_task(change())
    counted, number = 0, 0
    while not changing.done():
        counted += sum(await asyncio.gather(*(deliver(number + n) for n in range(3))))
        number += 3
    await changing
    assert counted == number * 72
    assert_rollups_are_a_recount(database)


async def test_ingest_batch_divided_before_others_found_another_number_of_shards_counts_once(
    ingestor: Ingestor, ann: Measured, database: Database, base: datetime
) -> None:
    """While it is recorded, another delivery of the same process learns that there is one shard now."""
    await divide(database, 3)
    await ingestor.ingest(IngestRequest(events_of(ann, 1, number=1, base=base), "api"), ann.subject)
    async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as holder:
        await holder.execute("LOCK TABLE analytics.ingest_batches IN EXCLUSIVE MODE")
        request = IngestRequest(events_of(ann, 2, number=2, base=base), "api", idempotency_key="k")
        divided = asyncio.create_task(ingestor.ingest(request, ann.subject))
        await _wait_for_lock(database, 1)
        await divide(database, 1)
        single = IngestRequest(ndjson(event(*ann.pairs[0], base, views=3)), "api")
        other = asyncio.create_task(ingestor.ingest(single, ann.subject))
        await _wait_for_lock(database, 2)
        await holder.rollback()
    assert outcome(await divided) == (36, 0, 0, 0, 0)
    assert outcome(await other) == (1, 0, 0, 0, 0)
    assert rows(database, "SELECT count(*) FROM analytics.ingest_batch_shards WHERE shard >= shards") == [(0,)]
    assert await ingestor.ingest(request, ann.subject) == await divided
    assert_rollups_are_a_recount(database)


async def _wait_for_lock(database: Database, waiting: int) -> None:
    """Until so many sessions wait for the table of batches."""
    query = "SELECT count(*) FROM pg_locks WHERE relation = 'analytics.ingest_batches'::regclass AND NOT granted"
    async with asyncio.timeout(60):
        while rows(database, query) != [(waiting,)]:
            await asyncio.sleep(0.02)


async def test_ingest_batch_that_its_copy_overtook_counts_once(
    ingestor: Ingestor, others: Ingestor, ann: Measured, database: Database, base: datetime
) -> None:
    """It was recorded first, and the copy that was sent again meanwhile is written first."""
    await divide(database, 3)
    request = IngestRequest(events_of(ann, 2, number=4, base=base), "api", idempotency_key="k")
    batch = prepare(request)
    recorded = await ingestor.writer.record(batch.record, ann.subject)
    receipt = await others.ingest(request, ann.subject)
    results = [
        await ingestor.writer.write(ShardBatch(batch.record, 3, shard, batch.events, indices, recorded), ann.subject)
        for shard, indices in split_by_shard(batch.events, batch.row_indices, 3).items()
    ]
    assert {(result.batch_id, result.written) for result in results} == {(recorded.id, None)}
    assert await ingestor.ingest(request, ann.subject) == receipt
    assert outcome(receipt) == (36, 0, 0, 0, 0)
    assert_rollups_are_a_recount(database)


@pytest.mark.parametrize("shards", [1, 3])
async def test_ingest_of_nothing_but_rejected_lines_is_recorded(
    ingestor: Ingestor, ann: Measured, database: Database, shards: int
) -> None:
    await divide(database, shards)
    for number in (1, 2):  # the first one finds out how many shards there are
        receipt = await ingestor.write(prepare(IngestRequest(b"no event\n\nnor this", "file", name="f")), ann.subject)
        assert outcome(receipt) == (0, 0, 0, 0, 2)
        assert rows(database, "SELECT count(*) FROM staging.quarantine") == [(2 * number,)]
    assert rows(database, "SELECT DISTINCT name, events, rejected FROM analytics.ingest_batches") == [("f", 2, 2)]
