"""The page's socket and the live figures, from the delivery of an event to what a page hears and reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import valkey
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.api import settings_for
from tests.conftest import Database
from tests.ingest.factories import Measured, event, make_measured, ndjson
from tests.live.api_server import Served, next_of, serving
from ytempire.kit.database import Sessions, conninfo
from ytempire.realtime import queries

LIVE = "/api/v1/analytics/live"


@pytest.fixture
async def served(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(settings_for(database, cache_url, tmp_path)) as one:
        yield one


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann")


@pytest.fixture
async def bob(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "bob")


async def deliver(client: httpx.AsyncClient, *events: dict[str, Any]) -> None:
    answer = await client.post(
        "/api/v1/ingest/metrics", content=ndjson(*events), headers={"Origin": str(client.base_url)}
    )
    assert (answer.status_code, answer.json()["inserted"] + answer.json()["changed"]) == (202, len(events))


async def said_of(page: ClientConnection, channel: UUID, *kinds: str) -> list[dict[str, Any]]:
    """One message of each kind that names this channel alone, in whatever order they come."""
    heard: dict[str, dict[str, Any]] = {}
    while set(heard) != set(kinds):
        message = await next_of(page, *kinds)
        if message["data"] == {"channels": [str(channel)]}:  # and not that the counters themselves are new
            heard[message["type"]] = message
    return list(heard.values())


async def figures(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get(LIVE, params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def figures_from(client: httpx.AsyncClient, source: str, **asked: Any) -> dict[str, Any]:
    """As soon as they come from there."""
    async with asyncio.timeout(5):
        while (found := await figures(client, **asked))["source"] != source:
            await asyncio.sleep(0.05)
    return found


def emptied(cache_url: str) -> None:
    """The counters alone: other tests use the same server."""
    with valkey.Valkey.from_url(cache_url) as cache:
        for key in cache.keys("ytempire:live:*:marker"):
            cache.delete(key)


async def test_socket_message_arrives_after_live_counters_include_event(
    served: Served, sessions: Sessions, ann: Measured, bob: Measured, database: Database, cache_url: str
) -> None:
    (channel, video), (_, other) = ann.pairs
    async with (
        served.person(sessions, ann.subject) as anns,
        served.person(sessions, bob.subject) as bobs,
        served.socket(anns) as page,
        served.socket(bobs) as strange,
    ):
        assert (await next_of(page, "welcome"))["data"] == {}
        now = datetime.now(UTC)
        await figures_from(anns, "cache")
        await deliver(
            anns,
            event(channel, video, now, views=2000, likes=30, comments=6, shares=4),
            event(channel, other, now, views=500, likes=10),
            event(channel, video, now - timedelta(minutes=3), views=1000),
        )
        heard = await said_of(page, channel, "metrics_changed", "live_changed")
        assert all(one["id"].endswith(f":{one['seq']}") for one in heard)
        found = await figures(anns)
        assert sum(found["total"]["views_by_minute"]) == 3500
        assert found["source"] == "cache"
        assert len(found["minutes"]) == 10
        assert found["total"]["engagement_rate"] == round(50 / 3500, 6)
        [of_channel] = found["channels"]
        assert (of_channel["channel_id"], sum(of_channel["live"]["views_by_minute"])) == (str(channel), 3500)
        first, second = found["videos"]
        assert (first["video_id"], first["tier"], first["trend_rank"]) == (str(video), "viral", 1)
        assert (second["video_id"], second["tier"]) == (str(other), "trending")
        assert sum(first["live"]["views_by_minute"]) == 3000

        await deliver(anns, event(channel, video, now, views=1500))  # a correction
        await next_of(page, "live_changed")
        found = await figures(anns)
        assert sum(found["total"]["views_by_minute"]) == 3000
        assert found["total"]["engagement_rate"] == round(10 / 3000, 6)

        strangers = await figures(bobs)
        assert str(channel) not in str(strangers)
        assert strangers["total"]["engagement_rate"] is None
        await deliver(bobs, event(*bob.pairs[0], datetime.now(UTC), views=1))
        named = (await next_of(strange, "metrics_changed"))["data"]["channels"]
        assert named == [str(bob.pairs[0][0])]  # of hers he heard nothing before


async def test_live_figures_without_cache_come_from_database_until_rebuilt(
    served: Served, sessions: Sessions, ann: Measured, cache_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, video = ann.pairs[0]
    async with served.person(sessions, ann.subject) as anns:
        now = datetime.now(UTC)
        at = [now - timedelta(minutes=minutes) for minutes in (0, 2, 4)]
        await deliver(anns, *(event(channel, video, one, views=10, likes=1) for one in at))
        from_cache = await figures_from(anns, "cache")
        emptied(cache_url)
        from_database = await figures(anns)
        assert from_database["source"] == "database"
        again = await figures_from(anns, "cache", channel_id=str(channel))
        views = [sum(found["total"]["views_by_minute"]) for found in (from_cache, from_database, again)]
        assert views == [30, 30, 30]
        assert sum(from_database["videos"][0]["live"]["views_by_minute"]) == 30
        assert (await figures(anns, channel_id=str(UUID(int=1))))["channels"] == []

        monkeypatch.setattr(queries, "_OF_CHANNELS", "SELECT pg_sleep(1), %(channels)s::uuid[], %(first)s")
        monkeypatch.setattr(queries, "COUNTED_WITHIN", "20ms")
        emptied(cache_url)
        late = await figures(anns)
        assert (late["source"], late["total"]["views_by_minute"]) == ("unavailable", None)
        assert late["videos"][0]["hour_views"] > 0


async def test_socket_reconnect_receives_missed_messages(
    served: Served, sessions: Sessions, ann: Measured, bob: Measured, database: Database
) -> None:
    async with served.person(sessions, ann.subject) as anns:
        async with served.socket(anns) as page:
            last = (await next_of(page, "welcome"))["id"]
        (channel, _), (bobs_channel, _) = ann.pairs[0], bob.pairs[0]
        run = UUID(int=7)
        async with served.socket(anns) as other:
            await next_of(other, "welcome")
            notify(database, run, bobs_channel)
            notify(database, run, channel)
            await next_of(other, "run_changed")
        async with served.socket(anns, after=last) as page:
            missed = await next_of(page, "run_changed", "resync")
            assert missed["data"] == {"run_id": str(run)}
            notify(database, UUID(int=8), channel)
            assert (await next_of(page, "run_changed"))["data"] == {"run_id": str(UUID(int=8))}
        async with served.socket(anns, after="another:3") as page:
            assert (await next_of(page, "run_changed", "resync"))["type"] == "resync"
        assert await hears_nothing_twice(served, anns, after=missed["id"])


async def hears_nothing_twice(served: Served, client: httpx.AsyncClient, *, after: str) -> bool:
    async with served.socket(client, after=after) as page:
        said = await next_of(page, "run_changed", "resync")
        return bool(said["data"] == {"run_id": str(UUID(int=8))})


def notify(database: Database, run: UUID, channel: UUID) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("SELECT pg_notify('run_changed', %s)", [f"{run} {channel}"])


async def test_socket_after_listener_loss_sends_resync(
    served: Served, sessions: Sessions, ann: Measured, database: Database
) -> None:
    async with served.person(sessions, ann.subject) as anns, served.socket(anns) as page:
        await next_of(page, "welcome")
        with psycopg.connect(conninfo(database.owner_url.replace("ytempire_owner@", "postgres@"))) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        assert (await next_of(page, "resync"))["data"] == {}


async def test_socket_without_session_is_refused(served: Served) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}") as nobody:
        assert (await nobody.get(LIVE)).status_code == 401
        async with served.socket(nobody) as opened:
            assert await closed_with(opened) == 4401


async def closed_with(opened: ClientConnection) -> int | None:
    try:
        await opened.recv()
    except ConnectionClosed:
        return opened.close_code
    return None
