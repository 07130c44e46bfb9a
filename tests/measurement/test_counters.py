"""Counters of a running sandbox, whose clock is turned: what came in is what it shows, to the unit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tests.measurement.conftest import Live, Observatory, collector
from tests.publishing.conftest import until
from ytempire.analytics.sharding import LOCK_SHARD, SHARD_LOCK, shard_of
from ytempire.database.maintenance import runner
from ytempire.kit import clock
from ytempire.measurement import queries
from ytempire.measurement.attempts import TRIES, Attempt
from ytempire.measurement.budget import budget_of
from ytempire.measurement.claims import Held
from ytempire.measurement.collecting import collect_due, collect_forever
from ytempire.measurement.winding import Winding

HOUR, DAY = 3600.0, 86_400.0


class TestCollecting:
    async def test_a_reading_is_what_happened_since_the_one_before(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(6 * HOUR)
        first = await observatory.collect()
        assert first.error is None
        assert first.videos == 1
        assert first.views > 0
        assert observatory.sums(video) == observatory.shown(video)
        observatory.world.served.advance(2 * HOUR)
        second = await observatory.collect()
        assert second.views > 0
        assert observatory.sums(video) == observatory.shown(video)

    async def test_every_video_of_a_channel_in_as_few_calls_as_there_may_be(self, observatory: Observatory) -> None:
        videos = [observatory.publish(f"Tide {number}", quality=1.0) for number in range(52)]
        observatory.world.served.advance(DAY)
        assert (await observatory.collect()).videos == 52
        assert observatory.world.calls_at_youtube("videos.list") == 2
        for video in videos:
            assert observatory.sums(video) == observatory.shown(video)

    async def test_what_did_not_change_is_no_event(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        await observatory.collect()
        assert observatory.world.rows("SELECT count(*) FROM analytics.video_metrics") == [(0,)]
        assert observatory.standing()["counters_read_at"] is not None


class TestWhatIsNotTaken:
    async def test_a_reading_that_is_refused_is_said_and_delivered_again(self, observatory: Observatory) -> None:
        video, other = observatory.publish(quality=2.0), observatory.publish("Ebb", quality=2.0)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        before, counted = observatory.sums(video), observatory.sums()
        # of a moment to come nothing is taken
        observatory.execute(
            "UPDATE core.video_counters SET views_before = views, views = views + 7, likes_before = likes,"
            " comments_before = comments, delivered = false,"
            " read_at = now() + interval '1 hour' WHERE video_id = %s",
            video.video_id,
        )
        observatory.world.served.advance(DAY)
        found = await observatory.collect()
        assert found.error is not None
        assert found.error["reason"] == "measurement_not_taken"
        assert f"counters of {video.video_id}" in found.error["message"]
        assert not observatory.row(video)["delivered"]
        assert observatory.sums(video) == before
        assert observatory.sums(other) == observatory.shown(other)
        assert found.views == observatory.sums()["views"] - counted["views"]
        observatory.execute("UPDATE core.video_counters SET read_at = now() WHERE NOT delivered")
        assert (await observatory.collect()).error is None
        assert observatory.row(video)["delivered"]
        assert observatory.sums(video) == observatory.shown(video)


class TestWhatIsNotThere:
    async def test_a_video_that_is_gone_keeps_what_it_had_and_is_seldom_asked_for(
        self, observatory: Observatory
    ) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        before = observatory.sums(video)
        observatory.person.youtube.videos().delete(id=video.youtube_id).execute()
        assert (await observatory.collect()).missing == 1
        row = observatory.row(video)
        assert row["missing_since"] is not None
        assert row["every_seconds"] == 300  # a list may have left it out
        assert _status(observatory, video) == "live"
        observatory.world.served.advance(0.25 * HOUR)
        await observatory.collect()
        assert observatory.row(video)["every_seconds"] == 6 * HOUR
        assert _status(observatory, video) == "gone"
        assert observatory.sums(video) == before

    async def test_one_that_was_left_out_once_stays(self, observatory: Observatory) -> None:
        video = observatory.publish()
        observatory.execute("UPDATE core.publications SET youtube_video_id = 'elsewhere'")
        observatory.execute("UPDATE core.video_counters SET youtube_video_id = 'elsewhere'")
        assert (await observatory.collect()).missing == 1
        observatory.execute("UPDATE core.publications SET youtube_video_id = %s", video.youtube_id)
        observatory.execute("UPDATE core.video_counters SET youtube_video_id = %s", video.youtube_id)
        observatory.world.served.advance(HOUR)
        assert (await observatory.collect()).missing == 0
        assert _status(observatory, video) == "live"

    async def test_published_again_it_is_counted_from_nothing(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        before = observatory.sums(video)
        observatory.execute("UPDATE core.publications SET status = 'gone'")
        again = observatory.publish_again(video)
        observatory.world.served.advance(HOUR)
        assert (await observatory.collect()).error is None
        assert observatory.row(video)["youtube_video_id"] == again.youtube_id
        shown = observatory.shown(again)
        assert observatory.sums(video) == {name: before[name] + count for name, count in shown.items()}
        # what was read is forgotten, as the terms ask for: the series of this one say where to go on from
        observatory.execute(
            "UPDATE core.video_counters SET views = NULL, likes = NULL, comments = NULL, read_at = NULL"
        )
        observatory.world.served.advance(HOUR)
        await observatory.collect()
        shown = observatory.shown(again)
        assert observatory.sums(video) == {name: before[name] + count for name, count in shown.items()}


class TestWhatWasEditedThere:
    async def test_is_seen_with_the_counters_at_the_same_cost(self, observatory: Observatory) -> None:
        video = observatory.publish()
        await observatory.collect()
        body = {"id": video.youtube_id, "snippet": {"title": "Edited in Studio", "categoryId": "22"}}
        observatory.person.youtube.videos().update(part="snippet", body=body).execute()
        observatory.world.served.advance(300)
        used = observatory.world.used()
        assert (await observatory.collect()).error is None
        assert observatory.world.used() == used + 1
        [(theirs,)] = observatory.world.rows("SELECT edits -> 'title' ->> 'theirs' FROM core.publications")
        assert theirs == "Edited in Studio"
        assert observatory.world.rows("SELECT count(*) FROM core.notifications WHERE kind = 'publication_edited'") == [
            (1,)
        ]


def _status(observatory: Observatory, video: Live) -> str:
    [(status,)] = observatory.world.rows(f"SELECT status FROM core.publications WHERE video_id = '{video.video_id}'")
    return str(status)


class TestHowOften:
    async def test_young_videos_often_and_old_ones_seldom(self, observatory: Observatory) -> None:
        video = observatory.publish()
        paces = []
        for age in (HOUR, 3 * DAY, 8 * DAY, 31 * DAY):
            observatory.world.served.advance(age)
            await observatory.collect()
            paces.append(observatory.row(video)["every_seconds"])
        assert paces == [300, 900, 3600, 21_600]

    async def test_by_youtubes_clock_but_never_more_than_once_a_second(self, observatory: Observatory) -> None:
        video = observatory.publish()
        observatory.world.served.control("PUT", "/clock", {"factor": 10})
        await observatory.collect()
        assert _apart(observatory.row(video)) == pytest.approx(30, abs=0.01)
        observatory.world.served.control("PUT", "/clock", {"factor": 100_000})
        await observatory.collect()
        assert _apart(observatory.row(video)) == pytest.approx(1, abs=0.01)

    async def test_what_is_not_due_is_not_asked_for(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        await collect_due(observatory.runtime)
        assert observatory.world.calls_at_youtube("videos.list") == 1


def _apart(row: dict[str, str]) -> float:
    return _seconds(row["read_at"], row["next_at"])


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


class TestAClockThatIsWoundOn:
    async def test_what_is_there_by_now_is_due_at_once(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        winding = Winding(observatory.runtime)
        await winding.look()
        await collect_due(observatory.runtime)
        observatory.world.served.advance(5 * DAY)
        await winding.look()
        await collect_due(observatory.runtime)
        assert observatory.sums(video) == observatory.shown(video)
        assert observatory.world.rows("SELECT count(*) FROM core.report_days WHERE reads > 0") > [(0,)]
        # what did not change is left alone
        await winding.look()
        calls = observatory.world.calls_at_youtube("videos.list")
        await collect_due(observatory.runtime)
        assert observatory.world.calls_at_youtube("videos.list") == calls


class TestTheQuota:
    async def test_what_uploads_need_is_left_to_them(self, observatory: Observatory) -> None:
        observatory.publish()
        project = observatory.world.project.id
        observatory.execute(
            "UPDATE core.youtube_projects SET allowances = allowances || '{\"units\": 1000}' WHERE id = %s", project
        )
        used = observatory.world.used()
        observatory.execute("UPDATE core.youtube_quota SET used = 800 - 1 WHERE bucket = 'units'")
        assert (await observatory.collect()).error is None
        refused = await observatory.collect()
        assert refused.error is not None
        assert refused.error["reason"] == "keptForUploads"
        assert "200 that are kept for uploads" in refused.error["message"]
        assert observatory.world.used() == used + 1
        # it waits for midnight in California, and says so
        standing = observatory.standing()
        assert _seconds(standing["tried_at"], standing["next_at"]) > 60

    @pytest.mark.parametrize(
        ("status", "there", "beside"),
        [("removed", True, "pending"), ("processing", True, "done"), ("processing", True, "skipped")],
    )
    async def test_what_has_nothing_to_pay_keeps_nothing(
        self, observatory: Observatory, status: str, there: bool, beside: str
    ) -> None:
        observatory.publish()
        observatory.order(22, status=status, there=there, beside=beside)
        assert (await observatory.collect()).error is None
        assert await _reserved(observatory) == 2000

    async def test_what_is_planned_for_a_later_day_keeps_nothing_of_this_one(self, observatory: Observatory) -> None:
        observatory.order(22)
        observatory.execute("UPDATE core.publications SET next_try_at = now() + interval '25 hours'")
        assert await _reserved(observatory) == 2000

    async def test_what_is_paid_today_is_kept(self, observatory: Observatory) -> None:
        observatory.order(10)
        assert await _reserved(observatory) == 10 * 462
        observatory.execute("UPDATE core.publications SET session_address = 'x', thumbnail_status = 'done'")
        assert await _reserved(observatory) == 10 * 400

    async def test_however_many_wait_a_fifth_is_for_reading(self, observatory: Observatory) -> None:
        observatory.publish()
        observatory.order(40)
        assert await _reserved(observatory) == 8000
        assert (await observatory.collect()).error is None

    async def test_readings_are_further_apart_when_the_quota_is_small(self, observatory: Observatory) -> None:
        project = observatory.world.project.id
        await observatory.world.at_the_beginning_of_a_day()
        video = observatory.publish()
        observatory.execute(
            "UPDATE core.youtube_projects SET allowances = allowances || '{\"units\": 100}' WHERE id = %s", project
        )
        await observatory.collect()
        # 288 readings a day are wanted, and there are less than 80 left for them
        assert _apart(observatory.row(video)) > 2 * 300


async def _reserved(observatory: Observatory) -> int:
    """Units that an attempt would leave to uploads."""
    runtime, project = observatory.runtime, observatory.world.project
    channel_id, owner_id = observatory.world.channel_id, observatory.world.operator.user_id
    held = Held(channel_id, owner_id, uuid4(), 0, 0, clock.now(), everything=True)
    connection, now = await runtime.youtube.connection(channel_id), await runtime.youtube.now(project)
    return (await budget_of(Attempt(runtime, held, connection, project, now))).reserve


class TestKilled:
    async def test_while_youtube_is_asked(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        observatory.world.served.fault("videos.list", "slow", seconds=60)
        with observatory.elsewhere():
            await until(lambda: observatory.world.served.control("GET", "/faults")[0]["happened"])
        observatory.world.served.control("DELETE", "/faults")
        await _goes_on(observatory)
        assert observatory.sums(video) == observatory.shown(video)

    async def test_between_writing_down_and_delivering(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        lock = LOCK_SHARD, SHARD_LOCK, shard_of(observatory.world.channel_id)
        with observatory.holding(*lock), observatory.elsewhere():
            await until(lambda: not observatory.row(video)["delivered"])
        assert observatory.sums(video)["views"] == 0
        await _goes_on(observatory)
        assert observatory.row(video)["delivered"]
        assert observatory.sums(video) == observatory.shown(video)

    async def test_between_delivering_and_noting_that(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        lock = LOCK_SHARD, SHARD_LOCK, shard_of(observatory.world.channel_id)
        with observatory.elsewhere(), observatory.holding(*lock) as shard:
            await until(lambda: not observatory.row(video)["delivered"])
            with observatory.holding("SELECT FROM core.channel_measurements FOR UPDATE"):
                shard.rollback()
                await until(lambda: observatory.sums(video)["views"])
                assert not observatory.row(video)["delivered"]
        await _goes_on(observatory)
        assert observatory.row(video)["delivered"]
        assert observatory.sums(video) == observatory.shown(video)
        assert observatory.world.rows("SELECT count(*) FROM analytics.video_metrics") == [(1,)]


async def _goes_on(observatory: Observatory) -> None:
    """The dead one's claim ends, and another worker collects what is due."""
    await observatory.lease_over()
    observatory.make_due()
    await collect_due(observatory.runtime)


