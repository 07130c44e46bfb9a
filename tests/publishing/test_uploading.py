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

from tests.publishing.conftest import MIB, Studio, until, worker
from tests.sandbox.conftest import plain, video
from tests.warm import Warm
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.publishing.queries import about_session
from ytempire.publishing.service import Order
from ytempire.publishing.uploading import upload


def assert_once(studio: Studio, view: Any) -> None:
    """Live, and at YouTube exactly one video, whole."""
    assert view.status == "live", view.last_error
    [made] = studio.at_youtube()
    assert (made["id"], made["sha256"]) == (view.youtube_video_id, hashlib.sha256(studio.film).hexdigest())
    assert (view.thumbnail_status, view.captions_status) == ("done", "done"), view.last_error
    assert studio.video()[0] == "published"


class TestTheWayThrough:
    async def test_a_video_is_live_with_thumbnail_and_captions(self, studio: Studio) -> None:
        ordered = await studio.order(Order(privacy="unlisted", licence="creativeCommon"))
        assert (ordered.is_new, ordered.publication.status) == (True, "planned")
        first = await studio.attempt()
        assert (first.status, first.thumbnail_status, first.captions_status) == ("processing", "done", "done")
        assert first.last_error is None
        view = await studio.until_settled()
        assert_once(studio, view)
        assert (view.youtube_privacy, view.last_error, view.url) == ("unlisted", None, None)
        assert studio.video()[1] is not None
        answer = await studio.world.youtube.call(
            studio.world.channel_id,
            lambda apis: apis.data.videos().list(part="snippet,status,contentDetails", id=view.youtube_video_id),
        )
        seen = answer["items"][0]
        assert seen["snippet"]["tags"][:2] == ["night sky", "stars"]
        assert seen["snippet"]["tags"][2] == studio.row()["marker"]
        assert (seen["snippet"]["categoryId"], seen["snippet"]["defaultAudioLanguage"]) == ("27", "en")
        assert seen["status"]["license"] == "creativeCommon"
        assert (seen["status"]["selfDeclaredMadeForKids"], seen["status"]["containsSyntheticMedia"]) == (False, True)
        assert (seen["contentDetails"]["caption"], seen["contentDetails"]["hasCustomThumbnail"]) == ("true", True)

    async def test_the_sealed_address_is_there_before_the_first_byte(self, studio: Studio) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", "unavailable", remaining=9)
        studio.world.served.fault("upload.status", "unavailable", remaining=9)
        view = await studio.attempt()
        assert (view.status, view.bytes_sent) == ("unknown", 0)
        [(sealed,)] = studio.world.rows("SELECT session_address FROM core.publications")
        assert b"upload_id" not in sealed
        opened = studio.runtime.keys.open(sealed, about=about_session(view.id)).decode()
        assert "upload_id=" in opened

    async def test_nothing_of_an_attempt_outlives_it(self, studio: Studio) -> None:
        """A heartbeat that is still in its transaction holds the row, and whoever is next would wait."""
        await studio.order()
        publication_id = (await studio.view()).id
        before = asyncio.all_tasks()
        await upload(studio.runtime, publication_id)
        assert asyncio.all_tasks() <= before

    async def test_a_time_in_the_future(self, studio: Studio) -> None:
        at = clock.now() + timedelta(hours=1)
        await studio.order(Order(publish_at=at))
        assert studio.video() == ("scheduled", None, at)
        await studio.attempt()
        studio.world.served.advance(30)
        view = await studio.attempt()
        assert (view.status, view.is_scheduled, view.youtube_privacy) == ("processing", True, "private")
        assert studio.video()[0] == "scheduled"
        studio.world.served.advance(3600)
        view = await studio.until_settled()
        assert_once(studio, view)
        assert view.youtube_privacy == "public"

    async def test_a_time_that_came_while_it_waited(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=clock.now() + timedelta(hours=1)))
        studio.execute("UPDATE core.publications SET publish_at = publish_at - interval '2 hours'")
        view = await studio.until_settled()
        assert_once(studio, view)
        assert view.youtube_privacy == "public"

    async def test_a_time_by_a_clock_that_runs_faster(self, studio: Studio) -> None:
        """Half an hour of ours is a day and a half there: told, waited for and said in whose time it is."""
        studio.world.served.control("PUT", "/clock", {"factor": 72})
        await studio.order(Order(publish_at=clock.now() + timedelta(minutes=30)))
        await studio.attempt()
        studio.world.served.advance(30)
        assert (await studio.attempt()).is_scheduled
        [video] = studio.at_youtube()
        told = datetime.fromtimestamp(video["status"]["publishAt"], UTC)
        their_wait = told - datetime.fromtimestamp(studio.world.served.control("GET", "/clock")["seconds"], UTC)
        assert timedelta(hours=35) < their_wait < timedelta(hours=36)


