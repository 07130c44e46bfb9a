"""Events on their way into the tables: every rollup is what a recount gives, whatever comes in which order."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest

from tests.conftest import Database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from ytempire.ingest import shard_writer
from ytempire.ingest.commit_notifications import CHANGED
from ytempire.ingest.errors import IdempotencyKeyReused, IngestOverloaded
from ytempire.ingest.ingestor import WAITING, WAITING_BYTES, Ingestor, IngestReceipt, IngestRequest
from ytempire.ingest.metrics import ALL, ROLLUPS, VIDEO_BREAKDOWNS, Rollup
from ytempire.ingest.rollups import recount, stored_rows
from ytempire.ingest.sums import RECENT
from ytempire.kit.database import Sessions, conninfo, listen_connection


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("Asia/Kolkata", "America/New_York", "UTC"), videos=3)


def rows(database: Database, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        return connection.execute(query.encode(), parameters).fetchall()


def assert_rollups_are_a_recount(database: Database) -> None:
    for rollup in ALL:
        counted = rows(database, recount(rollup, "true"))
        assert sorted(rows(database, stored_rows(rollup, "true"))) == sorted(counted), rollup.table


def sums(database: Database, rollup: Rollup = ROLLUPS[3]) -> dict[str, Any]:
    [row] = rows(database, f"SELECT {', '.join(f'sum({name})' for name in rollup.metrics)} FROM {rollup.table}")
    return dict(zip(rollup.metrics, row, strict=True))


def outcome(receipt: IngestReceipt) -> tuple[int, int, int, int, int]:
    return receipt.inserted, receipt.changed, receipt.unchanged, receipt.superseded, receipt.rejected


async def test_ingest_event_updates_every_rollup(ingestor: Ingestor, ann: Measured, database: Database) -> None:
    channel, video = ann.pairs[0]  # in Kolkata, half an hour beside the hours of UTC
    at = (datetime.now(UTC) - timedelta(days=1)).replace(hour=18, minute=40, second=0, microsecond=0)
    said = event(
        channel, video, at, views=10, likes=3, watch_time_minutes=12.5, estimated_revenue_usd=0.1,
        average_view_duration=75, impressions=200, click_through_rate=0.05,
    )  # fmt: skip
    receipt = await ingestor.ingest(IngestRequest(ndjson(said), "api"), ann.subject)
    assert outcome(receipt) == (1, 0, 0, 0, 0)
    [(hour, views)] = rows(database, "SELECT hour, views FROM analytics.video_hourly")
    assert (hour, views) == (at.replace(minute=0), 10)
    [(day, seconds, clicks, revenue)] = rows(
        database, "SELECT day, viewed_seconds, clicks, estimated_revenue_usd FROM analytics.channel_daily"
    )
    assert (day, seconds, clicks, revenue) == (at.date() + timedelta(days=1), 750, 10, Decimal("0.1"))  # past midnight
    assert_rollups_are_a_recount(database)


async def test_ingest_whole_day_event_is_in_daily_rollups_only(
    ingestor: Ingestor, others: Ingestor, ann: Measured, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the same event was said to be of its hour before, or is said to be so afterwards."""
    (channel, video), (_, other) = ann.pairs[:2]
    at = hours_ago(30)
    beside = event(channel, other, at, views=4, shares=1)

    def said(views: int, *, whole_day: bool) -> bytes:
        day = event(channel, video, at, views=views, shares=-2, correction=True, whole_day=whole_day)
        return ndjson(day, beside)

    returns_old = shard_writer.RETURNS_OLD
    for number, (views, whole_day) in enumerate([(9, True), (9, True), (7, False), (7, True), (8, True), (5, False)]):
        monkeypatch.setattr(shard_writer, "RETURNS_OLD", returns_old if number % 2 else 10**9)
        door = others if number % 2 else ingestor
        await door.ingest(IngestRequest(said(views, whole_day=whole_day), "api"), ann.subject)
        found = [sums(database, rollup) for rollup in ROLLUPS]
        assert [(one["views"], one["shares"]) for one in found] == [
            (4, 1) if rollup.period == "hour" and whole_day else (4 + views, -1) for rollup in ROLLUPS
        ]
        assert_rollups_are_a_recount(database)


