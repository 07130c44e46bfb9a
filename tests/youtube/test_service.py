"""Calls through the gates: what each failure means, what it costs, and that nothing is sent twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.sandbox.conftest import BLOCK, video
from tests.youtube.conftest import YouTubeEnv, consented
from ytempire.kit.errors import YtempireError
from ytempire.youtube import projects
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    QuotaExhausted,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
)
from ytempire.youtube.methods import METHODS
from ytempire.youtube.projects import PACIFIC
from ytempire.youtube.quota import reservations
from ytempire.youtube.service import Build
from ytempire.youtube.uploads import MediaDescription

DAY_S = 86_400
READ: Build = lambda apis: apis.data.channels().list(part="snippet", mine=True)  # noqa: E731


def write(title: str = "Evenings") -> Build:
    body = {"snippet": {"title": title}, "status": {"privacyStatus": "private"}}
    return lambda apis: apis.data.playlists().insert(part="snippet,status", body=body)


def insert(size: int) -> Build:
    body = {"snippet": {"title": "Tides"}, "status": {"privacyStatus": "private"}}
    media = MediaDescription(size=size, media_type="video/mp4")
    return lambda apis: apis.data.videos().insert(part="snippet,status", body=body, media_body=media)


@pytest.fixture
async def connected(youtube_env: YouTubeEnv) -> YouTubeEnv:
    await youtube_env.connect()
    return youtube_env


async def error_of(youtube_env: YouTubeEnv, build: Build) -> YtempireError:
    with pytest.raises(YtempireError) as raised:
        await youtube_env.youtube.call(youtube_env.channel_id, build)
    return raised.value


def last_call(youtube_env: YouTubeEnv) -> tuple[Any, ...]:
    return youtube_env.rows("SELECT method, outcome, reason FROM core.youtube_calls ORDER BY id DESC LIMIT 1")[0]


@contextmanager
def somebody(
    status: int = 200, content: bytes = b"{}", *, sandbox: str | None = None
) -> Iterator[tuple[str, list[str | None]]]:
    """Who answers everything in this way, and with what authorisation they were asked."""
    asked: list[str | None] = []

    class Somebody(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["authorization"])
            self.send_response(status)
            if sandbox is not None:
                self.send_header("x-sandbox", sandbox)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nobody wants to read it."""

    server = HTTPServer(("127.0.0.1", 0), Somebody)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def connected_to(youtube_env: YouTubeEnv, address: str) -> None:
    """Its sandbox is there from now on."""
    async with youtube_env.youtube.platform.begin() as session:
        await projects.put_sandbox_project(
            session, youtube_env.youtube.keys, client_id="another", client_secret="s", api_root=address
        )