class TestWithoutAnAudit:
    @pytest.fixture
    def project_given(self) -> dict[str, Any]:
        return {"audited": False}

    async def test_it_is_live_and_says_that_it_is_private(self, studio: Studio) -> None:
        await studio.order(Order(privacy="public"))
        view = await studio.until_settled()
        assert_once(studio, view)
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
        self, studio: Studio, operation: str, kind: str, given: dict[str, Any]
    ) -> None:
        days, signed_out, times = given.get("day", False), given.get("signed_out", False), 2
        await studio.order()
        if signed_out:
            studio.world.served.control("DELETE", "/tokens")
        studio.world.served.fault(operation, kind, remaining=times)
        for _ in range(times + 2):
            view = await studio.attempt()
            if view.next_try_at is None:
                break
            if days and view.last_error is not None:
                assert view.next_try_at > clock.now() + timedelta(minutes=1)  # midnight in California
            studio.world.served.advance(90_000 if days else 70)
        if view.last_error and view.last_error["reason"] in ("authError", "notConnected"):
            # as if the consent had ended: somebody connects it again
            assert kind == "unauthorized"
            await studio.world.connect()
        assert_once(studio, await studio.until_settled())
        assert studio.happened() >= 1

    async def test_every_call_may_go_wrong_at_first(self, studio: Studio) -> None:
        await studio.order()
        for kind in ("reset", "unavailable", "answer_lost"):
            studio.world.served.fault("*", kind, probability=0.3, remaining=12)
        assert_once(studio, await studio.until_settled(most=60))

    @pytest.mark.parametrize("what", ["failed", "rejected"])
    async def test_what_youtube_does_not_want_failed_and_says_why(self, studio: Studio, what: str) -> None:
        await studio.order()
        studio.world.served.fault("processing", what)
        view = await studio.until_settled()
        assert (view.status, studio.video()[0]) == ("failed", "ready")
        assert view.last_error is not None
        assert view.last_error["reason"] == {"failed": "conversion", "rejected": "termsOfUse"}[what]
        again = await studio.order()
        assert again.is_new
        assert (await studio.until_settled()).status == "live"
        assert [one["outcome"] for one in studio.at_youtube()] == [what, "processed"]

    async def test_a_thumbnail_that_is_refused_fails_no_video(self, studio: Studio) -> None:
        kept = studio.store.put_bytes(b"no picture")
        studio.execute(
            "UPDATE core.workflow_artifacts SET sha256 = %s, size_bytes = %s WHERE name = 'thumbnail-1.jpg'",
            kept.sha256,
            kept.size_bytes,
        )
        await studio.order()
        view = await studio.until_settled()
        assert (view.status, view.thumbnail_status, view.captions_status) == ("live", "failed", "done")
        assert view.last_error is not None
        assert (view.last_error["step"], view.last_error["reason"]) == ("thumbnail", "invalidImage")

    async def test_a_film_that_is_gone_failed(self, studio: Studio) -> None:
        await studio.order()
        studio.store.path(hashlib.sha256(studio.film).hexdigest()).unlink()
        view = await studio.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "object_damaged")
        assert studio.at_youtube() == []

    async def test_one_that_was_deleted_at_youtube_failed(self, studio: Studio) -> None:
        await studio.order()
        view = await studio.attempt()
        await studio.world.youtube.call(
            studio.world.channel_id, lambda apis: apis.data.videos().delete(id=view.youtube_video_id)
        )
        view = await studio.until_settled()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "videoGone")


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
    async def test_ends_with_exactly_one_video(self, studio: Studio, kind: str, after_bytes: int, times: int) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", kind, remaining=times, after_bytes=after_bytes)
        view = await studio.attempt()
        if view.last_error and view.last_error["reason"] in ("authError", "notConnected"):
            # as if the consent had ended: somebody connects it again
            assert kind == "unauthorized"
            studio.world.served.control("DELETE", "/faults")
            await studio.world.connect()
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("videos.insert") == 1

    async def test_a_channel_is_suspended_in_the_middle(self, studio: Studio) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", "slow", seconds=1)
        attempt = asyncio.create_task(studio.attempt())
        await until(studio.happened)
        await studio.world.set_status("suspended")
        view = await attempt
        assert (view.status, view.bytes_sent) == ("uploading", 8 * MIB)
        assert (view.last_error and view.last_error["reason"]) == "channelStopped"
        assert studio.at_youtube() == []
        await studio.world.set_status("active")
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("videos.insert") == 1

    @pytest.mark.parametrize("after", range(3))
    async def test_a_kill_after_each_piece(self, studio: Studio, after: int) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", "slow", seconds=0.5, remaining=after + 1)
        with studio.elsewhere():
            await until(lambda: studio.happened() > after)
        await studio.lease_over()
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("videos.insert") == 1


