"""What waits for the quota of a project, over all channels, and whose turn it is. The platform's to read.

Publications of channels that are stopped, not connected, or without the consent that they need, wait for something
else: they would keep the days' room from those that can use it.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.publishing import planning
from ytempire.publishing.automation import CONSENT_VERSION
from ytempire.publishing.planning import Plan, QueuedUpload
from ytempire.publishing.quota_claim import CLAIM
from ytempire.youtube.methods import INSERTS, METHODS, UNITS
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.claims import read_claims_of_others, registered_claims
from ytempire.youtube.quota.costs import COMPLETE_UPLOAD_COST, Amounts, cost_of
from ytempire.youtube.quota.reservations import ProtectedUnits

WAITING_FOR_QUOTA_RESET = "waitingForQuotaReset"
# A change of what YouTube has already reads, and then writes. It goes when it comes, and takes of the day's room.
CHANGE = {INSERTS: 0, UNITS: METHODS["videos.list"].units + METHODS["videos.update"].units}
_CANDIDATE = UUID(int=0)  # no publication has it
# What the plan decides anew each time; everything else that a publication waits for has a time of its own.
_FOR_QUOTA = (WAITING_FOR_QUOTA_RESET, "quotaExhausted")


def _quota_reasons() -> list[str]:
    return [*_FOR_QUOTA, *(claim.refusal_reason for claim in registered_claims().values())]


_WAITING = text("""
    SELECT p.id, coalesce(p.publish_at, p.created_at) AS due_at,
           p.session_uri IS NULL AND p.youtube_video_id IS NULL AS video_file,
           p.thumbnail_status = 'pending' AS thumbnail, p.captions_status = 'pending' AS captions,
           CASE WHEN p.last_error ->> 'reason' = ANY (:for_quota) THEN NULL ELSE p.next_try_at END AS not_before
    FROM core.publications p
    JOIN core.channels c ON c.id = p.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = p.channel_id AND k.status IN ('connected', 'expiring')
    LEFT JOIN core.channel_automation a ON a.channel_id = p.channel_id
    WHERE p.next_try_at IS NOT NULL AND k.project_id = :project_id
      AND (p.youtube_video_id IS NULL OR 'pending' IN (p.thumbnail_status, p.captions_status))
      AND (NOT p.is_automatic OR p.status <> 'planned' OR a.auto_publish AND a.consent_version = :consent)""")

_CHANGES = text("""
    SELECT g.id, g.requested_at AS due_at, g.next_try_at AS not_before
    FROM core.publication_edits g
    JOIN core.channels c ON c.id = g.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = g.channel_id AND k.status IN ('connected', 'expiring')
    WHERE g.next_try_at IS NOT NULL AND k.project_id = :project_id""")


@dataclass(frozen=True)
class UploadQueue:
    """What waits for a project's quota, and how much of that uploads may use today and each day after."""

    now: ServiceClock
    waiting: Sequence[QueuedUpload]
    today: Amounts
    daily: Amounts
    collection_allocation: Amounts

    def plan(self, *more: QueuedUpload, days_at_least: int = planning.WEEK) -> Plan:
        return planning.plan(
            [*self.waiting, *more],
            now=self.now.at,
            today=self.today,
            daily=self.daily,
            lead=planning.LEAD * self.now.speed,  # a video file takes as long as it takes, however fast that clock runs
            days_at_least=days_at_least,
        )


def first_feasible_time(queue: UploadQueue, free: Sequence[datetime]) -> datetime | None:
    """The first of these times, in order, at which a complete upload comes in time and makes nobody late.

    Whoever fits in at a time fits in at a later one as well, with fewer behind them: so a few are tried, not each. It
    takes a second with thousands that wait: not for the loop that the heartbeats run in.
    """
    before = queue.plan().late()

    def fits(at: datetime) -> bool:
        return (
            queue.plan(QueuedUpload(_CANDIDATE, queue.now.to_service_time(at), COMPLETE_UPLOAD_COST)).late() <= before
        )

    first = bisect_left(free, True, key=fits)
    return free[first] if first < len(free) else None


