"""Use cases: order a video, cancel a run, run it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import procrastinate
from sqlalchemy import func, select

from ytempire.channels import templates
from ytempire.channels.service import ChannelView, hold_active, require_active
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden, InvalidInput
from ytempire.kit.rows import NOT_YOURS
from ytempire.kit.storage import ObjectStore
from ytempire.production import claims, queries
from ytempire.production.claims import SOURCE_STEP
from ytempire.production.duplicates import MADE_NOTHING, require_first
from ytempire.production.errors import IdempotencyMismatch, WrongState
from ytempire.production.models import FINAL_WORKFLOW_STATUSES, Video, Workflow, WorkflowArtifact, WorkflowStep
from ytempire.production.request import Options
from ytempire.production.script.metadata import title_for
from ytempire.production.source.language import require_supported
from ytempire.production.source.reader import parse_source
from ytempire.production.steps.order import STEPS
from ytempire.production.voice.espeak_voices import require_voice
from ytempire.production.wording import OrderedWording


@dataclass(frozen=True)
class StartedRun:
    id: UUID
    video_id: UUID
    is_new: bool  # False: the same request came before with the same idempotency key


@dataclass(frozen=True)
class StoredSource:
    """A source text that was read and found usable, and lies in the object store."""

    name: str
    title: str
    sha256: str
    size_bytes: int


def store_source(store: ObjectStore, data: bytes, *, name: str) -> StoredSource:
    """Check the text and keep its bytes. Raises the reader's errors; nothing is kept then. Blocking."""
    source = parse_source(data, name=name)
    kept = store.put_bytes(data)
    return StoredSource(name, title_for(source), kept.sha256, kept.size_bytes)


def require_orderable(channel: ChannelView) -> None:
    """Raises Forbidden where whoever asks may only look at the channel: before anything of theirs is stored."""
    if channel.access == "read":
        raise Forbidden(NOT_YOURS, hint="Ask its owner for a permission to write.")


async def start_run(
    session: AsyncSession,
    queue: procrastinate.App,
    *,
    channel: ChannelView,
    source: StoredSource,
    options: Options,
    idempotency_key: str | None = None,
    again: bool = False,
    priority: int = 5,
) -> StartedRun:
    """Order one video. The run, its video, its steps and its first job appear together.

    With a key, the same request again returns the first run; another request with that key is an
    IdempotencyMismatch. Raises DuplicateSource where the channel has a video of this text, unless `again` asks for
    another one.
    """
    request: dict[str, Any] = {
        "source_name": source.name,
        "source_sha256": source.sha256,
        "options": options.model_dump(mode="json"),
        "persona": channel.persona.model_dump(mode="json"),
        "strategy": channel.strategy.model_dump(mode="json"),
        "channel": str(channel.id),
    }
    # before everything that may have changed since the first delivery: the channel's state, a template, the voices
    if idempotency_key is not None:
        found = await _find_same(session, idempotency_key, request)
        if found is not None:
            return found
    require_orderable(channel)
    require_active(channel)
    require_supported(options.language)
    voice = options.voice or channel.persona.voice.voice
    if voice and channel.persona.voice.engine == "espeak":
        require_voice(voice)
    if options.template_id is not None:
        request["template"] = await _ordered_wording(session, options.template_id, channel)
    if again:
        request["again"] = True
    else:
        await require_first(session, channel.id, source.sha256)
    video = Video(
        channel_id=channel.id, status="generating", title=source.title, language=options.language, format=options.format
    )
    session.add(video)
    await session.flush()
    workflow = Workflow(
        channel_id=channel.id, video_id=video.id, request=request, idempotency_key=idempotency_key, priority=priority
    )
    session.add(workflow)
    await session.flush()
    session.add_all(
        WorkflowStep(workflow_id=workflow.id, name=step.name, position=position)
        for position, step in enumerate(STEPS, start=1)
    )
    session.add(
        WorkflowArtifact(
            workflow_id=workflow.id,
            name="source",
            step=SOURCE_STEP,
            sha256=source.sha256,
            size_bytes=source.size_bytes,
            media_type="application/octet-stream",
        )
    )
    await session.flush()
    await claims.log(session, workflow.id, "run_ordered", f"A video from “{source.name}” for {channel.name}.")
    await claims.enqueue_step(session, queue, workflow, STEPS[0].name)
    return StartedRun(workflow.id, video.id, is_new=True)


