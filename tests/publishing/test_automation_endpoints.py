"""What a channel does by itself, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.youtube.conftest import YouTubeEnv
from ytempire.publishing.automation import CONSENT_VERSION

PLAN: dict[str, Any] = {"videos_per_day": 2, "auto_publish": False, "slots": []}


@pytest.fixture
async def client(youtube_env: YouTubeEnv, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the operator, whose keys and database are the world's."""
    async with client_of(settings_for(youtube_env.database, cache_url, youtube_env.home)) as client:
        yield client


class TestAutomation:
    async def test_auto_publish_without_current_consent_is_refused(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        path = f"/api/v1/channels/{youtube_env.channel_id}/automation"
        first = (await client.get(path)).json()
        assert (first["videos_per_day"], first["auto_publish"], first["slots"]) == (0, False, [])
        wanted = {**PLAN, "auto_publish": True}
        refused = await client.put(path, json=wanted)
        assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")
        older = await client.put(path, json={**wanted, "accepted_consent_version": "1999-01"})
        assert older.json()["code"] == "consent_required"
        agreed = (await client.put(path, json={**wanted, "accepted_consent_version": CONSENT_VERSION})).json()
        assert (agreed["can_publish"], agreed["consent_by"]) == (True, str(youtube_env.operator.user_id))
        assert agreed["consent_text"].startswith("YTEMPIRE may publish")
        # it stands while other things change, and ends with what it was for
        kept = (await client.put(path, json={**wanted, "videos_per_day": 10})).json()
        assert kept["consent_at"] == agreed["consent_at"]
        ended = (await client.put(path, json=PLAN)).json()
        assert (ended["can_publish"], ended["consent_at"]) == (False, None)
        assert (await client.put(path, json=wanted)).status_code == 409

    async def test_automation_slots_with_stale_etag_are_refused(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        path = f"/api/v1/channels/{youtube_env.channel_id}/automation"
        seen = (await client.get(path)).headers["etag"]
        slots = [{"weekday": 6, "local_time": "09:00:00"}, {"weekday": 0, "local_time": "18:30:00"}]
        made = await client.put(path, json={**PLAN, "slots": slots}, headers={"If-Match": seen})
        assert (made.json()["slots"], made.json()["time_zone"]) == (slots[::-1], "UTC")
        assert made.headers["etag"] != seen
        late = await client.put(path, json=PLAN, headers={"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
        again = await client.get(path, headers={"If-None-Match": made.headers["etag"]})
        assert again.status_code == 304
        only_times = await client.put(path, json={**PLAN, "slots": slots[:1]})
        assert only_times.headers["etag"] != made.headers["etag"]

    @pytest.mark.parametrize(
        "change",
        [
            {"videos_per_day": 11},
            {"videos_per_day": -1},
            {"slots": [{"weekday": 7, "local_time": "09:00"}]},
            {"slots": [{"weekday": 0, "local_time": "09:00:30"}]},
        ],
    )
    async def test_automation_with_invalid_values_is_refused(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient, change: dict[str, Any]
    ) -> None:
        answer = await client.put(f"/api/v1/channels/{youtube_env.channel_id}/automation", json={**PLAN, **change})
        assert answer.status_code == 422
