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
from ytempire.costs.models import CostLine
from ytempire.kit.database import AsyncSession
from ytempire.kit.money import ZERO
from ytempire.production.errors import RunNotFound, VideoNotFound
from ytempire.production.models import Run, RunArtifact, RunLog, RunStep, Video


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
    requested_seconds: float | None
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
        select(func.coalesce(func.sum(CostLine.amount_usd), 0))
        # the video is named so that the ledger's index serves
        .where(
            CostLine.video_id == Run.video_id,
            CostLine.run_id == Run.id,
            CostLine.step == RunStep.name,
        )
        .correlate(Run, RunStep)
        .scalar_subquery()
    )
    fields = {
        "name": RunStep.name,
        "status": RunStep.status,
        "progress": RunStep.progress,
        "provider": RunStep.provider,
        "attempts": RunStep.attempts,
        "seconds": cast(RunStep.wall_seconds, Text),  # as text a decimal stays what it is
        "cpu_seconds": cast(RunStep.cpu_seconds, Text),
        "peak_bytes": RunStep.peak_bytes,
        "cost_usd": cast(step_cost, Text),
        "started_at": RunStep.started_at,
        "completed_at": RunStep.completed_at,
        "evidence": func.coalesce(RunStep.evidence, literal_column("'{}'")),  # analysts see none
        "error": RunStep.error,
    }
    steps = (
        select(_json_list(fields, order_by=RunStep.position))
        .where(RunStep.run_id == Run.id)
        .correlate(Run)
        .scalar_subquery()
    )
    return (
        select(
            Run.id,
            Run.status,
            Run.priority,
            Run.channel_id,
            Channel.name.label("channel_name"),
            access_to_channel().label("access"),
            Run.video_id,
            Video.title,
            Video.format,
            Video.duration_seconds,
            Run.request["options"]["seconds"].label("requested_seconds"),
            Run.request["source_name"].label("source_name"),
            Run.created_at,
            Run.started_at,
            Run.completed_at,
            steps.label("steps"),
        )
        .join(Video, Video.id == Run.video_id)
        .join(Channel, Channel.id == Run.channel_id)
    )


def _json_list(fields: Mapping[str, Any], *, order_by: Any) -> ColumnElement[str]:
    """The rows of a subquery as the text of a JSON array of objects."""
    document = func.json_build_object(
        *chain.from_iterable((literal_column(f"'{name}'"), of) for name, of in fields.items())
    )
    return cast(func.coalesce(func.json_agg(aggregate_order_by(document, order_by)), literal_column("'[]'")), Text)


async def get_run(session: AsyncSession, run_id: UUID) -> RunView:
    row = (await session.execute(_runs().where(Run.id == run_id))).one_or_none()
    if row is None:
        raise RunNotFound(f"There is no run {run_id}.", hint="`ytempire runs list` shows them.")
    return _run_view(row)


def _run_view(row: Row[Any]) -> RunView:
    own = row._asdict()
    steps = _STEPS.validate_json(own.pop("steps"))
    return RunView(**own, cost_usd=sum((step.cost_usd for step in steps), ZERO), steps=steps)


async def list_log(session: AsyncSession, run_id: UUID) -> list[LogView]:
    rows = await session.scalars(select(RunLog).where(RunLog.run_id == run_id).order_by(RunLog.id))
    return [LogView(row.at, row.step, row.event, row.message) for row in rows]


async def list_artifacts(session: AsyncSession, run_id: UUID) -> list[ArtifactView]:
    rows = await session.scalars(select(RunArtifact).where(RunArtifact.run_id == run_id).order_by(RunArtifact.name))
    return [ArtifactView(row.name, row.step, row.sha256, row.size_bytes, row.media_type) for row in rows]


_FILES = TypeAdapter(tuple[ArtifactView, ...])


@cache
def _videos() -> Select[Any]:
    cost = select(func.sum(CostLine.amount_usd)).where(CostLine.video_id == Video.id).correlate(Video).scalar_subquery()
    fields = {
        "name": RunArtifact.name,
        "step": RunArtifact.step,
        "sha256": RunArtifact.sha256,
        "size_bytes": RunArtifact.size_bytes,
        "media_type": RunArtifact.media_type,
    }
    files = (
        select(_json_list(fields, order_by=RunArtifact.name))
        .where(RunArtifact.run_id == Run.id)
        .correlate(Run)
        .scalar_subquery()
    )
    return (
        select(
            Video.id,
            Run.id.label("run_id"),
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
        .join(Run, Run.video_id == Video.id)
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
    of_run = select(Run.video_id).where(Run.id == of)
    return await session.scalar(own.union_all(of_run).limit(1))


async def list_videos_by_id(session: AsyncSession, ids: Sequence[UUID]) -> list[VideoView]:
    return [_video_view(row) for row in await session.execute(_videos().where(Video.id.in_(ids)))]


def _video_view(row: Row[Any]) -> VideoView:
    own = row._asdict()
    files = {file.name: file for file in _FILES.validate_json(own.pop("files"))}
    avoid = Strategy.model_validate(own.pop("strategy")).avoid
    return VideoView(**{**own, "tags": tuple(row.tags), "chapters": tuple(row.chapters)}, avoid=avoid, files=files)
