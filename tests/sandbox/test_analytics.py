"""reports.query: which questions are answered, when days appear, what adds up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.conftest import ApiClient, SandboxServer
from tests.sandbox.test_videos import reason
from ytempire.sandbox.authentication import MONEY, READ, REPORTS
from ytempire.sandbox.clock import day_begins, pacific_day
from ytempire.settings import Sandbox

DAY = 86_400


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    """Three video files of forty days, one of which does well."""
    sandbox_server = SandboxServer(tmp_path_factory.mktemp("reports") / "sandbox", Sandbox())
    sandbox_server.start()
    api_client = ApiClient.of(sandbox_server)
    made = [api_client.upload(f"Film {number}")["id"] for number in range(3)]
    sandbox_server.control("PATCH", f"/videos/{made[1]}", {"quality": 2.5})
    sandbox_server.advance(40 * DAY)
    api_client.made = made  # type: ignore[attr-defined]  # of this fixture alone
    yield api_client
    sandbox_server.stop()


def ask(api_client: ApiClient, metrics: str, **more: Any) -> list[list[Any]]:
    answer = table(api_client, metrics, **more)
    rows: list[list[Any]] = answer["rows"]
    assert all(len(row) == len(answer["columnHeaders"]) for row in rows)
    return rows


def table(api_client: ApiClient, metrics: str, **more: Any) -> dict[str, Any]:
    today = pacific_day(api_client.sandbox_server.control("GET", "/clock")["seconds"])
    span = {"startDate": (today - timedelta(days=60)).isoformat(), "endDate": today.isoformat()}
    answer: dict[str, Any] = (
        api_client.analytics.reports().query(**({"ids": "channel==MINE", "metrics": metrics} | span | more)).execute()
    )
    return answer


class TestDays:
    def test_report_days_end_two_to_three_days_ago(self, channel: ApiClient) -> None:
        now = channel.sandbox_server.control("GET", "/clock")["seconds"]
        days = [date.fromisoformat(row[0]) for row in ask(channel, "views", dimensions="day")]
        late = now - day_begins(days[-1] + timedelta(days=1))
        assert 2 * DAY <= late < 4 * DAY + 3600
        assert days == sorted(days)

    def test_new_video_has_counter_before_report(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        sandbox_server.control("PATCH", f"/videos/{made['id']}", {"quality": 2.0})
        sandbox_server.advance(DAY)
        assert int(api_client.get(made["id"], "statistics")["statistics"]["viewCount"]) > 0
        assert table(api_client, "views")["rows"] == []
        sandbox_server.advance(4 * DAY)
        assert ask(api_client, "views")[0][0] > 0

    def test_report_total_is_close_to_counter(self, channel: ApiClient) -> None:
        """To within what an audit takes away."""
        (total,) = ask(channel, "views")
        shown = sum(
            int(channel.get(video_id, "statistics")["statistics"]["viewCount"])
            for video_id in channel.made  # type: ignore[attr-defined]
        )
        assert 0.75 * shown < total[0] <= shown


class TestSums:
    def test_report_dimensions_add_up_to_same_total(self, channel: ApiClient) -> None:
        ((views, minutes, likes),) = ask(channel, "views,estimatedMinutesWatched,likes")
        by_day = ask(channel, "views,likes", dimensions="day")
        by_country = ask(channel, "views,likes", dimensions="country")
        by_video = ask(channel, "views,likes", dimensions="video", sort="-views", maxResults=10)
        for rows in (by_day, by_country, by_video):
            assert sum(row[1] for row in rows) == views
            assert sum(row[2] for row in rows) == likes
        for dimension in ("insightTrafficSourceType", "deviceType"):
            rows = ask(channel, "views,estimatedMinutesWatched", dimensions=dimension)
            assert sum(row[1] for row in rows) == views
            assert abs(sum(row[2] for row in rows) - minutes) <= len(rows)
            daily = ask(channel, "views", dimensions=f"day,{dimension}")
            assert sum(row[2] for row in daily) == views
        assert by_video[0][0] == channel.made[1]  # type: ignore[attr-defined]

    def test_report_filter_returns_part_of_total(self, channel: ApiClient) -> None:
        made = channel.made  # type: ignore[attr-defined]
        parts = [ask(channel, "views", filters=f"video=={video_id}") for video_id in made]
        assert sum(rows[0][0] for rows in parts if rows) == ask(channel, "views")[0][0]
        countries = {row[0]: row[1] for row in ask(channel, "views", dimensions="country")}
        assert ask(channel, "views", filters="country==DE")[0][0] == countries["DE"]
        both = ask(channel, "views", filters=f"video=={made[1]};country==DE", dimensions="day")
        assert sum(row[1] for row in both) <= countries["DE"]
        assert ask(channel, "views", filters="country==AQ") == []

    def test_report_averages_match_sums(self, channel: ApiClient) -> None:
        ((views, minutes, seconds, percent),) = ask(
            channel, "views,estimatedMinutesWatched,averageViewDuration,averageViewPercentage"
        )
        assert abs(seconds - minutes * 60 / views) <= 1.5
        assert abs(percent - 100 * seconds / 95) < 2

    def test_viewer_percentages_add_up_to_100(self, channel: ApiClient) -> None:
        for dimensions in ("ageGroup", "gender", "ageGroup,gender", "gender,ageGroup"):
            rows = ask(channel, "viewerPercentage", dimensions=dimensions)
            assert abs(sum(row[-1] for row in rows) - 100) < 1
        assert ask(channel, "viewerPercentage", dimensions="gender,ageGroup")[0][0] == "female"

    def test_retention_report_has_100_points(self, channel: ApiClient) -> None:
        video_id = channel.made[1]  # type: ignore[attr-defined]
        rows = ask(
            channel,
            "audienceWatchRatio,relativeRetentionPerformance",
            dimensions="elapsedVideoTimeRatio",
            filters=f"video=={video_id}",
        )
        assert [rows[0][0], rows[-1][0], len(rows)] == [0.01, 1.0, 100]

    def test_impressions_are_reported_by_traffic_source(self, channel: ApiClient) -> None:
        rows = ask(
            channel,
            "views,videoThumbnailImpressions,videoThumbnailImpressionsClickRate",
            dimensions="insightTrafficSourceType",
            filters="country==US",
        )
        shown = {row[0]: row[2] for row in rows}
        assert shown["YT_SEARCH"] > 0
        assert shown.get("EXT_URL", 0) == 0
        assert all(0.8 <= row[3] <= 20.5 for row in rows if row[2] > 100)


class TestMoney:
    def test_revenue_report_is_in_usd(self, channel: ApiClient) -> None:
        ((revenue, gross, playbacks, price),) = ask(
            channel, "estimatedRevenue,grossRevenue,monetizedPlaybacks,playbackBasedCpm"
        )
        assert 0 < revenue < gross
        assert abs(price - 1000 * gross / playbacks) < 0.01

    def test_revenue_report_requires_monetary_scope(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        plain = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [REPORTS])
        with pytest.raises(HttpError) as caught:
            ask(plain, "views,estimatedRevenue")
        assert (caught.value.status_code, reason(caught)) == (403, "insufficientPermissions")
        assert table(plain, "views")["rows"] == []
        paid = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [MONEY])
        assert table(paid, "views,estimatedRevenue")["rows"] == []
        reader = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [READ])
        assert table(reader, "views")["rows"] == []

    def test_channel_not_monetized_has_zero_revenue(self, sandbox_server: SandboxServer) -> None:
        channel = sandbox_server.channel("Small", monetized=False)
        api_client = ApiClient.joining(sandbox_server, channel, sandbox_server.project())
        api_client.upload()
        sandbox_server.advance(20 * DAY)
        assert ask(api_client, "estimatedRevenue,monetizedPlaybacks") == [[0.0, 0]]


class TestQuestions:
    @pytest.mark.parametrize(
        "asked",
        [
            {"dimensions": "video,day"},
            {"dimensions": "day,country"},
            {"dimensions": "video"},
            {"dimensions": "video", "sort": "-views"},
            {"dimensions": "video", "sort": "views", "maxResults": 10},
            {"dimensions": "video", "sort": "-views", "maxResults": 201},
            {"dimensions": "month"},
            {"dimensions": "nonsense"},
            {"dimensions": "day,day"},
            {"dimensions": "country", "filters": "country==DE"},
            {"metrics": "nonsense"},
            {"metrics": "views,views"},
            {"metrics": "videoThumbnailImpressions"},
            {"metrics": "videoThumbnailImpressions", "dimensions": "insightTrafficSourceType"},
            {"metrics": "likes", "dimensions": "deviceType"},
            {"metrics": "views", "dimensions": "ageGroup"},
            {"metrics": "audienceWatchRatio", "dimensions": "elapsedVideoTimeRatio"},
            {"sort": "-likes"},
            {"filters": "province==US-CA"},
            {"filters": "country==DE,FR"},
            {"filters": "video"},
        ],
    )
    def test_unsupported_report_query_is_refused(self, channel: ApiClient, asked: dict[str, Any]) -> None:
        with pytest.raises(HttpError) as caught:
            ask(channel, **({"metrics": "views"} | asked))
        assert caught.value.status_code == 400
        assert caught.value.reason.startswith("The query is not supported.")
        assert reason(caught) == "badRequest"

    def test_report_is_sorted_and_paginated(self, channel: ApiClient) -> None:
        every = ask(channel, "views", dimensions="country", sort="-views")
        assert [row[1] for row in every] == sorted((row[1] for row in every), reverse=True)
        assert ask(channel, "views", dimensions="country", sort="-views", maxResults=2, startIndex=3) == every[2:4]

    def test_report_headers_follow_requested_order(self, channel: ApiClient) -> None:
        headers = table(channel, "likes,views,estimatedRevenue", dimensions="day")["columnHeaders"]
        assert [(one["name"], one["columnType"], one["dataType"]) for one in headers] == [
            ("day", "DIMENSION", "STRING"),
            ("likes", "METRIC", "INTEGER"),
            ("views", "METRIC", "INTEGER"),
            ("estimatedRevenue", "METRIC", "FLOAT"),
        ]

    def test_report_by_whole_months_adds_up_to_total(self, channel: ApiClient) -> None:
        today = pacific_day(channel.sandbox_server.control("GET", "/clock")["seconds"])
        first = (today - timedelta(days=65)).replace(day=1)
        rows = ask(
            channel,
            "views",
            dimensions="month",
            startDate=first.isoformat(),
            endDate=today.replace(day=1).isoformat(),
        )
        assert sum(row[1] for row in rows) == ask(channel, "views")[0][0]

    def test_report_of_foreign_channel_or_video_is_forbidden(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        other = ApiClient.joining(sandbox_server, sandbox_server.channel("Other"), api_client.project)
        made = other.upload()
        for asked in ({"ids": f"channel=={other.channel['id']}"}, {"filters": f"video=={made['id']}"}):
            with pytest.raises(HttpError) as caught:
                ask(api_client, "views", **asked)
            assert caught.value.status_code == 403

    def test_deleted_video_stays_in_reports(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        sandbox_server.control("PATCH", f"/videos/{made['id']}", {"quality": 2.0})
        sandbox_server.advance(10 * DAY)
        before = ask(api_client, "views")[0][0]
        api_client.youtube.videos().delete(id=made["id"]).execute()
        sandbox_server.advance(10 * DAY)
        assert ask(api_client, "views")[0][0] >= 0.9 * before