class TestAChannelThatIsStopped:
    @pytest.mark.parametrize("status", ["paused", "suspended"])
    async def test_nothing_is_sent_until_it_is_active_again(self, studio: Studio, status: str) -> None:
        await studio.order()
        await studio.world.set_status(status)
        view = await studio.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "channelStopped")
        assert studio.world.calls_at_youtube("videos.insert") == 0
        await studio.world.set_status("active")
        assert_once(studio, await studio.until_settled())

    async def test_one_that_is_not_connected_any_more_waits(self, studio: Studio) -> None:
        await studio.order()
        studio.execute("UPDATE core.channel_connections SET status = 'expired'")
        view = await studio.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "notConnected")
        await studio.world.connect()
        assert_once(studio, await studio.until_settled())


class TestInDoubt:
    async def _in_doubt(self, studio: Studio, kind: str) -> str:
        """The last piece's answer is lost, and nobody can ask; the session's address."""
        await studio.order()
        studio.world.served.fault("upload.chunk", kind, after_bytes=0)
        studio.world.served.fault("upload.status", "unavailable")
        view = await studio.attempt()
        assert (view.status, view.next_try_at is not None) == ("unknown", True)
        [(sealed,)] = studio.world.rows("SELECT session_address FROM core.publications")
        return studio.runtime.keys.open(sealed, about=about_session(view.id)).decode()

    async def test_the_session_says_what_it_made(self, studio: Studio) -> None:
        await self._in_doubt(studio, "answer_lost")
        told = studio.world.rows("SELECT severity FROM core.notifications WHERE kind = 'publication_unknown'")
        assert told == [("warning",)]
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("playlistItems.list") == 0

    async def test_when_it_is_gone_the_uploads_are_looked_through(self, studio: Studio) -> None:
        await self._in_doubt(studio, "answer_lost")
        token = token_of(studio)
        for number in range(50):  # a whole page of newer ones, with tags of their own
            another_upload(studio, token, number)
        studio.world.served.advance(8 * 86_400)
        view = await studio.until_settled()
        assert (view.status, studio.world.calls_at_youtube("videos.insert")) == ("live", 51)
        [ours] = [one for one in studio.at_youtube() if one["sha256"] == hashlib.sha256(studio.film).hexdigest()]
        assert ours["id"] == view.youtube_video_id
        assert studio.world.calls_at_youtube("playlistItems.list") == 2

    async def test_a_film_that_did_not_arrive_is_sent_anew(self, studio: Studio) -> None:
        await self._in_doubt(studio, "reset")
        studio.world.served.advance(8 * 86_400)
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("videos.insert") == 2

    async def test_not_before_it_is_certain(self, studio: Studio) -> None:
        """The session is gone early, and YouTube may list late: until a day has passed nobody sends it again."""
        address = await self._in_doubt(studio, "reset")
        plain().delete(address, headers={"Authorization": f"Bearer {token_of(studio)}"})
        waits = []
        for _ in range(3):
            view = await studio.attempt()
            assert (view.status, view.last_error and view.last_error["reason"]) == ("unknown", "notListedYet")
            assert view.next_try_at is not None
            waits.append((view.next_try_at - clock.now()).total_seconds())
        assert waits == sorted(waits)
        assert studio.world.calls_at_youtube("videos.insert") == 1
        studio.world.served.advance(86_500)
        assert_once(studio, await studio.until_settled())
        assert studio.world.calls_at_youtube("videos.insert") == 2


def token_of(studio: Studio) -> str:
    """Another client's, for the same channel."""
    wanted = {"project_id": studio.world.project_at_youtube, "channel_id": studio.world.counterpart["id"]}
    token: str = studio.world.served.control("POST", "/tokens", wanted)["access_token"]
    return token