class TestErrors:
    @pytest.mark.parametrize("kind", ["internal_error", "bad_gateway", "unavailable", "gateway_timeout"])
    async def test_server_error_is_retryable_for_read_and_unknown_for_write(
        self, connected: YouTubeEnv, kind: str
    ) -> None:
        connected.sandbox_server.fault("channels.list", kind)
        read = await error_of(connected, READ)
        assert (type(read), read.reason) == (YouTubeRetryLater, "backendError")  # type: ignore[attr-defined]
        connected.sandbox_server.fault("playlists.insert", kind)
        assert type(await error_of(connected, write())) is YouTubeOutcomeUnknown
        assert last_call(connected) == ("playlists.insert", "unknown", "backendError")

    @pytest.mark.parametrize("kind", ["reset", "answer_lost"])
    async def test_lost_response_of_write_is_unknown_and_not_resent(self, connected: YouTubeEnv, kind: str) -> None:
        connected.sandbox_server.fault("channels.list", kind)
        assert type(await error_of(connected, READ)) is YouTubeRetryLater
        connected.sandbox_server.fault("playlists.insert", kind)
        assert type(await error_of(connected, write())) is YouTubeOutcomeUnknown
        assert last_call(connected) == ("playlists.insert", "unknown", "noAnswer")
        assert connected.calls_at_youtube("playlists.insert") == (1 if kind == "answer_lost" else 0)
        used = connected.rows("SELECT used FROM core.quota_usage WHERE bucket = 'units'")[0][0]
        assert used >= connected.used()

    async def test_refused_token_is_renewed_and_call_repeated(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.control("DELETE", "/tokens")
        await connected.youtube.call(connected.channel_id, write())
        assert connected.calls_at_youtube("oauth.token") == 2
        before = connected.calls_at_youtube("oauth.token")
        await connected.youtube.call(connected.channel_id, READ)
        assert connected.calls_at_youtube("oauth.token") == before  # the new one was kept

    async def test_token_refused_again_is_not_connected(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.fault("channels.list", "unauthorized", remaining=None)
        error = await error_of(connected, READ)
        assert (type(error), error.hint) == (NotConnected, "Connect the channel again; nothing is lost.")

    async def test_upload_limit_of_account_is_retry_later(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.fault("videos.insert", "upload_limit_exceeded")
        with pytest.raises(YouTubeRetryLater) as raised:
            await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))
        assert raised.value.reason == "uploadLimitExceeded"
        assert raised.value.when is not None

    @pytest.mark.parametrize("kind", ["unavailable", "answer_lost"])
    async def test_upload_session_with_lost_location_is_retry_later(self, connected: YouTubeEnv, kind: str) -> None:
        connected.sandbox_server.fault("videos.insert", kind)
        with pytest.raises(YouTubeRetryLater):
            await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))

    async def test_missing_or_invalid_resource_is_refused(self, connected: YouTubeEnv) -> None:
        gone = await error_of(connected, lambda apis: apis.data.videos().delete(id="sbgone"))
        assert (type(gone), gone.reason) == (YouTubeRefused, "videoNotFound")  # type: ignore[attr-defined]
        wrong = await error_of(connected, write(title=""))
        assert type(wrong) is YouTubeRefused
        assert last_call(connected)[1] == "refused"

    async def test_other_service_at_sandbox_address_gets_no_token(self, connected: YouTubeEnv) -> None:
        with somebody() as (address, asked):
            await connected_to(connected, address)
            error = await error_of(connected, READ)
        assert (type(error), "is not the sandbox" in error.message) == (YouTubeRefused, True)
        assert asked == [None]

    @pytest.mark.parametrize("content", [b"<h1>Internal Server Error</h1>", b"{}"])
    async def test_sandbox_clock_error_is_retry_later(self, connected: YouTubeEnv, content: bytes) -> None:
        with somebody(500, content, sandbox="x") as (address, asked):
            await connected_to(connected, address)
            error = await error_of(connected, READ)
        assert (type(error), "it answers 500" in error.message) == (YouTubeRetryLater, True)
        assert asked == [None]

    async def test_sandbox_down_is_retry_later(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.stop()
        error = await error_of(connected, READ)
        assert (type(error), error.message.startswith("The sandbox: http://127.0.0.1")) == (YouTubeRetryLater, True)
        connected.sandbox_server.start()


class TestChannelThatIsNotActive:
    async def test_paused_channel_can_only_read(self, connected: YouTubeEnv) -> None:
        await connected.set_status("paused")
        await connected.youtube.call(connected.channel_id, READ)
        assert type(await error_of(connected, write())) is ChannelStopped

    @pytest.mark.parametrize("status", ["suspended", "archived"])
    async def test_stopped_channel_makes_no_calls(self, connected: YouTubeEnv, status: str) -> None:
        address = await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))
        await connected.set_status(status)
        used = connected.used()
        for build in (READ, write()):
            assert type(await error_of(connected, build)) is ChannelStopped
        with pytest.raises(ChannelStopped):
            await connected.youtube.send_chunk(connected.channel_id, address, first=0, chunk=bytes(BLOCK), size=BLOCK)
        assert connected.used() == used


