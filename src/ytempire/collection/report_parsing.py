"""What is asked of YouTube's reports, and what its rows say as an event.

Names of metrics and dimensions: developers.google.com/youtube/analytics/metrics. Each question is one call of 100,000 a
day. Ages and sexes come as parts of a hundred of those who are signed in; they are told as parts of all views.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from googleapiclient.http import HttpRequest

from ytempire.collection.collection_attempt import Attempt, Event
from ytempire.youtube.transport import Apis

Row = Mapping[str, Any]
BreakdownRow = Mapping[str, Any]

ACTIVITY = (
    "views", "likes", "dislikes", "comments", "shares", "subscribersGained", "subscribersLost",
    "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage",
)  # fmt: skip
MONEY = ("estimatedRevenue", "estimatedAdRevenue")
MAX_VIDEOS = 200  # rows that a report by video has
# What was taken back on a day is counted against it, and on a quiet one that is more than came.
_LOSS_METRICS = {
    "dislikes": "dislikes",
    "shares": "shares",
    "estimated_revenue_usd": "estimatedRevenue",
    "estimated_ad_revenue_usd": "estimatedAdRevenue",
}
_WATCH_METRICS = ("views", "estimatedMinutesWatched")
_IMPRESSION_METRICS = ("videoThumbnailImpressions", "videoThumbnailImpressionsClickRate")
# YouTube's dimension, and ours
_BREAKDOWN_DIMENSIONS = {"deviceType": "device", "country": "country"}


async def query_report(attempt: Attempt, first: date, last: date, metrics: Iterable[str], **how: Any) -> list[Row]:
    """Rows of a report about the channel, by the names of their columns."""

    def build(apis: Apis) -> HttpRequest:
        request: HttpRequest = apis.reports.reports().query(
            ids="channel==MINE",
            startDate=first.isoformat(),
            endDate=last.isoformat(),
            metrics=",".join(metrics),
            **how,
        )
        request.postproc = read_exactly
        return request

    response = await attempt.call_youtube(build)
    names = [header["name"] for header in response["columnHeaders"]]
    return [dict(zip(names, row, strict=True)) for row in response.get("rows") or []]


def read_exactly(_answer: object, content: bytes) -> Any:
    """Money is never a float, and Google's client makes one of each number with a point."""
    return json.loads(content, parse_float=Decimal)


async def available_days(attempt: Attempt, first: date, last: date) -> set[date]:
    """The days of which the channel's reports have anything."""
    rows = await query_report(attempt, first, last, ["views"], dimensions="day")
    return {date.fromisoformat(row["day"]) for row in rows}


async def video_rows(attempt: Attempt, day: date, ids: Sequence[str], *, with_money: bool) -> Mapping[str, Row]:
    """What happened on a day, by YouTube's id; whoever was not seen by anybody is not in it."""
    rows_by_video: dict[str, Row] = {}
    for first in range(0, len(ids), MAX_VIDEOS):
        batch = ids[first : first + MAX_VIDEOS]
        rows = await query_report(
            attempt,
            day,
            day,
            (*ACTIVITY, *(MONEY if with_money else ())),
            dimensions="video",
            filters=f"video=={','.join(batch)}",
            sort="-views",
            maxResults=MAX_VIDEOS,
        )
        rows_by_video |= {row["video"]: {name: value for name, value in row.items() if name != "video"} for row in rows}
    return rows_by_video


async def to_event(attempt: Attempt, day: date, at: datetime, video_id: UUID, youtube_id: str, row: Row) -> Event:
    """A video's day. The averages are of the report's views, which are not the event's own."""
    views = int(row.get("views", 0))
    impressions, breakdowns = await _breakdowns(attempt, day, youtube_id, views) if views else ({}, [])
    return {
        "video_id": str(video_id),
        "channel_id": str(attempt.lease.channel_id),
        "timestamp": at.isoformat(),
        "whole_day": True,
        **{field: row.get(metric, 0) for field, metric in _LOSS_METRICS.items()},
        "subscribers_gained": row.get("subscribersGained", 0),
        "subscribers_lost": row.get("subscribersLost", 0),
        "watch_time_minutes": row.get("estimatedMinutesWatched", 0),
        "average_view_duration": row.get("averageViewDuration", 0),
        "average_percentage_viewed": row.get("averageViewPercentage", 0),
        "averages_basis_views": views,
        **impressions,
        "breakdowns": breakdowns,
    }


def is_correction(event: Event) -> bool:
    """Whether it takes something away."""
    return bool(min(event[name] for name in _LOSS_METRICS) < 0)


async def _breakdowns(attempt: Attempt, day: date, youtube_id: str, views: int) -> tuple[Event, list[BreakdownRow]]:
    """How often its thumbnail was shown and clicked, and the parts of its views."""
    only = f"video=={youtube_id}"
    sources = await query_report(
        attempt, day, day, (*_WATCH_METRICS, *_IMPRESSION_METRICS), dimensions="insightTrafficSourceType", filters=only
    )
    parts = _parts("traffic_source", "insightTrafficSourceType", sources)
    for column, dimension in _BREAKDOWN_DIMENSIONS.items():
        parts += _parts(
            dimension, column, await query_report(attempt, day, day, _WATCH_METRICS, dimensions=column, filters=only)
        )
    people = await query_report(attempt, day, day, ["viewerPercentage"], dimensions="ageGroup,gender", filters=only)
    for column, dimension in (("ageGroup", "age_group"), ("gender", "gender")):
        parts += _people(dimension, column, people, views)
    return _impressions(sources), parts


def _parts(dimension: str, column: str, rows: Iterable[Row]) -> list[BreakdownRow]:
    return [
        {
            "dimension": dimension,
            "member": row[column],
            "views": row["views"],
            "minutes": row["estimatedMinutesWatched"],
        }
        for row in rows
    ]


def _people(dimension: str, column: str, rows: Iterable[Row], views: int) -> list[BreakdownRow]:
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        shares[row[column]] += row["viewerPercentage"]
    return [
        {"dimension": dimension, "member": member, "views": count}
        for member, count in apportion(shares, views).items()
        if count
    ]


def apportion(shares: Mapping[str, Decimal], whole: int) -> Mapping[str, int]:
    """Whole numbers in these shares, whose sum is `whole`: what rounding leaves goes where it is missed most."""
    total = sum(shares.values())
    if not total:
        return {}
    exact = {name: whole * share / total for name, share in shares.items()}
    parts = {name: int(part) for name, part in exact.items()}
    remainder = whole - sum(parts.values())
    for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:remainder]:
        parts[name] += 1
    return parts


def _impressions(sources: Iterable[Row]) -> Event:
    """Of all sources together, by what each was shown: a rate of rates would count a small one like a large one."""
    impressions, clicked = 0, Decimal(0)
    for row in sources:
        count, rate = int(row[_IMPRESSION_METRICS[0]]), Decimal(str(row[_IMPRESSION_METRICS[1]])) / 100
        impressions, clicked = impressions + count, clicked + count * rate
    return {
        "impressions": impressions,
        "click_through_rate": min(clicked / impressions, Decimal(1)) if impressions else 0,
    }
