"""The quota of the days to come in dressed uploads, for the calendar: of each project, and the same for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from ytempire.kit.errors import YtempireError
from ytempire.publishing import waiting
from ytempire.publishing.planning import Place, Plan
from ytempire.publishing.waiting import Queue
from ytempire.youtube import projects, quota
from ytempire.youtube.dressed import Amounts
from ytempire.youtube.methods import INSERTS
from ytempire.youtube.projects import Project, day_begins
from ytempire.youtube.service import YouTube

SHOWN_AT_MOST = 31  # days; what waits for a later one says so itself


@dataclass(frozen=True)
class QuotaDay:
    """A Pacific day: uploads that have begun, that are to begin, and how many there can be with both."""

    day: date
    begins_at: datetime
    ends_at: datetime
    used: int
    planned: int
    fits: int


@dataclass(frozen=True)
class Outlook:
    """`places` has each publication with something to be paid, whoever's it is: not to be shown as it is."""

    project_id: UUID
    name: str
    is_sandbox: bool
    days: Sequence[QuotaDay]
    waiting: int
    reserve: Amounts
    trouble: str | None
    queue: Queue | None
    places: Mapping[UUID, Place]


async def read_outlooks(youtube: YouTube, wanted: Collection[UUID]) -> list[Outlook]:
    """Of these projects. One whose clock does not answer (a sandbox that is down) says so."""
    async with youtube.platform.begin() as session:
        known = [one for one in await projects.list_projects(session, youtube.keys) if one.id in wanted]
    return [await _outlook(youtube, one) for one in known]


async def _outlook(youtube: YouTube, project: Project) -> Outlook:
    nothing = Outlook(
        project.id,
        project.name,
        project.is_sandbox,
        days=[],
        waiting=0,
        reserve={},
        trouble=None,
        queue=None,
        places={},
    )
    try:
        now = await youtube.now(project)
    except YtempireError as error:
        return replace(nothing, trouble=error.message)
    async with youtube.platform.begin() as session:
        queue = await waiting.read_queue(session, project, now)
        used = {one.bucket: one.used for one in await quota.buckets_of(session, project, now)}
    plan = await asyncio.to_thread(queue.plan)
    return replace(
        nothing,
        days=_days(queue, plan, used.get(INSERTS, 0)),
        waiting=sum(one.cost[INSERTS] for one in queue.waiting),
        reserve=queue.reserve,
        queue=queue,
        places=plan.places,
    )


def _days(queue: Queue, plan: Plan, used_today: int) -> list[QuotaDay]:
    shown = []
    for one in plan.days[:SHOWN_AT_MOST]:
        begins_at, ends_at = (queue.now.ours(day_begins(day)) for day in (one.day, one.day + timedelta(days=1)))
        used = used_today if one.day == queue.now.day else 0
        shown.append(QuotaDay(one.day, begins_at, ends_at, used, one.planned, used + one.planned + one.room))
    return shown
