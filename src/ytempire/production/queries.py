"""Reads for screens and commands: frozen rows out, a fixed number of queries for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ytempire.channels.access import Access, access_to_channel
from ytempire.channels.models import Channel
from ytempire.channels.strategy import Strategy
from ytempire.costs.models import Cost
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
    access: Access
    video_id: UUID
    title: str
    format: str
    duration_seconds: Decimal | None
    asked_seconds: float | None
    source_name: str | None
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
    access: Access
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
    avoid: tuple[str, ...]  # what its channel's strategy avoids by now
    cost_usd: Decimal
    thumbnail: str
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


# One query, since a question costs a request more than what it asks for. What belongs to a row comes
# with it as JSON, which is read into the view at once.
_STEPS = TypeAdapter(tuple[StepView, ...])


@cache  # putting it together takes longer than running it
def _runs() -> Select[*tuple[Any, ...]]:
    step_cost = (
        select(func.coalesce(func.sum(Cost.amount_usd), 0))
        # the video is named so that the ledger's index serves
        .where(Cost.video_id == Workflow.video_id, Cost.workflow_id == Workflow.id, Cost.step == WorkflowStep.name)
        .correlate(Workflow, WorkflowStep)
        .scalar_subquery()
    )
    shown = {
        "name": WorkflowStep.name,
        "status": WorkflowStep.status,
        "progress": WorkflowStep.progress,
        "provider": WorkflowStep.provider,
        "attempts": WorkflowStep.attempts,
        "seconds": cast(WorkflowStep.act_seconds, Text),  # as text a decimal stays what it is
        "cpu_seconds": cast(WorkflowStep.cpu_seconds, Text),
        "peak_bytes": WorkflowStep.peak_bytes,
        "cost_usd": cast(step_cost, Text),
        "started_at": WorkflowStep.started_at,
        "completed_at": WorkflowStep.completed_at,
        "evidence": func.coalesce(WorkflowStep.evidence, literal_column("'{}'")),  # analysts see none
        "error": WorkflowStep.error,
    }
    steps = (
        select(_json_list(shown, order_by=WorkflowStep.position))
        .where(WorkflowStep.workflow_id == Workflow.id)
        .correlate(Workflow)
        .scalar_subquery()
    )
    return (
        select(
            Workflow.id,
            Workflow.status,
            Workflow.priority,
            Workflow.channel_id,
            Channel.name.label("channel_name"),
            access_to_channel().label("access"),
            Workflow.video_id,
            Video.title,
            Video.format,
            Video.duration_seconds,
            Workflow.request["options"]["seconds"].label("asked_seconds"),
            Workflow.request["source_name"].label("source_name"),
            Workflow.created_at,
            Workflow.started_at,
            Workflow.completed_at,
            steps.label("steps"),
        )
        .join(Video, Video.id == Workflow.video_id)
        .join(Channel, Channel.id == Workflow.channel_id)
    )


def _json_list(shown: Mapping[str, Any], *, order_by: Any) -> ColumnElement[str]:
    """The rows of a subquery as the text of a JSON array of objects."""
    one = func.json_build_object(*chain.from_iterable((literal_column(f"'{name}'"), of) for name, of in shown.items()))
    return cast(func.coalesce(func.json_agg(aggregate_order_by(one, order_by)), literal_column("'[]'")), Text)


async def get_run(session: AsyncSession, run_id: UUID) -> RunView:
    row = (await session.execute(_runs().where(Workflow.id == run_id))).one_or_none()
    if row is None:
        raise RunNotFound(f"There is no run {run_id}.", hint="`ytempire runs list` shows them.")
    return _run_view(row)


def _run_view(row: Row[Any]) -> RunView:
    own = row._asdict()
    steps = _STEPS.validate_json(own.pop("steps"))
    return RunView(**own, cost_usd=sum((step.cost_usd for step in steps), ZERO), steps=steps)


async def list_log(session: AsyncSession, run_id: UUID) -> list[LogView]:
    rows = await session.scalars(select(WorkflowLog).where(WorkflowLog.workflow_id == run_id).order_by(WorkflowLog.id))
    return [LogView(row.at, row.step, row.event, row.message) for row in rows]


async def list_artifacts(session: AsyncSession, run_id: UUID) -> list[ArtifactView]:
    rows = await session.scalars(
        select(WorkflowArtifact).where(WorkflowArtifact.workflow_id == run_id).order_by(WorkflowArtifact.name)
    )
    return [ArtifactView(row.name, row.step, row.sha256, row.size_bytes, row.media_type) for row in rows]


_FILES = TypeAdapter(tuple[ArtifactView, ...])


@cache
def _videos() -> Select[Any]:
    cost = select(func.sum(Cost.amount_usd)).where(Cost.video_id == Video.id).correlate(Video).scalar_subquery()
    shown = {
        "name": WorkflowArtifact.name,
        "step": WorkflowArtifact.step,
        "sha256": WorkflowArtifact.sha256,
        "size_bytes": WorkflowArtifact.size_bytes,
        "media_type": WorkflowArtifact.media_type,
    }
    files = (
        select(_json_list(shown, order_by=WorkflowArtifact.name))
        .where(WorkflowArtifact.workflow_id == Workflow.id)
        .correlate(Workflow)
        .scalar_subquery()
    )
    return (
        select(
            Video.id,
            Workflow.id.label("run_id"),
            Video.channel_id,
            Channel.name.label("channel_name"),
            access_to_channel().label("access"),
            Video.status,
            Video.title,
            Video.description,
            Video.tags,
            Video.chapters,
            Video.language,
            Video.format,
            Video.width,
            Video.height,
            Video.duration_seconds,
            Video.script_score,
            Channel.strategy,
            func.coalesce(cost, ZERO).label("cost_usd"),
            Video.thumbnail,
            files.label("files"),
            Video.scheduled_at,
            Video.published_at,
            Video.created_at,
            Video.updated_at,
        )
        .join(Channel, Channel.id == Video.channel_id)
        .join(Workflow, Workflow.video_id == Video.id)
    )


async def get_video(session: AsyncSession, video_id: UUID) -> VideoView:
    row = (await session.execute(_videos().where(Video.id == video_id))).first()
    if row is None:
        raise VideoNotFound(video_id)
    return _video_view(row)


async def require_video(session: AsyncSession, video_id: UUID) -> None:
    """Raise VideoNotFound where there is none for whoever asks."""
    if await session.scalar(select(Video.id).where(Video.id == video_id)) is None:
        raise VideoNotFound(video_id)


async def find_video_id(session: AsyncSession, of: UUID) -> UUID | None:
    """The id of the video that this is the id of, or the id of whose run."""
    own = select(Video.id).where(Video.id == of)
    of_run = select(Workflow.video_id).where(Workflow.id == of)
    return await session.scalar(own.union_all(of_run).limit(1))


async def list_videos_by_id(session: AsyncSession, ids: Sequence[UUID]) -> list[VideoView]:
    return [_video_view(row) for row in await session.execute(_videos().where(Video.id.in_(ids)))]


def _video_view(row: Row[Any]) -> VideoView:
    own = row._asdict()
    files = {file.name: file for file in _FILES.validate_json(own.pop("files"))}
    avoid = Strategy.model_validate(own.pop("strategy")).avoid
    return VideoView(**{**own, "tags": tuple(row.tags), "chapters": tuple(row.chapters)}, avoid=avoid, files=files)
