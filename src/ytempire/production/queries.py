"""Reads for screens and commands: frozen rows out, a fixed number of queries for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from ytempire.channels.models import Channel
from ytempire.costs import queries as costs
from ytempire.kit.database import AsyncSession
from ytempire.kit.money import ZERO
from ytempire.production.errors import RunNotFound, VideoNotFound
from ytempire.production.models import Video, Workflow, WorkflowArtifact, WorkflowLog, WorkflowStep


@dataclass(frozen=True)
class StepView:
    name: str
    status: str
    progress: float
    provider: str | None
    attempts: int
    seconds: Decimal
    cpu_seconds: Decimal
    peak_bytes: int | None
    cost_usd: Decimal
    started_at: datetime | None
    completed_at: datetime | None
    evidence: Mapping[str, Any]
    error: Mapping[str, Any] | None


@dataclass(frozen=True)
class RunView:
    id: UUID
    status: str
    priority: int
    channel_id: UUID
    channel_name: str
    video_id: UUID
    title: str
    format: str
    duration_seconds: Decimal | None
    asked_seconds: float
    source_name: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    cost_usd: Decimal
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class VideoView:
    id: UUID
    run_id: UUID
    channel_id: UUID
    channel_name: str
    status: str
    title: str
    description: str
    tags: tuple[str, ...]
    chapters: tuple[Mapping[str, Any], ...]
    language: str
    format: str
    width: int | None
    height: int | None
    duration_seconds: Decimal | None
    script_score: Decimal | None
    cost_usd: Decimal
    files: Mapping[str, ArtifactView]
    scheduled_at: datetime | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ArtifactView:
    name: str
    step: str
    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class LogView:
    at: datetime
    step: str | None
    event: str
    message: str


def _runs() -> Select[Workflow, Video, str]:
    return (
        select(Workflow, Video, Channel.name)
        .join(Video, Video.id == Workflow.video_id)
        .join(Channel, Channel.id == Workflow.channel_id)
    )


async def list_runs(session: AsyncSession, *, limit: int, before: UUID | None = None) -> list[RunView]:
    """Newest first; four queries whatever their number."""
    query = _runs().order_by(Workflow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Workflow.id < before)
    return await _assemble_runs(session, (await session.execute(query)).all())


async def get_run(session: AsyncSession, run_id: UUID) -> RunView:
    rows = (await session.execute(_runs().where(Workflow.id == run_id))).all()
    if not rows:
        raise RunNotFound(f"There is no run {run_id}.", hint="`ytempire runs list` shows them.")
    return (await _assemble_runs(session, rows))[0]


async def _assemble_runs(
    session: AsyncSession,
    rows: Sequence[Row[Workflow, Video, str]],
) -> list[RunView]:
    ids = [workflow.id for workflow, _, _ in rows]
    steps: dict[UUID, list[WorkflowStep]] = {run_id: [] for run_id in ids}
    for step in await session.scalars(
        select(WorkflowStep).where(WorkflowStep.workflow_id.in_(ids)).order_by(WorkflowStep.position)
    ):
        steps[step.workflow_id].append(step)
    totals = await costs.total_by_run_and_step(session, ids)
    return [
        _run_view(workflow, video, channel, steps[workflow.id], totals.get(workflow.id, {}))
        for workflow, video, channel in rows
    ]


def _run_view(
    workflow: Workflow,
    video: Video,
    channel: str,
    steps: list[WorkflowStep],
    cost: Mapping[str, Decimal],
) -> RunView:
    return RunView(
        id=workflow.id,
        status=workflow.status,
        priority=workflow.priority,
        channel_id=workflow.channel_id,
        channel_name=channel,
        video_id=video.id,
        title=video.title,
        format=video.format,
        duration_seconds=video.duration_seconds,
        asked_seconds=workflow.request["options"]["seconds"],
        source_name=workflow.request["source_name"],
        created_at=workflow.created_at,
        started_at=workflow.started_at,
        completed_at=workflow.completed_at,
        cost_usd=sum(cost.values(), ZERO),
        steps=tuple(_step_view(step, cost.get(step.name, ZERO)) for step in steps),
    )


def _step_view(step: WorkflowStep, cost: Decimal) -> StepView:
    return StepView(
        name=step.name,
        status=step.status,
        progress=float(step.progress),
        provider=step.provider,
        attempts=step.attempts,
        seconds=step.act_seconds,
        cpu_seconds=step.cpu_seconds,
        peak_bytes=step.peak_bytes,
        cost_usd=cost,
        started_at=step.started_at,
        completed_at=step.completed_at,
        evidence=step.evidence,
        error=step.error,
    )


async def list_log(session: AsyncSession, run_id: UUID) -> list[LogView]:
    rows = await session.scalars(select(WorkflowLog).where(WorkflowLog.workflow_id == run_id).order_by(WorkflowLog.id))
    return [LogView(row.at, row.step, row.event, row.message) for row in rows]


async def list_artifacts(session: AsyncSession, run_id: UUID) -> list[ArtifactView]:
    rows = await session.scalars(
        select(WorkflowArtifact).where(WorkflowArtifact.workflow_id == run_id).order_by(WorkflowArtifact.name)
    )
    return [ArtifactView(row.name, row.step, row.sha256, row.size_bytes, row.media_type) for row in rows]


FINISHED = ("ready", "scheduled", "published")


def _videos() -> Select[Video, str, UUID]:
    return (
        select(Video, Channel.name, Workflow.id)
        .join(Channel, Channel.id == Video.channel_id)
        .join(Workflow, Workflow.video_id == Video.id)
    )


async def list_videos(
    session: AsyncSession,
    *,
    limit: int,
    before: UUID | None = None,
    channel_id: UUID | None = None,
    statuses: Sequence[str] = FINISHED,
) -> list[VideoView]:
    """Finished videos, newest first; three queries whatever their number."""
    query = _videos().where(Video.status.in_(statuses)).order_by(Video.id.desc()).limit(limit)
    if channel_id is not None:
        query = query.where(Video.channel_id == channel_id)
    if before is not None:
        query = query.where(Video.id < before)
    return await _assemble_videos(session, (await session.execute(query)).all())


async def get_video(session: AsyncSession, video_id: UUID) -> VideoView:
    rows = (await session.execute(_videos().where(Video.id == video_id))).all()
    if not rows:
        raise VideoNotFound(f"There is no video {video_id}.")
    return (await _assemble_videos(session, rows))[0]


async def _assemble_videos(
    session: AsyncSession,
    rows: Sequence[Row[Video, str, UUID]],
) -> list[VideoView]:
    totals = await costs.total_by_video(session, [video.id for video, _, _ in rows])
    files: dict[UUID, dict[str, ArtifactView]] = {run_id: {} for _, _, run_id in rows}
    for row in await session.scalars(select(WorkflowArtifact).where(WorkflowArtifact.workflow_id.in_(files))):
        files[row.workflow_id][row.name] = ArtifactView(row.name, row.step, row.sha256, row.size_bytes, row.media_type)
    return [
        VideoView(
            id=video.id,
            run_id=run_id,
            channel_id=video.channel_id,
            channel_name=channel,
            status=video.status,
            title=video.title,
            description=video.description,
            tags=tuple(video.tags),
            chapters=tuple(video.chapters),
            language=video.language,
            format=video.format,
            width=video.width,
            height=video.height,
            duration_seconds=video.duration_seconds,
            script_score=video.script_score,
            cost_usd=totals.get(video.id, ZERO),
            files=files[run_id],
            scheduled_at=video.scheduled_at,
            published_at=video.published_at,
            created_at=video.created_at,
            updated_at=video.updated_at,
        )
        for video, channel, run_id in rows
    ]
