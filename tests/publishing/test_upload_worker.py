"""Uploads against a running sandbox: the way through, everything that goes wrong on it, and kills between the steps."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import psycopg
import pytest

from tests.forked_process import ForkedProcess
from tests.publishing.conftest import MIB, Publisher, until, worker
from tests.relay import relay
from tests.sandbox.conftest import plain, video
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.publishing.queries import about_session
from ytempire.publishing.service import PublicationRequest
from ytempire.publishing.upload.attempt import upload


def assert_once(publisher: Publisher, view: Any) -> None:
    """Live, and at YouTube exactly one video, whole."""
    assert view.status == "live", view.last_error
    [made] = publisher.at_youtube()
    assert (made["id"], made["sha256"]) == (view.youtube_video_id, hashlib.sha256(publisher.film).hexdigest())
    assert (view.thumbnail_status, view.captions_status) == ("done", "done"), view.last_error
    assert publisher.video()[0] == "published"


class TestTheWayThrough:
    async def test_a_video_is_live_with_thumbnail_and_captions(self, publisher: Publisher) -> None:
        ordered = await publisher.order(PublicationRequest(privacy="unlisted", licence="creativeCommon"))
        assert (ordered.is_new, ordered.publication.status) == (True, "planned")
        first = await publisher.attempt()
        assert (first.status, first.thumbnail_status, first.captions_status) == ("processing", "done", "done")
        assert first.last_error is None
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert (view.youtube_privacy, view.last_error, view.url) == ("unlisted", None, None)
        assert publisher.video()[1] is not None
        answer = await publisher.youtube_env.youtube.call(
            publisher.youtube_env.channel_id,
            lambda apis: apis.data.videos().list(part="snippet,status,contentDetails", id=view.youtube_video_id),
        )
        seen = answer["items"][0]
        assert seen["snippet"]["tags"][:2] == ["night sky", "stars"]
        assert seen["snippet"]["tags"][2] == publisher.row()["marker"]
        assert (seen["snippet"]["categoryId"], seen["snippet"]["defaultAudioLanguage"]) == ("27", "en")
        assert seen["status"]["license"] == "creativeCommon"
        assert (seen["status"]["selfDeclaredMadeForKids"], seen["status"]["containsSyntheticMedia"]) == (False, True)
        assert (seen["contentDetails"]["caption"], seen["contentDetails"]["hasCustomThumbnail"]) == ("true", True)

    async def test_the_sealed_address_is_there_before_the_first_byte(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "unavailable", remaining=9)
        publisher.youtube_env.sandbox_server.fault("upload.status", "unavailable", remaining=9)
        view = await publisher.attempt()
        assert (view.status, view.bytes_sent) == ("unknown", 0)
        [(sealed,)] = publisher.youtube_env.rows("SELECT session_uri FROM core.publications")
        assert b"upload_id" not in sealed
        opened = publisher.runtime.keys.open(sealed, associated_data=about_session(view.id)).decode()
        assert "upload_id=" in opened

    async def test_nothing_of_an_attempt_outlives_it(self, publisher: Publisher) -> None:
        """A heartbeat that is still in its transaction holds the row, and whoever is next would wait."""
        await publisher.order()
        publication_id = (await publisher.view()).id
        before = asyncio.all_tasks()
        await upload(publisher.runtime, publication_id)
        assert asyncio.all_tasks() <= before

    async def test_a_time_in_the_future(self, publisher: Publisher) -> None:
        at = clock.now() + timedelta(hours=1)
        await publisher.order(PublicationRequest(publish_at=at))
        assert publisher.video() == ("scheduled", None, at)
        await publisher.attempt()
        publisher.youtube_env.sandbox_server.advance(30)
        view = await publisher.attempt()
        assert (view.status, view.is_scheduled, view.youtube_privacy) == ("processing", True, "private")
        assert publisher.video()[0] == "scheduled"
        publisher.youtube_env.sandbox_server.advance(3600)
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.youtube_privacy == "public"

    async def test_a_time_that_came_while_it_waited(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(hours=1)))
        publisher.execute("UPDATE core.publications SET publish_at = publish_at - interval '2 hours'")
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.youtube_privacy == "public"

    async def test_a_time_by_a_clock_that_runs_faster(self, publisher: Publisher) -> None:
        """Half an hour of ours is a day and a half there: told, waited for and said in whose time it is."""
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 72})
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(minutes=30)))
        await publisher.attempt()
        publisher.youtube_env.sandbox_server.advance(30)
        assert (await publisher.attempt()).is_scheduled
        [video] = publisher.at_youtube()
        told = datetime.fromtimestamp(video["status"]["publishAt"], UTC)
        their_wait = told - datetime.fromtimestamp(
            publisher.youtube_env.sandbox_server.control("GET", "/clock")["seconds"], UTC
        )
        assert timedelta(hours=35) < their_wait < timedelta(hours=36)


class TestWithoutAnAudit:
    @pytest.fixture
    def project_given(self) -> dict[str, Any]:
        return {"audited": False}

    async def test_it_is_live_and_says_that_it_is_private(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(privacy="public"))
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.last_error is not None
        assert (view.youtube_privacy, view.last_error["reason"]) == ("private", "privacyDiffers")


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("operation", "kind", "given"),
        [
            ("videos.insert", "unavailable", {}),
            ("videos.insert", "reset", {}),
            ("videos.insert", "answer_lost", {}),
            ("videos.insert", "unauthorized", {}),
            ("videos.insert", "uploads_per_day", {"day": True}),
            ("videos.insert", "quota_exceeded", {"day": True}),
            ("videos.insert", "upload_limit_exceeded", {}),
            ("upload.chunk", "answer_lost", {}),
            ("upload.chunk", "internal_error", {}),
            ("thumbnails.set", "gateway_timeout", {}),
            ("thumbnails.set", "answer_lost", {}),
            ("captions.insert", "internal_error", {}),
            ("captions.insert", "answer_lost", {}),
            ("captions.insert", "quota_exceeded", {"day": True}),
            ("videos.list", "bad_gateway", {}),
            ("videos.list", "reset", {}),
            ("oauth.token", "unavailable", {"signed_out": True}),
        ],
    )
    async def test_ends_with_exactly_one_video(
        self, publisher: Publisher, operation: str, kind: str, given: dict[str, Any]
    ) -> None:
        days, signed_out, times = given.get("day", False), given.get("signed_out", False), 2
        await publisher.order()
        if signed_out:
            publisher.youtube_env.sandbox_server.control("DELETE", "/tokens")
        publisher.youtube_env.sandbox_server.fault(operation, kind, remaining=times)
        for _ in range(times + 2):
            view = await publisher.attempt()
            if view.next_try_at is None:
                break
            if days and view.last_error is not None:
                assert view.next_try_at > clock.now() + timedelta(minutes=1)  # midnight in California
            publisher.youtube_env.sandbox_server.advance(90_000 if days else 70)
        if view.last_error and view.last_error["reason"] in ("authError", "notConnected"):
            # as if the consent had ended: somebody connects it again
            assert kind == "unauthorized"
            await publisher.youtube_env.connect()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.happened() >= 1

    async def test_every_call_may_go_wrong_at_first(self, publisher: Publisher) -> None:
        await publisher.order()
        for kind in ("reset", "unavailable", "answer_lost"):
            publisher.youtube_env.sandbox_server.fault("*", kind, probability=0.3, remaining=12)
        assert_once(publisher, await publisher.until_settled(most=60))

    @pytest.mark.parametrize("what", ["failed", "rejected"])
    async def test_what_youtube_does_not_want_failed_and_says_why(self, publisher: Publisher, what: str) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("processing", what)
        view = await publisher.until_settled()
        assert (view.status, publisher.video()[0]) == ("failed", "ready")
        assert view.last_error is not None
        assert view.last_error["reason"] == {"failed": "conversion", "rejected": "termsOfUse"}[what]
        again = await publisher.order()
        assert again.is_new
        assert (await publisher.until_settled()).status == "live"
        assert [one["outcome"] for one in publisher.at_youtube()] == [what, "processed"]

    async def test_a_thumbnail_that_is_refused_fails_no_video(self, publisher: Publisher) -> None:
        kept = publisher.store.put_bytes(b"no picture")
        publisher.execute(
            "UPDATE core.run_artifacts SET sha256 = %s, size_bytes = %s WHERE name = 'thumbnail-1.jpg'",
            kept.sha256,
            kept.size_bytes,
        )
        await publisher.order()
        view = await publisher.until_settled()
        assert (view.status, view.thumbnail_status, view.captions_status) == ("live", "failed", "done")
        assert view.last_error is not None
        assert (view.last_error["step"], view.last_error["reason"]) == ("thumbnail", "invalidImage")

    async def test_a_film_that_is_gone_failed(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.store.path(hashlib.sha256(publisher.film).hexdigest()).unlink()
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "object_damaged")
        assert publisher.at_youtube() == []

    async def test_one_that_was_deleted_at_youtube_failed(self, publisher: Publisher) -> None:
        await publisher.order()
        view = await publisher.attempt()
        await publisher.youtube_env.youtube.call(
            publisher.youtube_env.channel_id, lambda apis: apis.data.videos().delete(id=view.youtube_video_id)
        )
        view = await publisher.until_settled()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "videoMissing")


class TestPieces:
    """A film of several pieces."""

    @pytest.fixture
    def film_size(self) -> int:
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
    async def test_ends_with_exactly_one_video(
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

    async def test_a_channel_is_suspended_in_the_middle(self, publisher: Publisher) -> None:
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
    async def test_a_kill_after_each_piece(self, publisher: Publisher, after: int) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "slow", seconds=0.5, remaining=after + 1)
        with publisher.run_in_other_process():
            await until(lambda: publisher.happened() > after)
        await publisher.expire_lease()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1


class TestAChannelThatIsStopped:
    @pytest.mark.parametrize("status", ["paused", "suspended"])
    async def test_nothing_is_sent_until_it_is_active_again(self, publisher: Publisher, status: str) -> None:
        await publisher.order()
        await publisher.youtube_env.set_status(status)
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "channelStopped")
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 0
        await publisher.youtube_env.set_status("active")
        assert_once(publisher, await publisher.until_settled())

    async def test_one_that_is_not_connected_any_more_waits(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.execute("UPDATE core.channel_connections SET status = 'expired'")
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "notConnected")
        await publisher.youtube_env.connect()
        assert_once(publisher, await publisher.until_settled())


class TestInDoubt:
    async def _in_doubt(self, publisher: Publisher, kind: str) -> str:
        """The last piece's answer is lost, and nobody can ask; the session's address."""
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", kind, after_bytes=0)
        publisher.youtube_env.sandbox_server.fault("upload.status", "unavailable")
        view = await publisher.attempt()
        assert (view.status, view.next_try_at is not None) == ("unknown", True)
        [(sealed,)] = publisher.youtube_env.rows("SELECT session_uri FROM core.publications")
        return publisher.runtime.keys.open(sealed, associated_data=about_session(view.id)).decode()

    async def test_the_session_says_what_it_made(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "answer_lost")
        await relay(publisher.youtube_env.database)
        told = publisher.youtube_env.rows("SELECT severity FROM core.notifications WHERE kind = 'publication_unknown'")
        assert told == [("warning",)]
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("playlistItems.list") == 0

    async def test_when_it_is_gone_the_uploads_are_looked_through(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "answer_lost")
        token = token_of(publisher)
        for number in range(50):  # a whole page of newer ones, with tags of their own
            another_upload(publisher, token, number)
        publisher.youtube_env.sandbox_server.advance(8 * 86_400)
        view = await publisher.until_settled()
        assert (view.status, publisher.youtube_env.calls_at_youtube("videos.insert")) == ("live", 51)
        [ours] = [one for one in publisher.at_youtube() if one["sha256"] == hashlib.sha256(publisher.film).hexdigest()]
        assert ours["id"] == view.youtube_video_id
        assert publisher.youtube_env.calls_at_youtube("playlistItems.list") == 2

    async def test_a_film_that_did_not_arrive_is_sent_anew(self, publisher: Publisher) -> None:
        await self._in_doubt(publisher, "reset")
        publisher.youtube_env.sandbox_server.advance(8 * 86_400)
        assert_once(publisher, await publisher.until_settled())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 2

    async def test_not_before_it_is_certain(self, publisher: Publisher) -> None:
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


STEPS = ["videos.insert", "upload.chunk", "thumbnails.set", "captions.insert", "videos.list"]


@contextmanager
def row_held(publisher: Publisher) -> Iterator[None]:
    """Nobody can write to the publication meanwhile."""
    with psycopg.connect(conninfo(publisher.youtube_env.database.owner_url)) as connection:
        connection.execute("SELECT FROM core.publications FOR UPDATE")
        yield


class TestKills:
    """A worker's process is killed with -9; another one goes on."""

    @pytest.mark.parametrize("operation", STEPS)
    async def test_before_youtube_did_anything(self, publisher: Publisher, operation: str) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault(operation, "slow", seconds=60)
        with publisher.run_in_other_process():
            await until(publisher.happened)
        publisher.youtube_env.sandbox_server.control("DELETE", "/faults")
        await publisher.expire_lease()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.row()["attempt_number"] >= 2

    @pytest.mark.parametrize("operation", STEPS)
    async def test_after_youtube_did_it_and_before_it_was_written_down(
        self, publisher: Publisher, operation: str
    ) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault(operation, "slow", seconds=0.5)
        before = publisher.youtube_env.calls_at_youtube(operation)
        with publisher.run_in_other_process() as process:
            await until(publisher.happened)
            with row_held(publisher):
                if operation == "upload.chunk":
                    await until(publisher.at_youtube)
                else:
                    await until(lambda: publisher.youtube_env.calls_at_youtube(operation) > before)
                await asyncio.sleep(0.3)  # the answer is on its way, and cannot be written down
                process.kill()
        await publisher.expire_lease()
        assert_once(publisher, await publisher.until_settled())