class TestQuota:
    async def test_call_without_quota_left_is_not_made(self, connected: YouTubeEnv) -> None:
        async with connected.youtube.platform.begin() as session:
            await projects.set_allowances(session, connected.project.id, {"units": 52})
        await connected.youtube.call(connected.channel_id, READ)
        await connected.youtube.call(connected.channel_id, write())
        error = await error_of(connected, write("Mornings"))
        assert isinstance(error, QuotaExhausted)
        assert connected.calls_at_youtube("playlists.insert") == 1
        assert error.when is not None
        midnight = error.when.astimezone(PACIFIC)
        assert (midnight.hour, midnight.minute) == (0, 0)
        # by the sandbox's clock, which is the one that counts there
        now = datetime.fromisoformat(connected.sandbox_server.control("GET", "/clock")["now"])
        connected.sandbox_server.advance((error.when - now).total_seconds() + 1)
        await connected.youtube.call(connected.channel_id, write("Mornings"))

    async def test_quota_exceeded_by_youtube_empties_bucket_until_midnight(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.fault("channels.list", "quota_exceeded")
        for _ in range(2):
            assert type(await error_of(connected, READ)) is QuotaExhausted
        assert connected.sandbox_server.control("GET", "/faults")[0]["happened"] == 1
        assert connected.used() == 1
        # the others hold what they held
        await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))
        connected.sandbox_server.advance(DAY_S)
        await connected.youtube.call(connected.channel_id, READ)

    async def test_daily_uploads_are_separate_bucket(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.fault("videos.insert", "uploads_per_day")
        for _ in range(2):
            with pytest.raises(QuotaExhausted):
                await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))
        await connected.youtube.call(connected.channel_id, READ)
        async with connected.youtube.platform.begin() as session:
            now = await connected.youtube.now(connected.project)
            buckets = {one.bucket: one for one in await reservations.buckets_of(session, connected.project, now)}
        assert (buckets["inserts"].left, buckets["inserts"].used) == (0, 1)
        assert (buckets["units"].left, buckets["searches"].left) == (9_998, 100)

    async def test_concurrent_calls_of_two_processes_never_exceed_quota(self, connected: YouTubeEnv) -> None:
        async with connected.youtube.platform.begin() as session:
            await projects.set_allowances(session, connected.project.id, {"units": 8})
        with (
            connected.run_in_other_process("call", times=10) as one,
            connected.run_in_other_process("call", times=10) as other,
        ):
            ends = [json.loads((await asyncio.to_thread(process.communicate))[0]) for process in (one, other)]
        assert sum(end.get("served", 0) for end in ends) == 7
        assert sum(end.get("refused", 0) for end in ends) == 13
        assert connected.used() == 8
        assert connected.rows("SELECT used FROM core.quota_usage") == [(8,)]

    async def test_cancelled_call_keeps_quota_used(self, connected: YouTubeEnv) -> None:
        connected.sandbox_server.fault("channels.list", "slow", seconds=600)
        asking = asyncio.create_task(connected.youtube.call(connected.channel_id, READ))
        while not connected.sandbox_server.control("GET", "/faults")[0]["happened"]:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert last_call(connected) == ("channels.list", "unknown", None)
        assert connected.rows("SELECT used FROM core.quota_usage") == [(2,)]

    async def test_quota_reservation_is_released_only_when_not_sent(self, connected: YouTubeEnv) -> None:
        now = await connected.youtube.now(connected.project)
        for outcome, used in (("not_sent", 1), ("refused", 51), ("unknown", 101)):
            async with connected.youtube.platform.begin() as session:
                held = await reservations.reserve(
                    session,
                    connected.project,
                    METHODS["videos.update"],
                    "videos.update",
                    channel_id=connected.channel_id,
                    now=now,
                )
            for _ in range(2):  # settled once, however often it is said
                async with connected.youtube.platform.begin() as session:
                    await reservations.settle(session, held, outcome)  # type: ignore[arg-type]
            assert connected.rows("SELECT used FROM core.quota_usage") == [(used,)]