async def test_ingest_duplicate_changes_no_sums_and_correction_replaces_event(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    (channel, video), (_, other) = ann.pairs[:2]
    first = [event(channel, video, hours_ago(2), views=10), event(channel, other, hours_ago(30), views=5)]
    await ingestor.ingest(IngestRequest(ndjson(*first), "api"), ann.subject)
    assert outcome(await ingestor.ingest(IngestRequest(ndjson(*first), "api"), ann.subject)) == (0, 0, 2, 0, 0)
    assert sums(database)["views"] == 15
    corrected = {**first[0], "views": 4, "likes": 1}
    twice = ndjson({**first[0], "views": 9}, corrected, first[1])
    assert outcome(await ingestor.ingest(IngestRequest(twice, "file"), ann.subject)) == (0, 1, 1, 1, 0)
    assert (sums(database)["views"], sums(database)["likes"], sums(database)["events"]) == (9, 1, 2)
    assert_rollups_are_a_recount(database)


async def test_ingest_replaced_event_replaces_breakdowns(ingestor: Ingestor, ann: Measured, database: Database) -> None:
    channel, video = ann.pairs[0]
    parts = [("country", "DE", 6), ("country", "IN", 4), ("device", "MOBILE", 10)]

    def said(parts: list[tuple[str, str, int]], **more: Any) -> bytes:
        breakdowns = [{"dimension": d, "member": m, "views": v, "minutes": v / 4} for d, m, v in parts]
        return ndjson(event(channel, video, at, views=10, breakdowns=breakdowns, **more))

    at = hours_ago(3)
    for delivered, expected in (
        (parts, parts),
        (parts, parts),
        ([("country", "DE", 7), ("age_group", "age25-34", 2)],) * 2,
        ([*parts, ("country", "DE", 1)], [("country", "DE", 1), *parts[1:]]),
        ([], []),
    ):
        await ingestor.ingest(IngestRequest(said(delivered), "api"), ann.subject)
        found = rows(database, stored_rows(VIDEO_BREAKDOWNS, "true"))
        assert sorted((dimension, member, views) for *_, dimension, member, _, views, _ in found) == sorted(expected)
        assert rows(database, f"SELECT count(*) FROM {VIDEO_BREAKDOWNS.table}") == [(1 if expected else 0,)]
        assert_rollups_are_a_recount(database)


async def test_ingest_invalid_event_goes_to_quarantine_others_inserted(
    ingestor: Ingestor, ann: Measured, sessions: Sessions, database: Database
) -> None:
    (channel, video), (other_channel, _) = ann.pairs[0], ann.pairs[-1]
    [(bobs_channel, bobs_video), *_] = (await make_measured(sessions, "bob")).pairs
    at = hours_ago(1)
    lines = [
        ndjson(event(channel, video, at, views=1)),
        b"{",
        ndjson(event(channel, uuid4(), at)),
        ndjson(event(other_channel, video, at)),
        ndjson(event(bobs_channel, bobs_video, at)),
        ndjson(event(channel, video, datetime.now(UTC) + timedelta(hours=1))),
        ndjson(event(channel, video, at - timedelta(days=731))),
        ndjson(event(channel, video, at - timedelta(hours=1), views=2)),
    ]
    receipt = await ingestor.ingest(IngestRequest(b"\n".join(lines), "file", name="x", first_line=101), ann.subject)
    assert (receipt.events, outcome(receipt)) == (8, (2, 0, 0, 0, 6))
    quarantined = rows(
        database,
        "SELECT line, reason, content FROM staging.quarantine WHERE batch_id = %s ORDER BY line",
        receipt.batch_id,
    )
    assert [(line, content.encode()) for line, _, content in quarantined] == [
        (number, lines[number - 101]) for number in range(102, 108)
    ]
    reasons = [reason for _, reason, _ in quarantined]
    assert "broken JSON" in reasons[0]
    assert reasons[1] == reasons[3] == "There is no video with this id."  # somebody else's is not there for her
    assert reasons[2] == "The video belongs to another channel."
    assert "in the future" in reasons[4]
    assert "730 days" in reasons[5]
    assert sums(database)["views"] == 3


async def test_ingest_same_idempotency_key_counts_once(ingestor: Ingestor, ann: Measured, database: Database) -> None:
    channel, video = ann.pairs[0]
    at = hours_ago(1)
    first = IngestRequest(ndjson(event(channel, video, at, views=1)) + b"\n{", "api", idempotency_key="one")
    receipts = await asyncio.gather(*(ingestor.ingest(first, ann.subject) for _ in range(4)))
    assert {one.batch_id for one in receipts} == {receipts[0].batch_id}
    assert {outcome(one) for one in receipts} == {(1, 0, 0, 0, 1)}
    await ingestor.ingest(IngestRequest(ndjson(event(channel, video, at, views=7)), "api"), ann.subject)
    await ingestor.ingest(first, ann.subject)
    assert sums(database)["views"] == 7  # the correction stands: the old delivery is not written again
    with pytest.raises(IdempotencyKeyReused):
        await ingestor.ingest(IngestRequest(b"{}", "api", idempotency_key="one"), ann.subject)
    assert rows(database, "SELECT count(*) FROM staging.quarantine") == [(1,)]


async def test_ingest_commit_notifies_channels_and_recent_minutes(ann: Measured, database: Database) -> None:
    is_current: list[bytes] = []
    (channel, video), (other_channel, other) = ann.pairs[0], ann.pairs[-1]
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=2)
    async with (
        listen_connection(database.app_url, CHANGED) as connection,
        Ingestor(database.app_url, application="test", on_commit=is_current.append) as ingestor,
    ):
        said = [
            event(channel, video, minute + timedelta(seconds=5), views=7, likes=2),
            event(channel, video, minute + timedelta(seconds=9), views=1),
            event(other_channel, other, hours_ago(3), views=5),
        ]
        await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
        assert [row.tolist() for one in is_current for row in np.frombuffer(one, RECENT)] == [
            (channel.bytes, video.bytes, int(minute.timestamp()), 8, 2, 0, 0)
        ]
        told = [
            json.loads(one.payload)["channels"]
            async for one in connection.notifies(timeout=5, stop_after=len(is_current))
        ]
        assert {one for channels in told for one in channels} == {str(channel), str(other_channel)}
        is_current.clear()
        await ingestor.ingest(IngestRequest(ndjson({**said[0], "views": 4}, *said[1:]), "api"), ann.subject)
        assert [row.tolist()[3:] for one in is_current for row in np.frombuffer(one, RECENT)] == [(-3, 0, 0, 0)]
        assert [one async for one in connection.notifies(timeout=0.3)] != []
        await ingestor.ingest(IngestRequest(ndjson(*said[1:]), "api"), ann.subject)
        assert [one async for one in connection.notifies(timeout=0.3)] == []  # nothing changed, nobody is told


