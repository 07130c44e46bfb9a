"""What YouTube said is forgotten in time, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

from tests.measurement.conftest import Observatory
from ytempire.measurement.storage import forget

DAY = 86_400.0
KEPT = timedelta(days=30)


class TestForgetting:
    async def test_counters_and_reports_that_were_not_read_again(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(6 * DAY)
        await observatory.collect()
        happened = observatory.sums(video)
        await forget(observatory.runtime.sessions, KEPT)
        assert observatory.row(video)["views"] is not None
        _long_ago(observatory)
        await forget(observatory.runtime.sessions, KEPT)
        row = observatory.row(video)
        assert (row["views"], row["views_before"], row["read_at"]) == (None, None, None)
        assert observatory.world.rows("SELECT count(*) FROM analytics.reported_daily") == [(0,)]
        assert observatory.sums(video) == happened

    async def test_counting_goes_on_where_it_was(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        _long_ago(observatory)
        await forget(observatory.runtime.sessions, KEPT)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        assert observatory.sums(video) == observatory.shown(video)

    async def test_what_was_not_delivered_stays(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(DAY)
        await observatory.collect()
        _long_ago(observatory)
        observatory.execute("UPDATE core.video_counters SET delivered = false")
        await forget(observatory.runtime.sessions, KEPT)
        assert observatory.row(video)["views"] is not None


def _long_ago(observatory: Observatory) -> None:
    observatory.execute("UPDATE core.video_counters SET read_at = read_at - interval '31 days'")
    observatory.execute("UPDATE analytics.reported_daily SET fetched_at = fetched_at - interval '31 days'")
