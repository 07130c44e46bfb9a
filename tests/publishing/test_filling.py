"""Channels that publish by themselves."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice

import psycopg
import pytest

from tests.publishing.conftest import Studio, until, worker
from tests.youtube.conftest import World
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.production import shelving
from ytempire.publishing import service
from ytempire.publishing.filling import Filler
from ytempire.publishing.placing import Schedule, free_slots
from ytempire.publishing.planning import LEAD, Plan
from ytempire.publishing.service import Order
from ytempire.publishing.waiting import read_queue
from ytempire.youtube.automation import get_automation
from ytempire.youtube.projects import get_project

PLANNED = "SELECT video_id, publish_at FROM core.publications WHERE status <> 'failed' ORDER BY publish_at"


def filler_of(studio: Studio) -> Filler:
    return Filler(studio.world.youtube, studio.queue)


async def plan_of(studio: Studio) -> Plan:
    now = await studio.world.youtube.now(studio.world.project)
    async with studio.world.youtube.platform.begin() as session:
        project = await get_project(session, studio.world.youtube.keys, studio.world.project.id)
        return (await read_queue(session, project, now)).plan()


async def free(studio: Studio, count: int) -> list[datetime]:
    """The first free times when the first was planned, as if nothing were."""
    async with studio.world.sessions.begin() as session:
        plan = await get_automation(session, studio.world.channel_id)
    [(planned_at,)] = studio.world.rows("SELECT coalesce(min(created_at), now()) FROM core.publications")
    return list(islice(free_slots(Schedule(plan.slots, Schedule.of(plan).zone, None), [], now=planned_at), count))


class TestRound:
    async def test_what_is_finished_gets_the_next_free_time(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=10)
        later = await studio.finish()
        assert await filler_of(studio).round() == (2, 0)
        found = studio.world.rows(PLANNED)
        assert found == list(zip([studio.video_id, later], await free(studio, 2), strict=True))
        videos = studio.world.rows("SELECT status, scheduled_at FROM core.videos ORDER BY id")
        assert videos == [("scheduled", at) for _, at in found]
        assert await filler_of(studio).round() == (0, 0)

    async def test_in_the_name_of_who_agreed(self, studio: Studio) -> None:
        await studio.automate()
        await filler_of(studio).round()
        rows = studio.world.rows("SELECT is_automatic, ordered_by, privacy FROM core.publications")
        assert rows == [(True, studio.world.operator.user_id, "private")]

    async def test_no_day_gets_more_than_the_videos_of_a_day(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=2)
        for _ in range(5):
            await studio.finish()
        await filler_of(studio).round()
        a_day = Counter(at.date() for _, at in studio.world.rows(PLANNED))
        assert sum(a_day.values()) == 6
        assert max(a_day.values()) == 2

    @pytest.mark.parametrize("status", ["paused", "suspended"])
    async def test_a_channel_that_is_stopped_gets_nothing(self, studio: Studio, status: str) -> None:
        await studio.automate()
        await studio.world.set_status(status)
        assert await filler_of(studio).round() == (0, 0)
        await studio.world.set_status("active")
        assert await filler_of(studio).round() == (1, 0)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE core.channel_automation SET publish_by_itself = false, consent_at = NULL, consent_by = NULL,"
            " consent_version = NULL",
            "UPDATE core.channel_automation SET consent_version = 'an older text'",
            "UPDATE core.channel_automation SET videos_per_day = 0",
            "UPDATE core.channel_connections SET status = 'expired'",
            "DELETE FROM core.schedule_slots",
            "UPDATE core.videos SET status = 'archived'",
        ],
    )
    async def test_nor_does_one_that_may_not_or_cannot(self, studio: Studio, change: str) -> None:
        await studio.automate()
        studio.execute(change)
        assert await filler_of(studio).round() == (0, 0)

    async def test_what_youtube_would_not_take_keeps_no_other(self, studio: Studio) -> None:
        await studio.automate()
        studio.execute("UPDATE core.videos SET description = 'a <b>'")
        good = await studio.finish()
        assert await filler_of(studio).round() == (1, 0)
        assert [video for video, _ in studio.world.rows(PLANNED)] == [good]

    async def test_a_channel_that_fails_keeps_no_other(self, studio: Studio) -> None:
        """For a reason that nobody thought of, in the database."""
        world = studio.world
        await studio.automate()
        other_id = await world.channel("Another")
        await world.connect(other_id, counterpart=world.served.channel("Another")["id"])
        await studio.automate(channel_id=other_id)
        await studio.finish(channel_id=other_id)
        failing, good = sorted([world.channel_id, other_id])  # in the order of the round
        studio.execute(f"ALTER TABLE core.publications ADD CONSTRAINT fails CHECK (channel_id <> '{failing}')")
        assert await filler_of(studio).round() == (1, 0)
        assert world.rows("SELECT channel_id FROM core.publications") == [(good,)]

    async def test_what_was_taken_back_stays_so_and_tells_nobody(self, studio: Studio) -> None:
        await studio.automate()
        filler = filler_of(studio)
        await filler.round()
        async with studio.world.sessions.begin() as session:
            await service.cancel(session, studio.video_id)
        assert studio.video() == ("ready", None, None)
        assert await filler.round() == (0, 0)
        assert studio.world.rows("SELECT FROM core.notifications WHERE kind = 'publication_failed'") == []
        assert (await studio.order(Order(next_slot=True))).is_new

    async def test_a_time_of_somebody_else_is_not_free(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=10)
        first, second, third = await free(studio, 3)
        ordered, scheduled = await studio.finish(), await studio.finish()
        await studio.order(Order(publish_at=first), video_id=ordered)
        async with studio.world.sessions.begin() as session:
            await shelving.schedule_video(session, scheduled, second)
        await filler_of(studio).round()
        assert dict(studio.world.rows(PLANNED))[studio.video_id] == third

    async def test_a_time_for_which_the_quota_does_not_suffice_is_passed_over(self, studio: Studio) -> None:
        """One upload a day: the second comes when one that begins as the next day of California does can be there.

        The clocks of this channel show a time as that day begins.
        """
        await studio.automate(videos_per_day=10, times=[f"{hour:02d}:00" for hour in range(24)][:10])
        await studio.allow(inserts=1)
        await studio.finish()
        await filler_of(studio).round()
        (_, first), (_, second) = studio.world.rows(PLANNED)
        now = await studio.world.youtube.now(studio.world.project)
        assert first == (await free(studio, 1))[0]
        assert second == next(
            at for at in await free(studio, 40) if at >= now.ours(now.next_day) + LEAD and at != first
        )


class TestManyWorkers:
    async def test_each_video_once_and_each_time_once(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=10)
        for _ in range(4):
            await studio.finish()
        async with worker(studio.world, studio.queue, studio.store) as other:
            fillers = [filler_of(studio), Filler(other.youtube, studio.queue), filler_of(studio)]
            planned = await asyncio.gather(*(one.round() for one in fillers))
        assert sum(count for count, _ in planned) == 5
        found = studio.world.rows(PLANNED)
        assert len(found) == len({video for video, _ in found}) == len({at for _, at in found}) == 5
        assert [at for _, at in found] == await free(studio, 5)

    async def test_a_person_and_a_worker_take_different_times(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=10)
        other = await studio.finish()
        await asyncio.gather(filler_of(studio).round(), studio.order(Order(next_slot=True), video_id=other))
        assert len({at for _, at in studio.world.rows(PLANNED)}) == 2

    @pytest.mark.parametrize("table", ["core.videos", "core.publications", "jobs.procrastinate_jobs"])
    async def test_a_kill_in_the_middle_plans_it_or_not(self, studio: Studio, table: str) -> None:
        """Killed while it waits to write to each of the tables that a plan is written to."""
        await studio.automate()
        with psycopg.connect(conninfo(studio.world.database.owner_url)) as holder:
            holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
            with studio.elsewhere(do="fill"):
                await until(lambda: _waits(studio.world, table))
        await until(lambda: not _waits(studio.world, table))
        assert studio.world.rows(PLANNED) == []
        assert studio.video() == ("ready", None, None)
        assert await filler_of(studio).round() == (1, 0)
        assert len(studio.world.rows("SELECT FROM jobs.procrastinate_jobs WHERE task_name LIKE 'publishing%'")) == 1


def _waits(world: World, table: str) -> bool:
    query = f"SELECT FROM pg_locks WHERE relation = '{table}'::regclass AND NOT granted"
    return bool(world.rows(query))


class TestTurns:
    async def test_what_is_wanted_sooner_goes_first_when_the_quota_is_scarce(self, studio: Studio) -> None:
        await studio.allow(inserts=1)
        far = await studio.order(Order(publish_at=clock.now() + timedelta(days=6)))
        near_id = await studio.finish()
        near = await studio.order(Order(publish_at=clock.now() + timedelta(days=3)), video_id=near_id)
        waits = await studio.attempt()
        assert (waits.status, waits.last_error and waits.last_error["reason"]) == ("planned", "waitsForReset")
        assert waits.next_try_at is not None
        assert studio.world.calls_at_youtube("videos.insert") == 0
        await studio.attempt_at(near.publication.id)
        assert [one["title"] for one in studio.at_youtube()] == [near.publication.title]
        assert studio.world.rows("SELECT count(*) FROM core.publications WHERE status = 'processing'") == [(1,)]
        studio.world.served.advance(24 * 3600)
        await studio.attempt_at(far.publication.id)
        assert len(studio.at_youtube()) == 2

    async def test_one_that_waits_is_woken_when_more_is_allowed(self, studio: Studio) -> None:
        await studio.allow(inserts=0)
        await studio.order()
        await studio.attempt()
        filler = filler_of(studio)
        assert await filler.round() == (0, 0)
        await studio.allow(inserts=1)
        assert await filler.round() == (0, 1)
        assert (await studio.attempt()).status in ("processing", "live")

    async def test_channels_that_cannot_take_their_turn_keep_nobody(self, studio: Studio) -> None:
        await studio.allow(inserts=1)
        world = studio.world
        await studio.order()
        await world.set_status("paused")
        other_id = await world.channel("Another")
        await world.connect(other_id, counterpart=world.served.channel("Another")["id"])
        video_id = await studio.finish(channel_id=other_id)
        other = await studio.order(Order(publish_at=clock.now() + timedelta(days=3)), video_id=video_id)
        await studio.attempt_at(other.publication.id)
        assert len(studio.at_youtube()) == 1

    async def test_what_reading_needs_is_not_taken(self, studio: Studio) -> None:
        """A day has 416 units for uploads: film and thumbnail go, and captions the next day, as the plan says."""
        await studio.world.at_the_beginning_of_a_day()
        await studio.allow(units=520)
        await studio.order()
        view = await studio.attempt()
        assert (view.thumbnail_status, view.captions_status) == ("done", "pending")
        assert view.last_error is not None
        assert view.last_error["reason"] == "keptForReading"
        assert "but for 104 that are kept for reading figures" in view.last_error["message"]
        place = (await plan_of(studio)).places[view.id]
        now = await studio.world.youtube.now(studio.world.project)
        assert place.day == now.day + timedelta(days=1)
        await studio.world.at_the_beginning_of_a_day()
        assert (await plan_of(studio)).places[view.id].day == place.day
        assert (await studio.attempt()).captions_status == "done"

    async def test_what_no_day_is_enough_for_goes_without(self, studio: Studio) -> None:
        """Captions are more than a day has: the film is there, and they wait."""
        await studio.allow(units=300)
        await studio.order()
        view = await studio.attempt()
        assert (view.status, view.thumbnail_status, view.captions_status) == ("processing", "done", "pending")