class TestManyWorkers:
    async def test_of_many_at_once_one_asks(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        async with collector(observatory.world) as second:
            await asyncio.gather(*(collect_due(one) for one in (observatory.runtime, second) * 3))
        assert observatory.world.calls_at_youtube("videos.list") == 1
        assert observatory.sums(video) == observatory.shown(video)

    async def test_one_that_stops_gives_the_channel_back_at_once(self, observatory: Observatory) -> None:
        observatory.publish()
        observatory.world.served.fault("videos.list", "slow", seconds=60)
        under_way = asyncio.create_task(collect_due(observatory.runtime))
        await until(lambda: observatory.world.served.control("GET", "/faults")[0]["happened"])
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)
        assert observatory.standing()["claim"] is None


class TestManyChannels:
    async def test_one_that_takes_long_keeps_no_other(self, observatory: Observatory) -> None:
        world = observatory.world
        other = await world.channel("Undertow")
        await world.connect(other, counterpart=world.served.channel("Undertow")["id"])
        observatory.publish()
        observatory.publish("Ebb", channel_id=other)
        world.served.fault("videos.list", "slow", seconds=60)
        before = asyncio.all_tasks()
        async with _collecting(observatory):
            await until(lambda: world.rows(READ) == [(1,)])
            for _ in range(2):
                [(last,)] = world.rows("SELECT max(counters_read_at) FROM core.channel_measurements")
                await asyncio.to_thread(observatory.make_due)  # it may wait for what this loop holds
                await until(lambda last=last: world.rows(f"{READ} AND counters_read_at > '{last}'") == [(1,)])
            assert world.rows(READ) == [(1,)]
        assert asyncio.all_tasks() == before
        assert world.rows("SELECT count(*) FROM core.channel_measurements WHERE claim IS NOT NULL") == [(0,)]

    async def test_what_fails_by_itself_ends_nothing(self, observatory: Observatory) -> None:
        observatory.runtime = replace(observatory.runtime, channels_at_once=1, troubled_s=0.5)
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        observatory.execute("ALTER TABLE core.channel_measurements RENAME COLUMN claim TO claimed")
        with capture_logs() as said:
            async with _collecting(observatory):
                await until(lambda: any(one["event"] == "channels_not_measured" for one in said))
                back = "ALTER TABLE core.channel_measurements RENAME COLUMN claimed TO claim"
                await asyncio.to_thread(observatory.execute, back)
                await until(lambda: observatory.sums(video)["views"], patience_s=60)


