"""Act on one step between its claim and its settlement: heartbeat, cancellation, metering, and what an error means."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import procrastinate
import valkey.asyncio
from sqlalchemy.exc import DBAPIError

from ytempire.channels.persona import Persona
from ytempire.channels.speech_keys import with_channel_keys
from ytempire.channels.strategy import Strategy
from ytempire.configuration.setting_overrides import effective_settings, read_overrides
from ytempire.costs import service as costs
from ytempire.costs.service import PaidCallGate
from ytempire.embeddings.embedding import Embedder
from ytempire.kit import leases
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import (
    AsyncSession,
    Sessions,
    as_platform_for,
    as_subject,
    is_transient,
    is_unavailable,
    retry_while_transient,
)
from ytempire.kit.errors import OutcomeUnknown, RetryableError, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask, run_periodically
from ytempire.kit.processes import Cancelled, Meter, metered, run_in_metered_thread
from ytempire.kit.storage import ObjectDamaged, ObjectStore
from ytempire.production.decisions import MAX_ATTEMPTS, retry_delay_s
from ytempire.production.progress import PROGRESS_CHANNEL
from ytempire.production.run_options import Options
from ytempire.production.step_leases import claim, settlement
from ytempire.production.step_leases.claim import StepLease
from ytempire.production.step_leases.next_steps import RUN_STEP
from ytempire.production.step_leases.settlement import ResourceUsage
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.production.steps.registry import ACTS
from ytempire.production.steps.sequence import get_step
from ytempire.production.template_rendering import TemplateSnapshot
from ytempire.settings import Settings

log = get_logger(__name__)

PROGRESS_INTERVAL = timedelta(seconds=0.25)
STOP_PATIENCE_S = 10.0  # longest that code between two looks at the meter takes


@dataclass
class ProductionRuntime:
    """What the worker process offers to steps; one for each process."""

    settings: Settings
    sessions: Sessions  # the platform's own
    queue: procrastinate.App
    store: ObjectStore
    embedder: Embedder
    keys: KeyRing
    work: Path
    models: Path
    cache: valkey.asyncio.Valkey
    meters: dict[UUID, Meter] = field(default_factory=dict)
    shutting_down: bool = False

    def shut_down(self) -> None:
        """Ask every running step to stop; each gives itself back to the queue."""
        self.shutting_down = True
        for meter in self.meters.values():
            meter.stop.set()


async def run_step(runtime: ProductionRuntime, run_id: UUID, name: str, *, job_id: int) -> None:
    async with runtime.sessions.begin() as session:
        lease = await claim.claim_step(
            session, run_id, name, job_id=job_id, lease_duration=runtime.settings.worker.lease_duration
        )
    if lease is not None:
        await _Attempt(runtime, lease).run()


class _Attempt:
    """One attempt of one step, from claim to settlement."""

    def __init__(self, runtime: ProductionRuntime, lease: StepLease) -> None:
        self.runtime = runtime
        self.lease = lease
        self.step = get_step(lease.cost_context.step)
        # What is written down of the attempt is the platform's doing, in the name of who ordered the run.
        self.books = as_platform_for(runtime.sessions, lease.subject)
        self.meter = Meter()
        self.work = runtime.work / str(lease.token)
        self.progress, self.published_progress = 0.0, -1.0
        self.lost = False
        self.began = time.monotonic()

    async def run(self) -> None:
        self.runtime.meters[self.lease.token] = self.meter
        if self.runtime.shutting_down:
            self.meter.stop.set()
        progress = asyncio.create_task(
            run_periodically([PeriodicTask("publish_progress", PROGRESS_INTERVAL, self._publish_progress)])
        )
        try:
            async with leases.heartbeats(self._renew_lease, self.runtime.settings.worker.heartbeat_interval):
                await self._act_and_settle()
        finally:
            progress.cancel()
            await asyncio.gather(progress, return_exceptions=True)
            del self.runtime.meters[self.lease.token]
            await asyncio.to_thread(shutil.rmtree, self.work, ignore_errors=True)

    async def _act_and_settle(self) -> None:
        try:
            result = await self._act()
            stored = await run_in_metered_thread(self._store, result.artifacts)
        except Exception as error:  # whatever it is, the step must be settled and say so
            self._report("step_attempt_failed", await self._settle(partial(self._settle_error, error=error)))
            return
        self._report("step_settled", await self._settle(partial(self._settle_result, result=result, stored=stored)))

    async def _settle(self, settle: Callable[[AsyncSession], Awaitable[bool]]) -> bool:
        """Settle in one transaction, again while the database is away and the lease is likely to be ours.

        Where the answer to a COMMIT was lost, the second try finds that the lease has ended, and changes nothing.
        """

        async def settle_once() -> bool:
            async with self.books.begin() as session:
                return await settle(session)

        runtime = self.runtime
        return await retry_while_transient(
            settle_once,
            for_s=runtime.settings.worker.lease_duration.total_seconds(),
            is_stopping=lambda: runtime.shutting_down,
        )

    async def _settle_result(
        self, session: AsyncSession, *, result: StepResult, stored: Mapping[str, tuple[str, int, str]]
    ) -> bool:
        if result.refusals:
            return await settlement.settle_refused(
                session,
                self.lease,
                self._resource_usage(),
                provider=result.provider,
                evidence=result.evidence,
                artifacts=stored,
                reasons=result.refusals,
            )
        return await settlement.settle_completed(
            session,
            self.runtime.queue,
            self.lease,
            self._resource_usage(),
            provider=result.provider,
            evidence=result.evidence,
            artifacts=stored,
            video=result.video,
            embedding=result.embedding,
            warnings=result.warnings,
        )

    async def _act(self) -> StepResult:
        self.work.mkdir(parents=True)
        async with self.books.begin() as session:
            await costs.require_within_budget(session, self.lease.cost_context)
        context = await self._context()
        with metered(self.meter):
            act = asyncio.create_task(ACTS[self.step.name](context))
        while not (await asyncio.wait({act}, timeout=0.05))[0]:
            if self.meter.stop.is_set():
                # programs are killed by the meter itself; what only waits for others is cancelled after a while
                await asyncio.wait({act}, timeout=STOP_PATIENCE_S)
                act.cancel()
                await asyncio.wait({act})
                break
        if self.meter.stop.is_set():
            raise Cancelled
        return act.result()

    async def _context(self) -> StepContext:
        runtime, lease = self.runtime, self.lease
        inputs = {name: await asyncio.to_thread(runtime.store.get, *lease.artifacts[name]) for name in self.step.needs}
        request = lease.request
        template = request.get("template")
        async with runtime.sessions.begin() as session:
            settings = await self._settings(session)
        return StepContext(
            run_id=lease.cost_context.run_id,
            video_id=lease.cost_context.video_id,
            channel_id=lease.cost_context.channel_id,
            options=Options.model_validate(request["options"]),
            source_name=request["source_name"],
            source_sha256=request["source_sha256"],
            persona=Persona.model_validate(request["persona"]),
            strategy=Strategy.model_validate(request.get("strategy", {})),  # runs of before there was one
            template_snapshot=None if template is None else TemplateSnapshot.model_validate(template),
            settings=settings,
            sessions=as_subject(runtime.sessions, lease.subject),
            gate=PaidCallGate(self.books, lease.cost_context, runtime.store),
            embedder=runtime.embedder,
            work=self.work,
            models=runtime.models,
            inputs=inputs,
            progress=self._set_progress,
        )

    async def _settings(self, session: AsyncSession) -> Settings:
        """Return what holds now for this step; the channel's own key is opened for its voice alone."""
        runtime = self.runtime
        settings = effective_settings(runtime.settings, await read_overrides(session, runtime.keys))
        if self.step.name != "voice":
            return settings
        speech = await with_channel_keys(
            session,
            runtime.keys,
            self.lease.cost_context.channel_id,
            settings.speech,
            installed=runtime.settings.speech,
            engine=Persona.model_validate(self.lease.request["persona"]).voice.engine,
        )
        return settings.model_copy(update={"speech": speech})

    def _set_progress(self, fraction: float) -> None:
        self.progress = fraction

    def _store(self, artifacts: Mapping[str, Artifact]) -> dict[str, tuple[str, int, str]]:
        stored = {}
        for name, artifact in artifacts.items():
            stored_object = self.runtime.store.put(artifact.path)
            stored[name] = (stored_object.sha256, stored_object.size_bytes, artifact.media_type)
        return stored

    async def _renew_lease(self) -> bool:
        """Renew the heartbeat; stops the act when the lease or the run is gone. False: the lease is lost."""
        async with self.books.begin() as session:
            status = await claim.heartbeat(session, self.lease, self.progress)
        self.lost = status is None
        if status in (None, "cancelled"):
            self.meter.stop.set()
        return not self.lost

    async def _publish_progress(self) -> None:
        """Publish progress that has changed. Without Valkey the page polls instead."""
        if (progress := self.progress) == self.published_progress:
            return
        cost_context = self.lease.cost_context
        await self.runtime.cache.publish(
            PROGRESS_CHANNEL, f"{cost_context.run_id} {cost_context.channel_id} {self.step.name} {progress:.3f}"
        )
        self.published_progress = progress

    def _resource_usage(self) -> ResourceUsage:
        return ResourceUsage(
            seconds=Decimal(str(round(time.monotonic() - self.began, 3))),
            cpu_seconds=Decimal(str(round(self.meter.cpu_s, 3))),
            peak_bytes=self.meter.peak_bytes,
        )

    async def _settle_error(self, session: AsyncSession, *, error: Exception) -> bool:
        if isinstance(error, Cancelled) or self.meter.stop.is_set():
            # a cancelled run settles its step as cancelled; otherwise the worker is shutting down
            return self.lost or await settlement.settle_later(
                session,
                self.runtime.queue,
                self.lease,
                self._resource_usage(),
                delay_s=0,
                uncounted=True,
                reason="The worker was stopped.",
            )
        if isinstance(error, ObjectDamaged):
            return await self._redo_damaged(session, error)
        if is_unavailable(error):
            return await settlement.settle_later(
                session,
                self.runtime.queue,
                self.lease,
                self._resource_usage(),
                delay_s=0,
                uncounted=True,  # it is not the step's doing
                reason="The database was not available. The step begins again.",
            )
        if (reason := _passing_reason(error)) and self.lease.attempts_since_retry < MAX_ATTEMPTS:
            requested_s = error.after_s if isinstance(error, RetryableError) else None
            delay = retry_delay_s(self.lease.attempts_since_retry, requested_s=requested_s)
            return await settlement.settle_later(
                session,
                self.runtime.queue,
                self.lease,
                self._resource_usage(),
                delay_s=delay,
                reason=f"{reason} The next try is in {delay:.0f} s.",
            )
        if not isinstance(error, YtempireError):
            log.error("step_failed", step=self.step.name, exc_info=error)
        return await settlement.settle_failed(
            session, self.lease, self._resource_usage(), error_document(error, self.step.name)
        )

    async def _redo_damaged(self, session: AsyncSession, error: ObjectDamaged) -> bool:
        """An earlier step's file is gone or broken: make it again rather than build on it."""
        damaged = [name for name in self.step.needs if not self._is_whole(name)]
        return await settlement.rerun_producing_steps(
            session, self.runtime.queue, self.lease, self._resource_usage(), damaged=damaged, reason=str(error)
        )

    def _is_whole(self, name: str) -> bool:
        try:
            self.runtime.store.get(*self.lease.artifacts[name])
        except ObjectDamaged:
            return False
        return True

    def _report(self, event: str, settled: bool) -> None:
        log.info(
            event if settled else "lease_lost",
            task=RUN_STEP,
            step=self.step.name,
            run=str(self.lease.cost_context.run_id),
            attempt=self.lease.cost_context.attempt,
            cpu_s=round(self.meter.cpu_s, 2),
        )


def _passing_reason(error: Exception) -> str | None:
    """Why the same step may succeed at another try; None: it would fail again."""
    if isinstance(error, RetryableError | OutcomeUnknown):
        return str(error)
    return "The database could not do what was asked." if is_transient(error) else None


def error_document(error: Exception, step: str) -> dict[str, Any]:
    """What a failed step shows a person."""
    if isinstance(error, YtempireError):
        return {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return {
            "code": "disk_full",
            "message": "The disk is full.",
            "hint": "Free some space, then retry the run from this step.",
        }
    reason = type(error).__name__ if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
    return {
        "code": "internal_error",
        "message": f"The step {step} failed unexpectedly: {reason}",
        "hint": f"The worker's log (process {os.getpid()}) has the details; retry the run from this step.",
    }