def stop_between_transactions(process: ForkedProcess, publisher: Publisher) -> None:
    """A worker that sleeps in one would keep its locks, and others would wait for it, and not believe it dead."""
    backends = (
        "SELECT state FROM pg_stat_activity"
        " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    )
    while True:
        process.send_signal(signal.SIGSTOP)
        while ("active",) in (states := publisher.youtube_env.rows(backends)):
            pass  # what it has sent comes to its end
        if not states and psutil.Process(process.pid).status() == psutil.STATUS_STOPPED:
            return
        process.send_signal(signal.SIGCONT)


class TestManyWorkers:
    async def test_of_many_at_once_one_uploads(self, publisher: Publisher) -> None:
        publication = (await publisher.order()).publication
        async with worker(publisher.youtube_env, publisher.queue, publisher.store) as second:
            await asyncio.gather(*(upload(one, publication.id) for one in (publisher.runtime, second) * 3))
        assert publisher.row()["attempt_number"] == 1
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1
        assert_once(publisher, await publisher.until_settled())

    async def test_one_that_was_believed_dead_comes_back(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "slow", seconds=2)
        with publisher.run_in_other_process() as process:
            await until(publisher.happened)
            stop_between_transactions(process, publisher)
            await publisher.expire_lease()
            view = await publisher.until_settled()
            process.send_signal(signal.SIGCONT)
            await until(lambda: process.poll() is not None)
            assert process.returncode == 0
        assert_once(publisher, view)
        assert_once(publisher, await publisher.view())
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1

    async def test_a_worker_that_stops_gives_it_back_at_once(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("upload.chunk", "slow", seconds=60)
        attempt = asyncio.create_task(publisher.attempt())
        await until(publisher.happened)
        publisher.runtime.stopping.set()
        view = await attempt
        assert (view.status, publisher.row()["lease_token"]) == ("uploading", None)
        publisher.runtime.stopping.clear()
        publisher.youtube_env.sandbox_server.control("DELETE", "/faults")
        assert_once(publisher, await publisher.until_settled())
