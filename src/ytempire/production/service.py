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
from ytempire.channels.persona import VoiceChoice
from ytempire.channels.service import ChannelView, lock_active_channel, require_active
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden, InvalidInput
from ytempire.kit.locks import Lock, lock
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries
from ytempire.production.duplicate_sources import NO_VIDEO_STATUSES, require_new_source
from ytempire.production.errors import IdempotencyMismatch, WrongState
from ytempire.production.models import FINAL_RUN_STATUSES, Run, RunArtifact, RunStep, Video
from ytempire.production.run_options import Options
from ytempire.production.script.metadata import title_for
from ytempire.production.source.reader import parse_source
from ytempire.production.step_leases import next_steps, run_state
from ytempire.production.steps.sequence import SOURCE_STEP, STEPS
from ytempire.production.template_rendering import TemplateSnapshot
from ytempire.studio.voice.known_voices import require_known_voice
from ytempire.studio.voice.voice_language import DEFAULT_VOICES, require_voice_of


@dataclass(frozen=True)
class StartedRun:
    id: UUID
    video_id: UUID
    is_new: bool  # False: the same request came before with the same idempotency key


@dataclass(frozen=True)
class StoredSource:
    """A source text that was read and found usable, and lies in the object store.

    `language` is the one that it is used in, by ISO 639-1: as it was given, else as it was recognized.
    """

    name: str
    title: str
    language: str
    sha256: str
    size_bytes: int


def store_source(store: ObjectStore, data: bytes, *, name: str, language: str | None = None) -> StoredSource:
    """Check the text and keep its bytes. Raises the reader's errors; nothing is kept then. Blocking.

    `language` overrules what the text looks like.
    """
    source = parse_source(data, name=name, language=language)
    stored = store.put_bytes(data)
    return StoredSource(name, title_for(source), source.language, stored.sha256, stored.size_bytes)


def require_run_allowed(channel: ChannelView) -> None:
    """Raises Forbidden where whoever asks may only look at the channel: before anything of theirs is stored."""
    if channel.access == "read":
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner for a permission to write.")


async def start_run(
    session: AsyncSession,
    queue: procrastinate.App,
    *,
    channel: ChannelView,
    source: StoredSource,
    options: Options,
    idempotency_key: str | None = None,
    allow_duplicate: bool = False,
    priority: int = 5,
) -> StartedRun:
    """Order one video. The run, its video, its steps and its first job appear together.

    With a key, the same request again returns the first run; another request with that key is an
    IdempotencyMismatch. Raises DuplicateSource where the channel has a video of this text, unless `allow_duplicate`
    asks for another one.
    """
    # as it is used, so that what the text looks like is judged once, and the request is the same with and without it
    options = options.model_copy(update={"language": options.language or source.language})
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
        same_run = await _find_same(session, idempotency_key, request)
        if same_run is not None:
            return same_run
    require_run_allowed(channel)
    require_active(channel)
    persona = channel.persona
    if options.template_id is not None:
        snapshot = await _template_snapshot(session, options.template_id, channel)
        persona = snapshot.settings.apply_to(persona)
        request |= {"template": snapshot.model_dump(mode="json"), "persona": persona.model_dump(mode="json")}
        request |= _template_length(snapshot, options)
    _require_usable_voice(persona.voice, options, source)
    if allow_duplicate:
        request["allow_duplicate"] = True
    else:
        await require_new_source(session, channel.id, source.sha256)
    video = Video(
        channel_id=channel.id, status="generating", title=source.title, language=source.language, format=options.format
    )
    session.add(video)
    await session.flush()
    run = Run(
        channel_id=channel.id, video_id=video.id, request=request, idempotency_key=idempotency_key, priority=priority
    )
    session.add(run)
    await session.flush()
    session.add_all(
        RunStep(run_id=run.id, name=step.name, position=position) for position, step in enumerate(STEPS, start=1)
    )
    session.add(
        RunArtifact(
            run_id=run.id,
            name="source",
            step=SOURCE_STEP,
            sha256=source.sha256,
            size_bytes=source.size_bytes,
            media_type="application/octet-stream",
        )
    )
    await session.flush()
    await run_state.write_log(session, run.id, "run_requested", f"A video from “{source.name}” for {channel.name}.")
    await next_steps.enqueue_step(session, queue, run, STEPS[0].name)
    return StartedRun(run.id, video.id, is_new=True)