class TestUploads:
    async def test_upload_session_uri_precedes_bytes_and_is_resumable(self, connected: YouTubeEnv) -> None:
        youtube, channel_id, video_file = connected.youtube, connected.channel_id, video(3 * BLOCK)
        address = await youtube.start_upload_session(channel_id, insert(len(video_file)))
        assert (await youtube.query_upload(channel_id, address, size=len(video_file))).received == 0
        part = await youtube.send_chunk(
            channel_id, address, first=0, chunk=video_file[: 2 * BLOCK], size=len(video_file)
        )
        assert (part.received, part.video_resource) == (2 * BLOCK, None)
        held = await youtube.query_upload(channel_id, address, size=len(video_file))
        assert held == part
        end = await youtube.send_chunk(
            channel_id, address, first=held.received, chunk=video_file[held.received :], size=len(video_file)
        )
        assert end.video_resource is not None
        [made] = connected.sandbox_server.state()["videos"]
        assert (made["id"], made["size"]) == (end.video_resource["id"], len(video_file))
        assert connected.used("inserts") == 1

    async def test_upload_after_cut_connection_resumes_at_received_byte(self, connected: YouTubeEnv) -> None:
        youtube, channel_id, video_file = connected.youtube, connected.channel_id, video(3 * BLOCK)
        address = await youtube.start_upload_session(channel_id, insert(len(video_file)))
        connected.sandbox_server.fault("upload.chunk", "reset", after_bytes=BLOCK + 5)
        with pytest.raises(YouTubeOutcomeUnknown):
            await youtube.send_chunk(channel_id, address, first=0, chunk=video_file, size=len(video_file))
        held = (await youtube.query_upload(channel_id, address, size=len(video_file))).received
        assert held == BLOCK
        await youtube.send_chunk(channel_id, address, first=held, chunk=video_file[held:], size=len(video_file))
        assert len(connected.sandbox_server.state()["videos"]) == 1

    async def test_upload_with_lost_last_response_is_found_by_query(self, connected: YouTubeEnv) -> None:
        youtube, channel_id, video_file = connected.youtube, connected.channel_id, video(BLOCK)
        address = await youtube.start_upload_session(channel_id, insert(len(video_file)))
        connected.sandbox_server.fault("upload.chunk", "answer_lost")
        with pytest.raises(YouTubeOutcomeUnknown):
            await youtube.send_chunk(channel_id, address, first=0, chunk=video_file, size=len(video_file))
        connected.sandbox_server.fault("upload.status", "answer_lost")
        with pytest.raises(YouTubeRetryLater):
            await youtube.query_upload(channel_id, address, size=len(video_file))
        made = (await youtube.query_upload(channel_id, address, size=len(video_file))).video_resource
        assert made is not None
        assert [one["id"] for one in connected.sandbox_server.state()["videos"]] == [made["id"]]

    async def test_upload_session_expired_raises(self, connected: YouTubeEnv) -> None:
        address = await connected.youtube.start_upload_session(connected.channel_id, insert(BLOCK))
        connected.sandbox_server.advance(8 * DAY_S)
        with pytest.raises(UploadSessionExpired):
            await connected.youtube.query_upload(connected.channel_id, address, size=BLOCK)


@pytest.mark.parametrize("project_given", [{"mode": "testing"}])
async def test_log_contains_no_secrets(youtube_env: YouTubeEnv) -> None:
    """A whole life in another process that logs all it can, with an error in each place."""
    back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
    with youtube_env.run_in_other_process("everything", back=back, sandbox=youtube_env.sandbox_server.base) as process:
        out, _ = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0
    secrets = json.loads(out)
    assert len(secrets) > 5
    assert all(len(one) > 20 for one in secrets)
    log = (youtube_env.home / "elsewhere.log").read_text()
    assert all(event in log for event in ("upload_outcome_unknown", "check_failed"))
    assert youtube_env.rows("SELECT status FROM core.channel_connections") == [("expired",)]
    assert [one for one in secrets if one in log] == []
    # nor is one anywhere in the database, but sealed
    stored = "".join(
        str(row)
        for table in ("oauth_states", "youtube_projects", "credentials", "channel_connections", "youtube_calls")
        for row in youtube_env.rows(f"SELECT to_jsonb(t)::text FROM core.{table} t")
    )
    assert [one for one in secrets if one in stored] == []
