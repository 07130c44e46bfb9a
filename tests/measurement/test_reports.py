"""Reports of a running sandbox: each day once, whatever is read again, corrected or killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.analytics.test_deliveries import assert_rollups_are_a_recount
from tests.measurement.conftest import Live, Observatory
from tests.publishing.conftest import until
from ytempire.measurement import report_rows
from ytempire.measurement.collecting import collect_due
from ytempire.youtube.tokens import MONEY, REPORTS

DAY = 86_400.0
SUMS = (
    "SELECT sum(watch_time_minutes), sum(shares), sum(subscribers_gained), sum(dislikes), sum(estimated_revenue_usd)"
    " FROM analytics.video_days"
)
REVENUE = "SELECT sum(estimated_revenue_usd), sum(estimated_ad_revenue_usd) FROM analytics.video_days"
METRICS = "estimatedMinutesWatched,shares,subscribersGained,dislikes,estimatedRevenue"


def reported(observatory: Observatory, video: Live, metrics: str, day: str) -> list[Any]:
    """What YouTube's own client is told of a video's day."""
    answer = (
        observatory.person.analytics.reports()
        .query(ids="channel==MINE", startDate=day, endDate=day, metrics=metrics, filters=f"video=={video.youtube_id}")
        .execute()
    )
    rows: list[list[Any]] = answer["rows"]
    return rows[0] if rows else [0] * len(metrics.split(","))


def truth(observatory: Observatory, video: Live) -> list[Decimal]:
    """The same, of all days that were read, added up."""
    days = observatory.world.rows("SELECT day FROM core.report_days WHERE reads > 0 ORDER BY day")
    told = [reported(observatory, video, METRICS, day.isoformat()) for (day,) in days]
    return [sum((Decimal(str(one)) for one in column), Decimal(0)) for column in zip(*told, strict=True)]


class TestReading:
    async def test_what_reports_say_is_in_the_series(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(9 * DAY)
        found = await observatory.collect()
        assert found.error is None
        assert found.report_days >= 6
        assert found.revenue_usd > 0
        assert list(observatory.world.rows(SUMS)[0]) == truth(observatory, video)

    async def test_a_day_that_is_corrected_is_put_right(self, observatory: Observatory) -> None:
        """Spam is taken away every few days, so a day's figures of last week are others than they were."""
        video = observatory.publish(quality=2.5)
        observatory.world.served.advance(5 * DAY)
        await observatory.collect()
        before = observatory.world.rows("SELECT day, digest FROM analytics.reported_daily ORDER BY day")
        for _ in range(6):
            observatory.world.served.advance(DAY)
            observatory.execute("UPDATE core.report_days SET next_at = now() WHERE next_at IS NOT NULL")
            assert (await observatory.collect()).error is None
        after = dict(observatory.world.rows("SELECT day, digest FROM analytics.reported_daily ORDER BY day"))
        assert any(after[day] != digest for day, digest in before)
        assert list(observatory.world.rows(SUMS)[0]) == truth(observatory, video)
        assert_rollups_are_a_recount(observatory.world.database)

    async def test_of_what_did_not_change_nothing_further_is_asked(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(4 * DAY)
        first = await observatory.collect()
        asked = observatory.world.calls_at_youtube("reports.query")
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        second = await observatory.collect()
        assert (second.report_days, second.reports) == (first.report_days, 0)
        # once which days there are, and once for each day
        assert observatory.world.calls_at_youtube("reports.query") == asked + 1 + second.report_days

    async def test_parts_add_up_to_the_views_that_are_reported(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        await observatory.collect()
        [(views,)] = observatory.world.rows("SELECT sum(views) FROM analytics.reported_daily")
        parts = dict(
            observatory.world.rows(
                "SELECT part.dimension, sum(part.views) FROM analytics.video_breakdowns,"
                " unnest(dimensions, views) AS part(dimension, views) GROUP BY 1"
            )
        )
        assert parts == dict.fromkeys(("traffic_source", "device", "country", "age_group", "gender"), views)
        [(impressions, clicks)] = observatory.world.rows(
            "SELECT sum(impressions), sum(clicks) FROM analytics.video_days"
        )
        assert 0 < clicks < impressions

    async def test_averages_are_of_the_views_that_are_reported(self, observatory: Observatory) -> None:
        """Not of the views that the counters happened to show in the same hour."""
        observatory.publish(quality=2.0)
        observatory.world.served.advance(6 * DAY)
        await observatory.collect()
        [(seconds, of)] = observatory.world.rows(
            "SELECT sum(viewed_seconds), sum(averages_of) FROM analytics.video_days"
        )
        [(views,)] = observatory.world.rows("SELECT sum(views) FROM analytics.reported_daily")
        [(minutes,)] = observatory.world.rows("SELECT sum(watch_time_minutes) FROM analytics.video_days")
        assert of == views
        assert abs(seconds / views - minutes * 60 / views) < 1


class TestOrder:
    async def test_the_newest_first_and_before_what_is_read_again(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(6 * DAY)
        await observatory.collect()
        known = observatory.world.rows("SELECT day FROM core.report_days WHERE reads > 0 ORDER BY day DESC")
        observatory.world.served.advance(3 * DAY)
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        observatory.runtime = replace(observatory.runtime, days_at_once=6)
        assert (await observatory.collect()).error is None
        read = observatory.world.rows("SELECT day FROM core.report_days WHERE reads = 1 ORDER BY read_at")
        again = observatory.world.rows("SELECT day FROM core.report_days WHERE reads = 2 ORDER BY read_at")
        new = [day for day in read if day not in known]
        assert new
        assert new == sorted(new, reverse=True)
        assert again
        assert again == known[: len(again)]
        assert len(again) < len(known)


class TestManyChannels:
    async def test_one_with_much_to_ask_gives_others_their_turn(self, observatory: Observatory) -> None:
        observatory.runtime = replace(observatory.runtime, changed_at_once=5)
        videos = [observatory.publish(f"Tide {number}", quality=2.0) for number in range(7)]
        observatory.world.served.advance(5 * DAY)
        await collect_due(observatory.runtime)
        assert observatory.world.rows("SELECT count(*) FROM analytics.reported_daily") == [(5,)]
        assert observatory.standing()["claim"] is None
        rest = "SELECT count(*) FROM core.report_days WHERE reads = 0 AND next_at <= now()"
        assert observatory.world.rows(rest) > [(0,)]
        for _ in range(9):
            observatory.make_due()
            await collect_due(observatory.runtime)
        assert observatory.world.rows(rest) == [(0,)]
        told = [truth(observatory, one) for one in videos]
        assert list(observatory.world.rows(SUMS)[0]) == [sum(all_of) for all_of in zip(*told, strict=True)]


class TestWhatIsNotAllowed:
    async def test_without_the_consent_to_revenue_the_rest_comes(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        observatory.world.served.advance(5 * DAY)
        found = await observatory.collect()
        assert found.error is None
        assert found.report_days > 0
        [(minutes, revenue)] = observatory.world.rows(
            "SELECT sum(watch_time_minutes), sum(estimated_revenue_usd) FROM analytics.video_days"
        )
        assert minutes > 0
        assert revenue == 0
        assert observatory.world.rows("SELECT bool_or(has_revenue) FROM core.report_days") == [(False,)]

    async def test_when_the_consent_to_revenue_ends_what_was_told_stays(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(9 * DAY)
        await observatory.collect()
        days = "SELECT day FROM core.report_days WHERE has_revenue ORDER BY day"
        told, known = observatory.world.rows(REVENUE), observatory.world.rows(days)
        assert told[0][0] > 0
        observatory.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        again = await observatory.collect()
        assert (again.error, again.revenue_usd) == (None, 0)
        assert again.reports > 0
        assert observatory.world.rows(REVENUE) == told
        assert observatory.world.rows(days) == known
        observatory.execute("UPDATE core.channel_connections SET scopes = scopes || %s", [MONEY])
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        assert (await observatory.collect()).revenue_usd > 0
        assert observatory.world.rows(REVENUE)[0][0] > 0

    async def test_without_the_consent_to_reports_the_counters_do(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", REPORTS)
        observatory.world.served.advance(5 * DAY)
        assert (await observatory.collect()).error is None
        assert observatory.sums(video) == observatory.shown(video)
        assert observatory.world.calls_at_youtube("reports.query") == 0


class TestWhatFails:
    async def test_reports_that_are_refused_do_not_keep_the_counters(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        observatory.world.served.fault("reports.query", "quota_exceeded", remaining=None)
        found = await observatory.collect()
        assert found.error is not None
        assert found.error["step"] == "reports"
        assert observatory.sums(video) == observatory.shown(video)
        standing, row = observatory.standing(), observatory.row(video)
        assert standing["next_at"] == row["next_at"]
        assert standing["reports_next_at"] > row["next_at"]

    async def test_why_reports_were_refused_is_said_until_they_are_tried_again(self, observatory: Observatory) -> None:
        """Counters succeed every five minutes, and know nothing of it."""
        observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        observatory.world.served.fault("reports.query", "internal_error", remaining=None)
        await observatory.collect()
        observatory.execute("UPDATE core.video_counters SET next_at = now()")
        observatory.execute("UPDATE core.channel_measurements SET next_at = now()")
        tried = observatory.standing()["tried_at"]
        await collect_due(observatory.runtime)
        standing = observatory.standing()
        assert standing["tried_at"] > tried
        assert (standing["last_error"], standing["waits"], standing["reports_waits"]) == (None, 0, 1)
        assert standing["reports_error"]["step"] == "reports"
        await observatory.collect()
        assert observatory.standing()["reports_waits"] == 2
        observatory.world.served.control("DELETE", "/faults")
        assert (await observatory.collect()).error is None
        standing = observatory.standing()
        assert (standing["reports_error"], standing["reports_waits"]) == (None, 0)

    async def test_counters_that_are_refused_do_not_keep_the_reports(self, observatory: Observatory) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        observatory.world.served.fault("videos.list", "quota_exceeded", remaining=None)
        found = await observatory.collect()
        assert found.error is not None
        assert found.error["step"] == "counters"
        assert found.report_days > 0


@contextmanager
def saying(video: Live, **odd: Any) -> Iterator[None]:
    """YouTube says this of a video's days."""
    said = report_rows.of_videos

    async def of_videos(*given: Any, **named: Any) -> Any:
        rows = await said(*given, **named)
        return {youtube_id: row | (odd if youtube_id == video.youtube_id else {}) for youtube_id, row in rows.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_rows, "of_videos", of_videos)
        yield


class TestWhatIsNotTaken:
    async def test_it_is_said_counts_nowhere_and_comes_with_the_next_reading(self, observatory: Observatory) -> None:
        video, other = observatory.publish(quality=2.0), observatory.publish("Ebb", quality=2.0)
        observatory.world.served.advance(5 * DAY)
        with saying(video, averageViewPercentage=10_001):
            found = await observatory.collect()
        assert found.error is not None
        assert found.error["reason"] == "measurement_not_taken"
        assert str(video.video_id) in found.error["message"]
        assert observatory.world.rows("SELECT DISTINCT video_id FROM analytics.reported_daily") == [(other.video_id,)]
        [(revenue,)] = observatory.world.rows("SELECT sum(estimated_revenue_usd) FROM analytics.video_days")
        assert found.revenue_usd == revenue
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        assert (await observatory.collect()).error is None
        told = [truth(observatory, one) for one in (video, other)]
        assert list(observatory.world.rows(SUMS)[0]) == [sum(both) for both in zip(*told, strict=True)]


class TestWhatIsTakenBack:
    async def test_more_than_came_on_a_day_is_below_nothing(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        given = {"dislikes": -1, "shares": -2, "estimatedRevenue": Decimal("-0.5"), "estimatedAdRevenue": Decimal(-1)}
        with saying(video, **given):
            found = await observatory.collect()
        assert found.error is None
        [(days,)] = observatory.world.rows("SELECT count(*) FROM analytics.reported_daily")
        assert found.revenue_usd == days * Decimal("-0.5")
        taken = (-days, -2 * days, days * Decimal("-0.5"), -days)
        for table in ("video_metrics", "video_days", "daily_channel_metrics"):
            sums = "sum(dislikes), sum(shares), sum(estimated_revenue_usd), sum(estimated_ad_revenue_usd)"
            assert observatory.world.rows(f"SELECT {sums} FROM analytics.{table}") == [taken], table
        assert_rollups_are_a_recount(observatory.world.database)
        assert observatory.world.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]

    async def test_it_stays_when_the_consent_to_revenue_ends(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        with saying(video, estimatedRevenue=Decimal("-0.5")):
            await observatory.collect()
        told = observatory.world.rows(REVENUE)
        assert told[0][0] < 0
        observatory.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        observatory.execute("UPDATE core.report_days SET next_at = now()")
        assert (await observatory.collect()).error is None
        assert observatory.world.rows(REVENUE) == told


class TestOfADay:
    async def test_what_a_day_is_reported_to_have_had_is_in_the_day_and_in_no_hour(
        self, observatory: Observatory
    ) -> None:
        observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        await observatory.collect()
        query = (
            "SELECT sum(views), sum(watch_time_minutes), sum(shares), sum(impressions), sum(estimated_revenue_usd)"
            " FROM analytics.{}"
        )
        [by_day] = observatory.world.rows(query.format("video_days"))
        assert min(by_day) > 0
        for table in ("video_hours", "channel_hours"):
            assert observatory.world.rows(query.format(table)) == [(by_day[0], 0, 0, 0, 0)]
        counted = "SELECT count(*) FROM analytics.video_metrics WHERE NOT whole_day"
        assert observatory.world.rows("SELECT sum(events) FROM analytics.video_hours") == observatory.world.rows(
            counted
        )
        assert_rollups_are_a_recount(observatory.world.database)

    async def test_money_keeps_every_digit(self, observatory: Observatory) -> None:
        """Of what YouTube says in more digits than a double has, too."""
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        with saying(video, estimatedRevenue=Decimal("123456789.1234565"), estimatedAdRevenue=Decimal("0.0000005")):
            await observatory.collect()
        kept = "SELECT DISTINCT estimated_revenue_usd, estimated_ad_revenue_usd FROM analytics.video_metrics"
        assert observatory.world.rows(f"{kept} WHERE whole_day") == [(Decimal("123456789.123457"), Decimal("0.000001"))]

    def test_what_youtube_says_is_read_from_its_digits(self) -> None:
        said = report_rows.read_exactly(None, b'{"rows": [["abc", 3, 123456789.1234565, 0.30000000000000001]]}')
        assert said == {"rows": [["abc", 3, Decimal("123456789.1234565"), Decimal("0.30000000000000001")]]}


class TestKilled:
    async def test_in_the_middle_of_a_day(self, observatory: Observatory) -> None:
        video = observatory.publish(quality=2.0)
        observatory.world.served.advance(5 * DAY)
        # some questions of a day are answered, and then no more
        observatory.world.served.fault("reports.query", "slow", seconds=0.3, remaining=None)
        with observatory.elsewhere():
            await until(lambda: observatory.world.served.control("GET", "/faults")[0]["happened"] > 9)
        assert observatory.standing()["reports_read_at"] is None
        observatory.world.served.control("DELETE", "/faults")
        await observatory.lease_over()
        observatory.execute("UPDATE core.channel_measurements SET next_at = now(), reports_next_at = now()")
        await collect_due(observatory.runtime)
        assert list(observatory.world.rows(SUMS)[0]) == truth(observatory, video)


class TestDividing:
    @pytest.mark.parametrize(
        ("shares", "whole", "parts"),
        [
            ({"a": "50", "b": "50"}, 3, {"a": 2, "b": 1}),
            ({"a": "33.3", "b": "33.3", "c": "33.3"}, 10, {"a": 4, "b": 3, "c": 3}),
            ({"a": "100", "b": "0"}, 7, {"a": 7, "b": 0}),
            ({"a": "0"}, 7, {}),
            ({}, 7, {}),
        ],
    )
    def test_the_parts_are_the_whole(self, shares: dict[str, str], whole: int, parts: dict[str, int]) -> None:
        assert report_rows.divided({name: Decimal(one) for name, one in shares.items()}, whole) == parts
