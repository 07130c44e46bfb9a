"""What a day allows, and what goes wrong to order."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as some

from tests.sandbox.conftest import BLOCK, ApiClient, SandboxServer, client, plain, video
from tests.sandbox.test_videos import reason
from ytempire.kit.errors import Conflict
from ytempire.sandbox.app import create_app
from ytempire.sandbox.clock import day_begins, pacific_day
from ytempire.sandbox.partial_response import mask_of, select
from ytempire.settings import Sandbox


def used(api_client: ApiClient) -> dict[str, int]:
    return {bucket: state["used"] for bucket, state in api_client.quotas.items()}


class TestQuota:
    def test_call_costs_units_of_method(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        youtube, made = api_client.youtube, api_client.upload()
        assert used(api_client) == {"units": 0, "search.list": 0, "videos.insert": 1, "reports": 0}
        costs = [
            (youtube.videos().list(part="id", id=made["id"]), 1),
            (youtube.channels().list(part="id", mine=True), 1),
            (youtube.playlistItems().list(part="id", playlistId=api_client.channel["uploads_playlist"]), 1),
            (youtube.captions().list(part="id", videoId=made["id"]), 50),
            (youtube.videos().update(part="status", body={"id": made["id"], "status": {}}), 50),
            (youtube.videos().delete(id=made["id"]), 50),
        ]
        for request, cost in costs:
            before = used(api_client)["units"]
            request.execute()
            assert used(api_client)["units"] - before == cost, request.methodId

    def test_invalid_request_costs_one_unit(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError):
            api_client.youtube.videos().delete(id="nothing").execute()
        assert used(api_client)["units"] == 1

    def test_call_beyond_quota_is_refused(self, api_client: ApiClient) -> None:
        api_client.allow(units=3)
        for _ in range(3):
            api_client.youtube.channels().list(part="id", mine=True).execute()
        with pytest.raises(HttpError) as caught:
            api_client.youtube.channels().list(part="id", mine=True).execute()
        assert (caught.value.status_code, reason(caught)) == (403, "quotaExceeded")
        assert used(api_client)["units"] == 3

    def test_concurrent_calls_never_exceed_quota(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        api_client.allow(units=7)
        address = f"{sandbox_server.base}/youtube/v3/channels?part=id&mine=true"
        headers = {"Authorization": f"Bearer {api_client.tokens['access_token']}"}
        with ThreadPoolExecutor(8) as callers:
            answers = list(callers.map(lambda _: plain().get(address, headers=headers).status_code, range(24)))
        assert (answers.count(200), answers.count(403)) == (7, 17)
        assert used(api_client)["units"] == 7

    def test_call_costing_more_than_left_is_refused_whole(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        api_client.allow(units=49)
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().delete(id=made["id"]).execute()
        assert reason(caught) == "quotaExceeded"
        assert api_client.get(made["id"], "id")["id"] == made["id"]

    def test_uploads_and_searches_have_own_buckets(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        api_client.sandbox_server.control(
            "PUT", f"/projects/{api_client.project['project_id']}/quotas", {"videos.insert": 2, "search.list": 1}
        )
        api_client.upload(), api_client.upload()
        with pytest.raises(HttpError) as caught:
            api_client.upload()
        assert reason(caught) == "quotaExceeded"
        api_client.youtube.search().list(part="id", q="x", type="video").execute()
        with pytest.raises(HttpError) as caught:
            api_client.youtube.search().list(part="id", q="x", type="video").execute()
        assert reason(caught) == "quotaExceeded"
        assert api_client.youtube.channels().list(part="id", mine=True).execute()["items"]
        assert len(sandbox_server.state()["videos"]) == 2

    def test_quota_resets_at_pacific_midnight(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        api_client.allow(units=1)
        api_client.youtube.channels().list(part="id", mine=True).execute()
        now = sandbox_server.control("GET", "/clock")["seconds"]
        local = datetime.fromtimestamp(now, ZoneInfo("America/Los_Angeles"))
        midnight = day_begins(pacific_day(now + 86_400 if local.hour < 23 else now + 3 * 3600))
        sandbox_server.control("PUT", "/clock", {"to": datetime.fromtimestamp(midnight - 5, UTC).isoformat()})
        with pytest.raises(HttpError):
            api_client.youtube.channels().list(part="id", mine=True).execute()
        sandbox_server.advance(10)
        assert api_client.youtube.channels().list(part="id", mine=True).execute()["items"]

    def test_quota_is_separate_per_project(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        api_client.allow(units=0)
        other = ApiClient.joining(sandbox_server, api_client.channel, sandbox_server.project())
        assert other.youtube.channels().list(part="id", mine=True).execute()["items"]


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "status", "said"),
        [
            ("unauthorized", 401, "authError"),
            ("quota_exceeded", 403, "quotaExceeded"),
            ("uploads_per_day", 429, "rateLimitExceeded"),
            ("upload_limit_exceeded", 400, "uploadLimitExceeded"),
            ("internal_error", 500, "backendError"),
            ("bad_gateway", 502, "backendError"),
            ("unavailable", 503, "backendError"),
            ("gateway_timeout", 504, "backendError"),
        ],
    )
    def test_fault_happens_once_and_changes_no_data(
        self, sandbox_server: SandboxServer, api_client: ApiClient, kind: str, status: int, said: str
    ) -> None:
        sandbox_server.fault("videos.delete", kind)
        made = api_client.upload()
        address = f"{sandbox_server.base}/youtube/v3/videos?id={made['id']}"
        headers = {"Authorization": f"Bearer {api_client.tokens['access_token']}"}
        first = plain().delete(address, headers=headers)
        assert (first.status_code, first.json()["error"]["errors"][0]["reason"]) == (status, said)
        assert sandbox_server.state()["videos"][0]["deleted"] is False
        assert plain().delete(address, headers=headers).status_code == 204

    def test_fault_unauthorized_is_recovered_by_client(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        sandbox_server.fault("channels.list", "unauthorized")
        assert api_client.youtube.channels().list(part="id", mine=True).execute()["items"]

    def test_fault_slow_delays_response(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        sandbox_server.fault("channels.list", "slow", seconds=0.2)
        before = time.monotonic()
        api_client.youtube.channels().list(part="id", mine=True).execute()
        assert time.monotonic() - before >= 0.2

    def test_fault_answer_lost_after_deletion_has_deleted(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = api_client.upload()
        sandbox_server.fault("videos.delete", "answer_lost")
        # a client that has just opened its connection does not repeat by itself what may have been done
        fresh = client(sandbox_server, "youtube.v3.json", api_client.credentials)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            fresh.videos().delete(id=made["id"]).execute()
        assert sandbox_server.state()["videos"][0]["deleted"] is True

    def test_fault_on_token_endpoint_fails_once(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        sandbox_server.fault("oauth.token", "unavailable", remaining=1)
        (config,) = api_client.project["client_config"].values()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": api_client.tokens["refresh_token"],
            "client_id": config["client_id"],
            "client_secret": config["client_secret"],
        }
        answers = [plain().post(config["token_uri"], data=form).status_code for _ in range(2)]
        assert answers == [503, 200]

    def test_fault_probability_is_reproducible_by_seed(self, tmp_path: Any) -> None:
        def outcomes(folder: str, seed: int) -> list[bool]:
            sandbox_server = SandboxServer(tmp_path / folder, Sandbox(seed=seed))
            sandbox_server.start()
            try:
                sandbox_server.fault("videoCategories.list", "unavailable", remaining=None, probability=0.4)
                key = sandbox_server.project()["api_key"]
                address = f"{sandbox_server.base}/youtube/v3/videoCategories?part=snippet&id=10&key={key}"
                return [plain().get(address).is_success for _ in range(30)]
            finally:
                sandbox_server.stop()

        first = outcomes("one", 1)
        assert first == outcomes("again", 1)
        assert first != outcomes("two", 2)
        assert 8 <= first.count(True) <= 28

    @pytest.mark.parametrize("after", [0, 10])
    def test_fault_reset_of_request_without_body_applies_at_byte_zero(
        self, sandbox_server: SandboxServer, api_client: ApiClient, after: int
    ) -> None:
        sandbox_server.fault("channels.list", "reset", after_bytes=after)
        headers = {"Authorization": f"Bearer {api_client.tokens['access_token']}"}
        address = f"{sandbox_server.base}/youtube/v3/channels?part=id&mine=true"
        if after:  # there is no tenth byte to cut it at
            assert plain().get(address, headers=headers).is_success
        else:
            with pytest.raises(httpx.TransportError):
                plain().get(address, headers=headers)
        assert plain().get(address, headers=headers).is_success

    def test_fault_rate_25_percent_uploads_arrive_once(self, tmp_path: Any) -> None:
        sandbox_server = SandboxServer(tmp_path / "rough", Sandbox(seed=5, fault_rate=0.25))
        sandbox_server.start()
        try:
            api_client, video_file = ApiClient.of(sandbox_server), video(12 * BLOCK)
            request, made, failures = api_client.insert("Rough", video_file, chunk=BLOCK), None, 0
            while made is None:
                try:
                    _, made = request.next_chunk()
                except (HttpError, ConnectionError, http.client.HTTPException):
                    failures += 1
            assert failures > 0
            (kept,) = sandbox_server.state()["videos"]
            assert (kept["id"], kept["size"]) == (made["id"], len(video_file))
        finally:
            sandbox_server.stop()

    def test_fault_unknown_kind_is_refused(self, sandbox_server: SandboxServer) -> None:
        answer = plain().post(f"{sandbox_server.base}/sandbox/faults", json={"kind": "lightning"})
        assert answer.status_code == 422
        assert "lightning" in answer.text


def test_second_sandbox_in_same_folder_is_refused(sandbox_server: SandboxServer) -> None:
    with pytest.raises(Conflict, match="Another sandbox serves"):
        create_app(sandbox_server.folder, Sandbox())


class TestClock:
    def test_clock_survives_restart_and_never_goes_back(self, sandbox_server: SandboxServer) -> None:
        sandbox_server.control("PUT", "/clock", {"factor": 1000, "advance_s": 10 * 86_400})
        before = sandbox_server.control("GET", "/clock")
        sandbox_server.stop()
        sandbox_server.start()
        after = sandbox_server.control("GET", "/clock")
        assert after["factor"] == 1000
        assert after["seconds"] >= before["seconds"]
        back = plain().put(f"{sandbox_server.base}/sandbox/clock", json={"to": "2020-01-01T00:00:00Z"})
        assert back.status_code == 409

    def test_clock_sets_date_header(self, sandbox_server: SandboxServer) -> None:
        sandbox_server.control("PUT", "/clock", {"to": "2031-05-04T03:02:01Z"})
        assert "04 May 2031 03:02" in plain().get(f"{sandbox_server.base}/").headers["date"]


def test_long_query_as_post_override_is_answered(api_client: ApiClient) -> None:
    made = api_client.upload()
    fields = ",".join(["items(id)"] * 300)
    answer = api_client.youtube.videos().list(part="id", id=made["id"], fields=fields).execute()
    assert answer == {"items": [{"id": made["id"]}]}


names = some.sampled_from(["id", "snippet", "title", "items", "x"])
trees = some.recursive(
    some.integers() | some.text(max_size=3),
    lambda below: some.lists(below, max_size=3) | some.dictionaries(names, below, max_size=4),
    max_leaves=20,
)


class TestPartial:
    @given(trees)
    def test_select_with_star_returns_everything(self, tree: Any) -> None:
        assert select(tree, mask_of("*")) == tree

    @given(some.dictionaries(names, trees))
    def test_select_with_name_returns_that_field(self, tree: dict[str, Any]) -> None:
        assert select(tree, mask_of("snippet")) == {name: tree[name] for name in tree if name == "snippet"}
