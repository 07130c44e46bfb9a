"""HTTP for dashboards: which days, which channels, and the answer as it is kept or computed, with its entity tag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from ytempire.accounts.http.gate import SignedIn, reads_of_request
from ytempire.analytics import dashboards
from ytempire.analytics.cache import Answers, Found, Question, Reading
from ytempire.analytics.dashboard_schemas import (
    ChannelRanking,
    Heatmap,
    Overview,
    RpmByWeek,
    TopVideos,
    Traffic,
    VideoFigures,
)
from ytempire.analytics.dashboards import LONGEST_DAYS, Asked, Dimension
from ytempire.analytics.figures import Measure
from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput
from ytempire.kit.etags import is_known
from ytempire.kit.http import PROBLEMS

router = APIRouter(
    prefix="/api/v1/analytics",
    tags=["analytics"],
    dependencies=[SignedIn],
    responses={**PROBLEMS, 304: {"description": "You have this answer already (`If-None-Match`)"}},
)
DEFAULT_DAYS = 28
Day = Annotated[date | None, Query(ge=date(2005, 1, 1), le=date(2199, 12, 31))]
Limit = Annotated[int, Query(ge=1, le=100)]
Compute = Callable[[Reading, Asked], Awaitable[Found]]


def asked_days(
    days: Annotated[int | None, Query(ge=1, le=LONGEST_DAYS, description="up to `until`; 28 without `since`")] = None,
    since: Day = None,
    until: Annotated[Day, Query(description="the last day; without it, today")] = None,
) -> Asked:
    """Dependency: the days that are asked for. Raises InvalidInput for both ways at once."""
    if days is not None and since is not None:
        raise InvalidInput("A range is told by `days` or by `since`, not by both.", hint="Leave one of them out.")
    # the same question in the same minute has the same answer, if no events come in
    minute = clock.now().replace(second=0, microsecond=0)
    return Asked(minute, days or DEFAULT_DAYS, since, until)


def asked_of_channels(
    asked: Annotated[Asked, Depends(asked_days)],
    channel_id: Annotated[UUID | None, Query(description="only this one; without it, all that I see")] = None,
) -> Asked:
    return Asked(asked.now, asked.days, asked.since, asked.until, channel_id)


Days = Annotated[Asked, Depends(asked_days)]
DaysOfChannels = Annotated[Asked, Depends(asked_of_channels)]


async def _answer(
    request: Request,
    asked: Asked,
    compute: Compute,
    *more: object,
    name: str,
) -> Response:
    """Kept or computed; `more` is what the answer depends on beside `asked`."""
    answers: Answers = request.app.state.answers
    question = Question(name, (asked, *more))
    answer = await answers.get(reads_of_request(request), question, lambda reading: compute(reading, asked))
    response = Response(answer.body, media_type="application/json")
    if is_known(request, response, answer.etag):
        headers = {name: response.headers[name] for name in ("ETag", "Cache-Control")}
        return Response(status_code=304, headers=headers)
    return response


@router.get("/overview", response_model=Overview)
async def get_overview(request: Request, asked: DaysOfChannels) -> Response:
    """All channels that I see, or one, together: now, before, and day by day."""
    return await _answer(request, asked, dashboards.overview, name="overview")


@router.get("/channels", response_model=ChannelRanking)
async def get_channels(
    request: Request,
    asked: Days,
    measure: Measure = "views",
    category: Annotated[str | None, Query(pattern="^[a-z][a-z0-9_]{0,49}$", description="its slug")] = None,
    limit: Limit = 25,
) -> Response:
    """Channels, those with most of a figure first, and where they stood before."""

    async def compute(reading: Reading, asked: Asked) -> Found:
        return await dashboards.channels(reading, asked, measure=measure, category=category, limit=limit)

    return await _answer(request, asked, compute, measure, category, limit, name="channels")


@router.get("/videos", response_model=TopVideos)
async def get_videos(
    request: Request,
    asked: DaysOfChannels,
    measure: Measure = "views",
    least_views: Annotated[
        int, Query(ge=0, le=2**62, description="only videos with so many: a rate of few views says little")
    ] = 0,
    limit: Limit = 25,
) -> Response:
    """Videos, those with most of a figure first."""

    async def compute(reading: Reading, asked: Asked) -> Found:
        return await dashboards.videos(reading, asked, measure=measure, least_views=least_views, limit=limit)

    return await _answer(request, asked, compute, measure, least_views, limit, name="videos")


@router.get("/rpm", response_model=RpmByWeek)
async def get_rpm(request: Request, asked: DaysOfChannels, limit: Limit = 10) -> Response:
    """Revenue for a thousand views, week by week, and its average of four weeks."""

    async def compute(reading: Reading, asked: Asked) -> Found:
        return await dashboards.rpm(reading, asked, limit=limit)

    return await _answer(request, asked, compute, limit, name="rpm")


@router.get("/heatmap", response_model=Heatmap)
async def get_heatmap(request: Request, asked: DaysOfChannels) -> Response:
    """When people watch: weekday by hour, in the channel's time zone; of all channels in UTC."""
    return await _answer(request, asked, dashboards.heatmap, name="heatmap")


@router.get("/traffic", response_model=Traffic)
async def get_traffic(
    request: Request,
    asked: DaysOfChannels,
    dimension: Dimension = "traffic_source",
    limit: Annotated[int, Query(ge=1, le=300)] = 25,  # there are 249 countries
) -> Response:
    """Shares of views: where they came from, who watched, on what."""

    async def compute(reading: Reading, asked: Asked) -> Found:
        return await dashboards.traffic(reading, asked, dimension=dimension, limit=limit)

    return await _answer(request, asked, compute, dimension, limit, name="traffic")


@router.get("/videos/{video_id}", response_model=VideoFigures)
async def get_video(request: Request, video_id: UUID, asked: Days) -> Response:
    """One video: its figures, day by day, the last two days by hour, and breakdowns."""

    async def compute(reading: Reading, asked: Asked) -> Found:
        return await dashboards.video(reading, asked, video_id)

    return await _answer(request, asked, compute, video_id, name="video")
