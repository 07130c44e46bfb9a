"""Publications over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.publishing.conftest import Studio


@pytest.fixture
async def client(studio: Studio, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(studio.world.database, cache_url, studio.world.home)) as client:
        yield client


class TestPublication:
    async def test_is_ordered_shown_and_taken_back(self, studio: Studio, client: httpx.AsyncClient) -> None:
        path = f"/api/v1/videos/{studio.video_id}/publication"
        missing = await client.get(path)
        assert (missing.status_code, missing.json()["code"]) == (404, "publication_not_found")
        key = {"Idempotency-Key": "one"}
        made = await client.post(path, json={"privacy": "unlisted"}, headers=key)
        assert (made.status_code, made.headers["location"]) == (202, path), made.text
        body = made.json()
        assert (body["status"], body["privacy"], body["is_sandbox"], body["url"]) == ("planned", "unlisted", True, None)
        assert "session_address" not in body
        assert (await client.post(path, json={}, headers=key)).json()["id"] == body["id"]
        assert (await client.get(path)).json()["id"] == body["id"]
        page = (await client.get("/api/v1/publications", params={"limit": 1})).json()
        assert ([one["id"] for one in page["items"]], page["next_cursor"]) == ([body["id"]], None)
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404

    async def test_says_what_youtube_would_not_take(self, studio: Studio, client: httpx.AsyncClient) -> None:
        answer = await client.post(f"/api/v1/videos/{studio.video_id}/publication", json={"category_id": "18"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_publishable")

    async def test_is_nobodys_who_is_not_signed_in(self, studio: Studio, client: httpx.AsyncClient) -> None:
        client.cookies.clear()
        path = f"/api/v1/videos/{studio.video_id}/publication"
        for method in ("GET", "POST", "DELETE"):
            assert (await client.request(method, path, json={})).status_code == 401
        assert (await client.get("/api/v1/publications")).status_code == 401
