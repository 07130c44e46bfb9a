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
from ytempire.sandbox.callers import MONEY
from ytempire.sandbox.errors import ApiError, query_not_supported
from ytempire.sandbox.figures import subject_of
from ytempire.sandbox.reports import ACTIVITY, BREAKDOWN, Span
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
    asked = _read(call)
    _check_money(call, asked)
    videos = _videos(call, asked)
    last = reports.last_day(asked.first, asked.last, call.world.store.seed, call.now)
    country = asked.filters.get("country", [None])[0]
    subjects = [subject_of(call.world.store, video) for video in videos]
    span = Span(subjects if last else [], asked.first, last or asked.last, country, call.now)
    types, rows = _report_of(asked)(asked, span)
    headers = [{"name": name, "columnType": "DIMENSION", "dataType": "STRING"} for name in asked.dimensions] + [
        {"name": name, "columnType": "METRIC", "dataType": types[name]} for name in asked.metrics
    ]
    if any(name == "elapsedVideoTimeRatio" for name in asked.dimensions):
        headers[0]["dataType"] = "FLOAT"
    return {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": _page(asked, rows)}


# --- the question ---


def _read(call: Call) -> Query:
    asked = Query(
        first=_day(call, "startDate"),
        last=_day(call, "endDate"),
        metrics=_names(call.required("metrics")),
        dimensions=_names(call.query.get("dimensions", "")),
        filters=_filters(call.query.get("filters", "")),
        sort=_names(call.query.get("sort", "")),
        size=call.number("maxResults", 1, 1, 2**31 - 1) if "maxResults" in call.query else None,
        start=call.number("startIndex", 1, 1, 2**31 - 1),
    )
    if asked.last < asked.first:
        raise ApiError(400, "badRequest", "The endDate must not be before the startDate.")
    if call.query.get("currency", "USD") != "USD":
        raise ApiError(400, "sandboxUnsupported", "The YTEMPIRE sandbox reports in USD only.")
    if asked.dimensions == ["month"]:
        asked = _whole_months(asked)
    if {name.removeprefix("-") for name in asked.sort} - set(asked.dimensions) - set(asked.metrics):
        raise query_not_supported()
    return asked


def _whole_months(asked: Query) -> Query:
    """Google wants months by their first days, and counts the last one whole."""
    if (asked.first.day, asked.last.day) != (1, 1):
        raise query_not_supported()
    following = (asked.last + timedelta(days=31)).replace(day=1)
    return replace(asked, last=following - timedelta(days=1))


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


def _check_money(call: Call, asked: Query) -> None:
    if set(asked.metrics) & set(reports.MONEY) and MONEY not in call.caller.scopes:
        raise ApiError(403, "insufficientPermissions", "Insufficient permission to access this report.")


def _videos(call: Call, asked: Query) -> list[Row]:
    """The channel's videos, also deleted ones, whose views stay; or those of the filter, which must be its own."""
    kind, _, channel_id = call.required("ids").partition("==")
    if kind != "channel" or channel_id not in ("MINE", call.channel_id):
        raise ApiError(403, "forbidden", "Forbidden")
    videos = call.world.store.all(
        "SELECT * FROM videos WHERE channel_id = :channel ORDER BY number", channel=call.channel_id
    )
    if "video" not in asked.filters:
        return videos
    mine = {video["id"]: video for video in videos}
    if set(asked.filters["video"]) - set(mine):
        raise ApiError(403, "forbidden", "Forbidden")
    return [mine[video_id] for video_id in dict.fromkeys(asked.filters["video"])]


# --- the reports ---


def _report_of(asked: Query) -> Callable[[Query, Span], Table]:
    """Raises Google's 400 for a combination that is not among its reports."""
    wanted = set(asked.dimensions)
    if len(wanted) != len(asked.dimensions) or not asked.metrics:
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


def _activity(asked: Query, span: Span) -> Table:
    known = ACTIVITY | reports.MONEY
    _check_metrics(asked, set(known))
    dimension = asked.dimensions[0] if asked.dimensions else ""
    if dimension == "video" and (not asked.sort or not asked.size or asked.size > MOST_VIDEOS or not _falls(asked)):
        raise query_not_supported()
    if dimension == "country" and "country" in asked.filters:
        raise query_not_supported()
    cells = reports.activity(span, _GROUPS[dimension], by_country=dimension == "country")
    made = [known[name] for name in asked.metrics]
    rows = [
        [*(key if dimension else ()), *(make(cell.sums) for _, make in made)] for key, cell in sorted(cells.items())
    ]
    return {name: known[name][0] for name in asked.metrics}, rows


def _falls(asked: Query) -> bool:
    return all(name.startswith("-") for name in asked.sort)


_GROUPS: dict[str, reports.Grouping] = {
    "": reports.as_one,
    "day": reports.by_day,
    "month": reports.by_month,
    "video": reports.by_video,
    "country": reports.as_one,
}


def _breakdown(asked: Query, span: Span) -> Table:
    _check_metrics(asked, set(BREAKDOWN))
    if set(asked.metrics) & set(reports.THUMBNAILS) and not asked.filters:
        raise query_not_supported()
    (member,) = set(asked.dimensions) & _BROKEN_DOWN
    cells = reports.breakdown(span, member, by_day="day" in asked.dimensions)
    swap = asked.dimensions[0] != "day"
    made = [BREAKDOWN[name][1] for name in asked.metrics]
    rows = [
        [*(reversed(key) if swap else key), *(make(cell.sums) for make in made)] for key, cell in sorted(cells.items())
    ]
    return {name: BREAKDOWN[name][0] for name in asked.metrics}, rows


def _people(asked: Query, span: Span) -> Table:
    _check_metrics(asked, {"viewerPercentage"})
    cells = reports.people(span, asked.dimensions)
    return {"viewerPercentage": "FLOAT"}, [[*key, value] for key, value in sorted(cells.items())]


def _retention(asked: Query, span: Span) -> Table:
    _check_metrics(asked, set(_RETENTION))
    if len(asked.filters.get("video", [])) != 1:
        raise query_not_supported()
    types = dict.fromkeys(_RETENTION, "FLOAT")
    seen = [ledger for ledger, first in span.ledgers() if ledger.counts["views"][first:].sum()]
    if not seen:
        return types, []
    curves = audience.retention(seen[0].subject)
    columns = [curves[_RETENTION[name]] for name in asked.metrics]
    return types, [[(at + 1) / 100, *(round(float(column[at]), 4) for column in columns)] for at in range(100)]


def _check_metrics(asked: Query, known: set[str]) -> None:
    if set(asked.metrics) - known or len(set(asked.metrics)) != len(asked.metrics):
        raise query_not_supported()


def _page(asked: Query, rows: list[list[Any]]) -> list[list[Any]]:
    columns = [*asked.dimensions, *asked.metrics]
    for name in reversed(asked.sort):
        column = columns.index(name.removeprefix("-"))
        rows.sort(key=lambda row: row[column], reverse=name.startswith("-"))  # used at once
    first = asked.start - 1
    return rows[first:] if asked.size is None else rows[first : first + asked.size]


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
