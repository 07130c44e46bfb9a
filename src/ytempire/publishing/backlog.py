"""What is finished and has no time, and why it gets none by itself on a channel that plans by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.production import queries as videos
from ytempire.publishing import calendar_lock, service, upload_queue, youtube_rules
from ytempire.publishing.calendar_conflicts import BacklogVideo, ChannelSchedule
from ytempire.publishing.calendar_lock import WeeklySlots
from ytempire.publishing.quota_forecast import QuotaForecast
from ytempire.publishing.service import VIDEO_FILE_NAME, PublicationRequest

READY_MOST = 200  # as many as anybody looks through for a free time

_READY = text("""
    SELECT v.id, v.channel_id, v.title, (
        SELECT p.last_error FROM core.publications p WHERE p.video_id = v.id ORDER BY p.id DESC LIMIT 1) AS failed
    FROM core.videos v
    WHERE v.status = 'ready' AND v.channel_id = ANY (:channels)
      AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id AND p.status <> 'failed')
    ORDER BY v.id LIMIT :most""")


@dataclass(frozen=True)
class BacklogCandidate:
    """What is finished and has no time; `why`: why it will get none by itself, by what the video itself is."""

    video_id: UUID
    channel_id: UUID
    title: str
    unscheduled_reason: str | None
    taken: Sequence[datetime]  # of its channel


async def read_unplanned(
    session: AsyncSession, channel_schedules: Mapping[UUID, ChannelSchedule]
) -> list[BacklogCandidate]:
    rows = (await session.execute(_READY, {"channels": list(channel_schedules), "most": READY_MOST})).all()
    filled = {row.channel_id for row in rows if channel_schedules[row.channel_id].is_auto_scheduled}
    taken = {channel_id: await calendar_lock.taken_times(session, channel_id) for channel_id in filled}
    wrong = await find_video_violations(
        session, [row.id for row in rows if row.channel_id in filled and row.failed is None]
    )
    return [
        BacklogCandidate(
            row.id, row.channel_id, row.title, _failed(row.failed) or wrong.get(row.id), taken.get(row.channel_id, [])
        )
        for row in rows
    ]


def _failed(error: Mapping[str, Any] | None) -> str | None:
    if error is None or error["reason"] == service.CANCELLED_ERROR["reason"]:
        return None
    return f"It was ordered before, and failed: {error['message']}"


async def find_video_violations(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What YouTube would not take or their channel avoids, of those of which there is such a thing."""
    violations = {}
    for video in await videos.list_videos_by_id(session, ids):
        wanted = service.desired_video(
            video,
            marker=service.new_marker(),
            category_id=PublicationRequest.category_id,
            privacy="private",
            publish_at=None,
        )
        sentences = youtube_rules.find_violations(wanted, clock.now())
        if VIDEO_FILE_NAME not in video.files:
            sentences.append("This video has no video file.")
        if sentences:
            violations[video.id] = " ".join(sentences)
    return violations


def build_backlog(
    unplanned: Sequence[BacklogCandidate],
    channel_schedules: Mapping[UUID, ChannelSchedule],
    forecasts: Sequence[QuotaForecast],
    now: datetime,
) -> list[BacklogVideo]:
    taken = {
        candidate.channel_id: candidate.taken
        for candidate in unplanned
        if channel_schedules[candidate.channel_id].is_auto_scheduled
    }
    last = {channel_id: _last_free(channel_schedules[channel_id], times, now) for channel_id, times in taken.items()}
    with_quota = _with_quota(channel_schedules, last, forecasts)
    full = {channel_id: _no_free_slot_reason(at, with_quota[channel_id]) for channel_id, at in last.items()}
    return [
        BacklogVideo(
            candidate.video_id,
            candidate.channel_id,
            candidate.title,
            candidate.unscheduled_reason or full[candidate.channel_id] if candidate.channel_id in full else None,
        )
        for candidate in unplanned
    ]


def _last_free(channel_schedule: ChannelSchedule, taken: Collection[datetime], now: datetime) -> datetime | None:
    """Where even the latest free time has no quota, none has."""
    return max(
        calendar_lock.free_slots(WeeklySlots.from_automation(channel_schedule.plan), taken, now=now), default=None
    )


def _with_quota(
    channel_schedules: Mapping[UUID, ChannelSchedule],
    last: Mapping[UUID, datetime | None],
    forecasts: Sequence[QuotaForecast],
) -> Mapping[UUID, bool]:
    """Whether the quota suffices at these times: of each project it is looked for once, for all its channels."""
    enough = dict.fromkeys(last, True)  # of a project that does not say how much it has nothing is said
    for forecast in forecasts:
        project_times = {
            channel_id: at
            for channel_id, at in last.items()
            if at is not None
            and (using := channel_schedules[channel_id].connection)
            and using.project_id == forecast.project_id
        }
        if forecast.queue is not None and project_times:
            first = upload_queue.first_feasible_time(forecast.queue, sorted(set(project_times.values())))
            enough |= {channel_id: first is not None and first <= at for channel_id, at in project_times.items()}
    return enough


def _no_free_slot_reason(last: datetime | None, has_quota: bool) -> str | None:
    if last is None:
        return f"No time of the next {calendar_lock.AHEAD.days} days is free."
    if not has_quota:
        return f"The quota of the next {calendar_lock.AHEAD.days} days is taken by what is planned already."
    return None
