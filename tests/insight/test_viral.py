"""How young videos do just now, and who is told when one goes viral."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Database
from tests.ingest.factories import Measured, event, make_measured, ndjson
from tests.relay import relay
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.insight.periodic import open_viral_alerts_on_commits
from ytempire.insight.viral import open_viral_alerts
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("UTC", "Asia/Kolkata"), videos=7)


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    return as_subject(sessions, SYSTEM)


def of_owner(database: Database, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        return connection.execute(query.encode(), parameters).fetchall()


async def measure(ingestor: Ingestor, who: Measured, views: dict[UUID, int], **said: Any) -> None:
    """So many views of each video, just now."""
    now = datetime.now(UTC)
    events = [event(c, v, now, views=views[v], **said) for c, v in who.pairs if v in views]
    await ingestor.ingest(IngestRequest(ndjson(*events), "api"), who.subject)


async def seen_by(sessions: Sessions, who: Measured) -> dict[UUID, Any]:
    async with as_subject(sessions, who.subject).begin() as session:
        rows = await session.execute(text("SELECT * FROM analytics.realtime_metrics ORDER BY trend_rank"))
        return {row.video_id: row for row in rows}


async def test_tier_depends_on_rank_and_hourly_views(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, database: Database
) -> None:
    videos = [video for _, video in ann.pairs]
    views = dict(zip(videos, [5000, 4000, 999, 900, 800, 700, 600, 500, 400, 99, 98, 50, 0], strict=False))
    await measure(ingestor, ann, views, likes=10, comments=5, shares=5)
    seen = await seen_by(sessions, ann)
    assert [row.trend_rank for row in seen.values()] == list(range(1, 14))  # the fourteenth was not measured
    assert [seen[video].hour_views for video in videos[:12]] == list(views.values())[:12]
    tiers = [seen[video].tier for video in videos[:13]]
    assert tiers == ["viral"] * 2 + ["trending"] * 7 + ["normal"] * 4  # third of all, and too few for viral
    assert [
        (seen[video].hour_likes, seen[video].hour_comments, seen[video].hour_shares) for video in (videos[0], videos[9])
    ] == [(10, 5, 5)] * 2
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        # one that was published an hour and a half ago and has its views behind it
        connection.execute("UPDATE analytics.video_daily SET views = 1501 WHERE video_id = %s", [videos[12]])
        connection.execute(
            "UPDATE core.videos SET created_at = now() - interval '90 minutes' WHERE id = %s", [videos[12]]
        )
        connection.execute("UPDATE core.videos SET created_at = now() - interval '8 days' WHERE id = %s", [videos[0]])
    seen = await seen_by(sessions, ann)
    assert seen[videos[12]].tier == "performing"
    assert 1000 < seen[videos[12]].views_per_hour_lifetime < 1001
    assert videos[0] not in seen


async def test_hour_views_include_share_of_previous_hour(ingestor: Ingestor, sessions: Sessions, ann: Measured) -> None:
    (channel, video), (_, other) = ann.pairs[:2]
    top = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    said = [
        event(channel, video, top, views=1000),
        event(channel, video, top - timedelta(minutes=1), views=360_000, likes=36_000),
        event(channel, other, top - timedelta(minutes=61), views=9_000_000),  # the hour before that
    ]
    before = datetime.now(UTC) - top
    await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
    [row] = (await seen_by(sessions, ann)).values()
    if datetime.now(UTC).replace(minute=0, second=0, microsecond=0) != top:
        pytest.skip("an hour began meanwhile")
    highest = 1000 + 100 * (3600 - before.total_seconds())
    assert row.video_id == video
    assert highest - 100 * 60 <= row.hour_views <= highest + 1
    assert row.hour_likes == pytest.approx((row.hour_views - 1000) / 10, abs=1)


async def test_trend_rank_counts_visible_videos_only(ingestor: Ingestor, sessions: Sessions, ann: Measured) -> None:
    bob = await make_measured(sessions, "bob")
    await measure(ingestor, bob, {video: 1_000_000 for _, video in bob.pairs})
    await measure(ingestor, ann, {ann.pairs[0][1]: 2000})
    seen = await seen_by(sessions, ann)
    assert {video: (row.trend_rank, row.tier) for video, row in seen.items()} == {ann.pairs[0][1]: (1, "viral")}


async def test_viral_alert_notifies_owner_once_per_hour(
    ingestor: Ingestor, sessions: Sessions, platform: Sessions, ann: Measured, database: Database
) -> None:
    bob = await make_measured(sessions, "bob")
    await measure(ingestor, bob, {video: 1_000_000 for _, video in bob.pairs})
    first, second, third = (video for _, video in ann.pairs[:3])
    await measure(ingestor, ann, {first: 2000, second: 1500, third: 999})

    async def look() -> list[UUID]:
        async with platform.begin() as session:
            told = await open_viral_alerts(session)
            await asyncio.sleep(0.1)  # so that the others come before the commit
            return told

    told = [video for found in await asyncio.gather(*(look() for _ in range(4))) for video in found]
    assert sorted(told) == sorted([first, second, *(video for _, video in bob.pairs)])
    assert await look() == []
    await relay(database)
    said = of_owner(
        database,
        "SELECT title, message, link, severity FROM core.notifications WHERE user_id = %s AND kind = 'video_viral'"
        " ORDER BY title",
        ann.subject.user_id,
    )
    assert said == [
        ("“ann 0” goes viral", "About 2,000 views in the last hour.", f"/videos/{first}", "success"),
        ("“ann 1” goes viral", "About 1,500 views in the last hour.", f"/videos/{second}", "success"),
    ]
    assert of_owner(
        database,
        "SELECT channel_id, data ->> 'title', data ->> 'hour_views' FROM core.event_log"
        " WHERE kind = 'alert_opened' AND data ->> 'video_id' = %s",
        str(first),
    ) == [(ann.pairs[0][0], "“ann 0” goes viral", "2000")]
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute(
            "UPDATE core.alerts SET opened_at = opened_at - interval '1 hour',"
            " expires_at = expires_at - interval '1 hour' WHERE key = %s",
            [str(first)],
        )
    assert await look() == [first]  # the hour is over, and it still does


async def test_open_viral_alerts_on_commits_runs_for_new_events(
    ingestor: Ingestor, platform: Sessions, ann: Measured, database: Database
) -> None:
    looking = asyncio.create_task(open_viral_alerts_on_commits(database.app_url, platform, timedelta(seconds=0.2)))
    try:
        for _, video in ann.pairs[:2]:
            await asyncio.sleep(0.5)  # it waits for the next event
            await measure(ingestor, ann, {video: 2000})
            async with asyncio.timeout(5):
                while not of_owner(database, "SELECT FROM core.alerts WHERE key = %s", str(video)):
                    assert not looking.done()
                    await asyncio.sleep(0.05)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
