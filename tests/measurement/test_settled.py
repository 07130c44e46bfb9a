"""After days of readings, corrections and reports: what the series add up to is what YouTube shows, to the unit."""

from __future__ import annotations

from tests.analytics.test_deliveries import assert_rollups_are_a_recount
from tests.measurement.conftest import Observatory

HOUR = 3600.0


class TestSettled:
    async def test_counters_are_the_sandboxes_own_whatever_it_takes_away(self, observatory: Observatory) -> None:
        videos = [observatory.publish(f"Tide {number}", quality=2.5) for number in range(4)]
        # every three to nine days it takes spam away; between readings an hour apart that is seen
        for hours in (0.2, 1, 5, 11, 24, 30, *[1] * 200, 24):
            observatory.world.served.advance(hours * HOUR)
            assert (await observatory.collect()).error is None
            for video in videos:
                assert observatory.sums(video) == observatory.shown(video)
            if observatory.world.rows(FALLS) > [(1,)]:
                break
        assert observatory.world.rows(FALLS) > [(1,)]
        assert observatory.world.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]
        assert_rollups_are_a_recount(observatory.world.database)

    async def test_when_nothing_moves_any_more_it_is_the_truth(self, observatory: Observatory) -> None:
        """What is shown lags behind; of a video that nobody may see any more it comes to the exact count."""
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(50 * HOUR)
        await observatory.collect()
        observatory.person.youtube.videos().update(
            part="status", body={"id": video.youtube_id, "status": {"privacyStatus": "private"}}
        ).execute()
        observatory.world.served.advance(HOUR)
        await observatory.collect()
        [truth] = [one for one in observatory.world.served.state()["videos"] if one["id"] == video.youtube_id]
        assert observatory.sums(video)["views"] == truth["views"]


FALLS = "SELECT count(*) FROM analytics.video_metrics WHERE views < 0"


class TestFaults:
    async def test_a_fifth_of_all_calls_goes_wrong(self, observatory: Observatory) -> None:
        """Nothing is lost, and nothing counts twice."""
        videos = [observatory.publish(f"Tide {number}", quality=2.0) for number in range(2)]
        for operation in ("videos.list", "reports.query"):
            for kind in ("unavailable", "reset", "answer_lost", "internal_error"):
                observatory.world.served.fault(operation, kind, probability=0.055, remaining=None)
        for _ in range(16):
            observatory.world.served.advance(12 * HOUR)
            await observatory.collect()
        assert sum(rule["happened"] for rule in observatory.world.served.control("GET", "/faults")) > 16
        assert observatory.world.rows("SELECT count(*) FROM core.report_days WHERE reads > 0") > [(3,)]
        observatory.world.served.control("DELETE", "/faults")
        assert (await observatory.collect()).error is None
        for video in videos:
            assert observatory.sums(video) == observatory.shown(video)
        assert observatory.world.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]
        assert_rollups_are_a_recount(observatory.world.database)
