"""HTTP for dashboards: which days, which channels, and the answer as it is kept or computed, with its entity tag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from ytempire.accounts.http.authentication import Authenticated, read_pool_of_request
from ytempire.insight import dashboards
from ytempire.insight.dashboard_cache import CacheKey, DashboardCache, DashboardContext, DashboardResult
from ytempire.insight.dashboard_schemas import (
    ChannelRanking,
    Heatmap,
    Overview,
    RpmByWeek,
    TopVideos,
    Traffic,
    VideoMetricsOut,
)
from ytempire.insight.dashboards import LONGEST_DAYS, DashboardQuery, Dimension
from ytempire.insight.derived_metrics import MetricName
from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput
from ytempire.kit.etags import is_not_modified
from ytempire.kit.http import PROBLEMS

router = APIRouter(
    prefix="/api/v1/analytics",
    tags=["analytics"],
    dependencies=[Authenticated],
    responses={**PROBLEMS, 304: {"description": "You have this answer already (`If-None-Match`)"}},
)
DEFAULT_DAYS = 28
Day = Annotated[date | None, Query(ge=date(2005, 1, 1), le=date(2199, 12, 31))]
Limit = Annotated[int, Query(ge=1, le=100)]
Compute = Callable[[DashboardContext, DashboardQuery], Awaitable[DashboardResult]]


def parse_days(
    days: Annotated[int | None, Query(ge=1, le=LONGEST_DAYS, description="up to `until`; 28 without `since`")] = None,
    since: Day = None,
    until: Annotated[Day, Query(description="the last day; without it, today")] = None,
) -> DashboardQuery:
    """Dependency: the days that are asked for. Raises InvalidInput for both ways at once."""
    if days is not None and since is not None:
        raise InvalidInput("A range is told by `days` or by `since`, not by both.", hint="Leave one of them out.")
    # the same question in the same minute has the same answer, if no events come in
    minute = clock.now().replace(second=0, microsecond=0)
    return DashboardQuery(minute, days or DEFAULT_DAYS, since, until)


def parse_days_of_channel(
    dashboard_query: Annotated[DashboardQuery, Depends(parse_days)],
    channel_id: Annotated[UUID | None, Query(description="only this one; without it, all that I see")] = None,
) -> DashboardQuery:
    return DashboardQuery(
        dashboard_query.now, dashboard_query.days, dashboard_query.since, dashboard_query.until, channel_id
    )


Days = Annotated[DashboardQuery, Depends(parse_days)]
ChannelDays = Annotated[DashboardQuery, Depends(parse_days_of_channel)]


async def _cached_response(
    request: Request,
    dashboard_query: DashboardQuery,
    compute: Compute,
    *more: object,
    name: str,
) -> Response:
    """Kept or computed; `more` is what the answer depends on beside `dashboard_query`."""
    cache: DashboardCache = request.app.state.dashboard_cache
    cache_key = CacheKey(name, (dashboard_query, *more))
    dashboard = await cache.get(
        read_pool_of_request(request), cache_key, lambda context: compute(context, dashboard_query)
    )
    response = Response(dashboard.body, media_type="application/json")
    if is_not_modified(request, response, dashboard.etag):
        headers = {name: response.headers[name] for name in ("ETag", "Cache-Control")}
        return Response(status_code=304, headers=headers)
    return response


@router.get("/overview", response_model=Overview)
async def get_overview(request: Request, dashboard_query: ChannelDays) -> Response:
    """All channels that I see, or one, together: now, before, and day by day."""
    return await _cached_response(request, dashboard_query, dashboards.overview, name="overview")


@router.get("/channels", response_model=ChannelRanking)
async def rank_channels(
    request: Request,
    dashboard_query: Days,
    metric: MetricName = "views",
    category: Annotated[str | None, Query(pattern="^[a-z][a-z0-9_]{0,49}$", description="its slug")] = None,
    limit: Limit = 25,
) -> Response:
    """Channels, those with most of a figure first, and where they stood before."""

    async def compute(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
        return await dashboards.channels(context, dashboard_query, metric=metric, category=category, limit=limit)

    return await _cached_response(request, dashboard_query, compute, metric, category, limit, name="channels")


@router.get("/videos", response_model=TopVideos)
async def rank_videos(
    request: Request,
    dashboard_query: ChannelDays,
    metric: MetricName = "views",
    min_views: Annotated[
        int, Query(ge=0, le=2**62, description="only videos with so many: a rate of few views says little")
    ] = 0,
    limit: Limit = 25,
) -> Response:
    """Videos, those with most of a figure first."""

    async def compute(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
        return await dashboards.videos(context, dashboard_query, metric=metric, min_views=min_views, limit=limit)

    return await _cached_response(request, dashboard_query, compute, metric, min_views, limit, name="videos")


@router.get("/rpm", response_model=RpmByWeek)
async def get_rpm(request: Request, dashboard_query: ChannelDays, limit: Limit = 10) -> Response:
    """Revenue for a thousand views, week by week, and its average of four weeks."""

    async def compute(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
        return await dashboards.rpm(context, dashboard_query, limit=limit)

    return await _cached_response(request, dashboard_query, compute, limit, name="rpm")


@router.get("/heatmap", response_model=Heatmap)
async def get_heatmap(request: Request, dashboard_query: ChannelDays) -> Response:
    """When people watch: weekday by hour, in the channel's time zone; of all channels in UTC."""
    return await _cached_response(request, dashboard_query, dashboards.heatmap, name="heatmap")


@router.get("/traffic", response_model=Traffic)
async def get_traffic(
    request: Request,
    dashboard_query: ChannelDays,
    dimension: Dimension = "traffic_source",
    limit: Annotated[int, Query(ge=1, le=300)] = 25,  # there are 249 countries
) -> Response:
    """Shares of views: where they came from, who watched, on what."""

    async def compute(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
        return await dashboards.traffic(context, dashboard_query, dimension=dimension, limit=limit)

    return await _cached_response(request, dashboard_query, compute, dimension, limit, name="traffic")


@router.get("/videos/{video_id}", response_model=VideoMetricsOut)
async def get_video_metrics(request: Request, video_id: UUID, dashboard_query: Days) -> Response:
    """One video: its figures, day by day, the last two days by hour, and breakdowns."""

    async def compute(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
        return await dashboards.video(context, dashboard_query, video_id)

    return await _cached_response(request, dashboard_query, compute, video_id, name="video")