async def read_queue(session: AsyncSession, project: Project, now: ServiceClock) -> UploadQueue:
    """Needs the platform's session."""
    given = {"project_id": project.id, "for_quota": _quota_reasons(), "consent": CONSENT_VERSION}
    waiting = [
        QueuedUpload(
            row.id,
            now.to_service_time(row.due_at),
            cost_of(video=row.video_file, thumbnail=row.thumbnail, captions=row.captions),
            now.to_service_time(row.not_before) if row.not_before else None,
        )
        for row in await session.execute(_WAITING, given)
    ]
    waiting += [
        QueuedUpload(row.id, now.to_service_time(row.due_at), CHANGE, now.to_service_time(row.not_before))
        for row in await session.execute(_CHANGES, {"project_id": project.id})
    ]
    others = await read_claims_of_others(session, project, now, CLAIM.name)
    left = {
        bucket_state.bucket: bucket_state.left for bucket_state in await reservations.buckets_of(session, project, now)
    }
    return UploadQueue(
        now,
        waiting,
        today=planning.subtract(left, {UNITS: others.today.units}),
        daily=planning.subtract(project.allowances, {UNITS: others.daily}),
        collection_allocation={UNITS: others.daily},
    )


async def protected_units(session: AsyncSession, project: Project, now: ServiceClock, units: int) -> ProtectedUnits:
    """What a call of an upload that takes so many units leaves today, as the plan does. One for which no whole day has
    room beside reading leaves nothing: it would never go. Needs the platform's session.
    """
    others = await read_claims_of_others(session, project, now, CLAIM.name)
    never = planning.subtract(project.allowances, {UNITS: others.daily}).get(UNITS, 0) < units
    return replace(others.today, units=0) if never else others.today


async def require_upload_day(session: AsyncSession, project: Project, now: ServiceClock, publication_id: UUID) -> None:
    """Raises YouTubeRetryLater for an upload whose day has not come: what is left of today is for those whose time
    comes sooner.
    """
    plan = await asyncio.to_thread((await read_queue(session, project, now)).plan)
    placement = plan.placements.get(publication_id)
    if placement is None or placement.begins_at is None or placement.begins_at <= now.at:
        return
    raise now.later(
        "What is left of today's quota is too little, or for uploads whose time comes sooner. It waits for a reset.",
        reason=WAITING_FOR_QUOTA_RESET,
        after_s=(placement.begins_at - now.at).total_seconds(),
    )


_WAITS = text("""
    SELECT DISTINCT k.project_id FROM core.publications p
    JOIN core.channel_connections k ON k.channel_id = p.channel_id
    WHERE p.next_try_at > :now AND p.last_error ->> 'reason' = ANY (:for_quota)""")

_WAKE = text("""
    UPDATE core.publications SET next_try_at = :now
    WHERE id = ANY (:ids) AND lease_token IS NULL AND next_try_at > :now AND last_error ->> 'reason' = ANY (:for_quota)
    RETURNING id""")


async def projects_with_waiting_uploads(session: AsyncSession) -> list[UUID]:
    """Of which something waits for a reset."""
    return list((await session.scalars(_WAITS, {"now": clock.now(), "for_quota": _quota_reasons()})).all())


async def wake(session: AsyncSession, project: Project, now: ServiceClock) -> int:
    """What waits for a reset and need not any more: more was allowed, or others were taken back. How many."""
    queue = await read_queue(session, project, now)
    plan = await asyncio.to_thread(queue.plan)
    ids = [publication for publication, placement in plan.placements.items() if placement.day == now.day]
    woken = await session.scalars(_WAKE, {"now": clock.now(), "ids": ids, "for_quota": _quota_reasons()})
    return len(woken.all())
