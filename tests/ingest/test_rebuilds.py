"""Rollups that are compared with a recount, and made anew, while events come in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import update

from tests.conftest import Database
from tests.ingest.factories import Measured, event, make_measured, ndjson
from tests.ingest.test_ingestor import assert_rollups_are_a_recount, rows
from ytempire.channels.models import Channel
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.ingest.rebuilds import (
    RollupMismatch,
    Window,
    all_days,
    find_mismatches,
    pending_rebuilds,
    rebuild_channel,
    rebuild_days,
    window,
)
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.errors import InvalidInput


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("Asia/Kolkata", "America/New_York"), videos=2)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(minute=10, second=0, microsecond=0) - timedelta(hours=1)


def hourly(ann: Measured, now: datetime, *, hours: int, views: int = 1) -> bytes:
    part = {"dimension": "country", "member": "DE", "views": 1}
    return ndjson(
        *(
            event(channel, video, now - timedelta(hours=hour), views=views, breakdowns=[part])
            for channel, video in ann.pairs
            for hour in range(hours)
        )
    )


async def wrong(ingestor: Ingestor, ann: Measured, days: Window) -> list[RollupMismatch]:
    async with ingestor.writer.begin(ann.subject) as connection:
        return [one async for _, found in find_mismatches(connection, list(ann.videos), days) for one in found]


def spoil(database: Database, *statements: str) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


async def test_rebuild_corrects_differences_found_by_comparison(
    ingestor: Ingestor, ann: Measured, database: Database, now: datetime
) -> None:
    await ingestor.ingest(IngestRequest(hourly(ann, now, hours=50, views=3), "api"), ann.subject)
    assert await wrong(ingestor, ann, all_days()) == []
    channel, other = ann.videos
    before = (now - timedelta(hours=40)).replace(minute=0)
    spoil(
        database,
        f"UPDATE analytics.video_hourly SET views = views + 5 WHERE channel_id = '{channel}' AND hour < '{before}'",
        f"DELETE FROM analytics.channel_daily WHERE channel_id = '{other}'",
        f"UPDATE analytics.video_breakdown_daily SET members = '{{FR}}' WHERE channel_id = '{other}'",
    )
    found = {(one.table, one.channel_id): one for one in await wrong(ingestor, ann, all_days())}
    assert set(found) == {
        ("analytics.video_hourly", channel),
        ("analytics.channel_daily", other),
        ("analytics.video_breakdown_daily", other),
    }
    hours = found["analytics.video_hourly", channel]
    assert (hours.rows, hours.excess["views"], hours.excess["likes"]) == (18, 90, 0)
    assert found["analytics.channel_daily", other].excess["views"] == -300
    recent = Window(now.date(), now.date() + timedelta(days=2))
    assert ("analytics.video_hourly", channel) not in {
        (one.table, one.channel_id) for one in await wrong(ingestor, ann, recent)
    }
    for one in (channel, other):
        async with ingestor.writer.begin(ann.subject) as connection:
            await rebuild_channel(connection, one, all_days())
    assert await wrong(ingestor, ann, all_days()) == []
    assert_rollups_are_a_recount(database)


async def test_rebuild_during_ingest_loses_no_events(
    ingestor: Ingestor, ann: Measured, database: Database, now: datetime
) -> None:
    async def deliver() -> None:
        for number in range(12):
            data = hourly(ann, now - timedelta(seconds=number), hours=30, views=number)
            await ingestor.ingest(IngestRequest(data, "api"), ann.subject)

    async def make_anew() -> None:
        for _ in range(6):
            for channel in ann.videos:
                async with ingestor.writer.begin(ann.subject) as connection:
                    await rebuild_channel(connection, channel, all_days())

    async with asyncio.TaskGroup() as group:
        group.create_task(deliver())
        group.create_task(make_anew())
        for _ in range(5):
            assert await wrong(ingestor, ann, all_days()) == []
    assert_rollups_are_a_recount(database)


async def test_rebuild_after_time_zone_change_regroups_days(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, database: Database, now: datetime
) -> None:
    await ingestor.ingest(IngestRequest(hourly(ann, now, hours=72), "api"), ann.subject)
    channel = next(iter(ann.videos))
    async with as_subject(sessions, ann.subject).begin() as session:
        await session.execute(update(Channel).where(Channel.id == channel).values(time_zone="Pacific/Auckland"))
    async with ingestor.writer.begin(ann.subject) as connection:
        assert await pending_rebuilds(connection) == [channel]
        await rebuild_days(connection, channel)
    assert_rollups_are_a_recount(database)
    assert rows(database, "SELECT FROM analytics.rebuilds") == []


async def test_ingest_after_time_zone_change_rebuilds_days_first(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, database: Database, now: datetime
) -> None:
    await ingestor.ingest(IngestRequest(hourly(ann, now, hours=72), "api"), ann.subject)
    async with as_subject(sessions, ann.subject).begin() as session:
        for channel in ann.videos:
            await session.execute(update(Channel).where(Channel.id == channel).values(time_zone="Asia/Kathmandu"))
    await ingestor.ingest(IngestRequest(hourly(ann, now - timedelta(seconds=1), hours=72), "api"), ann.subject)
    assert_rollups_are_a_recount(database)
    assert rows(database, "SELECT FROM analytics.rebuilds") == []


def test_rebuild_window_beyond_event_retention_is_refused() -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(InvalidInput, match="kept for 730 days"):
        window(today - timedelta(days=729), today)
    with pytest.raises(InvalidInput, match="before the first"):
        window(today, today)
