"""Publications over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.publishing.publisher import Publisher
from ytempire.kit import clock


@pytest.fixture
async def client(publisher: Publisher, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(publisher.youtube_env.database, cache_url, publisher.youtube_env.home)) as client:
        yield client


class TestPublication:
    async def test_publication_is_requested_shown_and_cancelled(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        path = f"/api/v1/videos/{publisher.video_id}/publication"
        missing = await client.get(path)
        assert (missing.status_code, missing.json()) == (200, None)
        unknown = await client.get(f"/api/v1/videos/{publisher.youtube_env.channel_id}/publication")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "video_not_found")
        key = {"Idempotency-Key": "one"}
        made = await client.post(path, json={"privacy": "unlisted"}, headers=key)
        assert (made.status_code, made.headers["location"]) == (202, path), made.text
        body = made.json()
        assert (body["status"], body["privacy"], body["is_sandbox"], body["url"]) == ("planned", "unlisted", True, None)
        assert "session_uri" not in body
        assert (await client.post(path, json={}, headers=key)).json()["id"] == body["id"]
        assert (await client.get(path)).json()["id"] == body["id"]
        page = (await client.get("/api/v1/publications", params={"limit": 1})).json()
        assert ([one["id"] for one in page["items"]], page["next_cursor"]) == ([body["id"]], None)
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).json() is None

    async def test_publication_between_processed_and_live_is_not_scheduled(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        """Both are set in a transaction of their own; a command that followed it took this moment for the end."""
        path = f"/api/v1/videos/{publisher.video_id}/publication"
        made = await client.post(path, json={})
        assert made.status_code == 202, made.text
        publisher.execute("UPDATE core.publications SET status = 'uploading'")
        publisher.execute(
            "UPDATE core.publications SET status = 'processing', youtube_video_id = 'dQw4w9WgXcQ', processed_at = now()"
        )
        body = (await client.get(path)).json()
        assert (body["status"], body["publish_at"], body["is_scheduled"]) == ("processing", None, False)
        [entry] = (await client.get("/api/v1/calendar")).json()["entries"]
        assert (entry["status"], entry["is_scheduled"]) == ("processing", False)

    async def test_publication_that_youtube_would_refuse_is_not_publishable(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        answer = await client.post(f"/api/v1/videos/{publisher.video_id}/publication", json={"category_id": "18"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_publishable")

    async def test_publication_without_session_is_unauthenticated(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        client.cookies.clear()
        path = f"/api/v1/videos/{publisher.video_id}/publication"
        for method in ("GET", "POST", "DELETE"):
            assert (await client.request(method, path, json={})).status_code == 401
        assert (await client.get("/api/v1/publications")).status_code == 401

    async def test_publication_move_and_cancel_wait_for_worker_lease(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        """A worker that finds that it is not its turn holds it for a moment, which nobody has to hear of."""
        path = f"/api/v1/videos/{publisher.video_id}/publication"
        later = clock.now() + timedelta(days=3)
        made = await client.post(path, json={"publish_at": (later - timedelta(days=1)).isoformat()})
        assert made.status_code == 202, made.text
        hold = "UPDATE core.publications SET lease_token = gen_random_uuid(), heartbeat_at = now()"
        free = (
            "UPDATE core.publications SET lease_token = NULL, heartbeat_at = NULL, attempt_number = attempt_number + 1"
        )
        publisher.execute(hold)
        tag = {"If-Match": (await client.get(path)).headers["etag"]}
        wanted = {"publish_at": later.isoformat()}
        moving = asyncio.create_task(client.put(f"{path}/publish_at", json=wanted, headers=tag))
        done, _ = await asyncio.wait({moving}, timeout=0.3)
        assert not done
        await asyncio.to_thread(publisher.execute, free)  # the request may hold the row, and needs this loop
        moved = await moving
        assert moved.status_code == 200, moved.text
        assert datetime.fromisoformat(moved.json()["publish_at"]) == later
        publisher.execute(hold)
        refused = await client.delete(path)
        assert (refused.status_code, "A worker looks at it" in refused.json()["detail"]) == (409, True)
        publisher.execute(free)
        assert (await client.delete(path)).status_code == 204


class TestCalendar:
    async def test_calendar_endpoint_shows_moves_and_fills_slots(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        await publisher.automate()
        path = f"/api/v1/videos/{publisher.video_id}/publication"
        made = await client.post(path, json={"next_slot": True})
        assert made.status_code == 202, made.text
        at = made.json()["publish_at"]
        seen = (await client.get("/api/v1/calendar")).json()
        assert [one["at"] for one in seen["slots"] if one["video_ids"]] == [at]
        [entry] = seen["entries"]
        assert (entry["status"], entry["can_move"], entry["is_sandbox"], entry["late_seconds"]) == (
            "planned",
            True,
            True,
            0,
        )
        assert seen["quota"][0]["days"][0]["planned"] == 1
        assert seen["quota"][0]["complete_upload"] == {"inserts": 1, "units": 462}
        tag = (await client.get(path)).headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304
        later = (clock.now() + timedelta(days=3)).isoformat()
        moved = await client.put(f"{path}/publish_at", json={"publish_at": later}, headers={"If-Match": tag})
        assert moved.status_code == 200, moved.text
        assert moved.headers["etag"] != tag
        stale = await client.put(f"{path}/publish_at", json={"publish_at": None}, headers={"If-Match": tag})
        assert stale.status_code == 412

    async def test_calendar_endpoint_requires_session_and_own_channel(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        missing = await client.get("/api/v1/calendar", params={"channel_id": str(publisher.video_id)})
        assert missing.status_code == 404
        too_long = await client.get("/api/v1/calendar", params={"since": "2026-01-01", "until": "2027-01-01"})
        assert (too_long.status_code, too_long.json()["code"]) == (422, "invalid_input")
        client.cookies.clear()
        assert (await client.get("/api/v1/calendar")).status_code == 401

    async def test_calendar_endpoint_without_slots_has_no_free_slot(
        self, publisher: Publisher, client: httpx.AsyncClient
    ) -> None:
        answer = await client.post(f"/api/v1/videos/{publisher.video_id}/publication", json={"next_slot": True})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_free_slot")
