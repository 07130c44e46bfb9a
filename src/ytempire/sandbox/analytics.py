"""reports.query: which questions are supported, who may ask them, and the table that answers.

Supported reports, of those that Google documents for channels (anything else is its 400 "query is not supported"):

- activity and money, without a dimension or by one of day, month, country, video; filters video and country.
  By video it needs a descending sort and at most 200 rows, as Google's list of top videos does;
- traffic sources and devices, also by day. Impressions of thumbnails and their click rate exist there only, and only
  with a filter, as people found out at Google since they came in 2026;
- ages and sexes; audience retention of one video.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ytempire.sandbox import audience, quota, reports
from ytempire.sandbox.api import Call, Operation, Resource
from ytempire.sandbox.authentication import MONEY
from ytempire.sandbox.errors import ApiError, query_not_supported
from ytempire.sandbox.reports import ACTIVITY, BREAKDOWN, ReportRange
from ytempire.sandbox.statistics import video_profile
from ytempire.sandbox.store import Row

MOST_VIDEOS, MOST_FILTERED = 200, 500
_KNOWN_FILTERS = {"video", "country"}
_PEOPLE = ({"ageGroup"}, {"gender"}, {"ageGroup", "gender"})
_BROKEN_DOWN = {"insightTrafficSourceType", "deviceType"}
_RETENTION = {"audienceWatchRatio": 0, "relativeRetentionPerformance": 1}


@dataclass(frozen=True)
class Query:
    first: date
    last: date
    metrics: list[str]
    dimensions: list[str]
    filters: dict[str, list[str]]
    sort: list[str]
    size: int | None
    start: int


Table = tuple[dict[str, str], list[list[Any]]]  # types of the metrics; rows


def query(call: Call) -> Resource:
    report_query = _parse_query(call)
    _check_money(call, report_query)
    videos = _videos(call, report_query)
    last = reports.last_day(report_query.first, report_query.last, call.context.store.seed, call.now)
    country = report_query.filters.get("country", [None])[0]
    profiles = [video_profile(call.context.store, video) for video in videos]
    report_range = ReportRange(
        profiles if last else [], report_query.first, last or report_query.last, country, call.now
    )
    types, rows = _report_of(report_query)(report_query, report_range)
    headers = [{"name": name, "columnType": "DIMENSION", "dataType": "STRING"} for name in report_query.dimensions] + [
        {"name": name, "columnType": "METRIC", "dataType": types[name]} for name in report_query.metrics
    ]
    if any(name == "elapsedVideoTimeRatio" for name in report_query.dimensions):
        headers[0]["dataType"] = "FLOAT"
    return {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": _page(report_query, rows)}


# --- the question ---


def _parse_query(call: Call) -> Query:
    report_query = Query(
        first=_day(call, "startDate"),
        last=_day(call, "endDate"),
        metrics=_names(call.required("metrics")),
        dimensions=_names(call.query.get("dimensions", "")),
        filters=_filters(call.query.get("filters", "")),
        sort=_names(call.query.get("sort", "")),
        size=call.number("maxResults", 1, 1, 2**31 - 1) if "maxResults" in call.query else None,
        start=call.number("startIndex", 1, 1, 2**31 - 1),
    )
    if report_query.last < report_query.first:
        raise ApiError(400, "badRequest", "The endDate must not be before the startDate.")
    if call.query.get("currency", "USD") != "USD":
        raise ApiError(400, "sandboxUnsupported", "The YTEMPIRE sandbox reports in USD only.")
    if report_query.dimensions == ["month"]:
        report_query = _whole_months(report_query)
    if (
        {name.removeprefix("-") for name in report_query.sort}
        - set(report_query.dimensions)
        - set(report_query.metrics)
    ):
        raise query_not_supported()
    return report_query


def _whole_months(report_query: Query) -> Query:
    """Google wants months by their first days, and counts the last one whole."""
    if (report_query.first.day, report_query.last.day) != (1, 1):
        raise query_not_supported()
    following = (report_query.last + timedelta(days=31)).replace(day=1)
    return replace(report_query, last=following - timedelta(days=1))


def _day(call: Call, name: str) -> date:
    text = call.required(name)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "invalid", f"Invalid value '{text}' for {name}.", location=name) from error


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _filters(text: str) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for part in filter(None, text.split(";")):
        name, equals, values = part.partition("==")
        members = _names(values)
        single = name != "video" or len(members) <= MOST_FILTERED
        if not equals or not members or name not in _KNOWN_FILTERS or not single or name in filters:
            raise query_not_supported()
        if name == "country" and len(members) > 1:
            raise query_not_supported()
        filters[name] = members
    return filters


def _check_money(call: Call, report_query: Query) -> None:
    if set(report_query.metrics) & set(reports.MONEY) and MONEY not in call.caller.scopes:
        raise ApiError(403, "insufficientPermissions", "Insufficient permission to access this report.")


def _videos(call: Call, report_query: Query) -> list[Row]:
    """The channel's videos, also deleted ones, whose views stay; or those of the filter, which must be its own."""
    kind, _, channel_id = call.required("ids").partition("==")
    if kind != "channel" or channel_id not in ("MINE", call.channel_id):
        raise ApiError(403, "forbidden", "Forbidden")
    videos = call.context.store.all(
        "SELECT * FROM videos WHERE channel_id = :channel ORDER BY number", channel=call.channel_id
    )
    if "video" not in report_query.filters:
        return videos
    mine = {video["id"]: video for video in videos}
    if set(report_query.filters["video"]) - set(mine):
        raise ApiError(403, "forbidden", "Forbidden")
    return [mine[video_id] for video_id in dict.fromkeys(report_query.filters["video"])]


