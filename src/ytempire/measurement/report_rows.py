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

from ytempire.measurement.attempts import Attempt, Event
from ytempire.youtube.wire import Apis

Row = Mapping[str, Any]
Part = Mapping[str, Any]

ACTIVITY = (
    "views", "likes", "dislikes", "comments", "shares", "subscribersGained", "subscribersLost",
    "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage",
)  # fmt: skip
MONEY = ("estimatedRevenue", "estimatedAdRevenue")
MOST_VIDEOS = 200  # rows that a report by video has
# What was taken back on a day is counted against it, and on a quiet one that is more than came.
_TAKEN_BACK = {
    "dislikes": "dislikes",
    "shares": "shares",
    "estimated_revenue_usd": "estimatedRevenue",
    "estimated_ad_revenue_usd": "estimatedAdRevenue",
}
_WATCHED = ("views", "estimatedMinutesWatched")
_SHOWN = ("videoThumbnailImpressions", "videoThumbnailImpressionsClickRate")
# YouTube's dimension, and ours
_BROKEN_DOWN = {"deviceType": "device", "country": "country"}


async def ask(attempt: Attempt, first: date, last: date, metrics: Iterable[str], **how: Any) -> list[Row]:
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

    answer = await attempt.ask(build)
    names = [header["name"] for header in answer["columnHeaders"]]
    return [dict(zip(names, row, strict=True)) for row in answer.get("rows") or []]


def read_exactly(_answer: object, content: bytes) -> Any:
    """Money is never a float, and Google's client makes one of each number with a point."""
    return json.loads(content, parse_float=Decimal)


async def days_there(attempt: Attempt, first: date, last: date) -> set[date]:
    """The days of which the channel's reports have anything."""
    rows = await ask(attempt, first, last, ["views"], dimensions="day")
    return {date.fromisoformat(row["day"]) for row in rows}


async def of_videos(attempt: Attempt, day: date, ids: Sequence[str], *, with_money: bool) -> Mapping[str, Row]:
    """What happened on a day, by YouTube's id; whoever was not seen by anybody is not in it."""
    found: dict[str, Row] = {}
    for first in range(0, len(ids), MOST_VIDEOS):
        some = ids[first : first + MOST_VIDEOS]
        rows = await ask(
            attempt,
            day,
            day,
            (*ACTIVITY, *(MONEY if with_money else ())),
            dimensions="video",
            filters=f"video=={','.join(some)}",
            sort="-views",
            maxResults=MOST_VIDEOS,
        )
        found |= {row["video"]: {name: value for name, value in row.items() if name != "video"} for row in rows}
    return found


async def event_of(attempt: Attempt, day: date, at: datetime, video_id: UUID, youtube_id: str, row: Row) -> Event:
    """A video's day. The averages are of the report's views, which are not the event's own."""
    seen = int(row.get("views", 0))
    shown, parts = await _broken_down(attempt, day, youtube_id, seen) if seen else ({}, [])
    return {
        "video_id": str(video_id),
        "channel_id": str(attempt.held.channel_id),
        "timestamp": at.isoformat(),
        "whole_day": True,
        **{ours: row.get(theirs, 0) for ours, theirs in _TAKEN_BACK.items()},
        "subscribers_gained": row.get("subscribersGained", 0),
        "subscribers_lost": row.get("subscribersLost", 0),
        "watch_time_minutes": row.get("estimatedMinutesWatched", 0),
        "average_view_duration": row.get("averageViewDuration", 0),
        "average_percentage_viewed": row.get("averageViewPercentage", 0),
        "averages_of": seen,
        **shown,
        "breakdowns": parts,
    }


def is_correction(event: Event) -> bool:
    """Whether it takes something away."""
    return bool(min(event[name] for name in _TAKEN_BACK) < 0)


async def _broken_down(attempt: Attempt, day: date, youtube_id: str, views: int) -> tuple[Event, list[Part]]:
    """How often its thumbnail was shown and clicked, and the parts of its views."""
    only = f"video=={youtube_id}"
    sources = await ask(attempt, day, day, (*_WATCHED, *_SHOWN), dimensions="insightTrafficSourceType", filters=only)
    parts = _parts("traffic_source", "insightTrafficSourceType", sources)
    for theirs, ours in _BROKEN_DOWN.items():
        parts += _parts(ours, theirs, await ask(attempt, day, day, _WATCHED, dimensions=theirs, filters=only))
    people = await ask(attempt, day, day, ["viewerPercentage"], dimensions="ageGroup,gender", filters=only)
    for theirs, ours in (("ageGroup", "age_group"), ("gender", "gender")):
        parts += _people(ours, theirs, people, views)
    return _impressions(sources), parts


def _parts(dimension: str, column: str, rows: Iterable[Row]) -> list[Part]:
    return [
        {
            "dimension": dimension,
            "member": row[column],
            "views": row["views"],
            "minutes": row["estimatedMinutesWatched"],
        }
        for row in rows
    ]


def _people(dimension: str, column: str, rows: Iterable[Row], views: int) -> list[Part]:
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        shares[row[column]] += row["viewerPercentage"]
    return [
        {"dimension": dimension, "member": member, "views": count}
        for member, count in divided(shares, views).items()
        if count
    ]


def divided(shares: Mapping[str, Decimal], whole: int) -> Mapping[str, int]:
    """Whole numbers in these shares, whose sum is `whole`: what rounding leaves goes where it is missed most."""
    total = sum(shares.values())
    if not total:
        return {}
    exact = {name: whole * share / total for name, share in shares.items()}
    found = {name: int(part) for name, part in exact.items()}
    left = whole - sum(found.values())
    for name in sorted(exact, key=lambda name: (found[name] - exact[name], name))[:left]:
        found[name] += 1
    return found


def _impressions(sources: Iterable[Row]) -> Event:
    """Of all sources together, by what each was shown: a rate of rates would count a small one like a large one."""
    shown, clicked = 0, Decimal(0)
    for row in sources:
        count, rate = int(row[_SHOWN[0]]), Decimal(str(row[_SHOWN[1]])) / 100
        shown, clicked = shown + count, clicked + count * rate
    return {"impressions": shown, "click_through_rate": min(clicked / shown, Decimal(1)) if shown else 0}
