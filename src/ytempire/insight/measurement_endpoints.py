"""HTTP for a video's numbers: each with its source and its age, what it cost, and what it brought."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.collection.decisions import Freshness
from ytempire.collection.queries import NotMeasured
from ytempire.collection.schemas import CollectionErrorOut, GapOut, LifetimeCountersOut, ReconciliationOut, ReportsOut
from ytempire.insight import measurements
from ytempire.insight.dashboard_schemas import Metrics
from ytempire.insight.measurements import VideoMeasurement
from ytempire.kit.http import PROBLEMS
from ytempire.production import queries as videos
from ytempire.production.schemas import Usd

router = APIRouter(prefix="/api/v1", tags=["collection"], dependencies=[Authenticated], responses=PROBLEMS)


class VideoCollectionOut(BaseModel):
    """A video's numbers of its whole life. Views, likes and comments are YouTube's counters, all else its reports."""

    video_id: UUID
    channel_id: UUID
    is_sandbox: bool = Field(description="it is measured at the local YouTube, where nothing is real")
    counters: LifetimeCountersOut
    freshness: Freshness
    reports: ReportsOut
    metrics: Metrics
    reported_rpm_usd: Usd | None = Field(
        description="RPM of the time up to the last day with revenue; `metrics.rpm_usd` is of all views, and lower"
        " while days have views and no revenue yet"
    )
    cost_usd: Usd
    profit_usd: Usd = Field(description="revenue less cost")
    gap: GapOut | None = Field(description="the one that is not filled yet")
    reconciliation: ReconciliationOut
    last_error: CollectionErrorOut | None = Field(description="of the counters, or of what comes before them")

    @classmethod
    def from_view(cls, view: VideoMeasurement) -> Self:
        return cls.model_validate(view, from_attributes=True)


@router.get("/videos/{video_id}/collection")
async def get_video_collection(request: Request, video_id: UUID) -> VideoCollectionOut | None:
    """Its numbers, each with its source and its age, what it cost, and what it brought. Null: it was never live."""
    async with sessions_of_request(request).begin() as session:
        try:
            return VideoCollectionOut.from_view(await measurements.get_video_measurement(session, video_id))
        except NotMeasured:
            await videos.require_video(session, video_id)
            return None
