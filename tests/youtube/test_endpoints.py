"""Connections and quota over HTTP, with the browser's way back from the consent page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.youtube.conftest import YouTubeEnv, consented
from ytempire.youtube.oauth_flow import CALLBACK


@pytest.fixture
async def client(youtube_env: YouTubeEnv, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the operator, whose keys and database are the world's."""
    async with client_of(settings_for(youtube_env.database, cache_url, youtube_env.home)) as client:
        yield client


async def way_back(youtube_env: YouTubeEnv, client: httpx.AsyncClient, **how: str) -> dict[str, str]:
    begun = await client.post(f"/api/v1/channels/{youtube_env.channel_id}/connection", json={})
    assert (begun.status_code, begun.json()["is_sandbox"]) == (201, True), begun.text
    back = consented(begun.json()["authorization_url"], youtube_env.counterpart["id"], **how)
    return {name: value for name, value in back.items() if value is not None}


class TestConnection:
    async def test_connection_is_made_checked_and_ended(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        path = f"/api/v1/channels/{youtube_env.channel_id}/connection"
        assert ((await client.get(path)).status_code, (await client.get(path)).json()) == (200, None)
        answer = await client.get(CALLBACK, params=await way_back(youtube_env, client))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/channels/{youtube_env.channel_id}")
        shown = (await client.get(path)).json()
        assert (shown["status"], shown["title"], shown["is_sandbox"]) == ("connected", "Clear Signal", True)
        checked = await client.post(f"{path}/check")
        assert checked.json()["subscriber_count"] == youtube_env.counterpart["subscribers"]
        assert (await client.delete(path)).status_code == 204
        refused = await client.post(f"{path}/check")
        assert (refused.status_code, refused.json()["code"]) == (409, "youtube_not_connected")
        assert (await client.get(path)).json()["status"] == "revoked"

    async def test_callback_without_cookie_redirects_through_own_page(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        """The cookie is strict: a browser does not send it along with the way back from YouTube."""
        back = await way_back(youtube_env, client)
        cookies = dict(client.cookies)
        client.cookies.clear()
        first = await client.get(CALLBACK, params=back)
        assert (first.status_code, first.headers["referrer-policy"]) == (200, "no-referrer")
        assert youtube_env.rows("SELECT FROM core.channel_connections") == []
        onward = first.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
        assert {**back, "here": "true"} == {name: one[0] for name, one in parse_qs(urlsplit(onward).query).items()}
        stranger = await client.get(onward)
        assert (stranger.status_code, "You are not signed in." in stranger.text) == (401, True)
        client.cookies.update(cookies)
        assert (await client.get(onward)).status_code == 303

    async def test_callback_failure_redirects_to_channel_with_reason(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        denied = await client.get(CALLBACK, params=await way_back(youtube_env, client, decision="deny"))
        assert (denied.status_code, denied.headers["location"]) == (
            303,
            f"/channels/{youtube_env.channel_id}?refused=denied",
        )
        await youtube_env.connect(await youtube_env.channel("Another"))
        taken = await client.get(CALLBACK, params=await way_back(youtube_env, client))
        assert (taken.status_code, taken.headers["location"]) == (
            303,
            f"/channels/{youtube_env.channel_id}?refused=taken",
        )
        made_up = await client.get(CALLBACK, params={"state": "<script>", "code": "x"})
        assert (made_up.status_code, "<script>" in made_up.text) == (409, False)

    async def test_connection_of_stopped_channel_is_refused_with_hint(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        await youtube_env.connect()
        await youtube_env.set_status("suspended")
        path = f"/api/v1/channels/{youtube_env.channel_id}/connection"
        for answer in (await client.post(path, json={}), await client.post(f"{path}/check")):
            assert (answer.status_code, answer.json()["code"]) == (409, "channel_stopped")
            assert answer.json()["hint"] == "Activate it first."


class TestQuota:
    async def test_quota_endpoint_shows_left_units_and_sandbox_error(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient
    ) -> None:
        await youtube_env.connect()
        [project] = (await client.get("/api/v1/youtube/quota")).json()["items"]
        assert (project["name"], project["is_sandbox"], project["error"]) == ("Sandbox", True, None)
        left = {one["bucket"]: one["left"] for one in project["buckets"]}
        assert left == {"units": 9_999, "searches": 100, "inserts": 100, "reports": 100_000}
        kept = {one["bucket"]: one["collection_allocation_daily"] for one in project["buckets"]}
        assert kept == {"units": 320, "searches": 0, "inserts": 0, "reports": 0}
        assert 0 <= project["buckets"][0]["collection_allocation_today"] <= 320
        youtube_env.sandbox_server.stop()
        [project] = (await client.get("/api/v1/youtube/quota")).json()["items"]
        assert (project["buckets"], "cannot be reached" in project["error"]) == ([], True)
        youtube_env.sandbox_server.start()


class TestTheWayBack:
    @pytest.mark.parametrize("host", ["localhost:8711", "127.0.0.1:8711", "[::1]:8711"])
    async def test_callback_returns_to_host_of_page(
        self, youtube_env: YouTubeEnv, client: httpx.AsyncClient, host: str
    ) -> None:
        """The cookie of one name of this machine does not come along to another."""
        path = f"/api/v1/channels/{youtube_env.channel_id}/connection"
        begun = await client.post(path, json={}, headers={"Host": host, "Origin": f"http://{host}"})
        assert begun.status_code == 201, begun.text
        asked = parse_qs(urlsplit(begun.json()["authorization_url"]).query)
        assert asked["redirect_uri"] == [f"http://{host}/oauth/youtube/callback"]
        assert asked["prompt"] == ["select_account consent"]
