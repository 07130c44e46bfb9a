"""Reports of a running sandbox: each day once, whatever is read again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.measurement.conftest import Live, Observatory

HOUR, DAY = 3600.0, 86_400.0


def reported(observatory: Observatory, video: Live, metrics: str, first: str, last: str) -> list[Any]:
    """What YouTube's own client is told of a video."""
    answer = (
        observatory.person.analytics.reports()
        .query(
            ids="channel==MINE", startDate=first, endDate=last, metrics=metrics, filters=f"video=={video.youtube_id}"
        )
        .execute()
    )
    rows: list[list[Any]] = answer["rows"]
    return rows[0] if rows else [0] * len(metrics.split(","))


def days(observatory: Observatory) -> tuple[str, str]:
    [(first, last)] = observatory.world.rows("SELECT min(day), max(day) FROM core.report_days WHERE reads > 0")
    return first.isoformat(), last.isoformat()


class TestReading:
    async def test_what_reports_say_is_in_the_series(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(9 * DAY)
        found = await observatory.collect()
        assert found.error is None
        assert found.report_days >= 6
        span = days(observatory)
        minutes, shares, gained = reported(
            observatory, video, "estimatedMinutesWatched,shares,subscribersGained", *span
        )
        [(there, told, won, revenue)] = observatory.world.rows(
            "SELECT sum(watch_time_minutes), sum(shares), sum(subscribers_gained), sum(estimated_revenue_usd)"
            " FROM analytics.video_days"
        )
        assert abs(int(there) - minutes) <= found.report_days  # each day is rounded to minutes
        assert (told, won) == (shares, gained)
        assert abs(revenue - Decimal(str(reported(observatory, video, "estimatedRevenue", *span)[0]))) < Decimal("0.01")
