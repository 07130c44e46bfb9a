"""Reports of a running sandbox: each day once, whatever is read again, corrected or killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.collection.conftest import CollectionEnv, Live
from tests.ingest.test_ingestor import assert_rollups_are_a_recount
from tests.publishing.publisher import until
from ytempire.collection import report_parsing
from ytempire.collection.collector import collect_due
from ytempire.youtube.tokens import MONEY, REPORTS

DAY = 86_400.0
SUMS = (
    "SELECT sum(watch_time_minutes), sum(shares), sum(subscribers_gained), sum(dislikes), sum(estimated_revenue_usd)"
    " FROM analytics.video_daily"
)
REVENUE = "SELECT sum(estimated_revenue_usd), sum(estimated_ad_revenue_usd) FROM analytics.video_daily"
METRICS = "estimatedMinutesWatched,shares,subscribersGained,dislikes,estimatedRevenue"


def reported(collection_env: CollectionEnv, video: Live, metrics: str, day: str) -> list[Any]:
    """What YouTube's own client is told of a video's day."""
    answer = (
        collection_env.person.analytics.reports()
        .query(ids="channel==MINE", startDate=day, endDate=day, metrics=metrics, filters=f"video=={video.youtube_id}")
        .execute()
    )
    rows: list[list[Any]] = answer["rows"]
    return rows[0] if rows else [0] * len(metrics.split(","))


def truth(collection_env: CollectionEnv, video: Live) -> list[Decimal]:
    """The same, of all days that were read, added up."""
    days = collection_env.youtube_env.rows("SELECT day FROM core.report_days WHERE read_count > 0 ORDER BY day")
    told = [reported(collection_env, video, METRICS, day.isoformat()) for (day,) in days]
    return [sum((Decimal(str(one)) for one in column), Decimal(0)) for column in zip(*told, strict=True)]


class TestReading:
    async def test_collect_reports_fills_series_with_reported_figures(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(9 * DAY)
        found = await collection_env.collect()
        assert found.error is None
        assert found.report_days >= 6
        assert found.revenue_usd > 0
        assert list(collection_env.youtube_env.rows(SUMS)[0]) == truth(collection_env, video)

    async def test_collect_reports_corrected_day_replaces_earlier_figures(self, collection_env: CollectionEnv) -> None:
        """Spam is taken away every few days, so a day's figures of last week are others than they were."""
        video = collection_env.publish(quality=2.5)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await collection_env.collect()
        before = collection_env.youtube_env.rows("SELECT day, digest FROM analytics.daily_report_views ORDER BY day")
        for _ in range(6):
            collection_env.youtube_env.sandbox_server.advance(DAY)
            collection_env.execute("UPDATE core.report_days SET next_at = now() WHERE next_at IS NOT NULL")
            assert (await collection_env.collect()).error is None
        after = dict(
            collection_env.youtube_env.rows("SELECT day, digest FROM analytics.daily_report_views ORDER BY day")
        )
        assert any(after[day] != digest for day, digest in before)
        assert list(collection_env.youtube_env.rows(SUMS)[0]) == truth(collection_env, video)
        assert_rollups_are_a_recount(collection_env.youtube_env.database)

    async def test_collect_reports_unchanged_day_takes_one_call(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(4 * DAY)
        first = await collection_env.collect()
        asked = collection_env.youtube_env.calls_at_youtube("reports.query")
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        second = await collection_env.collect()
        assert (second.report_days, second.reports) == (first.report_days, 0)
        # once which days there are, and once for each day
        assert collection_env.youtube_env.calls_at_youtube("reports.query") == asked + 1 + second.report_days

    async def test_report_breakdowns_add_up_to_reported_views(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await collection_env.collect()
        [(views,)] = collection_env.youtube_env.rows("SELECT sum(views) FROM analytics.daily_report_views")
        parts = dict(
            collection_env.youtube_env.rows(
                "SELECT part.dimension, sum(part.views) FROM analytics.video_breakdowns,"
                " unnest(dimensions, views) AS part(dimension, views) GROUP BY 1"
            )
        )
        assert parts == dict.fromkeys(("traffic_source", "device", "country", "age_group", "gender"), views)
        [(impressions, clicks)] = collection_env.youtube_env.rows(
            "SELECT sum(impressions), sum(clicks) FROM analytics.video_daily"
        )
        assert 0 < clicks < impressions

    async def test_report_averages_are_weighted_by_reported_views(self, collection_env: CollectionEnv) -> None:
        """Not of the views that the counters happened to show in the same hour."""
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(6 * DAY)
        await collection_env.collect()
        [(seconds, of)] = collection_env.youtube_env.rows(
            "SELECT sum(viewed_seconds), sum(averages_basis_views) FROM analytics.video_daily"
        )
        [(views,)] = collection_env.youtube_env.rows("SELECT sum(views) FROM analytics.daily_report_views")
        [(minutes,)] = collection_env.youtube_env.rows("SELECT sum(watch_time_minutes) FROM analytics.video_daily")
        assert of == views
        assert abs(seconds / views - minutes * 60 / views) < 1


class TestOrder:
    async def test_report_days_new_days_are_read_newest_first(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(6 * DAY)
        await collection_env.collect()
        known = collection_env.youtube_env.rows(
            "SELECT day FROM core.report_days WHERE read_count > 0 ORDER BY day DESC"
        )
        collection_env.youtube_env.sandbox_server.advance(3 * DAY)
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        collection_env.runtime = replace(collection_env.runtime, max_days_per_attempt=6)
        assert (await collection_env.collect()).error is None
        read = collection_env.youtube_env.rows("SELECT day FROM core.report_days WHERE read_count = 1 ORDER BY read_at")
        again = collection_env.youtube_env.rows(
            "SELECT day FROM core.report_days WHERE read_count = 2 ORDER BY read_at"
        )
        new = [day for day in read if day not in known]
        assert new
        assert new == sorted(new, reverse=True)
        assert again
        assert again == known[: len(again)]
        assert len(again) < len(known)


class TestManyChannels:
    async def test_collect_reports_of_large_channel_yields_after_limit(self, collection_env: CollectionEnv) -> None:
        collection_env.runtime = replace(collection_env.runtime, max_changed_per_attempt=5)
        videos = [collection_env.publish(f"Tide {number}", quality=2.0) for number in range(7)]
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await collect_due(collection_env.runtime)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM analytics.daily_report_views") == [(5,)]
        assert collection_env.standing()["lease_token"] is None
        rest = "SELECT count(*) FROM core.report_days WHERE read_count = 0 AND next_at <= now()"
        assert collection_env.youtube_env.rows(rest) > [(0,)]
        for _ in range(9):
            collection_env.make_due()
            await collect_due(collection_env.runtime)
        assert collection_env.youtube_env.rows(rest) == [(0,)]
        told = [truth(collection_env, one) for one in videos]
        assert list(collection_env.youtube_env.rows(SUMS)[0]) == [sum(all_of) for all_of in zip(*told, strict=True)]


class TestWhatIsNotAllowed:
    async def test_collect_reports_without_revenue_scope_reads_other_metrics(
        self, collection_env: CollectionEnv
    ) -> None:
        collection_env.publish(quality=2.0)
        collection_env.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        found = await collection_env.collect()
        assert found.error is None
        assert found.report_days > 0
        [(minutes, revenue)] = collection_env.youtube_env.rows(
            "SELECT sum(watch_time_minutes), sum(estimated_revenue_usd) FROM analytics.video_daily"
        )
        assert minutes > 0
        assert revenue == 0
        assert collection_env.youtube_env.rows("SELECT bool_or(has_revenue) FROM core.report_days") == [(False,)]

    async def test_revenue_after_scope_removed_is_kept(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(9 * DAY)
        await collection_env.collect()
        days = "SELECT day FROM core.report_days WHERE has_revenue ORDER BY day"
        told, known = collection_env.youtube_env.rows(REVENUE), collection_env.youtube_env.rows(days)
        assert told[0][0] > 0
        collection_env.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        again = await collection_env.collect()
        assert (again.error, again.revenue_usd) == (None, 0)
        assert again.reports > 0
        assert collection_env.youtube_env.rows(REVENUE) == told
        assert collection_env.youtube_env.rows(days) == known
        collection_env.execute("UPDATE core.channel_connections SET scopes = scopes || %s", [MONEY])
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        assert (await collection_env.collect()).revenue_usd > 0
        assert collection_env.youtube_env.rows(REVENUE)[0][0] > 0

    async def test_collect_without_report_scope_reads_counters_only(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", REPORTS)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        assert (await collection_env.collect()).error is None
        assert collection_env.sums(video) == collection_env.shown(video)
        assert collection_env.youtube_env.calls_at_youtube("reports.query") == 0


class TestWhatFails:
    async def test_collect_with_refused_reports_still_reads_counters(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        collection_env.youtube_env.sandbox_server.fault("reports.query", "quota_exceeded", remaining=None)
        found = await collection_env.collect()
        assert found.error is not None
        assert found.error["step"] == "reports"
        assert collection_env.sums(video) == collection_env.shown(video)
        standing, row = collection_env.standing(), collection_env.row(video)
        assert standing["next_at"] == row["next_at"]
        assert standing["reports_next_at"] > row["next_at"]

    async def test_reports_error_stays_until_reports_are_retried(self, collection_env: CollectionEnv) -> None:
        """Counters succeed every five minutes, and know nothing of it."""
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        collection_env.youtube_env.sandbox_server.fault("reports.query", "internal_error", remaining=None)
        await collection_env.collect()
        collection_env.execute("UPDATE core.video_counters SET next_at = now()")
        collection_env.execute("UPDATE core.channel_collections SET next_at = now()")
        tried = collection_env.standing()["attempted_at"]
        await collect_due(collection_env.runtime)
        standing = collection_env.standing()
        assert standing["attempted_at"] > tried
        assert (standing["last_error"], standing["retry_count"], standing["reports_retry_count"]) == (None, 0, 1)
        assert standing["reports_error"]["step"] == "reports"
        await collection_env.collect()
        assert collection_env.standing()["reports_retry_count"] == 2
        collection_env.youtube_env.sandbox_server.control("DELETE", "/faults")
        assert (await collection_env.collect()).error is None
        standing = collection_env.standing()
        assert (standing["reports_error"], standing["reports_retry_count"]) == (None, 0)

    async def test_collect_with_refused_counters_still_reads_reports(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        collection_env.youtube_env.sandbox_server.fault("videos.list", "quota_exceeded", remaining=None)
        found = await collection_env.collect()
        assert found.error is not None
        assert found.error["step"] == "counters"
        assert found.report_days > 0


@contextmanager
def saying(video: Live, **odd: Any) -> Iterator[None]:
    """YouTube says this of a video's days."""
    said = report_parsing.video_rows

    async def video_rows(*given: Any, **named: Any) -> Any:
        rows = await said(*given, **named)
        return {youtube_id: row | (odd if youtube_id == video.youtube_id else {}) for youtube_id, row in rows.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_parsing, "video_rows", video_rows)
        yield


class TestWhatIsNotTaken:
    async def test_report_rejected_event_is_reported_and_comes_with_next_reading(
        self, collection_env: CollectionEnv
    ) -> None:
        video, other = collection_env.publish(quality=2.0), collection_env.publish("Ebb", quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        with saying(video, averageViewPercentage=10_001):
            found = await collection_env.collect()
        assert found.error is not None
        assert found.error["reason"] == "events_rejected"
        assert str(video.video_id) in found.error["message"]
        assert collection_env.youtube_env.rows("SELECT DISTINCT video_id FROM analytics.daily_report_views") == [
            (other.video_id,)
        ]
        [(revenue,)] = collection_env.youtube_env.rows("SELECT sum(estimated_revenue_usd) FROM analytics.video_daily")
        assert found.revenue_usd == revenue
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        assert (await collection_env.collect()).error is None
        told = [truth(collection_env, one) for one in (video, other)]
        assert list(collection_env.youtube_env.rows(SUMS)[0]) == [sum(both) for both in zip(*told, strict=True)]


class TestWhatIsTakenBack:
    async def test_report_with_negative_figures_gives_negative_sums(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        given = {"dislikes": -1, "shares": -2, "estimatedRevenue": Decimal("-0.5"), "estimatedAdRevenue": Decimal(-1)}
        with saying(video, **given):
            found = await collection_env.collect()
        assert found.error is None
        [(days,)] = collection_env.youtube_env.rows("SELECT count(*) FROM analytics.daily_report_views")
        assert found.revenue_usd == days * Decimal("-0.5")
        taken = (-days, -2 * days, days * Decimal("-0.5"), -days)
        for table in ("video_metrics", "video_daily", "channel_daily"):
            sums = "sum(dislikes), sum(shares), sum(estimated_revenue_usd), sum(estimated_ad_revenue_usd)"
            assert collection_env.youtube_env.rows(f"SELECT {sums} FROM analytics.{table}") == [taken], table
        assert_rollups_are_a_recount(collection_env.youtube_env.database)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM staging.quarantine") == [(0,)]

    async def test_negative_revenue_after_scope_removed_is_kept(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        with saying(video, estimatedRevenue=Decimal("-0.5")):
            await collection_env.collect()
        told = collection_env.youtube_env.rows(REVENUE)
        assert told[0][0] < 0
        collection_env.execute("UPDATE core.channel_connections SET scopes = array_remove(scopes, %s)", MONEY)
        collection_env.execute("UPDATE core.report_days SET next_at = now()")
        assert (await collection_env.collect()).error is None
        assert collection_env.youtube_env.rows(REVENUE) == told


class TestOfADay:
    async def test_report_figures_are_in_daily_rollups_and_not_hourly(self, collection_env: CollectionEnv) -> None:
        collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        await collection_env.collect()
        query = (
            "SELECT sum(views), sum(watch_time_minutes), sum(shares), sum(impressions), sum(estimated_revenue_usd)"
            " FROM analytics.{}"
        )
        [by_day] = collection_env.youtube_env.rows(query.format("video_daily"))
        assert min(by_day) > 0
        for table in ("video_hourly", "channel_hourly"):
            assert collection_env.youtube_env.rows(query.format(table)) == [(by_day[0], 0, 0, 0, 0)]
        counted = "SELECT count(*) FROM analytics.video_metrics WHERE NOT whole_day"
        assert collection_env.youtube_env.rows(
            "SELECT sum(events) FROM analytics.video_hourly"
        ) == collection_env.youtube_env.rows(counted)
        assert_rollups_are_a_recount(collection_env.youtube_env.database)

    async def test_report_revenue_keeps_all_digits(self, collection_env: CollectionEnv) -> None:
        """Of what YouTube says in more digits than a double has, too."""
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        with saying(video, estimatedRevenue=Decimal("123456789.1234565"), estimatedAdRevenue=Decimal("0.0000005")):
            await collection_env.collect()
        kept = "SELECT DISTINCT estimated_revenue_usd, estimated_ad_revenue_usd FROM analytics.video_metrics"
        assert collection_env.youtube_env.rows(f"{kept} WHERE whole_day") == [
            (Decimal("123456789.123457"), Decimal("0.000001"))
        ]

    def test_read_exactly_parses_numbers_as_decimal(self) -> None:
        said = report_parsing.read_exactly(None, b'{"rows": [["abc", 3, 123456789.1234565, 0.30000000000000001]]}')
        assert said == {"rows": [["abc", 3, Decimal("123456789.1234565"), Decimal("0.30000000000000001")]]}


class TestKilled:
    async def test_collect_reports_killed_midway_reads_day_again(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(5 * DAY)
        # some questions of a day are answered, and then no more
        collection_env.youtube_env.sandbox_server.fault("reports.query", "slow", seconds=0.3, remaining=None)
        with collection_env.run_in_other_process():
            await until(lambda: collection_env.youtube_env.sandbox_server.control("GET", "/faults")[0]["happened"] > 9)
        assert collection_env.standing()["reports_read_at"] is None
        collection_env.youtube_env.sandbox_server.control("DELETE", "/faults")
        await collection_env.expire_lease()
        collection_env.execute("UPDATE core.channel_collections SET next_at = now(), reports_next_at = now()")
        await collect_due(collection_env.runtime)
        assert list(collection_env.youtube_env.rows(SUMS)[0]) == truth(collection_env, video)


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
    def test_apportion_parts_add_up_to_whole(self, shares: dict[str, str], whole: int, parts: dict[str, int]) -> None:
        assert report_parsing.apportion({name: Decimal(one) for name, one in shares.items()}, whole) == parts