async def test_ingest_views_per_minute_above_32_bits_are_summed(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    channel, video = ann.pairs[0]
    said = [event(channel, video, hours_ago(0) - timedelta(seconds=n), views=2**31 - 1) for n in range(120)]
    receipt = await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
    assert (outcome(receipt)[0], sums(database)["views"]) == (120, 120 * (2**31 - 1))


async def test_ingest_sums_above_64_bits_equal_recount(ingestor: Ingestor, ann: Measured, database: Database) -> None:
    channel, video = ann.pairs[0]
    most = {"views": 2**31 - 1, "average_view_duration": 1e9, "average_percentage_viewed": 10_000}
    said = [event(channel, video, hours_ago(0) - timedelta(seconds=n), **most) for n in range(30)]
    await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
    await ingestor.ingest(IngestRequest(ndjson({**said[0], "views": 1}, *said[1:]), "api"), ann.subject)
    assert sums(database)["viewed_seconds"] == 29 * (2**31 - 1) * 10**9 + 10**9
    assert_rollups_are_a_recount(database)


async def test_ingest_breakdown_minutes_above_64_bits_equal_recount(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    channel, video = ann.pairs[0]
    part = {"dimension": "country", "member": "DE", "views": 1, "minutes": 1e9}
    begin = hours_ago(48)
    said = [event(channel, video, begin + timedelta(milliseconds=n), breakdowns=[part]) for n in range(9_300)]
    assert (await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)).inserted == 9_300
    assert_rollups_are_a_recount(database)


async def test_ingest_cancelled_after_commit_still_notifies(ann: Measured, database: Database) -> None:
    is_current: list[bytes] = []
    now = datetime.now(UTC)
    async with Ingestor(database.app_url, application="test", on_commit=is_current.append) as ingestor:
        await ingestor.ingest(IngestRequest(ndjson(event(*ann.pairs[0], hours_ago(5))), "api"), ann.subject)
        for number in range(8):
            said = [
                event(*ann.pairs[n % 3], now - timedelta(milliseconds=number * 2000 + n), views=1) for n in range(2000)
            ]
            taking = asyncio.create_task(ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject))
            await asyncio.sleep(0.02 * number)  # wherever it is then
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
    told = sum(int(np.frombuffer(one, RECENT)["views"].sum()) for one in is_current)
    assert rows(database, "SELECT sum(views)::integer FROM analytics.video_metrics") == [(told,)]


