"""Attempts of workers against a running sandbox: the way through, failing calls, kills, and many at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psutil
import psycopg
import pytest

from tests.forked_process import ForkedProcess
from tests.publishing.publisher import Publisher, until, worker
from tests.publishing.upload.outcome import assert_once
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.publishing.service import PublicationRequest
from ytempire.publishing.upload.attempt import upload


class TestUpload:
    async def test_upload_finished_video_is_live_with_thumbnail_and_captions(self, publisher: Publisher) -> None:
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

    async def test_upload_settled_attempt_leaves_no_task(self, publisher: Publisher) -> None:
        """A heartbeat that is still in its transaction holds the row, and whoever is next would wait."""
        await publisher.order()
        publication_id = (await publisher.view()).id
        before = asyncio.all_tasks()
        await upload(publisher.runtime, publication_id)
        assert asyncio.all_tasks() <= before

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
    async def test_upload_call_that_fails_ends_with_exactly_one_video(
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

    async def test_upload_every_call_fails_at_first_ends_with_one_video(self, publisher: Publisher) -> None:
        await publisher.order()
        for kind in ("reset", "unavailable", "answer_lost"):
            publisher.youtube_env.sandbox_server.fault("*", kind, probability=0.3, remaining=12)
        assert_once(publisher, await publisher.until_settled(most=60))


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
    async def test_upload_killed_before_youtube_acted_goes_on(self, publisher: Publisher, operation: str) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault(operation, "slow", seconds=60)
        with publisher.run_in_other_process():
            await until(publisher.happened)
        publisher.youtube_env.sandbox_server.control("DELETE", "/faults")
        await publisher.expire_lease()
        assert_once(publisher, await publisher.until_settled())
        assert publisher.row()["attempt_number"] >= 2

    @pytest.mark.parametrize("operation", STEPS)
    async def test_upload_killed_before_it_was_noted_goes_on(self, publisher: Publisher, operation: str) -> None:
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
    async def test_upload_by_many_at_once_is_done_by_one(self, publisher: Publisher) -> None:
        publication = (await publisher.order()).publication
        async with worker(publisher.youtube_env, publisher.queue, publisher.store) as second:
            await asyncio.gather(*(upload(one, publication.id) for one in (publisher.runtime, second) * 3))
        assert publisher.row()["attempt_number"] == 1
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 1
        assert_once(publisher, await publisher.until_settled())

    async def test_upload_worker_back_from_the_dead_changes_nothing(self, publisher: Publisher) -> None:
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

    async def test_upload_stopping_worker_gives_it_back_at_once(self, publisher: Publisher) -> None:
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
