"""Channels that publish by themselves: what is finished, and nobody scheduled, gets the next free time.

One transaction for each video, under the lock of its channel's calendar: two workers plan a video once and a time once,
and one that is killed has planned it or has not. The time is one for which the quota suffices, and for which nobody
else comes late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import procrastinate
from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, as_platform_for
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject
from ytempire.publishing import automation, backlog, calendar_lock, service, upload_queue
from ytempire.publishing.automation import CONSENT_VERSION
from ytempire.publishing.calendar_lock import WeeklySlots
from ytempire.publishing.errors import NotPublishable
from ytempire.publishing.service import PublicationRequest
from ytempire.youtube import projects
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.service import YouTube

log = get_logger(__name__)

# A finished video that was never ordered: one that failed, or was taken back, is somebody's to order again.
_UNPLANNED = "v.status = 'ready' AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id)"
_CHANNELS = text(f"""
    SELECT a.channel_id, a.consent_by, k.project_id
    FROM core.channel_automation a
    JOIN core.channels c ON c.id = a.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = a.channel_id AND k.status IN ('connected', 'expiring')
    WHERE a.auto_publish AND a.consent_version = :consent AND a.videos_per_day > 0
      AND EXISTS (SELECT FROM core.publishing_slots s WHERE s.channel_id = a.channel_id)
      AND EXISTS (SELECT FROM core.videos v WHERE v.channel_id = a.channel_id AND {_UNPLANNED})
    ORDER BY a.channel_id""")  # noqa: S608  # a constant
_OLDEST = text(f"""
    SELECT v.id FROM core.videos v WHERE v.channel_id = :channel_id AND {_UNPLANNED} AND v.id <> ALL (:but)
    ORDER BY v.id LIMIT 1""")  # noqa: S608  # a constant


@dataclass(frozen=True)
class _Channel:
    id: UUID
    consent_by: UUID
    project_id: UUID


class AutoScheduler:
    """What the worker does again and again: plan what is finished, and wake what need not wait any more."""

    def __init__(self, youtube: YouTube, queue: procrastinate.App) -> None:
        self.youtube, self.queue = youtube, queue

    async def run_once(self) -> tuple[int, int]:
        """How many were planned, and how many woken. One project, channel or video that fails keeps no other."""
        async with self.youtube.platform.begin() as session:
            rows = await session.execute(_CHANNELS, {"consent": CONSENT_VERSION})
            channels = [_Channel(*row) for row in rows]
            waits = await upload_queue.projects_with_waiting_uploads(session)
            known = {project.id: project for project in await projects.list_projects(session, self.youtube.keys)}
        planned = woken = 0
        for project_id in {*waits, *(channel.project_id for channel in channels)}:
            project = known[project_id]
            project_channels = [channel for channel in channels if channel.project_id == project_id]
            try:
                now = await self.youtube.now(project)
                planned += await self._schedule_channels(project_channels, project, now)
                if project_id in waits:
                    async with self.youtube.platform.begin() as session:
                        woken += await upload_queue.wake(session, project, now)
            except YtempireError as error:  # it is asked again at the next round
                log.warning("project_schedule_failed", project=project.name, why=error.message)
            except Exception:  # what nobody thought of in one project is not the others' trouble
                log.exception("project_schedule_failed", project=project.name)
        return planned, woken

    async def _schedule_channels(self, channels: Iterable[_Channel], project: Project, now: ServiceClock) -> int:
        planned = 0
        for channel in channels:
            try:
                planned += await self._schedule_channel(channel, project, now)
            except Exception:  # it is tried again at the next round; the others have theirs
                log.exception("channel_schedule_failed", channel_id=str(channel.id))
        return planned

    async def _schedule_channel(self, channel: _Channel, project: Project, now: ServiceClock) -> int:
        """Until nothing is finished, or no time is free. Who agreed to it is in whose name it is done."""
        sessions = as_platform_for(self.youtube.platform, Subject(channel.consent_by, "operator"))
        planned, refused = 0, set[UUID]()
        while True:
            video_id: UUID | None = None
            try:
                async with sessions.begin() as session:
                    await calendar_lock.lock_calendar(session, channel.id)
                    video_id = await session.scalar(_OLDEST, {"channel_id": channel.id, "but": list(refused)})
                    # of what cannot be planned anyway no time is looked for, at each round anew
                    if video_id and (wrong := await backlog.find_video_violations(session, [video_id])):
                        raise NotPublishable([wrong[video_id]])
                    at = await self._find_time(session, channel, project, now) if video_id else None
                    if video_id is None or at is None:
                        return planned
                    await service.publish(
                        session, self.queue, video_id, PublicationRequest(publish_at=at), is_automatic=True
                    )
            except YtempireError as error:  # the calendar says why it cannot be planned
                if video_id is None:
                    raise
                log.info("video_schedule_failed", video=str(video_id), why=error.message)
                refused.add(video_id)
            else:
                planned += 1

    async def _find_time(
        self, session: AsyncSession, channel: _Channel, project: Project, now: ServiceClock
    ) -> datetime | None:
        if not await automation.is_auto_publish_allowed(session, channel.id):
            return None  # taken back, or paused, just now
        plan = await automation.get_automation(session, channel.id)
        taken = await calendar_lock.taken_times(session, channel.id)
        free = calendar_lock.free_slots(WeeklySlots.from_automation(plan), taken, now=clock.now())
        queue = await upload_queue.read_queue(session, project, now)
        return await asyncio.to_thread(upload_queue.first_feasible_time, queue, list(free))