@asynccontextmanager
async def _collecting(observatory: Observatory) -> AsyncIterator[None]:
    """As a worker does, until the end of the block."""
    under_way = asyncio.create_task(collect_forever(observatory.runtime, every_s=0.05))
    try:
        yield
    finally:
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)


READ = "SELECT count(*) FROM core.channel_measurements WHERE counters_read_at IS NOT NULL"


class TestDeletedOnOurWord:
    async def test_it_is_asked_for_no_more_and_keeps_what_it_had(self, observatory: Observatory) -> None:
        video, other = observatory.publish(quality=2.0), observatory.publish("Ebb", quality=2.0)
        observatory.world.served.advance(6 * DAY)
        await observatory.collect()
        before, earned = observatory.sums(video), observatory.world.rows(_earned(video))
        assert earned > [(0,)]
        observatory.person.youtube.videos().delete(id=video.youtube_id).execute()
        observatory.execute(
            "UPDATE core.publications SET status = 'removed' WHERE youtube_video_id = %s", video.youtube_id
        )
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        observatory.execute("UPDATE core.video_counters SET next_at = now() - interval '7 hours'")
        found = await observatory.collect()
        assert (found.error, found.videos, found.missing) == (None, 1, 0)
        assert observatory.row(video)["missing_since"] is None
        assert observatory.sums(video) == before
        assert observatory.world.rows(_earned(video)) == earned
        # what it was due for is nobody's delay
        assert observatory.standing()["counters_due_at"] == observatory.row(other)["next_at"]
        async with observatory.world.sessions.begin() as session:
            view = await queries.of_video(session, video.video_id)
            channel = await queries.of_channel(session, observatory.world.channel_id)
        assert view.freshness == "fresh"
        assert channel.counters.videos == 1