# --- the reports ---


def _report_of(report_query: Query) -> Callable[[Query, ReportRange], Table]:
    """Raises Google's 400 for a combination that is not among its reports."""
    wanted = set(report_query.dimensions)
    if len(wanted) != len(report_query.dimensions) or not report_query.metrics:
        raise query_not_supported()
    if len(wanted & _BROKEN_DOWN) == 1 and not wanted - _BROKEN_DOWN - {"day"}:
        return _breakdown
    if wanted in _PEOPLE:
        return _people
    if wanted == {"elapsedVideoTimeRatio"}:
        return _retention
    if len(wanted) <= 1 and not wanted - {"day", "month", "country", "video"}:
        return _activity
    raise query_not_supported()


def _activity(report_query: Query, report_range: ReportRange) -> Table:
    known = ACTIVITY | reports.MONEY
    _check_metrics(report_query, set(known))
    dimension = report_query.dimensions[0] if report_query.dimensions else ""
    if dimension == "video" and (
        not report_query.sort or not report_query.size or report_query.size > MOST_VIDEOS or not _falls(report_query)
    ):
        raise query_not_supported()
    if dimension == "country" and "country" in report_query.filters:
        raise query_not_supported()
    cells = reports.activity(report_range, _GROUPS[dimension], by_country=dimension == "country")
    made = [known[name] for name in report_query.metrics]
    rows = [
        [*(key if dimension else ()), *(make(cell.sums) for _, make in made)] for key, cell in sorted(cells.items())
    ]
    return {name: known[name][0] for name in report_query.metrics}, rows


def _falls(report_query: Query) -> bool:
    return all(name.startswith("-") for name in report_query.sort)


_GROUPS: dict[str, reports.Grouping] = {
    "": reports.as_one,
    "day": reports.by_day,
    "month": reports.by_month,
    "video": reports.by_video,
    "country": reports.as_one,
}


def _breakdown(report_query: Query, report_range: ReportRange) -> Table:
    _check_metrics(report_query, set(BREAKDOWN))
    if set(report_query.metrics) & set(reports.THUMBNAILS) and not report_query.filters:
        raise query_not_supported()
    (member,) = set(report_query.dimensions) & _BROKEN_DOWN
    cells = reports.breakdown(report_range, member, by_day="day" in report_query.dimensions)
    swap = report_query.dimensions[0] != "day"
    made = [BREAKDOWN[name][1] for name in report_query.metrics]
    rows = [
        [*(reversed(key) if swap else key), *(make(cell.sums) for make in made)] for key, cell in sorted(cells.items())
    ]
    return {name: BREAKDOWN[name][0] for name in report_query.metrics}, rows


def _people(report_query: Query, report_range: ReportRange) -> Table:
    _check_metrics(report_query, {"viewerPercentage"})
    cells = reports.people(report_range, report_query.dimensions)
    return {"viewerPercentage": "FLOAT"}, [[*key, value] for key, value in sorted(cells.items())]


def _retention(report_query: Query, report_range: ReportRange) -> Table:
    _check_metrics(report_query, set(_RETENTION))
    if len(report_query.filters.get("video", [])) != 1:
        raise query_not_supported()
    types = dict.fromkeys(_RETENTION, "FLOAT")
    seen = [history for history, first in report_range.histories() if history.counts["views"][first:].sum()]
    if not seen:
        return types, []
    curves = audience.retention(seen[0].profile)
    columns = [curves[_RETENTION[name]] for name in report_query.metrics]
    return types, [[(at + 1) / 100, *(round(float(column[at]), 4) for column in columns)] for at in range(100)]


def _check_metrics(report_query: Query, known: set[str]) -> None:
    if set(report_query.metrics) - known or len(set(report_query.metrics)) != len(report_query.metrics):
        raise query_not_supported()


def _page(report_query: Query, rows: list[list[Any]]) -> list[list[Any]]:
    columns = [*report_query.dimensions, *report_query.metrics]
    for name in reversed(report_query.sort):
        column = columns.index(name.removeprefix("-"))
        rows.sort(key=lambda row: row[column], reverse=name.startswith("-"))  # used at once
    first = report_query.start - 1
    return rows[first:] if report_query.size is None else rows[first : first + report_query.size]


OPERATIONS = (
    Operation(
        "reports.query",
        "GET",
        "/v2/reports",
        query,
        frozenset(
            {"ids", "startDate", "endDate", "metrics", "dimensions", "filters", "sort", "maxResults", "startIndex"}
            | {"currency"}
        ),
        bucket=quota.REPORTS,
        api="youtubeAnalytics",
    ),
)
