"""HTTP for live figures: what happens in these minutes, by channel and for the videos that do best."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, read_pool_of_request
from ytempire.insight.derived_metrics import engagement_rate
from ytempire.kit.http import PROBLEMS
from ytempire.realtime import queries
from ytempire.realtime.counter_store import METRICS, MINUTES, Counts, first_minute
from ytempire.realtime.counters import LiveCounters

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"], dependencies=[Authenticated], responses=PROBLEMS)
ENGAGED_MINUTES = 5
Source = Literal["cache", "database", "unavailable"]
Tier = Literal["viral", "trending", "performing", "normal"]


class Minutes(BaseModel):
    """Ten minutes, the running one last. Null: not available at the moment."""

    views_last_minute: int | None = Field(description="of the last minute that is over")
    views_by_minute: list[int] | None = Field(description="of each of `minutes`")
    engagement_rate: float | None = Field(
        description="of the last five minutes, the running one among them; null without views"
    )

    @classmethod
    def from_counts(cls, counts: Counts | None) -> Self:
        """Of (MINUTES, 4)."""
        if counts is None:
            return cls(views_last_minute=None, views_by_minute=None, engagement_rate=None)
        sums = counts[-ENGAGED_MINUTES:].sum(axis=0).tolist()
        return cls(
            views_last_minute=int(counts[-2, 0]),
            views_by_minute=[int(views) for views in counts[:, 0]],
            engagement_rate=engagement_rate(**dict(zip(METRICS, sums, strict=True))),
        )


class LiveChannel(BaseModel):
    channel_id: UUID
    name: str
    live: Minutes


class LiveVideo(BaseModel):
    """How a video of the last seven days does in these sixty minutes; see the data dictionary, realtime_metrics."""

    video_id: UUID
    channel_id: UUID
    channel_name: str
    title: str
    published_at: datetime | None
    hour_views: int = Field(description="of this clock hour, and the share of the one before that is missing")
    hour_likes: int
    hour_comments: int
    hour_shares: int
    hour_engagement_rate: float | None = Field(description="of the same sixty minutes; null without views")
    views_per_hour_lifetime: float
    trend_rank: int = Field(description="its place among the videos that I may see")
    tier: Tier
    live: Minutes


class LiveMetrics(BaseModel):
    at: datetime
    source: Source = Field(
        description="cache; database: the cache is away, and this took longer; unavailable: and it would have taken"
        " too long, so figures of minutes are null"
    )
    minutes: list[datetime] = Field(description="when each of the ten begins; the last is running")
    total: Minutes = Field(description="of all channels that I may see, or of the one that was asked for")
    channels: list[LiveChannel] = Field(description="those with the most views in these minutes first")
    videos: list[LiveVideo] = Field(description="the best of the hour first")


@router.get("/live")
async def get_live_metrics(
    request: Request,
    channel_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="channels")] = 100,
    videos: Annotated[int, Query(ge=0, le=100)] = 10,
) -> LiveMetrics:
    """What happens just now on channels that I may see: by minute for ten minutes, and the videos that do best.

    Within a second of the commit of an event it is in here. The WebSocket says when to ask again (`live_changed`,
    and `metrics_changed` for when the cache is away).
    """
    first = first_minute()
    async with read_pool_of_request(request).begin() as connection:
        channels = await queries.visible_channels(connection, only=channel_id)
        best = await queries.top_videos(connection, only=channel_id, limit=videos)
    source, of_channels, of_videos = await _counts(
        request, first, [minute for minute, _ in channels], [(row["channel_id"], row["video_id"]) for row in best]
    )
    if of_channels is None or of_videos is None:
        order = list(range(len(channels)))
    else:
        order = np.argsort(-of_channels[:, :, 0].sum(axis=0), kind="stable").tolist()
    return LiveMetrics(
        at=datetime.now(UTC),
        source=source,
        minutes=[datetime.fromtimestamp(first, UTC) + timedelta(minutes=minute) for minute in range(MINUTES)],
        total=Minutes.from_counts(None if of_channels is None else of_channels.sum(axis=1)),
        channels=[
            LiveChannel(
                channel_id=channels[index][0],
                name=channels[index][1],
                live=Minutes.from_counts(None if of_channels is None else of_channels[:, index]),
            )
            for index in order[:limit]
        ],
        videos=[
            LiveVideo(**row, live=Minutes.from_counts(None if of_videos is None else of_videos[:, index]))
            for index, row in enumerate(best)
        ],
    )


async def _counts(
    request: Request, first: int, channels: list[UUID], videos: list[tuple[UUID, UUID]]
) -> tuple[Source, Counts | None, Counts | None]:
    """From the cache, or from PostgreSQL where the cache has none at the moment."""
    counters: LiveCounters = request.app.state.live_counters
    counts = await counters.read(first, channels, videos)
    if counts is not None:
        return "cache", *counts
    async with read_pool_of_request(request).begin() as connection:
        counts = await queries.count_from_events(connection, first, channels, videos)
    return ("database", *counts) if counts is not None else ("unavailable", None, None)