def _earned(video: Live) -> str:
    return f"SELECT sum(estimated_revenue_usd) FROM analytics.video_days WHERE video_id = '{video.video_id}'"


class TestGaps:
    async def test_one_is_begun_explained_and_filled(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        await observatory.collect()
        last = observatory.standing()["counters_read_at"]
        _long_ago(observatory, timedelta(hours=7))
        observatory.world.served.fault("videos.list", "unavailable", remaining=TRIES)
        assert (await observatory.collect()).error is not None
        [(since, until_, reason)] = observatory.world.rows(GAPS)
        assert since < datetime.fromisoformat(last)
        assert until_ is None
        assert "503" in reason
        observatory.world.served.advance(DAY)
        assert (await observatory.collect()).error is None
        [(_, filled, _)] = observatory.world.rows(GAPS)
        assert filled is not None
        assert observatory.sums(video) == observatory.shown(video)

    async def test_one_that_nobody_saw_is_written_down_afterwards(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        _long_ago(observatory, timedelta(hours=7))
        await observatory.collect()
        [(_, filled, reason)] = observatory.world.rows(GAPS)
        assert filled is not None
        assert "did not run" in reason


GAPS = "SELECT since, until, reason FROM core.measurement_gaps"


def _long_ago(observatory: Observatory, ago: timedelta) -> None:
    """As if the last reading had been then."""
    observatory.execute(
        "UPDATE core.channel_measurements SET counters_read_at = counters_read_at - %s, counters_due_at ="
        " counters_due_at - %s, created_at = created_at - %s",
        ago,
        ago,
        ago,
    )


class TestSilence:
    async def test_whose_channel_it_is_hears_of_a_long_gap_once(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        _long_ago(observatory, timedelta(hours=13))
        observatory.world.served.fault("videos.list", "unavailable", remaining=3 * TRIES)
        for _ in range(3):
            assert (await observatory.collect()).error is not None
        told = observatory.world.rows("SELECT title, message FROM core.notifications WHERE kind = 'measurement_late'")
        assert len(told) == 1
        assert "“Clear Signal”" in told[0][0]

    @pytest.mark.parametrize("status", ["suspended", "archived"])
    async def test_of_a_channel_that_is_stopped_nobody_hears(self, observatory: Observatory, status: str) -> None:
        observatory.publish()
        await observatory.collect()
        _long_ago(observatory, timedelta(hours=13))
        observatory.execute("UPDATE core.channels SET status = %s", status)
        observatory.world.served.fault("videos.list", "unavailable", remaining=2 * TRIES)
        for _ in range(2):
            assert (await observatory.collect()).error is not None
        assert observatory.world.rows("SELECT until, told_at FROM core.measurement_gaps") == [(None, None)]
        assert observatory.world.rows("SELECT FROM core.notifications WHERE kind = 'measurement_late'") == []

    async def test_maintenance_says_it_where_no_worker_runs(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        url = observatory.world.database.owner_url
        open_ones = (
            "SELECT key, message FROM core.system_alerts WHERE closed_at IS NULL AND starts_with(key, 'measurement/')"
        )
        [run] = runner.run(url, ["measurement"])
        assert run.error is None
        assert observatory.world.rows(open_ones) == []
        _long_ago(observatory, timedelta(hours=13))
        runner.run(url, ["measurement"])
        [(key, message)] = observatory.world.rows(open_ones)
        assert key == f"measurement/{observatory.world.channel_id}"
        assert "“Clear Signal”" in message
        await observatory.collect()
        runner.run(url, ["measurement"])
        assert observatory.world.rows(open_ones) == []
