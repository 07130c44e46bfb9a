"""What a screen is told: each number with its source and its age, and what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.collection.conftest import CollectionEnv, collection_env, keys, project_given, sandbox_server, youtube_env
from tests.ingest.factories import event, ndjson
from ytempire.collection import decisions, queries
from ytempire.collection.queries import NotMeasured
from ytempire.insight.measurements import get_video_measurement
from ytempire.youtube.projects import PACIFIC

__all__ = ["collection_env", "keys", "project_given", "sandbox_server", "youtube_env"]

DAY = 86_400.0


class TestOfAVideo:
    async def test_video_measurement_has_source_and_freshness(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        for _ in range(12):
            collection_env.youtube_env.sandbox_server.advance(DAY / 2)
            await collection_env.collect()
        async with collection_env.youtube_env.sessions.begin() as session:
            view = await get_video_measurement(session, video.video_id)
        assert view.is_sandbox
        assert view.counters.views == collection_env.shown(video)["views"] == view.metrics["views"]
        assert view.counters.read_at is not None
        assert view.freshness == "fresh"
        assert view.reports.revenue_reported_through == view.reports.reported_through
        assert view.reported_rpm_usd is not None
        assert view.reported_rpm_usd > Decimal(view.metrics["rpm_usd"])
        assert (
            view.profit_usd
            == collection_env.youtube_env.rows("SELECT sum(estimated_revenue_usd) FROM analytics.video_daily")[0][0]
        )

    async def test_video_not_live_raises_not_measured(self, collection_env: CollectionEnv) -> None:
        with pytest.raises(NotMeasured):
            async with collection_env.youtube_env.sessions.begin() as session:
                await get_video_measurement(session, collection_env.youtube_env.channel_id)


class TestOfAChannel:
    async def test_channel_sums_agree_with_youtube_reports(self, collection_env: CollectionEnv) -> None:
        """With a reading shortly before each midnight in California, as every few minutes have one."""
        for number in range(3):
            collection_env.publish(f"Tide {number}", quality=2.0)
        for _ in range(8):
            now = datetime.fromisoformat(collection_env.youtube_env.sandbox_server.control("GET", "/clock")["now"])
            midnight = decisions.day_ends((now + timedelta(minutes=2)).astimezone(PACIFIC).date())
            collection_env.youtube_env.sandbox_server.advance((midnight - now).total_seconds() - 60)
            await collection_env.collect()
        async with collection_env.youtube_env.sessions.begin() as session:
            view = await queries.get_channel_measurement(session, collection_env.youtube_env.channel_id)
        assert view.counters.videos == 3
        assert view.reconciliation.views_reported > 200
        assert view.reconciliation.relative_difference is not None
        assert view.reconciliation.status == "match"

    async def test_channel_counters_overdue_are_stale(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        await collection_env.collect()
        collection_env.execute(
            "UPDATE core.channel_collections SET counters_due_at = counters_due_at - %s", timedelta(hours=7)
        )
        async with collection_env.youtube_env.sessions.begin() as session:
            view = await queries.get_channel_measurement(session, collection_env.youtube_env.channel_id)
        assert view.counters.freshness == "stale"


class TestOverHttp:
    @pytest.fixture
    async def client(self, collection_env: CollectionEnv, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
        settings = settings_for(collection_env.youtube_env.database, cache_url, collection_env.youtube_env.home)
        async with client_of(settings) as client:
            yield client

    async def test_collection_endpoints_return_figures_and_require_session(
        self, collection_env: CollectionEnv, client: httpx.AsyncClient
    ) -> None:
        video = collection_env.publish(quality=2.0)
        paths = (f"/api/v1/videos/{video.video_id}/collection", _of_channel(collection_env))
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await collection_env.collect()
        of_video, of_channel = [(await client.get(path)).json() for path in paths]
        assert of_video["counters"]["views"] == of_video["metrics"]["views"] > 0
        assert of_video["cost_usd"] == "0.000000"
        assert of_channel["counters"] | {"read_at": "", "due_at": ""} == {
            "videos": 1,
            "missing": 0,
            "listed": 1,
            "views": of_video["counters"]["views"],
            "read_at": "",
            "due_at": "",
            "freshness": "fresh",
        }
        assert of_channel["reports"]["reported_through"] == of_video["reports"]["reported_through"]
        client.cookies.clear()
        assert [(await client.get(path)).status_code for path in paths] == [401, 401]

    async def test_engagement_rate_and_rpm_are_equal_on_all_endpoints(
        self, collection_env: CollectionEnv, client: httpx.AsyncClient
    ) -> None:
        """All of it happened a second ago, so that days, hours, minutes and a whole life are of the same events."""
        video = collection_env.publish()
        now = datetime.now(UTC) - timedelta(seconds=1)
        counts = {"views": 7001, "likes": 611, "comments": 97, "shares": 13, "estimated_revenue_usd": 31.000007}
        said = event(collection_env.youtube_env.channel_id, video.video_id, now, **counts)
        assert (await client.post("/api/v1/ingest/metrics", content=ndjson(said))).status_code == 202
        doors = {
            "the video's page": (f"/videos/{video.video_id}/collection", lambda it: [it["metrics"]]),
            "figures of the video": (
                f"/analytics/videos/{video.video_id}",
                lambda it: [it["current"], *_with_views(it["days"]), *_with_views(it["hours"])],
            ),
            "overview": ("/analytics/overview", lambda it: [it["current"], *_with_views(it["days"])]),
            "channels": ("/analytics/channels", lambda it: it["items"]),
            "top videos": ("/analytics/videos", lambda it: it["items"]),
            "RPM by week": ("/analytics/rpm", lambda it: it["items"][0]["weeks"]),
            "heatmap": ("/analytics/heatmap", lambda it: _with_views(it["items"])),
            "live": (
                "/analytics/live",
                lambda it: [it["total"], it["channels"][0]["live"], it["videos"][0]["live"]],
            ),
        }
        found = {}
        for name, (path, of) in doors.items():
            answer = await client.get(f"/api/v1{path}")
            assert answer.status_code == 200, answer.text
            for one in of(answer.json()):
                found[name] = [one[rate] for rate in ("engagement_rate", "rpm_usd") if rate in one]
                rates = {"engagement_rate": round((611 + 97 + 13) / 7001, 6), "rpm_usd": "4.427940"}
                assert found[name] == [value for rate, value in rates.items() if rate in one], name
                assert found[name], name
        assert found.keys() == doors.keys()
        hour = (await client.get("/api/v1/analytics/live")).json()["videos"][0]
        engaged = sum(hour[f"hour_{name}"] for name in ("likes", "comments", "shares"))
        # a share of the hour before, where one has just begun: of whole views and likes
        assert hour["hour_engagement_rate"] == round(engaged / hour["hour_views"], 6)
        assert abs(hour["hour_views"] - 7001) <= 120

    async def test_collection_endpoint_not_measured_is_null(
        self, collection_env: CollectionEnv, client: httpx.AsyncClient
    ) -> None:
        answer = await client.get(_of_channel(collection_env))
        assert (answer.status_code, answer.json()) == (200, None)
        video = collection_env.publish()
        collection_env.execute("DELETE FROM core.video_counters")
        answer = await client.get(f"/api/v1/videos/{video.video_id}/collection")
        assert (answer.status_code, answer.json()) == (200, None)
        unknown = await client.get(f"/api/v1/videos/{collection_env.youtube_env.channel_id}/collection")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "video_not_found")

    async def test_channel_list_shows_connection(
        self, collection_env: CollectionEnv, client: httpx.AsyncClient
    ) -> None:
        await collection_env.youtube_env.channel("Not connected")
        listed = (await client.get("/api/v1/channels")).json()["items"]
        assert [(one["connection"], one["is_sandbox"]) for one in listed] == [
            ("connected", True),
            (None, None),
        ]


def _with_views(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The days, hours or heatmap cells in which something happened: at midnight the last of them is empty."""
    return [item for item in items if item["views"]]


def _of_channel(collection_env: CollectionEnv) -> str:
    return f"/api/v1/channels/{collection_env.youtube_env.channel_id}/collection"
