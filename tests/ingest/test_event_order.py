"""Whatever comes through several doors at once, in whatever order, every rollup is what a recount gives."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import update

from tests.conftest import Database
from tests.ingest.factories import BUSY, Measured, event, hours_ago, make_measured, ndjson
from tests.ingest.test_ingestor import assert_rollups_are_a_recount, outcome, rows
from ytempire.accounts.models import Permission
from ytempire.channels.models import Channel
from ytempire.ingest import shard_writer
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.ingest.metrics import BREAKDOWNS
from ytempire.ingest.rebuilds import all_days, pending_rebuilds, rebuild_channel, rebuild_days
from ytempire.ingest.shard_writer import ShardWriter
from ytempire.ingest.sharding import lock_channel
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM

# half and quarter hours beside UTC, changes of half an hour and at midnight, both ends of the day
ZONES = (
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "Pacific/Kiritimati",
    "Pacific/Chatham", "UTC", "America/Havana", "America/Santiago", "Asia/Beirut", "Pacific/Pago_Pago",
)  # fmt: skip
COUNTS = [0, 0, 1, 7, 2**31 - 1]
AMOUNTS = [0, -0.0, 1e-7, 5e-7, 1.5e-6, 2.5e-6, 1e9, 123456789.123456, 0.1, 0.3, 999999999.9999996, 12.5]
MEMBERS = ["DE", "ß", "Zürich", "日本", "é", "e\u0301", "a'b", '{"', "NULL", "null", "\\", ",", "x y", "Z", "a", "😀"]
DIMENSIONS = ["traffic_source", "country", "age_group", "gender", "device"]
# where clocks change, and where days, weeks and months begin somewhere
TURNS = [
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 24, 18, 30, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC),
    datetime(2026, 11, 23, 18, 15, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
]  # fmt: skip


@pytest.fixture
async def doors(database: Database) -> AsyncIterator[list[Ingestor]]:
    """As two processes have them. One merges deltas all the time."""
    async with (
        Ingestor(database.app_url, application="a", delta_policy=BUSY) as one,
        Ingestor(database.app_url, application="b") as two,
    ):
        yield [one, two]


def moments() -> list[datetime]:
    now = datetime.now(UTC)
    beside = (0, -1, 1, 999_999, -900_000_000, 3_600_000_000, -3_600_000_000)
    return [
        now + timedelta(minutes=4),
        now - timedelta(days=726),  # older days are not made anew (`rebuilding.window`)
        *(one + timedelta(microseconds=off) for one in TURNS for off in beside),
    ]


def any_event(chance: random.Random, pairs: Sequence[tuple[UUID, UUID]], at: Sequence[datetime]) -> dict[str, Any]:
    channel, video = chance.choice(pairs)
    if chance.random() < 0.05:  # a stranger, or a video of another channel
        video = chance.choice([UUID(int=0), UUID(int=chance.getrandbits(128)), chance.choice(pairs)[1]])
    parts = [
        {
            "dimension": chance.choice(DIMENSIONS), "member": chance.choice(MEMBERS),
            "views": chance.choice(COUNTS), "minutes": chance.choice(AMOUNTS),
        }
        for _ in range(chance.choice([0, 0, 0, 1, 2, 5, 9]))
    ]  # fmt: skip
    counts = {name: chance.choice(COUNTS) for name in ("views", "likes", "comments", "impressions", "subscribers_lost")}
    amounts = {
        name: chance.choice(AMOUNTS)
        for name in ("watch_time_minutes", "average_view_duration", "estimated_revenue_usd", "estimated_ad_revenue_usd")
    }
    if chance.random() < 0.2:
        counts |= {name: -chance.choice(COUNTS) for name in ("views", "comments", "shares", "dislikes")}
        amounts |= {name: -chance.choice(AMOUNTS) for name in ("estimated_revenue_usd", "estimated_ad_revenue_usd")}
        counts["correction"] = True
    if chance.random() < 0.3:
        counts["whole_day"] = True
    if chance.random() < 0.5:
        counts["averages_basis_views"] = chance.choice(COUNTS)
    return event(
        channel, video, chance.choice(at), **counts, **amounts, breakdowns=parts,
        average_percentage_viewed=chance.choice([0, 1e4, 1e-7, 33.3333335]),
        click_through_rate=chance.choice([0, 1, 0.0000005, 1e-9, 0.123456]),
    )  # fmt: skip


async def rebuild_what_waits(door: Ingestor, who: Measured) -> None:
    async with door.writer.begin(who.subject) as connection:
        for channel in await pending_rebuilds(connection):
            await lock_channel(connection, channel)
            await rebuild_days(connection, channel)


@pytest.mark.parametrize("returns_old", [True, False], ids=["PostgreSQL 18", "older"])
async def test_ingest_extremes_in_any_order_with_zone_changes_equal_recount(
    doors: list[Ingestor],
    sessions: Sessions,
    database: Database,
    returns_old: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not returns_old:
        monkeypatch.setattr(shard_writer, "RETURNS_OLD", 10**9)
    ann = await make_measured(sessions, "ann", zones=ZONES, videos=2)
    chance = random.Random(returns_old)
    at = moments()

    async def change_a_zone() -> None:
        async with as_subject(sessions, ann.subject).begin() as session:
            zone, channel = chance.choice(ZONES), chance.choice(list(ann.videos))
            await session.execute(update(Channel).where(Channel.id == channel).values(time_zone=zone))

    async def rebuild() -> None:
        async with doors[0].writer.begin(ann.subject) as connection:
            await rebuild_channel(connection, chance.choice(list(ann.videos)), all_days())

    for number in range(6):
        pairs = ann.pairs if number % 2 else ann.pairs[:6]
        bodies = [ndjson(*(any_event(chance, pairs, at) for _ in range(chance.choice([1, 30, 300])))) for _ in range(4)]
        beside = [change_a_zone(), rebuild(), change_a_zone()] if number in {3, 5} else []
        receipts, _ = await asyncio.gather(
            asyncio.gather(
                *(
                    doors[n % 2].ingest(IngestRequest(body, "api"), ann.subject)
                    for n, body in enumerate([*bodies, bodies[0]])
                )
            ),
            asyncio.gather(*beside),
        )
        assert all(one.events == sum(outcome(one)) for one in receipts)
        await rebuild_what_waits(doors[0], ann)
        assert_rollups_are_a_recount(database)
        for rollup in BREAKDOWNS:
            assert rows(database, f"SELECT FROM {rollup.table} WHERE events = '{{}}'") == []


async def test_ingest_with_partial_permissions_quarantines_other_channels(
    doors: list[Ingestor], sessions: Sessions, database: Database
) -> None:
    ann = await make_measured(sessions, "ann", zones=ZONES[:4])
    bob = await make_measured(sessions, "bob")
    written, seen, *_ = ann.videos
    async with as_subject(sessions, SYSTEM).begin() as session:
        for channel, level in ((written, "write"), (seen, "read")):
            session.add(
                Permission(user_id=bob.subject.user_id, channel_id=channel, level=level, granted_by=ann.subject.user_id)
            )
    chance = random.Random(1)
    for _ in range(4):
        said = [
            event(*chance.choice(ann.pairs + bob.pairs), hours_ago(chance.randrange(20)), views=chance.randrange(9))
            for _ in range(80)
        ]
        await asyncio.gather(
            doors[0].ingest(IngestRequest(ndjson(*said), "api"), bob.subject),
            doors[1].ingest(IngestRequest(ndjson(*reversed(said)), "api"), ann.subject),
        )
        assert_rollups_are_a_recount(database)
    refused = rows(
        database,
        "SELECT DISTINCT (q.content::json ->> 'channel_id')::uuid, q.reason FROM staging.quarantine q"
        " JOIN analytics.ingest_batches b ON b.id = q.batch_id WHERE b.user_id = %s",
        bob.subject.user_id,
    )
    assert dict(refused) == {
        channel: "You may not write to this channel." if channel == seen else "There is no video with this id."
        for channel in ann.videos
        if channel != written
    }


async def test_ingest_same_batch_concurrently_with_deadlocks_counts_once(
    doors: list[Ingestor], sessions: Sessions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await make_measured(sessions, "ann", zones=ZONES[:3])
    chance = random.Random(5)
    put, left = ShardWriter._insert, 0

    def put_or_die(self: ShardWriter, *arguments: Any) -> Any:
        nonlocal left
        done = put(self, *arguments)
        if left and chance.random() < 0.5:
            left -= 1
            raise psycopg.errors.DeadlockDetected("made up")
        return done

    # no order of ours makes PostgreSQL find one
    monkeypatch.setattr(ShardWriter, "_insert", put_or_die)
    for number in range(4):
        left = 2
        said = [event(*chance.choice(ann.pairs), hours_ago(chance.randrange(20)), views=number) for _ in range(60)]
        body = ndjson(*said, event(ann.pairs[0][0], UUID(int=number), hours_ago(1)))
        keyed, plain = IngestRequest(body, "api", idempotency_key=f"key {number}"), IngestRequest(body, "api")
        receipts = await asyncio.gather(
            *(doors[n % 2].ingest(one, ann.subject) for n, one in enumerate([keyed, keyed, plain, plain]))
        )
        assert receipts[0] == receipts[1]
        assert all(one.events == sum(outcome(one)) for one in receipts)
        assert_rollups_are_a_recount(database)
    assert rows(database, "SELECT count(*) FROM staging.quarantine") == [(4 * 3,)]