async def _ordered_wording(session: AsyncSession, template_id: UUID, channel: ChannelView) -> dict[str, Any]:
    wording = templates.wording_of(await templates.get_template(session, template_id))
    today = clock.now().astimezone(ZoneInfo(channel.time_zone)).date()
    return OrderedWording(wording=wording, channel=channel.name, date=today.isoformat()).model_dump(mode="json")


async def _find_same(session: AsyncSession, key: str, request: Mapping[str, object]) -> StartedRun | None:
    if not 1 <= len(key) <= 200:
        raise InvalidInput("An idempotency key has 1 to 200 characters.")
    # two requests with one key at the same moment: the second waits here and then finds the first one's run
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 1))))
    workflow = await session.scalar(
        select(Workflow).where(Workflow.idempotency_key == key, Workflow.requested_by == func.core.current_user_id())
    )
    if workflow is None:
        return None
    if _fingerprint(workflow.request) != _fingerprint(request):
        raise IdempotencyMismatch(
            "This idempotency key was used before with another request.", hint="Use a new key for a new request."
        )
    return StartedRun(workflow.id, workflow.video_id, is_new=False)


def _fingerprint(request: Mapping[str, object]) -> str:
    # persona, strategy and template may have been edited between two deliveries of one request; that it was to be made
    # again is said of what was there, and not of what is ordered
    beside = ("persona", "strategy", "template", "again")
    same = {name: value for name, value in request.items() if name not in beside}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()


async def cancel_run(session: AsyncSession, run_id: UUID) -> None:
    """Stop a run. Cancelling one that was cancelled already is no error."""
    workflow = await _locked(session, run_id)
    if workflow.status == "cancelled":
        return
    if workflow.status in FINAL_WORKFLOW_STATUSES:
        raise WrongState(f"The run is {workflow.status} already; there is nothing to cancel.")
    await claims.cancel_run(session, workflow)


async def retry_run(
    session: AsyncSession,
    queue: procrastinate.App,
    run_id: UUID,
    *,
    from_step: str | None = None,
) -> str:
    """Run an ended run again, from `from_step` or from where it stopped; returns the step's name.

    What earlier steps made is kept. Raises WrongState for a run that is under way, or a step that cannot be next, and
    DuplicateSource where its text became a video meanwhile, unless it was ordered to be made again.
    """
    channel_id = await session.scalar(select(Workflow.channel_id).where(Workflow.id == run_id))
    if channel_id is not None:
        await hold_active(session, channel_id)
    workflow = await _locked(session, run_id)
    if workflow.status not in FINAL_WORKFLOW_STATUSES:
        raise WrongState("The run is under way.", hint="Cancel it first, or wait until it ends.")
    steps = list(
        await session.scalars(
            select(WorkflowStep)
            .where(WorkflowStep.workflow_id == run_id)
            .order_by(WorkflowStep.position)
            .with_for_update()
        )
    )
    stopped_at = next((step.name for step in steps if step.status != "completed"), None)
    names = [step.name for step in steps]
    start = from_step or stopped_at
    if start is None:
        raise WrongState("Every step of this run is completed.", hint=f"Name one to run from: {', '.join(names)}.")
    if start not in names:
        raise InvalidInput(f"There is no step “{start}”.", hint=f"The steps are: {', '.join(names)}.")
    if stopped_at is not None and names.index(start) > names.index(stopped_at):
        raise WrongState(
            f"The step {start} needs {stopped_at}, which is not completed.",
            hint=f"Run from {stopped_at} or an earlier step.",
        )
    if workflow.status in MADE_NOTHING and not workflow.request.get("again"):
        await require_first(session, workflow.channel_id, workflow.request["source_sha256"], but=workflow.id)
    await claims.reset_from(session, workflow, start)
    await claims.log(session, run_id, "run_retried", f"Again from the step {start}.")
    await claims.enqueue_step(session, queue, workflow, start)
    return start


async def _locked(session: AsyncSession, run_id: UUID) -> Workflow:
    """Raises RunNotFound, and Forbidden for one that may be seen alone."""
    workflow = await claims.lock_run(session, run_id)
    if workflow is None:
        await queries.get_run(session, run_id)
        raise Forbidden(NOT_YOURS, hint="Ask its owner.")
    return workflow
