"""The quota of the days to come in complete uploads, for the calendar: of each project, and the same for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from ytempire.kit.errors import YtempireError
from ytempire.publishing import upload_queue
from ytempire.publishing.planning import Plan, UploadPlacement
from ytempire.publishing.upload_queue import UploadQueue
from ytempire.youtube import projects
from ytempire.youtube.methods import INSERTS
from ytempire.youtube.projects import Project, day_begins
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.costs import Amounts
from ytempire.youtube.service import YouTube

SHOWN_AT_MOST = 31  # days; what waits for a later one says so itself


@dataclass(frozen=True)
class ForecastDay:
    """A Pacific day: uploads that have begun, that are to begin, and how many there can be with both."""

    day: date
    begins_at: datetime
    ends_at: datetime
    used: int
    planned: int
    fits: int


@dataclass(frozen=True)
class QuotaForecast:
    """`places` has each publication with something to be paid, whoever's it is: not to be shown as it is."""

    project_id: UUID
    name: str
    is_sandbox: bool
    days: Sequence[ForecastDay]
    waiting: int
    collection_allocation: Amounts
    error: str | None
    queue: UploadQueue | None
    placements: Mapping[UUID, UploadPlacement]


async def read_quota_forecasts(youtube: YouTube, wanted: Collection[UUID]) -> list[QuotaForecast]:
    """Of these projects. One whose clock does not answer (a sandbox that is down) says so."""
    async with youtube.platform.begin() as session:
        known = [project for project in await projects.list_projects(session, youtube.keys) if project.id in wanted]
    return [await _outlook(youtube, project) for project in known]


async def _outlook(youtube: YouTube, project: Project) -> QuotaForecast:
    nothing = QuotaForecast(
        project.id,
        project.name,
        project.is_sandbox,
        days=[],
        waiting=0,
        collection_allocation={},
        error=None,
        queue=None,
        placements={},
    )
    try:
        now = await youtube.now(project)
    except YtempireError as error:
        return replace(nothing, error=error.message)
    async with youtube.platform.begin() as session:
        queue = await upload_queue.read_queue(session, project, now)
        used = {
            bucket_state.bucket: bucket_state.used
            for bucket_state in await reservations.buckets_of(session, project, now)
        }
    plan = await asyncio.to_thread(queue.plan)
    return replace(
        nothing,
        days=_days(queue, plan, used.get(INSERTS, 0)),
        waiting=sum(upload.cost[INSERTS] for upload in queue.waiting),
        collection_allocation=queue.collection_allocation,
        queue=queue,
        placements=plan.placements,
    )


def _days(queue: UploadQueue, plan: Plan, used_today: int) -> list[ForecastDay]:
    shown = []
    for planned_day in plan.days[:SHOWN_AT_MOST]:
        begins_at, ends_at = (
            queue.now.to_local_time(day_begins(day)) for day in (planned_day.day, planned_day.day + timedelta(days=1))
        )
        used = used_today if planned_day.day == queue.now.day else 0
        shown.append(
            ForecastDay(
                planned_day.day,
                begins_at,
                ends_at,
                used,
                planned_day.planned,
                used + planned_day.planned + planned_day.room,
            )
        )
    return shown