def another_upload(studio: Studio, token: str, number: int) -> None:
    body = json.dumps({"snippet": {"title": f"Another {number}", "tags": ["stars"], "categoryId": "27"}}).encode()
    parts = b"".join(
        b"--part\r\nContent-Type: %s\r\n\r\n%s\r\n" % (kind, content)
        for kind, content in ((b"application/json", body), (b"video/mp4", video()))
    )
    answer = plain().post(
        f"{studio.world.served.base}/upload/youtube/v3/videos?uploadType=multipart&part=snippet",
        content=parts + b"--part--",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "multipart/related; boundary=part"},
    )
    assert answer.status_code == 200, answer.text


STEPS = ["videos.insert", "upload.chunk", "thumbnails.set", "captions.insert", "videos.list"]


@contextmanager
def row_held(studio: Studio) -> Iterator[None]:
    """Nobody can write to the publication meanwhile."""
    with psycopg.connect(conninfo(studio.world.database.owner_url)) as connection:
        connection.execute("SELECT FROM core.publications FOR UPDATE")
        yield


class TestKills:
    """A worker's process is killed with -9; another one goes on."""

    @pytest.mark.parametrize("operation", STEPS)
    async def test_before_youtube_did_anything(self, studio: Studio, operation: str) -> None:
        await studio.order()
        studio.world.served.fault(operation, "slow", seconds=60)
        with studio.elsewhere():
            await until(studio.happened)
        studio.world.served.control("DELETE", "/faults")
        await studio.lease_over()
        assert_once(studio, await studio.until_settled())
        assert studio.row()["attempt"] >= 2

    @pytest.mark.parametrize("operation", STEPS)
    async def test_after_youtube_did_it_and_before_it_was_written_down(self, studio: Studio, operation: str) -> None:
        await studio.order()
        studio.world.served.fault(operation, "slow", seconds=0.5)
        before = studio.world.calls_at_youtube(operation)
        with studio.elsewhere() as process:
            await until(studio.happened)
            with row_held(studio):
                if operation == "upload.chunk":
                    await until(studio.at_youtube)
                else:
                    await until(lambda: studio.world.calls_at_youtube(operation) > before)
                await asyncio.sleep(0.3)  # the answer is on its way, and cannot be written down
                process.kill()
        await studio.lease_over()
        assert_once(studio, await studio.until_settled())


def stop_between_transactions(process: Warm, studio: Studio) -> None:
    """A worker that sleeps in one would keep its locks, and others would wait for it, and not believe it dead."""
    elsewhere = (
        "SELECT state FROM pg_stat_activity"
        " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    )
    while True:
        process.send_signal(signal.SIGSTOP)
        while ("active",) in (states := studio.world.rows(elsewhere)):
            pass  # what it has sent comes to its end
        if not states and psutil.Process(process.pid).status() == psutil.STATUS_STOPPED:
            return
        process.send_signal(signal.SIGCONT)


class TestManyWorkers:
    async def test_of_many_at_once_one_uploads(self, studio: Studio) -> None:
        publication = (await studio.order()).publication
        async with worker(studio.world, studio.queue, studio.store) as second:
            await asyncio.gather(*(upload(one, publication.id) for one in (studio.runtime, second) * 3))
        assert studio.row()["attempt"] == 1
        assert studio.world.calls_at_youtube("videos.insert") == 1
        assert_once(studio, await studio.until_settled())

    async def test_one_that_was_believed_dead_comes_back(self, studio: Studio) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", "slow", seconds=2)
        with studio.elsewhere() as process:
            await until(studio.happened)
            stop_between_transactions(process, studio)
            await studio.lease_over()
            view = await studio.until_settled()
            process.send_signal(signal.SIGCONT)
            await until(lambda: process.poll() is not None)
            assert process.returncode == 0
        assert_once(studio, view)
        assert_once(studio, await studio.view())
        assert studio.world.calls_at_youtube("videos.insert") == 1

    async def test_a_worker_that_stops_gives_it_back_at_once(self, studio: Studio) -> None:
        await studio.order()
        studio.world.served.fault("upload.chunk", "slow", seconds=60)
        attempt = asyncio.create_task(studio.attempt())
        await until(studio.happened)
        studio.runtime.stopping.set()
        view = await attempt
        assert (view.status, studio.row()["claim"]) == ("uploading", None)
        studio.runtime.stopping.clear()
        studio.world.served.control("DELETE", "/faults")
        assert_once(studio, await studio.until_settled())
