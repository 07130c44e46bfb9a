"""What a video's numbers are worth: what was collected of it, the metrics of its whole life, its cost and profit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from ytempire.collection.queries import VideoCollection, get_video_collection
from ytempire.costs import queries as costs
from ytempire.insight import derived_metrics
from ytempire.kit.database import AsyncSession
from ytempire.kit.money import ZERO, usd


@dataclass(frozen=True)
class VideoMeasurement(VideoCollection):
    metrics: Mapping[str, Any]
    reported_rpm_usd: Decimal | None
    cost_usd: Decimal
    profit_usd: Decimal


async def get_video_measurement(session: AsyncSession, video_id: UUID) -> VideoMeasurement:
    """Raises NotFound where it is not measured."""
    video = await get_video_collection(session, video_id)
    cost = sum((line.amount_usd for line in await costs.list_ledger(session, video_id)), ZERO)
    figures = await _figures(session, video.channel_id, video_id)
    return VideoMeasurement(
        **vars(video),
        metrics=figures,
        reported_rpm_usd=await _reported_rpm(session, video),
        cost_usd=cost,
        profit_usd=Decimal(figures["revenue_usd"]) - cost,
    )


_FIGURES = text(
    f"SELECT json_build_object({derived_metrics.json_pairs()})::text"  # noqa: S608  # constants of ours
    f" FROM (SELECT {derived_metrics.sums()} FROM metrics.video_daily r"
    " WHERE r.channel_id = :channel_id AND r.video_id = :video_id) s"
)


# Revenue is told for whole days, days late: the views since then have none yet, and the RPM of all views is too low.
_REPORTED_RPM = text(
    f"""
    SELECT {derived_metrics.DERIVED_METRICS["rpm_usd"].value} FROM (
        SELECT sum(m.estimated_revenue_usd) AS estimated_revenue_usd, sum(m.views)::numeric AS views
        FROM metrics.video_metrics m
        WHERE m.channel_id = :channel_id AND m.video_id = :video_id AND m."timestamp" <= (
            SELECT max(d.ends_at) FROM core.report_days d WHERE d.channel_id = :channel_id AND d.has_revenue)) s"""  # noqa: S608  # constants of ours
)


async def _reported_rpm(session: AsyncSession, video: VideoCollection) -> Decimal | None:
    """RPM of the time up to the last day with revenue; None: it has no views."""
    parameters = {"channel_id": video.channel_id, "video_id": video.video_id}
    rpm = await session.scalar(_REPORTED_RPM, parameters)
    return None if rpm is None else usd(rpm)


async def _figures(session: AsyncSession, channel_id: UUID, video_id: UUID) -> Mapping[str, Any]:
    """Of its whole life, as the series add up to."""
    document = await session.scalar(_FIGURES, {"channel_id": channel_id, "video_id": video_id})
    metrics: Mapping[str, Any] = json.loads(document or "{}")
    return metrics