def _require_usable_voice(choice: VoiceChoice, options: Options, source: StoredSource) -> None:
    """Raise VoiceUnavailable where the engine has no such voice, or none for the text."""
    voice = options.voice or choice.voice
    if not voice:
        return
    require_known_voice(choice.engine, voice)
    # a persona's voice gives way to the default of its engine, where that has one of the language
    if options.voice or source.language not in DEFAULT_VOICES.get(choice.engine, {}):
        require_voice_of(choice.engine, voice, source.language)


async def _template_snapshot(session: AsyncSession, template_id: UUID, channel: ChannelView) -> TemplateSnapshot:
    row = await templates.get_template(session, template_id)
    today = clock.now().astimezone(ZoneInfo(channel.time_zone)).date()
    return TemplateSnapshot(
        text=templates.template_text(row),
        settings=templates.template_settings(row),
        channel=channel.name,
        date=today.isoformat(),
    )


def _template_length(snapshot: TemplateSnapshot, options: Options) -> dict[str, Any]:
    """What a request says of the template's length, where the order names none."""
    seconds = snapshot.settings.seconds
    if seconds is None or "seconds" in options.model_fields_set:
        return {}
    in_effect = options.model_copy(update={"seconds": float(seconds)})
    return {"options": in_effect.model_dump(mode="json"), "seconds_from_template": True}


async def _find_same(session: AsyncSession, key: str, request: Mapping[str, Any]) -> StartedRun | None:
    if not 1 <= len(key) <= 200:
        raise InvalidInput("An idempotency key has 1 to 200 characters.")
    # two requests with one key at the same moment: the second waits here and then finds the first one's run
    await lock(session, Lock.IDEMPOTENCY_KEY, key)
    run = await session.scalar(
        select(Run).where(Run.idempotency_key == key, Run.requested_by == func.core.current_user_id())
    )
    if run is None:
        return None
    if _fingerprint(run.request) != _fingerprint(request):
        raise IdempotencyMismatch(
            "This idempotency key was used before with another request.", hint="Use a new key for a new request."
        )
    return StartedRun(run.id, run.video_id, is_new=False)


def _fingerprint(request: Mapping[str, Any]) -> str:
    # persona, strategy and template may have been edited between two deliveries of one request; that it was to be made
    # again is said of what was there, and not of what is ordered
    beside = ("persona", "strategy", "template", "allow_duplicate", "seconds_from_template")
    same = {name: value for name, value in request.items() if name not in beside}
    if request.get("seconds_from_template"):
        usual = Options().model_dump(mode="json")["seconds"]  # which the order had, since it named no length
        same["options"] = {**same["options"], "seconds": usual}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()


async def cancel_run(session: AsyncSession, run_id: UUID) -> None:
    """Stop a run. Cancelling one that was cancelled already is no error."""
    run = await _locked(session, run_id)
    if run.status == "cancelled":
        return
    if run.status in FINAL_RUN_STATUSES:
        raise WrongState(f"The run is {run.status} already; there is nothing to cancel.")
    await run_state.cancel_run(session, run)


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
    channel_id = await session.scalar(select(Run.channel_id).where(Run.id == run_id))
    if channel_id is not None:
        await lock_active_channel(session, channel_id)
    run = await _locked(session, run_id)
    if run.status not in FINAL_RUN_STATUSES:
        raise WrongState("The run is under way.", hint="Cancel it first, or wait until it ends.")
    steps = list(
        await session.scalars(
            select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.position).with_for_update()
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
    if run.status in NO_VIDEO_STATUSES and not run.request.get("allow_duplicate"):
        await require_new_source(session, run.channel_id, run.request["source_sha256"], except_run_id=run.id)
    await next_steps.reset_from(session, run, start)
    await run_state.write_log(session, run_id, "run_retried", f"Again from the step {start}.")
    await next_steps.enqueue_step(session, queue, run, start)
    return start


async def _locked(session: AsyncSession, run_id: UUID) -> Run:
    """Raises RunNotFound, and Forbidden for one that may be seen alone."""
    run = await run_state.lock_run(session, run_id)
    if run is None:
        await queries.get_run(session, run_id)
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    return run