async def test_ingest_mixed_batch_counts_new_known_corrected_and_rejected(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    """All at once in one part, after one that was not careful and after one that was."""
    (channel, video), (_, other) = ann.pairs[:2]
    parts = [{"dimension": "country", "member": "DE", "views": 3, "minutes": 1.25}]
    for begin in (10, 20):
        first = [event(channel, video, hours_ago(begin + n), views=n, breakdowns=parts) for n in range(4)]
        await ingestor.ingest(IngestRequest(ndjson(*first), "api"), ann.subject)
        said = [
            {**first[0], "views": 70},  # a correction
            {**first[1], "breakdowns": []},  # whose breakdown goes
            first[2],
            event(channel, other, hours_ago(begin), views=5, breakdowns=parts),
            event(channel, uuid4(), hours_ago(begin)),
            event(channel, video, hours_ago(begin + 5), views=1, breakdowns=parts),
        ]
        receipt = await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
        assert outcome(receipt) == (2, 2, 1, 0, 1)
        assert_rollups_are_a_recount(database)


async def test_ingest_pending_batches_are_written_together(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    chance = random.Random(3)

    def said(number: int) -> list[dict[str, Any]]:
        parts = [{"dimension": "country", "member": chance.choice(["DE", "IN"]), "views": 2, "minutes": 0.5}]
        return [
            event(*pair, hours_ago(chance.randrange(30)) + timedelta(seconds=number), views=n, breakdowns=parts)
            for n, pair in enumerate(ann.pairs)
        ]

    receipts = await asyncio.gather(
        *(
            ingestor.ingest(IngestRequest(ndjson(*said(number)), "api"), replace(ann.subject, request_id=str(number)))
            for number in range(40)
        )
    )
    assert all(outcome(one) == (len(ann.pairs), 0, 0, 0, 0) for one in receipts)
    assert_rollups_are_a_recount(database)
    batches = "SELECT batch_id, count(*) FROM analytics.video_metrics GROUP BY 1"
    assert dict(rows(database, batches)) == {one.batch_id: len(ann.pairs) for one in receipts}
    [(written, commits)] = rows(
        database, "SELECT count(*), count(DISTINCT xmin::text) FROM analytics.ingest_batch_shards"
    )
    assert commits < written / 4


async def test_ingest_pending_batches_each_get_own_receipt(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    """The same events in several, one that is there already, and one of nobody's video."""
    channel, video = ann.pairs[0]
    before = IngestRequest(ndjson(event(channel, video, hours_ago(9), views=1)), "api", idempotency_key="before")
    await ingestor.ingest(before, ann.subject)
    waiting = [
        *(IngestRequest(ndjson(event(channel, video, hours_ago(n), views=n)), "api") for n in range(1, 6)),
        *(IngestRequest(ndjson(event(channel, video, hours_ago(7), views=n)), "api") for n in range(2)),
        IngestRequest(ndjson(event(channel, uuid4(), hours_ago(1))), "api"),
        before,
    ]
    receipts = await asyncio.gather(*(ingestor.ingest(one, ann.subject) for one in waiting))
    *new, first, second, strange, again = map(outcome, receipts)
    assert new == [(1, 0, 0, 0, 0)] * 5
    assert sorted([first, second]) == [(0, 1, 0, 0, 0), (1, 0, 0, 0, 0)]
    assert strange == (0, 0, 0, 0, 1)
    assert again == (1, 0, 0, 0, 0)
    assert_rollups_are_a_recount(database)


async def test_ingest_beyond_queue_limit_raises_overloaded(ingestor: Ingestor, ann: Measured) -> None:
    channel, video = ann.pairs[0]
    data = ndjson(*(event(channel, video, hours_ago(1) - timedelta(seconds=n), views=1) for n in range(500)))
    async with asyncio.TaskGroup() as group:
        taken = [
            group.create_task(_or_behind(ingestor.ingest(IngestRequest(data, "api"), ann.subject)))
            for _ in range(WAITING + 3)
        ]
    assert sum(isinstance(one.result(), IngestOverloaded) for one in taken) == 3


async def test_ingest_queue_limit_counts_bytes(ingestor: Ingestor, ann: Measured) -> None:
    channel, video = ann.pairs[0]
    data = ndjson(event(channel, video, hours_ago(1), views=1)) + b"\n" * (WAITING_BYTES // 2)
    taken = await asyncio.gather(
        *(_or_behind(ingestor.ingest(IngestRequest(data, "api"), ann.subject)) for _ in range(2))
    )
    assert [isinstance(one, IngestOverloaded) for one in taken] == [False, True]


async def _or_behind(taking: Any) -> IngestReceipt | IngestOverloaded:
    try:
        return await taking  # type: ignore[no-any-return]
    except IngestOverloaded as error:
        return error


@pytest.mark.parametrize("returns_old", [True, False], ids=["PostgreSQL 18", "older"])
async def test_ingest_duplicates_corrections_and_late_events_equal_recount(
    ingestor: Ingestor,
    others: Ingestor,
    ann: Measured,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    returns_old: bool,
) -> None:
    """Through several doors at once; what was written last of each event is what stays."""
    if not returns_old:
        monkeypatch.setattr(shard_writer, "RETURNS_OLD", 10**9)
    chance = random.Random(7)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    moments = [now - timedelta(minutes=30 * number) for number in range(1, 90)]  # two midnights of every zone
    for _ in range(6):
        said = [_any_event(chance, ann.pairs, moments) for _ in range(400)]
        halves = (said[:200], said[200:])
        await asyncio.gather(
            *(
                door.ingest(IngestRequest(ndjson(*half), "api"), ann.subject)
                for door, half in zip((ingestor, others), halves, strict=True)
            ),
            ingestor.ingest(IngestRequest(ndjson(*chance.sample(said, 100)), "file"), ann.subject),
        )
        assert_rollups_are_a_recount(database)
    last = {}
    for one in (_any_event(chance, ann.pairs, moments) for _ in range(2_000)):
        last[one["video_id"], one["timestamp"]] = one
    data = ndjson(*chance.sample(list(last.values()), len(last)))
    await ingestor.ingest(IngestRequest(data, "file"), ann.subject)
    stored = rows(database, 'SELECT video_id::text, "timestamp", views FROM analytics.video_metrics')
    told = {(video, at): views for video, at, views in stored}
    assert all(told[video, datetime.fromisoformat(at)] == one["views"] for (video, at), one in last.items())
    assert_rollups_are_a_recount(database)


def _any_event(chance: random.Random, pairs: list[tuple[UUID, UUID]], moments: list[datetime]) -> dict[str, Any]:
    channel, video = chance.choice(pairs)
    parts = [
        {"dimension": "country", "member": member, "views": chance.randrange(50), "minutes": chance.random() * 9}
        for member in chance.sample(["DE", "IN", "US", "FR"], chance.choice([0, 0, 0, 2, 4]))
    ]
    return event(
        channel, video, chance.choice(moments), views=chance.randrange(100), likes=chance.randrange(9),
        impressions=chance.randrange(1000), click_through_rate=chance.random(), watch_time_minutes=chance.random() * 99,
        estimated_revenue_usd=round(chance.random(), 6), average_view_duration=chance.random() * 300,
        average_percentage_viewed=chance.random() * 120, breakdowns=parts,
    )  # fmt: skip
