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

from tests.collection.conftest import CollectionEnv, Live, collector
from tests.publishing.publisher import until
from tests.relay import relay
from ytempire.collection import queries
from ytempire.collection.collection_attempt import MAX_ATTEMPTS, Attempt
from ytempire.collection.collector import collect_due
from ytempire.collection.leases import CollectionLease
from ytempire.collection.periodic import collection_tasks
from ytempire.collection.quota_limit import read_collection_quota
from ytempire.collection.sandbox_clock_sync import SandboxClockSync
from ytempire.database.maintenance import runner
from ytempire.ingest.sharding import LOCK_SHARD, SHARD_LOCK
from ytempire.insight.measurements import get_video_measurement
from ytempire.kit import clock
from ytempire.kit.periodic import run_periodically

HOUR, DAY = 3600.0, 86_400.0


class TestCollecting:
    async def test_counter_reading_adds_difference_to_previous_reading(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(6 * HOUR)
        first = await collection_env.collect()
        assert first.error is None
        assert first.videos == 1
        assert first.views > 0
        assert collection_env.sums(video) == collection_env.shown(video)
        collection_env.youtube_env.sandbox_server.advance(2 * HOUR)
        second = await collection_env.collect()
        assert second.views > 0
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_collect_channel_of_52_videos_takes_two_list_calls(self, collection_env: CollectionEnv) -> None:
        videos = [collection_env.publish(f"Tide {number}", quality=1.0) for number in range(52)]
        collection_env.youtube_env.sandbox_server.advance(DAY)
        before = [collection_env.shown(video) for video in videos]
        calls = collection_env.youtube_env.calls_at_youtube("videos.list")
        assert (await collection_env.collect()).videos == 52
        assert collection_env.youtube_env.calls_at_youtube("videos.list") - calls == 2
        # people watch meanwhile: what was read lies between what is shown before and after
        for video, earlier in zip(videos, before, strict=True):
            sums, later = collection_env.sums(video), collection_env.shown(video)
            assert all(earlier[name] <= sums[name] <= later[name] for name in sums)

    async def test_collect_unchanged_counters_records_no_event(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        await collection_env.collect()
        await collection_env.collect()
        assert collection_env.youtube_env.rows("SELECT count(*) FROM analytics.video_metrics") == [(0,)]
        assert collection_env.standing()["counters_read_at"] is not None


class TestWhatIsNotTaken:
    async def test_counter_reading_rejected_is_reported_and_ingested_again(self, collection_env: CollectionEnv) -> None:
        video, other = collection_env.publish(quality=2.0), collection_env.publish("Ebb", quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        before, counted = collection_env.sums(video), collection_env.sums()
        # of a moment to come nothing is taken
        collection_env.execute(
            "UPDATE core.video_counters SET previous_views = views, views = views + 7, previous_likes = likes,"
            " previous_comments = comments, ingested = false,"
            " read_at = now() + interval '1 hour' WHERE video_id = %s",
            video.video_id,
        )
        collection_env.youtube_env.sandbox_server.advance(DAY)
        found = await collection_env.collect()
        assert found.error is not None
        assert found.error["reason"] == "events_rejected"
        assert f"counters of {video.video_id}" in found.error["message"]
        assert not collection_env.row(video)["ingested"]
        assert collection_env.sums(video) == before
        assert collection_env.sums(other) == collection_env.shown(other)
        assert found.views == collection_env.sums()["views"] - counted["views"]
        collection_env.execute("UPDATE core.video_counters SET read_at = now() WHERE NOT ingested")
        assert (await collection_env.collect()).error is None
        assert collection_env.row(video)["ingested"]
        assert collection_env.sums(video) == collection_env.shown(video)


class TestWhatIsNotThere:
    async def test_collect_missing_video_keeps_sums_and_is_polled_rarely(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        before = collection_env.sums(video)
        collection_env.person.youtube.videos().delete(id=video.youtube_id).execute()
        assert (await collection_env.collect()).missing == 1
        row = collection_env.row(video)
        assert row["missing_since"] is not None
        assert row["poll_interval_seconds"] == 300  # a list may have left it out
        assert _status(collection_env, video) == "live"
        collection_env.youtube_env.sandbox_server.advance(0.25 * HOUR)
        await collection_env.collect()
        assert collection_env.row(video)["poll_interval_seconds"] == 6 * HOUR
        assert _status(collection_env, video) == "gone"
        assert collection_env.sums(video) == before

    async def test_collect_video_missing_once_stays_live(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish()
        collection_env.execute("UPDATE core.publications SET youtube_video_id = 'elsewhere'")
        collection_env.execute("UPDATE core.video_counters SET youtube_video_id = 'elsewhere'")
        assert (await collection_env.collect()).missing == 1
        collection_env.execute("UPDATE core.publications SET youtube_video_id = %s", video.youtube_id)
        collection_env.execute("UPDATE core.video_counters SET youtube_video_id = %s", video.youtube_id)
        collection_env.youtube_env.sandbox_server.advance(HOUR)
        assert (await collection_env.collect()).missing == 0
        assert _status(collection_env, video) == "live"

    async def test_collect_republished_video_counts_from_zero_onto_earlier_sums(
        self, collection_env: CollectionEnv
    ) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        before = collection_env.sums(video)
        collection_env.execute("UPDATE core.publications SET status = 'gone'")
        again = collection_env.publish_again(video)
        collection_env.youtube_env.sandbox_server.advance(HOUR)
        assert (await collection_env.collect()).error is None
        assert collection_env.row(video)["youtube_video_id"] == again.youtube_id
        shown = collection_env.shown(again)
        assert collection_env.sums(video) == {name: before[name] + count for name, count in shown.items()}
        # what was read is forgotten, as the terms ask for: the series of this one say where to go on from
        collection_env.execute(
            "UPDATE core.video_counters SET views = NULL, likes = NULL, comments = NULL, read_at = NULL"
        )
        collection_env.youtube_env.sandbox_server.advance(HOUR)
        await collection_env.collect()
        shown = collection_env.shown(again)
        assert collection_env.sums(video) == {name: before[name] + count for name, count in shown.items()}


class TestWhatWasEditedThere:
    async def test_collect_detects_remote_edit_without_extra_quota(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish()
        await collection_env.collect()
        body = {"id": video.youtube_id, "snippet": {"title": "Edited in Studio", "categoryId": "22"}}
        collection_env.person.youtube.videos().update(part="snippet", body=body).execute()
        collection_env.youtube_env.sandbox_server.advance(300)
        used = collection_env.youtube_env.used()
        assert (await collection_env.collect()).error is None
        assert collection_env.youtube_env.used() == used + 1
        [(theirs,)] = collection_env.youtube_env.rows(
            "SELECT remote_edits -> 'title' ->> 'remote' FROM core.publications"
        )
        assert theirs == "Edited in Studio"
        await relay(collection_env.youtube_env.database)
        assert collection_env.youtube_env.rows(
            "SELECT count(*) FROM core.notifications WHERE kind = 'publication_edited_remotely'"
        ) == [(1,)]


def _status(collection_env: CollectionEnv, video: Live) -> str:
    [(status,)] = collection_env.youtube_env.rows(
        f"SELECT status FROM core.publications WHERE video_id = '{video.video_id}'"
    )
    return str(status)


class TestHowOften:
    async def test_poll_interval_grows_with_age_of_video(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish()
        paces = []
        for age in (HOUR, 3 * DAY, 8 * DAY, 31 * DAY):
            collection_env.youtube_env.sandbox_server.advance(age)
            await collection_env.collect()
            paces.append(collection_env.row(video)["poll_interval_seconds"])
        assert paces == [300, 900, 3600, 21_600]

    async def test_poll_interval_follows_service_clock_with_one_second_minimum(
        self, collection_env: CollectionEnv
    ) -> None:
        video = collection_env.publish()
        collection_env.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 10})
        await collection_env.collect()
        assert _apart(collection_env.row(video)) == pytest.approx(30, abs=0.01)
        collection_env.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 100_000})
        await collection_env.collect()
        assert _apart(collection_env.row(video)) == pytest.approx(1, abs=0.01)

    async def test_collect_due_before_interval_makes_no_call(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        await collection_env.collect()
        await collect_due(collection_env.runtime)
        assert collection_env.youtube_env.calls_at_youtube("videos.list") == 1


def _apart(row: dict[str, str]) -> float:
    return _seconds(row["read_at"], row["next_at"])


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


class TestAClockThatIsWoundOn:
    async def test_collect_due_after_clock_advance_reads_at_once(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        clock_sync = SandboxClockSync(collection_env.runtime)
        await clock_sync.sync()
        await collect_due(collection_env.runtime)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await clock_sync.sync()
        await collect_due(collection_env.runtime)
        assert collection_env.sums(video) == collection_env.shown(video)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM core.report_days WHERE read_count > 0") > [(0,)]
        # what did not change is left alone
        await clock_sync.sync()
        calls = collection_env.youtube_env.calls_at_youtube("videos.list")
        await collect_due(collection_env.runtime)
        assert collection_env.youtube_env.calls_at_youtube("videos.list") == calls


class TestTheQuota:
    async def test_collect_leaves_quota_claimed_by_uploads(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        project = collection_env.youtube_env.project.id
        collection_env.execute(
            "UPDATE core.youtube_projects SET allowances = allowances || '{\"units\": 1000}' WHERE id = %s", project
        )
        used = collection_env.youtube_env.used()
        collection_env.execute("UPDATE core.quota_usage SET used = 800 - 1 WHERE bucket = 'units'")
        assert (await collection_env.collect()).error is None
        refused = await collection_env.collect()
        assert refused.error is not None
        assert refused.error["reason"] == "allocatedToUploads"
        assert "200 that are kept for uploads" in refused.error["message"]
        assert collection_env.youtube_env.used() == used + 1
        # it waits for midnight in California, and says so
        standing = collection_env.standing()
        assert _seconds(standing["attempted_at"], standing["next_at"]) > 60

    @pytest.mark.parametrize(
        ("status", "there", "beside"),
        [("removed", True, "pending"), ("processing", True, "done"), ("processing", True, "skipped")],
    )
    async def test_upload_claim_of_settled_publication_is_minimal(
        self, collection_env: CollectionEnv, status: str, there: bool, beside: str
    ) -> None:
        collection_env.publish()
        collection_env.order(22, status=status, there=there, beside=beside)
        assert (await collection_env.collect()).error is None
        assert await _reserved(collection_env) == 2000

    async def test_upload_claim_of_publication_for_later_day_is_minimal(self, collection_env: CollectionEnv) -> None:
        collection_env.order(22)
        collection_env.execute("UPDATE core.publications SET next_try_at = now() + interval '25 hours'")
        assert await _reserved(collection_env) == 2000

    async def test_upload_claim_counts_unpaid_calls_of_today(self, collection_env: CollectionEnv) -> None:
        collection_env.order(10)
        assert await _reserved(collection_env) == 10 * 462
        collection_env.execute("UPDATE core.publications SET session_uri = 'x', thumbnail_status = 'done'")
        assert await _reserved(collection_env) == 10 * 400

    async def test_upload_claim_leaves_fifth_of_quota_for_collection(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        collection_env.order(40)
        assert await _reserved(collection_env) == 8000
        assert (await collection_env.collect()).error is None

    async def test_poll_interval_grows_with_small_quota(self, collection_env: CollectionEnv) -> None:
        project = collection_env.youtube_env.project.id
        await collection_env.youtube_env.at_the_beginning_of_a_day()
        video = collection_env.publish()
        collection_env.execute(
            "UPDATE core.youtube_projects SET allowances = allowances || '{\"units\": 100}' WHERE id = %s", project
        )
        await collection_env.collect()
        # 288 readings a day are wanted, and there are less than 80 left for them
        assert _apart(collection_env.row(video)) > 2 * 300


async def _reserved(collection_env: CollectionEnv) -> int:
    """Units that an attempt would leave to uploads."""
    runtime, project = collection_env.runtime, collection_env.youtube_env.project
    channel_id, owner_id = collection_env.youtube_env.channel_id, collection_env.youtube_env.operator.user_id
    held = CollectionLease(channel_id, owner_id, uuid4(), 0, 0, clock.now(), include_not_due=True)
    connection, now = await runtime.youtube.connection(channel_id), await runtime.youtube.now(project)
    return (await read_collection_quota(Attempt(runtime, held, connection, project, now))).protected.units


class TestKilled:
    async def test_collect_killed_during_youtube_call_goes_on(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        collection_env.youtube_env.sandbox_server.fault("videos.list", "slow", seconds=60)
        with collection_env.run_in_other_process():
            await until(lambda: collection_env.youtube_env.sandbox_server.control("GET", "/faults")[0]["happened"])
        collection_env.youtube_env.sandbox_server.control("DELETE", "/faults")
        await _goes_on(collection_env)
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_collect_killed_before_ingest_ingests_stored_reading(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        lock = LOCK_SHARD, SHARD_LOCK, 0
        with collection_env.holding(*lock), collection_env.run_in_other_process():
            await until(lambda: _waits_for_shard(collection_env))
        assert not collection_env.row(video)["ingested"]
        assert collection_env.sums(video)["views"] == 0
        await _goes_on(collection_env)
        assert collection_env.row(video)["ingested"]
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_collect_killed_after_ingest_counts_reading_once(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        lock = LOCK_SHARD, SHARD_LOCK, 0
        with collection_env.run_in_other_process(), collection_env.holding(*lock) as shard:
            await until(lambda: _waits_for_shard(collection_env))  # and has no lock of its lease any more
            with collection_env.holding("SELECT FROM core.channel_collections FOR UPDATE"):
                shard.rollback()
                await until(lambda: collection_env.sums(video)["views"])
                assert not collection_env.row(video)["ingested"]
        await _goes_on(collection_env)
        assert collection_env.row(video)["ingested"]
        assert collection_env.sums(video) == collection_env.shown(video)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM analytics.video_metrics") == [(1,)]


def _waits_for_shard(collection_env: CollectionEnv) -> bool:
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    query = f"SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = {SHARD_LOCK} AND NOT granted AND {here}"
    return bool(collection_env.youtube_env.rows(query))


async def _goes_on(collection_env: CollectionEnv) -> None:
    """The dead one's claim ends, and another worker collects what is due."""
    await collection_env.expire_lease()
    collection_env.make_due()
    await collect_due(collection_env.runtime)


class TestManyWorkers:
    async def test_collect_due_by_concurrent_workers_makes_one_call(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        async with collector(collection_env.youtube_env) as second:
            await asyncio.gather(*(collect_due(one) for one in (collection_env.runtime, second) * 3))
        assert collection_env.youtube_env.calls_at_youtube("videos.list") == 1
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_collect_due_cancelled_releases_lease_at_once(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        collection_env.youtube_env.sandbox_server.fault("videos.list", "slow", seconds=60)
        under_way = asyncio.create_task(collect_due(collection_env.runtime))
        await until(lambda: collection_env.youtube_env.sandbox_server.control("GET", "/faults")[0]["happened"])
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)
        assert collection_env.standing()["lease_token"] is None


class TestManyChannels:
    async def test_collect_due_slow_channel_does_not_delay_others(self, collection_env: CollectionEnv) -> None:
        youtube_env = collection_env.youtube_env
        other = await youtube_env.channel("Undertow")
        await youtube_env.connect(other, counterpart=youtube_env.sandbox_server.channel("Undertow")["id"])
        collection_env.publish()
        collection_env.publish("Ebb", channel_id=other)
        youtube_env.sandbox_server.fault("videos.list", "slow", seconds=60)
        before = asyncio.all_tasks()
        async with _collecting(collection_env):
            await until(lambda: youtube_env.rows(READ) == [(1,)])
            for _ in range(2):
                [(last,)] = youtube_env.rows("SELECT max(counters_read_at) FROM core.channel_collections")
                await asyncio.to_thread(collection_env.make_due)  # it may wait for what this loop holds
                await until(lambda last=last: youtube_env.rows(f"{READ} AND counters_read_at > '{last}'") == [(1,)])
            assert youtube_env.rows(READ) == [(1,)]
        assert asyncio.all_tasks() == before
        assert youtube_env.rows("SELECT count(*) FROM core.channel_collections WHERE lease_token IS NOT NULL") == [(0,)]

    async def test_collect_due_unexpected_failure_does_not_stop_collector(self, collection_env: CollectionEnv) -> None:
        collection_env.runtime = replace(collection_env.runtime, max_concurrent_channels=1)
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        collection_env.execute("ALTER TABLE core.channel_collections RENAME COLUMN lease_token TO claimed")
        with capture_logs() as said:
            async with _collecting(collection_env):
                await until(lambda: any(one["event"] == "periodic_task_failed" for one in said))
                back = "ALTER TABLE core.channel_collections RENAME COLUMN claimed TO lease_token"
                await asyncio.to_thread(collection_env.execute, back)
                await until(lambda: collection_env.sums(video)["views"], patience_s=60)


@asynccontextmanager
async def _collecting(collection_env: CollectionEnv) -> AsyncIterator[None]:
    """As a worker does, until the end of the block."""
    under_way = asyncio.create_task(run_periodically(collection_tasks(collection_env.runtime, timedelta(seconds=0.05))))
    try:
        yield
    finally:
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)


READ = "SELECT count(*) FROM core.channel_collections WHERE counters_read_at IS NOT NULL"


class TestDeletedOnOurWord:
    async def test_collect_removed_video_keeps_sums_and_makes_no_call(self, collection_env: CollectionEnv) -> None:
        video, other = collection_env.publish(quality=2.0), collection_env.publish("Ebb", quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(6 * DAY)
        await collection_env.collect()
        before, earned = collection_env.sums(video), collection_env.youtube_env.rows(_earned(video))
        assert earned > [(0,)]
        collection_env.person.youtube.videos().delete(id=video.youtube_id).execute()
        collection_env.execute(
            "UPDATE core.publications SET status = 'removed' WHERE youtube_video_id = %s", video.youtube_id
        )
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        collection_env.execute("UPDATE core.video_counters SET next_at = now() - interval '7 hours'")
        found = await collection_env.collect()
        assert (found.error, found.videos, found.missing) == (None, 1, 0)
        assert collection_env.row(video)["missing_since"] is None
        assert collection_env.sums(video) == before
        assert collection_env.youtube_env.rows(_earned(video)) == earned
        # what it was due for is nobody's delay
        assert collection_env.standing()["counters_due_at"] == collection_env.row(other)["next_at"]
        async with collection_env.youtube_env.sessions.begin() as session:
            view = await get_video_measurement(session, video.video_id)
            channel = await queries.get_channel_measurement(session, collection_env.youtube_env.channel_id)
        assert view.freshness == "fresh"
        assert channel.counters.videos == 1


def _earned(video: Live) -> str:
    return f"SELECT sum(estimated_revenue_usd) FROM analytics.video_daily WHERE video_id = '{video.video_id}'"


class TestGaps:
    async def test_gap_after_failed_call_is_opened_with_reason_and_closed(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        await collection_env.collect()
        last = collection_env.standing()["counters_read_at"]
        _long_ago(collection_env, timedelta(hours=7))
        collection_env.youtube_env.sandbox_server.fault("videos.list", "unavailable", remaining=MAX_ATTEMPTS)
        assert (await collection_env.collect()).error is not None
        [(since, until_, reason)] = collection_env.youtube_env.rows(GAPS)
        assert since < datetime.fromisoformat(last)
        assert until_ is None
        assert "503" in reason
        collection_env.youtube_env.sandbox_server.advance(DAY)
        assert (await collection_env.collect()).error is None
        [(_, filled, _)] = collection_env.youtube_env.rows(GAPS)
        assert filled is not None
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_gap_while_collector_was_off_is_recorded_afterwards(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        await collection_env.collect()
        _long_ago(collection_env, timedelta(hours=7))
        await collection_env.collect()
        [(_, filled, reason)] = collection_env.youtube_env.rows(GAPS)
        assert filled is not None
        assert "did not run" in reason


GAPS = "SELECT since, until, reason FROM core.collection_gaps"


def _long_ago(collection_env: CollectionEnv, ago: timedelta) -> None:
    """As if the last reading had been then."""
    collection_env.execute(
        "UPDATE core.channel_collections SET counters_read_at = counters_read_at - %s, counters_due_at ="
        " counters_due_at - %s, created_at = created_at - %s",
        ago,
        ago,
        ago,
    )


class TestSilence:
    async def test_gap_over_12_hours_notifies_channel_owner_once(self, collection_env: CollectionEnv) -> None:
        collection_env.publish()
        await collection_env.collect()
        _long_ago(collection_env, timedelta(hours=13))
        collection_env.youtube_env.sandbox_server.fault("videos.list", "unavailable", remaining=3 * MAX_ATTEMPTS)
        for _ in range(3):
            assert (await collection_env.collect()).error is not None
        await relay(collection_env.youtube_env.database)
        told = collection_env.youtube_env.rows(
            "SELECT title, message FROM core.notifications WHERE kind = 'collection_late'"
        )
        assert len(told) == 1
        assert "“Clear Signal”" in told[0][0]
        closed_at = "SELECT closed_at FROM core.alerts WHERE rule = 'collection_late'"
        assert collection_env.youtube_env.rows(closed_at) == [(None,)]
        assert (await collection_env.collect()).error is None
        assert collection_env.youtube_env.rows(closed_at) != [(None,)]

    @pytest.mark.parametrize("status", ["suspended", "archived"])
    async def test_gap_of_inactive_channel_notifies_no_user(self, collection_env: CollectionEnv, status: str) -> None:
        collection_env.publish()
        await collection_env.collect()
        _long_ago(collection_env, timedelta(hours=13))
        collection_env.execute("UPDATE core.channels SET status = %s", status)
        collection_env.youtube_env.sandbox_server.fault("videos.list", "unavailable", remaining=2 * MAX_ATTEMPTS)
        for _ in range(2):
            assert (await collection_env.collect()).error is not None
        assert collection_env.youtube_env.rows("SELECT until FROM core.collection_gaps") == [(None,)]
        await relay(collection_env.youtube_env.database)
        assert collection_env.youtube_env.rows("SELECT FROM core.notifications WHERE kind = 'collection_late'") == []

    async def test_maintenance_alerts_collection_stopped_until_next_reading(
        self, collection_env: CollectionEnv
    ) -> None:
        collection_env.publish()
        await collection_env.collect()
        url = collection_env.youtube_env.database.owner_url
        open_ones = "SELECT key, title FROM core.alerts WHERE closed_at IS NULL AND rule = 'collection_stopped'"
        [run] = runner.run(url, ["measurement"])
        assert run.error is None
        assert collection_env.youtube_env.rows(open_ones) == []
        _long_ago(collection_env, timedelta(hours=13))
        runner.run(url, ["measurement"])
        [(key, title)] = collection_env.youtube_env.rows(open_ones)
        assert key == str(collection_env.youtube_env.channel_id)
        assert "“Clear Signal”" in title
        await collection_env.collect()
        runner.run(url, ["measurement"])
        assert collection_env.youtube_env.rows(open_ones) == []
