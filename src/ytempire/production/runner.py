"""Act on one step between its claim and its settlement: heartbeat, cancellation, metering, and what an error means."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import procrastinate
import valkey.asyncio
from sqlalchemy.exc import DBAPIError
from valkey.exceptions import ValkeyError

from ytempire.channels.persona import Persona
from ytempire.channels.strategy import Strategy
from ytempire.configuration.values import effective, given_values
from ytempire.costs import service as costs
from ytempire.costs.service import Gate
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions, as_subject, in_name_of
from ytempire.kit.errors import OutcomeUnknown, TryLater, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.processes import Cancelled, Meter, in_thread, metered
from ytempire.kit.storage import ObjectDamaged, ObjectStore
from ytempire.learning.embedding import Embedder
from ytempire.production import claims
from ytempire.production.claims import Claim, Used
from ytempire.production.decisions import MOST_ATTEMPTS, delay_before
from ytempire.production.progress import PROGRESS_CHANNEL
from ytempire.production.request import Options
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.production.steps.order import step_named
from ytempire.production.steps.registry import ACTS
from ytempire.production.wording import OrderedWording
from ytempire.settings import Settings

log = get_logger(__name__)

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
    cache: valkey.asyncio.Valkey
    meters: dict[UUID, Meter] = field(default_factory=dict)
    shutting_down: bool = False

    def shut_down(self) -> None:
        """Ask every running step to stop; each gives itself back to the queue."""
        self.shutting_down = True
        for meter in self.meters.values():
            meter.stop.set()


async def run_step(runtime: ProductionRuntime, workflow_id: UUID, name: str, *, job_id: int) -> None:
    async with runtime.sessions.begin() as session:
        claim = await claims.claim_step(session, workflow_id, name, job_id=job_id, lease=runtime.settings.worker.lease)
    if claim is not None:
        await _Attempt(runtime, claim).run()


class _Attempt:
    """One attempt of one step, from claim to settlement."""

    def __init__(self, runtime: ProductionRuntime, claim: Claim) -> None:
        self.runtime = runtime
        self.claim = claim
        self.step = step_named(claim.spender.step)
        # What is written down of the attempt is the platform's doing, in the name of who ordered the run.
        self.books = in_name_of(runtime.sessions, claim.subject)
        self.meter = Meter()
        self.work = runtime.work / str(claim.token)
        self.progress = 0.0
        self.lost = False
        self.began = time.monotonic()

    async def run(self) -> None:
        self.runtime.meters[self.claim.token] = self.meter
        if self.runtime.shutting_down:
            self.meter.stop.set()
        pulse = asyncio.create_task(self._pulse())
        try:
            await self._act_and_settle()
        finally:
            del self.runtime.meters[self.claim.token]
            pulse.cancel()
            await asyncio.gather(pulse, return_exceptions=True)  # within its transaction it holds the row
            await asyncio.to_thread(shutil.rmtree, self.work, ignore_errors=True)

    async def _act_and_settle(self) -> None:
        runtime, claim = self.runtime, self.claim
        try:
            result = await self._act()
            stored = await in_thread(self._store, result.artifacts)
        except Exception as error:  # whatever it is, the step must be settled and say so
            await self._settle_error(error)
            return
        async with self.books.begin() as session:
            if result.refusals:
                settled = await claims.settle_refused(
                    session,
                    claim,
                    self._used(),
                    provider=result.provider,
                    evidence=result.evidence,
                    artifacts=stored,
                    reasons=result.refusals,
                )
            else:
                settled = await claims.settle_completed(
                    session,
                    runtime.queue,
                    claim,
                    self._used(),
                    provider=result.provider,
                    evidence=result.evidence,
                    artifacts=stored,
                    video=result.video,
                    embedding=result.embedding,
                )
        self._report("step_settled", settled)

    async def _act(self) -> StepResult:
        self.work.mkdir(parents=True)
        async with self.books.begin() as session:
            await costs.require_room(session, self.claim.spender)
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
        runtime, claim = self.runtime, self.claim
        inputs = {name: await asyncio.to_thread(runtime.store.get, *claim.artifacts[name]) for name in self.step.needs}
        request = claim.request
        async with runtime.sessions.begin() as session:
            given = await given_values(session, runtime.keys)
        return StepContext(
            workflow_id=claim.spender.workflow_id,
            video_id=claim.spender.video_id,
            channel_id=claim.spender.channel_id,
            options=Options.model_validate(request["options"]),
            source_name=request["source_name"],
            source_sha256=request["source_sha256"],
            persona=Persona.model_validate(request["persona"]),
            strategy=Strategy.model_validate(request.get("strategy", {})),  # runs of before there was one
            wording=OrderedWording.model_validate(template) if (template := request.get("template")) else None,
            settings=effective(runtime.settings, given),
            sessions=as_subject(runtime.sessions, claim.subject),
            gate=Gate(self.books, claim.spender, runtime.store),
            embedder=runtime.embedder,
            work=self.work,
            inputs=inputs,
            progress=self._set_progress,
        )

    def _set_progress(self, fraction: float) -> None:
        self.progress = fraction

    def _store(self, artifacts: Mapping[str, Artifact]) -> dict[str, tuple[str, int, str]]:
        stored = {}
        for name, artifact in artifacts.items():
            kept = self.runtime.store.put(artifact.path)
            stored[name] = (kept.sha256, kept.size_bytes, artifact.media_type)
        return stored

    async def _pulse(self) -> None:
        """Heartbeats, and live progress for whoever watches; stops the act when the claim or the run is gone."""
        while True:
            try:
                async with self.books.begin() as session:
                    status = await claims.heartbeat(session, self.claim, self.progress)
                if status is None:
                    self.lost = True
                if status in (None, "cancelled"):
                    self.meter.stop.set()
            except Exception:  # the database is away: the act goes on, the settlement will tell
                log.warning("heartbeat_failed", step=self.step.name, exc_info=True)
            await self._publish_progress(self.runtime.settings.worker.heartbeat.total_seconds())

    async def _publish_progress(self, for_s: float) -> None:
        """Publish progress four times a second until the next heartbeat. Without Valkey the page polls instead."""
        until = time.monotonic() + for_s
        spender = self.claim.spender
        published = -1.0
        while time.monotonic() < until:
            if self.progress != published:
                published = self.progress
                try:
                    await self.runtime.cache.publish(
                        PROGRESS_CHANNEL, f"{spender.workflow_id} {spender.channel_id} {self.step.name} {published:.3f}"
                    )
                except ValkeyError:
                    log.warning("progress_not_published", step=self.step.name)
            await asyncio.sleep(min(0.25, for_s))

    def _used(self) -> Used:
        return Used(
            seconds=Decimal(str(round(time.monotonic() - self.began, 3))),
            cpu_seconds=Decimal(str(round(self.meter.cpu_s, 3))),
            peak_bytes=self.meter.peak_bytes,
        )

    async def _settle_error(self, error: Exception) -> None:
        async with self.books.begin() as session:
            if isinstance(error, Cancelled) or self.meter.stop.is_set():
                # a cancelled run settles its step as cancelled; otherwise the worker is shutting down
                settled = self.lost or await claims.settle_later(
                    session,
                    self.runtime.queue,
                    self.claim,
                    self._used(),
                    delay_s=0,
                    forgiven=True,
                    reason="The worker was stopped.",
                )
            elif isinstance(error, ObjectDamaged):
                settled = await self._redo_damaged(session, error)
            elif isinstance(error, TryLater | OutcomeUnknown) and self.claim.tries < MOST_ATTEMPTS:
                asked = error.after_s if isinstance(error, TryLater) else None
                delay = delay_before(self.claim.tries, asked_s=asked)
                settled = await claims.settle_later(
                    session,
                    self.runtime.queue,
                    self.claim,
                    self._used(),
                    delay_s=delay,
                    reason=f"{error} The next try is in {delay:.0f} s.",
                )
            else:
                if not isinstance(error, YtempireError):
                    log.error("step_failed_unexpectedly", step=self.step.name, exc_info=error)
                settled = await claims.settle_failed(session, self.claim, self._used(), describe(error, self.step.name))
        self._report("step_not_done", settled)

    async def _redo_damaged(self, session: AsyncSession, error: ObjectDamaged) -> bool:
        """An earlier step's file is gone or broken: make it again rather than build on it."""
        damaged = [name for name in self.step.needs if not self._is_whole(name)]
        return await claims.redo_makers(
            session, self.runtime.queue, self.claim, self._used(), damaged=damaged, reason=str(error)
        )

    def _is_whole(self, name: str) -> bool:
        try:
            self.runtime.store.get(*self.claim.artifacts[name])
        except ObjectDamaged:
            return False
        return True

    def _report(self, event: str, settled: bool) -> None:
        log.info(
            event if settled else "claim_lost",
            step=self.step.name,
            run=str(self.claim.spender.workflow_id),
            attempt=self.claim.spender.attempt,
            cpu_s=round(self.meter.cpu_s, 2),
        )


def describe(error: Exception, step: str) -> dict[str, Any]:
    """What a failed step shows a person."""
    if isinstance(error, YtempireError):
        return {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return {
            "code": "disk_full",
            "message": "The disk is full.",
            "hint": "Free some space, then retry the run from this step.",
        }
    said = type(error).__name__ if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
    return {
        "code": "internal_error",
        "message": f"The step {step} failed unexpectedly: {said}",
        "hint": f"The worker's log (process {os.getpid()}) has the details; retry the run from this step.",
    }
