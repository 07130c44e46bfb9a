"""Channels that publish by themselves."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice

import psycopg
import pytest

from tests.publishing.publisher import Publisher, until, worker
from tests.relay import relay
from tests.youtube.conftest import YouTubeEnv
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.production import video_lifecycle
from ytempire.publishing import service
from ytempire.publishing.auto_scheduler import AutoScheduler
from ytempire.publishing.automation import get_automation
from ytempire.publishing.calendar_lock import WeeklySlots, free_slots
from ytempire.publishing.planning import LEAD, Plan
from ytempire.publishing.service import PublicationRequest
from ytempire.publishing.upload_queue import read_queue
from ytempire.youtube.projects import get_project

PLANNED = "SELECT video_id, publish_at FROM core.publications WHERE status <> 'failed' ORDER BY publish_at"


def filler_of(publisher: Publisher) -> AutoScheduler:
    return AutoScheduler(publisher.youtube_env.youtube, publisher.queue)


async def plan_of(publisher: Publisher) -> Plan:
    now = await publisher.youtube_env.youtube.now(publisher.youtube_env.project)
    async with publisher.youtube_env.youtube.platform.begin() as session:
        project = await get_project(session, publisher.youtube_env.youtube.keys, publisher.youtube_env.project.id)
        return (await read_queue(session, project, now)).plan()


async def free(publisher: Publisher, count: int) -> list[datetime]:
    """The first free times when the first was planned, as if nothing were."""
    async with publisher.youtube_env.sessions.begin() as session:
        plan = await get_automation(session, publisher.youtube_env.channel_id)
    [(planned_at,)] = publisher.youtube_env.rows("SELECT coalesce(min(created_at), now()) FROM core.publications")
    return list(
        islice(
            free_slots(WeeklySlots(plan.slots, WeeklySlots.from_automation(plan).zone, None), [], now=planned_at), count
        )
    )


class TestRound:
    async def test_run_once_schedules_finished_videos_at_next_free_slots(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=10)
        later = await publisher.finish()
        assert await filler_of(publisher).run_once() == (2, 0)
        found = publisher.youtube_env.rows(PLANNED)
        assert found == list(zip([publisher.video_id, later], await free(publisher, 2), strict=True))
        videos = publisher.youtube_env.rows("SELECT status, scheduled_at FROM core.videos ORDER BY id")
        assert videos == [("scheduled", at) for _, at in found]
        assert await filler_of(publisher).run_once() == (0, 0)

    async def test_run_once_requests_in_name_of_consenting_user(self, publisher: Publisher) -> None:
        await publisher.automate()
        await filler_of(publisher).run_once()
        rows = publisher.youtube_env.rows("SELECT is_automatic, requested_by, privacy FROM core.publications")
        assert rows == [(True, publisher.youtube_env.operator.user_id, "private")]

    async def test_run_once_respects_videos_per_day(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=2)
        for _ in range(5):
            await publisher.finish()
        await filler_of(publisher).run_once()
        a_day = Counter(at.date() for _, at in publisher.youtube_env.rows(PLANNED))
        assert sum(a_day.values()) == 6
        assert max(a_day.values()) == 2

    @pytest.mark.parametrize("status", ["paused", "suspended"])
    async def test_run_once_skips_stopped_channel(self, publisher: Publisher, status: str) -> None:
        await publisher.automate()
        await publisher.youtube_env.set_status(status)
        assert await filler_of(publisher).run_once() == (0, 0)
        await publisher.youtube_env.set_status("active")
        assert await filler_of(publisher).run_once() == (1, 0)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE core.channel_automation SET auto_publish = false, consent_at = NULL, consent_by = NULL,"
            " consent_version = NULL",
            "UPDATE core.channel_automation SET consent_version = 'an older text'",
            "UPDATE core.channel_automation SET videos_per_day = 0",
            "UPDATE core.channel_connections SET status = 'expired'",
            "DELETE FROM core.publishing_slots",
            "UPDATE core.videos SET status = 'archived'",
        ],
    )
    async def test_run_once_skips_channel_without_consent_slots_or_connection(
        self, publisher: Publisher, change: str
    ) -> None:
        await publisher.automate()
        publisher.execute(change)
        assert await filler_of(publisher).run_once() == (0, 0)

    async def test_run_once_skips_unpublishable_video(self, publisher: Publisher) -> None:
        await publisher.automate()
        publisher.execute("UPDATE core.videos SET description = 'a <b>'")
        good = await publisher.finish()
        assert await filler_of(publisher).run_once() == (1, 0)
        assert [video for video, _ in publisher.youtube_env.rows(PLANNED)] == [good]

    async def test_run_once_failure_of_one_channel_does_not_stop_others(self, publisher: Publisher) -> None:
        """For a reason that nobody thought of, in the database."""
        youtube_env = publisher.youtube_env
        await publisher.automate()
        other_id = await youtube_env.channel("Another")
        await youtube_env.connect(other_id, counterpart=youtube_env.sandbox_server.channel("Another")["id"])
        await publisher.automate(channel_id=other_id)
        await publisher.finish(channel_id=other_id)
        failing, good = sorted([youtube_env.channel_id, other_id])  # in the order of the round
        publisher.execute(f"ALTER TABLE core.publications ADD CONSTRAINT fails CHECK (channel_id <> '{failing}')")
        assert await filler_of(publisher).run_once() == (1, 0)
        assert youtube_env.rows("SELECT channel_id FROM core.publications") == [(good,)]

    async def test_run_once_leaves_cancelled_video_unscheduled(self, publisher: Publisher) -> None:
        await publisher.automate()
        filler = filler_of(publisher)
        await filler.run_once()
        async with publisher.youtube_env.sessions.begin() as session:
            await service.cancel(session, publisher.video_id)
        assert publisher.video() == ("ready", None, None)
        assert await filler.run_once() == (0, 0)
        assert await relay(publisher.youtube_env.database) > 0
        assert publisher.youtube_env.rows("SELECT FROM core.notifications WHERE kind = 'publication_failed'") == []
        assert (await publisher.order(PublicationRequest(next_slot=True))).is_new

    async def test_run_once_skips_slots_taken_by_other_videos(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=10)
        first, second, third = await free(publisher, 3)
        ordered, scheduled = await publisher.finish(), await publisher.finish()
        await publisher.order(PublicationRequest(publish_at=first), video_id=ordered)
        async with publisher.youtube_env.sessions.begin() as session:
            await video_lifecycle.schedule_video(session, scheduled, second)
        await filler_of(publisher).run_once()
        assert dict(publisher.youtube_env.rows(PLANNED))[publisher.video_id] == third

    async def test_run_once_skips_slot_without_enough_quota(self, publisher: Publisher) -> None:
        """One upload a day: the second comes when one that begins as the next day of California does can be there.

        The clocks of this channel show a time as that day begins.
        """
        await publisher.automate(videos_per_day=10, times=[f"{hour:02d}:00" for hour in range(24)][:10])
        await publisher.allow(inserts=1)
        await publisher.finish()
        await filler_of(publisher).run_once()
        (_, first), (_, second) = publisher.youtube_env.rows(PLANNED)
        now = await publisher.youtube_env.youtube.now(publisher.youtube_env.project)
        assert first == (await free(publisher, 1))[0]
        assert second == next(
            at for at in await free(publisher, 40) if at >= now.to_local_time(now.next_day) + LEAD and at != first
        )


class TestManyWorkers:
    async def test_concurrent_schedulers_use_each_video_and_slot_once(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=10)
        for _ in range(4):
            await publisher.finish()
        async with worker(publisher.youtube_env, publisher.queue, publisher.store) as other:
            fillers = [filler_of(publisher), AutoScheduler(other.youtube, publisher.queue), filler_of(publisher)]
            planned = await asyncio.gather(*(one.run_once() for one in fillers))
        assert sum(count for count, _ in planned) == 5
        found = publisher.youtube_env.rows(PLANNED)
        assert len(found) == len({video for video, _ in found}) == len({at for _, at in found}) == 5
        assert [at for _, at in found] == await free(publisher, 5)

    async def test_concurrent_request_and_scheduler_take_different_slots(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=10)
        other = await publisher.finish()
        await asyncio.gather(
            filler_of(publisher).run_once(), publisher.order(PublicationRequest(next_slot=True), video_id=other)
        )
        assert len({at for _, at in publisher.youtube_env.rows(PLANNED)}) == 2

    @pytest.mark.parametrize("table", ["core.videos", "core.publications", "jobs.procrastinate_jobs"])
    async def test_scheduler_killed_midway_schedules_whole_or_not_at_all(
        self, publisher: Publisher, table: str
    ) -> None:
        """Killed while it waits to write to each of the tables that a plan is written to."""
        await publisher.automate()
        with psycopg.connect(conninfo(publisher.youtube_env.database.owner_url)) as holder:
            holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
            with publisher.run_in_other_process(do="fill"):
                await until(lambda: _waits(publisher.youtube_env, table))
        await until(lambda: not _waits(publisher.youtube_env, table))
        assert publisher.youtube_env.rows(PLANNED) == []
        assert publisher.video() == ("ready", None, None)
        assert await filler_of(publisher).run_once() == (1, 0)
        assert (
            len(publisher.youtube_env.rows("SELECT FROM jobs.procrastinate_jobs WHERE task_name LIKE 'publishing%'"))
            == 1
        )


def _waits(youtube_env: YouTubeEnv, table: str) -> bool:
    query = f"SELECT FROM pg_locks WHERE relation = '{table}'::regclass AND NOT granted"
    return bool(youtube_env.rows(query))


class TestTurns:
    async def test_sooner_deadline_uploads_first_when_quota_is_scarce(self, publisher: Publisher) -> None:
        await publisher.allow(inserts=1)
        far = await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(days=6)))
        near_id = await publisher.finish()
        near = await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(days=3)), video_id=near_id)
        waits = await publisher.attempt()
        assert (waits.status, waits.last_error and waits.last_error["reason"]) == ("planned", "waitingForQuotaReset")
        assert waits.next_try_at is not None
        assert publisher.youtube_env.calls_at_youtube("videos.insert") == 0
        await publisher.attempt_at(near.publication.id)
        assert [one["title"] for one in publisher.at_youtube()] == [near.publication.title]
        assert publisher.youtube_env.rows("SELECT count(*) FROM core.publications WHERE status = 'processing'") == [
            (1,)
        ]
        publisher.youtube_env.sandbox_server.advance(24 * 3600)
        await publisher.attempt_at(far.publication.id)
        assert len(publisher.at_youtube()) == 2

    async def test_waiting_upload_is_woken_when_quota_increases(self, publisher: Publisher) -> None:
        await publisher.allow(inserts=0)
        await publisher.order()
        await publisher.attempt()
        filler = filler_of(publisher)
        assert await filler.run_once() == (0, 0)
        await publisher.allow(inserts=1)
        assert await filler.run_once() == (0, 1)
        assert (await publisher.attempt()).status in ("processing", "live")

    async def test_waiting_captions_are_woken_when_quota_increases(self, publisher: Publisher) -> None:
        await publisher.youtube_env.at_the_beginning_of_a_day()
        await publisher.allow(units=520)
        await publisher.order()
        refused = (await publisher.attempt()).last_error
        assert refused is not None
        assert refused["reason"] == "allocatedToCollection"
        filler = filler_of(publisher)
        assert await filler.run_once() == (0, 0)
        await publisher.allow(units=10_000)
        assert await filler.run_once() == (0, 1)
        assert (await publisher.attempt()).captions_status == "done"

    async def test_stopped_channel_does_not_hold_upload_queue(self, publisher: Publisher) -> None:
        await publisher.allow(inserts=1)
        youtube_env = publisher.youtube_env
        await publisher.order()
        await youtube_env.set_status("paused")
        other_id = await youtube_env.channel("Another")
        await youtube_env.connect(other_id, counterpart=youtube_env.sandbox_server.channel("Another")["id"])
        video_id = await publisher.finish(channel_id=other_id)
        other = await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(days=3)), video_id=video_id)
        await publisher.attempt_at(other.publication.id)
        assert len(publisher.at_youtube()) == 1

    async def test_upload_leaves_quota_claimed_by_collection(self, publisher: Publisher) -> None:
        """A day has 416 units for uploads: video file and thumbnail go, and captions the next day, as the plan says."""
        await publisher.youtube_env.at_the_beginning_of_a_day()
        await publisher.allow(units=520)
        await publisher.order()
        view = await publisher.attempt()
        assert (view.thumbnail_status, view.captions_status) == ("done", "pending")
        assert view.last_error is not None
        assert view.last_error["reason"] == "allocatedToCollection"
        assert "but for 104 that are kept for data collection" in view.last_error["message"]
        place = (await plan_of(publisher)).placements[view.id]
        now = await publisher.youtube_env.youtube.now(publisher.youtube_env.project)
        assert place.day == now.day + timedelta(days=1)
        await publisher.youtube_env.at_the_beginning_of_a_day()
        assert (await plan_of(publisher)).placements[view.id].day == place.day
        assert (await publisher.attempt()).captions_status == "done"

    async def test_attachments_above_daily_quota_wait_while_video_uploads(self, publisher: Publisher) -> None:
        """Captions are more than a day has: the video file is there, and they wait."""
        await publisher.allow(units=300)
        await publisher.order()
        view = await publisher.attempt()
        assert (view.status, view.thumbnail_status, view.captions_status) == ("processing", "done", "pending")
