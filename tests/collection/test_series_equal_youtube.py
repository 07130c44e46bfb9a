"""After days of readings, corrections and reports: what the series add up to is what YouTube shows, to the unit."""

from __future__ import annotations

from tests.collection.conftest import CollectionEnv
from tests.ingest.test_ingestor import assert_rollups_are_a_recount

HOUR = 3600.0


class TestSettled:
    async def test_series_of_counters_equals_sandbox_after_spam_removal(self, collection_env: CollectionEnv) -> None:
        videos = [collection_env.publish(f"Tide {number}", quality=2.5) for number in range(4)]
        # nobody watches between our reading and the test's own
        collection_env.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 0.001})
        # every three to nine days it takes spam away; between readings an hour apart that is seen
        for hours in (0.2, 1, 5, 11, 24, 30, *[1] * 200, 24):
            collection_env.youtube_env.sandbox_server.advance(hours * HOUR)
            assert (await collection_env.collect()).error is None
            for video in videos:
                assert collection_env.sums(video) == collection_env.shown(video)
            if collection_env.youtube_env.rows(FALLS) > [(1,)]:
                break
        assert collection_env.youtube_env.rows(FALLS) > [(1,)]
        assert collection_env.youtube_env.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]
        assert_rollups_are_a_recount(collection_env.youtube_env.database)

    async def test_series_of_settled_video_equals_exact_count(self, collection_env: CollectionEnv) -> None:
        """What is shown lags behind; of a video that nobody may see any more it comes to the exact count."""
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(50 * HOUR)
        await collection_env.collect()
        collection_env.person.youtube.videos().update(
            part="status", body={"id": video.youtube_id, "status": {"privacyStatus": "private"}}
        ).execute()
        collection_env.youtube_env.sandbox_server.advance(HOUR)
        await collection_env.collect()
        [truth] = [
            one for one in collection_env.youtube_env.sandbox_server.state()["videos"] if one["id"] == video.youtube_id
        ]
        assert collection_env.sums(video)["views"] == truth["views"]


FALLS = "SELECT count(*) FROM analytics.video_metrics WHERE views < 0"


class TestFaults:
    async def test_series_with_fifth_of_calls_failing_counts_once(self, collection_env: CollectionEnv) -> None:
        """Nothing is lost, and nothing counts twice."""
        videos = [collection_env.publish(f"Tide {number}", quality=2.0) for number in range(2)]
        for operation in ("videos.list", "reports.query"):
            for kind in ("unavailable", "reset", "answer_lost", "internal_error"):
                collection_env.youtube_env.sandbox_server.fault(operation, kind, probability=0.055, remaining=None)
        for _ in range(16):
            collection_env.youtube_env.sandbox_server.advance(12 * HOUR)
            await collection_env.collect()
        assert (
            sum(rule["happened"] for rule in collection_env.youtube_env.sandbox_server.control("GET", "/faults")) > 16
        )
        assert collection_env.youtube_env.rows("SELECT count(*) FROM core.report_days WHERE read_count > 0") > [(3,)]
        collection_env.youtube_env.sandbox_server.control("DELETE", "/faults")
        assert (await collection_env.collect()).error is None
        for video in videos:
            assert collection_env.sums(video) == collection_env.shown(video)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]
        assert_rollups_are_a_recount(collection_env.youtube_env.database)
