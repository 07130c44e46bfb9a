"""The video file on its way: sessions, chunks, and answers that were lost."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta

import pytest

from tests.publishing.publisher import MIB, Publisher, until
from tests.publishing.upload.outcome import assert_once
from tests.relay import relay
from tests.sandbox.conftest import plain, video
from ytempire.kit import clock
from ytempire.publishing.queries import about_session
from ytempire.publishing.service import PublicationRequest


class TestBegin:
    async def test_begin_session_address_is_stored_sealed_before_first_byte(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "unavailable", remaining=9)
        publisher.youtube_env.sandbox_server.fault("upload.status", "unavailable", remaining=9)
        view = await publisher.attempt()
        assert (view.status, view.bytes_sent) == ("unknown", 0)
        [(sealed,)] = publisher.youtube_env.rows("SELECT session_uri FROM core.publications")
        assert b"upload_id" not in sealed
        opened = publisher.runtime.keys.open(sealed, associated_data=about_session(view.id)).decode()
        assert "upload_id=" in opened

    async def test_begin_time_that_came_meanwhile_is_public_at_once(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(hours=1)))
        publisher.execute("UPDATE core.publications SET publish_at = publish_at - interval '2 hours'")
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.youtube_privacy == "public"

    async def test_upload_or_resume_missing_video_file_fails(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.store.path(hashlib.sha256(publisher.video_file).hexdigest()).unlink()
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "object_damaged")
        assert publisher.at_youtube() == []

    @pytest.mark.parametrize("status", ["paused", "suspended"])
    async def test_begin_stopped_channel_waits_until_active(self, publisher: Publisher, status: str) -> None:
        await publisher.order()
        await publisher.youtube_env.set_status(status)
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "channelStopped")
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 0
        await publisher.youtube_env.set_status("active")
        assert_once(publisher, await publisher.until_settled())

    async def test_begin_channel_not_connected_waits(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.execute("UPDATE core.channel_connections SET status = 'expired'")
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "notConnected")
        await publisher.youtube_env.connect()
        assert_once(publisher, await publisher.until_settled())


class TestSend:
    """A video file of several chunks."""

    @pytest.fixture
    def file_size(self) -> int:
        return 17 * MIB

    @pytest.mark.parametrize("times", [1, 4])
    @pytest.mark.parametrize(
        ("kind", "after_bytes"),
        [
            ("answer_lost", 0),
            ("reset", 700_000),
            ("reset", 0),
            ("internal_error", 0),
            ("unauthorized", 0),
        ],
    )
    async def test_send_chunk_that_fails_ends_with_exactly_one_video(
        self, publisher: Publisher, kind: str, after_bytes: int, times: int
    ) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", kind, remaining=times, after_bytes=after_bytes)
        view = await publisher.attempt()
        if view.last_error and view.last_error["reason"] in ("authError", "notConnected"):
            # as if the consent had ended: somebody connects it again
            assert kind == "unauthorized"
            publisher.youtube_env.sandbox_server.control("DELETE", "/faults")
            await publisher.youtube_env.connect()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1

    async def test_send_channel_suspended_midway_goes_on_when_active(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "slow", seconds=1)
        attempt = asyncio.create_task(publisher.attempt())
        await until(publisher.happened)
        await publisher.youtube_env.set_status("suspended")
        view = await attempt
        assert (view.status, view.bytes_sent) == ("uploading", 8 * MIB)
        assert (view.last_error and view.last_error["reason"]) == "channelStopped"
        assert publisher.at_youtube() == []
        await publisher.youtube_env.set_status("active")
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1

    @pytest.mark.parametrize("after", range(3))
    async def test_send_killed_after_a_chunk_goes_on_from_there(self, publisher: Publisher, after: int) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "slow", seconds=0.5, remaining=after + 1)
        with publisher.run_in_other_process():
            await until(lambda: publisher.happened() > after)
        await publisher.expire_lease()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1


class TestRecoverLostSession:
    async def _in_doubt(self, publisher: Publisher, kind: str) -> str:
        """The last piece's answer is lost, and nobody can ask; the session's address."""
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", kind, after_bytes=0)
        publisher.youtube_env.sandbox_server.fault("upload.status", "unavailable")
        view = await publisher.attempt()
        assert (view.status, view.next_try_at is not None) == ("unknown", True)
        [(sealed,)] = publisher.youtube_env.rows("SELECT session_uri FROM core.publications")
        return publisher.runtime.keys.open(sealed, associated_data=about_session(view.id)).decode()

    async def test_resume_lost_answer_session_says_what_it_made(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "answer_lost")
        await relay(publisher.youtube_env.database)
        told = publisher.youtube_env.rows("SELECT severity FROM core.notifications WHERE kind = 'publication_unknown'")
        assert told == [("warning",)]
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("playlistItems.list") == 0

    async def test_recover_session_gone_finds_video_by_marker(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "answer_lost")
        token = token_of(publisher)
        for number in range(50):  # a whole page of newer ones, with tags of their own
            another_upload(publisher, token, number)
        publisher.youtube_env.sandbox_server.advance(8 * 86_400)
        view = await publisher.until_settled()
        assert (view.status, publisher.youtube_env.calls_at_youtube("videos.insert")) == ("live", 51)
        [ours] = [
            one for one in publisher.at_youtube() if one["sha256"] == hashlib.sha256(publisher.video_file).hexdigest()
        ]
        assert ours["id"] == view.youtube_video_id
        assert publisher.youtube_env.calls_at_youtube("playlistItems.list") == 2

    async def test_recover_video_file_not_arrived_is_sent_again(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "reset")
        publisher.youtube_env.sandbox_server.advance(8 * 86_400)
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 2

    async def test_recover_before_it_is_certain_sends_nothing(self, publisher: Publisher) -> None:
        """The session is gone early, and YouTube may list late: until a day has passed nobody sends it again."""
        address = await self._in_doubt(publisher, "reset")
        plain().delete(address, headers={"Authorization": f"Bearer {token_of(publisher)}"})
        waits = []
        for _ in range(3):
            view = await publisher.attempt()
            assert (view.status, view.last_error and view.last_error["reason"]) == ("unknown", "notListedYet")
            assert view.next_try_at is not None
            waits.append((view.next_try_at - clock.now()).total_seconds())
        assert waits == sorted(waits)
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1
        publisher.youtube_env.sandbox_server.advance(86_500)
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 2


def token_of(publisher: Publisher) -> str:
    """Another client's, for the same channel."""
    wanted = {
        "project_id": publisher.youtube_env.project_at_youtube,
        "channel_id": publisher.youtube_env.counterpart["id"],
    }
    token: str = publisher.youtube_env.sandbox_server.control("POST", "/tokens", wanted)["access_token"]
    return token


def another_upload(publisher: Publisher, token: str, number: int) -> None:
    body = json.dumps({"snippet": {"title": f"Another {number}", "tags": ["stars"], "categoryId": "27"}}).encode()
    parts = b"".join(
        b"--part\r\nContent-Type: %s\r\n\r\n%s\r\n" % (kind, content)
        for kind, content in ((b"application/json", body), (b"video/mp4", video()))
    )
    answer = plain().post(
        f"{publisher.youtube_env.sandbox_server.base}/upload/youtube/v3/videos?uploadType=multipart&part=snippet",
        content=parts + b"--part--",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "multipart/related; boundary=part"},
    )
    assert answer.status_code == 200, answer.text
