"""What a screen is told: each number with its source and its age, and what is missing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.measurement.conftest import Observatory
from ytempire.measurement import queries
from ytempire.measurement.queries import NotMeasured

DAY = 86_400.0


class TestOfAVideo:
    async def test_every_number_has_a_source_and_an_age(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        for _ in range(12):
            observatory.world.served.advance(DAY / 2)
            await observatory.collect()
        async with observatory.world.sessions.begin() as session:
            view = await queries.of_video(session, video.video_id)
        assert view.is_sandbox
        assert view.counters.views == observatory.shown(video)["views"] == view.figures["views"]
        assert view.counters.read_at is not None
        assert view.freshness == "fresh"
        assert view.reports.revenue_through == view.reports.through
        assert view.rpm_usd is not None
        assert view.rpm_usd > Decimal(view.figures["rpm_usd"])
        assert (
            view.profit_usd
            == observatory.world.rows("SELECT sum(estimated_revenue_usd) FROM analytics.video_days")[0][0]
        )

    async def test_one_that_is_not_live_is_not_measured(self, observatory: Observatory) -> None:
        with pytest.raises(NotMeasured):
            async with observatory.world.sessions.begin() as session:
                await queries.of_video(session, observatory.world.channel_id)


class TestOfAChannel:
    async def test_our_sums_agree_with_youtubes_reports(self, observatory: Observatory) -> None:
        """Read every hour, as a worker does."""
        for number in range(3):
            observatory.publish(f"Tide {number}", quality=2.0)
        for _ in range(6 * 8):
            observatory.world.served.advance(DAY / 8)
            await observatory.collect()
        async with observatory.world.sessions.begin() as session:
            view = await queries.of_channel(session, observatory.world.channel_id)
        assert view.counters.videos == 3
        assert view.reconciliation.views_reported > 200
        assert view.reconciliation.off_by is not None
        assert view.reconciliation.verdict == "agrees"

    async def test_what_is_late_is_said(self, observatory: Observatory) -> None:
        observatory.publish()
        await observatory.collect()
        observatory.execute(
            "UPDATE core.channel_measurements SET counters_due_at = counters_due_at - %s", timedelta(hours=7)
        )
        async with observatory.world.sessions.begin() as session:
            view = await queries.of_channel(session, observatory.world.channel_id)
        assert view.counters.freshness == "stale"
