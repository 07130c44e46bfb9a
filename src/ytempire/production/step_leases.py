"""Claim and settle: the two short transactions around the act of a step. All state changes of a run are here.

Rows are always locked in the order run, then step. `lease_token` on a step is a fencing token: a worker that was
believed dead and comes back cannot settle over the one that took its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import procrastinate
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts import service as accounts
from ytempire.costs import service as costs
from ytempire.costs.service import CostContext
from ytempire.kit import clock, jobs
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, try_lock
from ytempire.kit.subject import Subject
from ytempire.production import duplicate_detection, versions
from ytempire.production.decisions import MAX_ATTEMPTS, can_claim
from ytempire.production.models import (
    FINAL_RUN_STATUSES,
    Run,
    RunArtifact,
    RunLog,
    RunStep,
    Video,
)
from ytempire.production.steps.sequence import STEPS, get_step, step_after

RUN_STEP = "production.run_step"
SOURCE_STEP = "request"  # not a step that runs: the source is stored when the run is ordered


@dataclass(frozen=True)
class StepLease:
    """The right to act on one step, and all that the act needs from the database."""

    token: UUID
    cost_context: CostContext
    attempts_since_retry: int  # how often it was begun since a person last retried it, clean interruptions not counted
    request: dict[str, Any]
    artifacts: dict[str, tuple[str, int]]  # name -> sha256, size
    subject: Subject  # who ordered the run: the act has their rights


@dataclass(frozen=True)
class ResourceUsage:
    """What an attempt used, whatever came of it."""

    seconds: Decimal
    cpu_seconds: Decimal
    peak_bytes: int


async def lock_run(session: AsyncSession, run_id: UUID) -> Run | None:
    return await session.get(Run, run_id, with_for_update=True)


async def log(session: AsyncSession, run_id: UUID, event: str, message: str, *, step: str | None = None) -> None:
    session.add(RunLog(run_id=run_id, step=step, event=event, message=message))
    await session.flush()


async def enqueue_step(
    session: AsyncSession,
    queue: procrastinate.App,
    run: Run,
    step: str,
    *,
    delay_s: float = 0,
) -> None:
    await jobs.enqueue(
        session,
        queue,
        RUN_STEP,
        resource=get_step(step).resource,
        priority=run.priority,
        delay_s=delay_s,
        run_id=str(run.id),
        step=step,
    )


async def claim_step(
    session: AsyncSession,
    run_id: UUID,
    name: str,
    *,
    job_id: int,
    lease_duration: timedelta,
) -> StepLease | None:
    """Take the step, or None when there is nothing to do (finished, cancelled, or in another worker's hands)."""
    run = await lock_run(session, run_id)
    if run is None:
        return None
    step = await session.get_one(RunStep, (run_id, name), with_for_update=True)
    takeover = step.status == "running"
    if not can_claim(
        run.status,
        step.status,
        same_job=step.job_id == job_id,
        heartbeat_age=clock.now() - step.heartbeat_at if step.heartbeat_at else None,
        lease_duration=lease_duration,
    ):
        return None
    abandoned = await costs.settle_orphaned_reservations(session, run_id, name)
    if step.attempts - step.uncounted_attempts >= MAX_ATTEMPTS:
        await _end_step(
            session,
            run,
            step,
            "failed",
            {
                "code": "interrupted_too_often",
                "message": f"This step was started {MAX_ATTEMPTS} times and never came to an end.",
                "hint": "Its log says why; retry the run from this step once that is mended.",
            },
        )
        return None
    now = clock.now()
    step.status, step.lease_token, step.job_id = "running", uuid4(), job_id
    step.attempts += 1
    step.started_at, step.heartbeat_at, step.completed_at = now, now, None
    step.progress, step.error = Decimal(0), None
    if run.status == "pending":
        run.status, run.started_at = "running", run.started_at or now
    if takeover:
        paid = f" {abandoned} unfinished paid call(s) were settled at their bound." if abandoned else ""
        await log(session, run_id, "step_taken_over", f"Its worker was gone; attempt {step.attempts}.{paid}", step=name)
    await session.flush()
    rows = await session.scalars(select(RunArtifact).where(RunArtifact.run_id == run_id))
    return StepLease(
        token=step.lease_token,
        attempts_since_retry=step.attempts - step.uncounted_attempts,
        cost_context=CostContext(
            video_id=run.video_id,
            channel_id=run.channel_id,
            run_id=run_id,
            step=name,
            attempt=step.attempts,
        ),
        request=run.request,
        artifacts={row.name: (row.sha256, row.size_bytes) for row in rows},
        subject=await accounts.subject_of(session, run.requested_by),
    )


async def heartbeat(session: AsyncSession, lease: StepLease, progress: float) -> str | None:
    """Say that the step is alive; returns the run's status, or None when the lease was lost."""
    status: str | None = await session.scalar(
        update(RunStep)
        .where(
            RunStep.lease_token == lease.token,
            RunStep.run_id == lease.cost_context.run_id,
            RunStep.name == lease.cost_context.step,
            Run.id == RunStep.run_id,
        )
        .values(heartbeat_at=clock.now(), progress=Decimal(str(round(min(max(progress, 0), 1), 3))))
        .returning(Run.status)
    )
    return status


async def _lock_lease(session: AsyncSession, lease: StepLease, usage: ResourceUsage) -> tuple[Run, RunStep] | None:
    """Lock the rows if the lease still holds, and write down what the attempt used; else None."""
    run = await lock_run(session, lease.cost_context.run_id)
    step = await session.get(RunStep, (lease.cost_context.run_id, lease.cost_context.step), with_for_update=True)
    if run is None or step is None or step.lease_token != lease.token:
        return None
    # the act is over: nothing of it may stay open
    await costs.settle_orphaned_reservations(session, run.id, step.name)
    step.wall_seconds += usage.seconds
    step.cpu_seconds += usage.cpu_seconds
    step.peak_bytes = max(step.peak_bytes or 0, usage.peak_bytes)
    await costs.record_compute(session, lease.cost_context, usage.cpu_seconds)
    return run, step


async def settle_completed(
    session: AsyncSession,
    queue: procrastinate.App,
    lease: StepLease,
    usage: ResourceUsage,
    *,
    provider: str,
    evidence: Mapping[str, Any],
    artifacts: Mapping[str, tuple[str, int, str]],
    video: Mapping[str, Any],
    embedding: tuple[float, ...] | None = None,
) -> bool:
    """Record a finished step and enqueue the next, or finish the run. False when the lease was lost meanwhile."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    run, step = locked
    if run.status == "cancelled":
        await _release_lease(step, "cancelled")
        return True
    await _release_lease(step, "completed")
    step.progress, step.provider, step.evidence = Decimal(1), provider, dict(evidence)
    await _write_artifacts(session, run.id, step.name, artifacts)
    if video:
        await session.execute(update(Video).where(Video.id == run.video_id).values(**video))
    if embedding is not None:
        await duplicate_detection.store_embedding(session, run.video_id, embedding)
    await log(session, run.id, "step_completed", f"Done by {provider}.", step=step.name)
    following = step_after(step.name)
    if following is not None:
        await enqueue_step(session, queue, run, following.name)
    else:
        await _end_run(session, run, "completed", "The video is ready.")
        await versions.save_version(session, run.video_id, created_by="run")
    return True


async def settle_refused(
    session: AsyncSession,
    lease: StepLease,
    usage: ResourceUsage,
    *,
    provider: str,
    evidence: Mapping[str, Any],
    artifacts: Mapping[str, tuple[str, int, str]],
    reasons: tuple[str, ...],
) -> bool:
    """Record that the step found the video not acceptable, with its reasons and evidence; the run ends as refused."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    run, step = locked
    step.provider, step.evidence = provider, dict(evidence)
    await _write_artifacts(session, run.id, step.name, artifacts)
    await _end_step(
        session,
        run,
        step,
        "refused",
        {
            "code": "refused",
            "message": " ".join(reasons),
            "hint": None,
            "reasons": list(reasons),
        },
    )
    return True


async def settle_failed(session: AsyncSession, lease: StepLease, usage: ResourceUsage, error: dict[str, Any]) -> bool:
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    await _end_step(session, *locked, "failed", error)
    return True


async def settle_later(
    session: AsyncSession,
    queue: procrastinate.App,
    lease: StepLease,
    usage: ResourceUsage,
    *,
    delay_s: float,
    reason: str,
    uncounted: bool = False,
) -> bool:
    """Give the step back to be tried again: after an error that may pass, or (`uncounted`) as the worker shuts down."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    run, step = locked
    if run.status == "cancelled":
        await _release_lease(step, "cancelled")
        return True
    await _release_lease(step, "pending")
    if uncounted:
        step.uncounted_attempts += 1
    await log(session, run.id, "step_postponed", reason, step=step.name)
    await enqueue_step(session, queue, run, step.name, delay_s=delay_s)
    return True


async def reset_from(session: AsyncSession, run: Run, name: str) -> None:
    """Forget what this step and those after it made, so that they run again.

    One that is still stopping after a cancellation loses its lease with this, and settles nothing any more.
    """
    names = [step.name for step in STEPS[STEPS.index(get_step(name)) :]]
    for step in names:
        await costs.settle_orphaned_reservations(session, run.id, step)
    await session.execute(delete(RunArtifact).where(RunArtifact.run_id == run.id, RunArtifact.step.in_(names)))
    await session.execute(
        update(RunStep)
        .where(RunStep.run_id == run.id, RunStep.name.in_(names))
        .values(
            status="pending",
            lease_token=None,
            job_id=None,
            heartbeat_at=None,
            progress=0,
            provider=None,
            error=None,
            started_at=None,
            completed_at=None,
            evidence={},
            uncounted_attempts=RunStep.attempts,
        )
    )
    run.status, run.completed_at = "running", None
    await session.execute(update(Video).where(Video.id == run.video_id).values(status="generating"))


async def cancel_run(session: AsyncSession, run: Run) -> None:
    """End a run: what waits is cancelled now, what runs notices at its next heartbeat."""
    await session.execute(
        update(RunStep).where(RunStep.run_id == run.id, RunStep.status == "pending").values(status="cancelled")
    )
    await _end_run(session, run, "cancelled", "Cancelled by a person.")


async def _write_artifacts(
    session: AsyncSession,
    run_id: UUID,
    step: str,
    artifacts: Mapping[str, tuple[str, int, str]],
) -> None:
    for name, (sha256, size, media_type) in artifacts.items():
        values = {"step": step, "sha256": sha256, "size_bytes": size, "media_type": media_type}
        await session.execute(
            insert(RunArtifact)
            .values(run_id=run_id, name=name, **values)
            .on_conflict_do_update(index_elements=["run_id", "name"], set_=values)
        )


async def _release_lease(step: RunStep, status: str) -> None:
    step.status, step.lease_token, step.job_id = status, None, None
    step.completed_at = None if status == "pending" else clock.now()


async def _end_step(
    session: AsyncSession,
    run: Run,
    step: RunStep,
    status: str,
    error: dict[str, Any],
) -> None:
    if run.status == "cancelled":
        await _release_lease(step, "cancelled")
        return
    await _release_lease(step, status)
    step.error = error
    await log(session, run.id, f"step_{status}", error["message"], step=step.name)
    await _end_run(session, run, status, error["message"])


async def _end_run(session: AsyncSession, run: Run, status: str, message: str) -> None:
    run.status, run.completed_at = status, clock.now()
    video_status = "ready" if status == "completed" else "failed"
    await session.execute(update(Video).where(Video.id == run.video_id).values(status=video_status))
    await log(session, run.id, f"run_{status}", message)


async def release_expired_leases(session: AsyncSession, *, lease_duration: timedelta) -> int:
    """End steps that a dead worker left running in a run that ended meanwhile (cancelled); how many."""
    rows = (
        await session.execute(
            select(RunStep.run_id, RunStep.name)
            .join(Run, Run.id == RunStep.run_id)
            .where(
                RunStep.status == "running",
                Run.status.in_(FINAL_RUN_STATUSES),
                RunStep.heartbeat_at < clock.now() - lease_duration,
            )
        )
    ).all()
    for run_id, name in rows:
        await lock_run(session, run_id)
        step = await session.get_one(RunStep, (run_id, name), with_for_update=True)
        if step.status == "running":
            await costs.settle_orphaned_reservations(session, run_id, name)
            await _release_lease(step, "cancelled")
    await session.flush()
    return len(rows)


async def active_lease_tokens(session: AsyncSession) -> set[UUID]:
    """The tokens of the leases of all steps that are under way, in whichever worker."""
    rows = await session.scalars(select(RunStep.lease_token).where(RunStep.lease_token.is_not(None)))
    return {token for token in rows if token is not None}


# Steps that nobody works on although their run is active: the worker died, or could not write that it failed.
ORPHANED_STEPS = text("""
    SELECT s.run_id, s.name
    FROM core.run_steps s JOIN core.runs w ON w.id = s.run_id
    WHERE w.status IN ('pending', 'running')
      AND ((s.status = 'running' AND s.heartbeat_at < now() - make_interval(secs => :lease_s))
        OR (s.status = 'pending'
            AND coalesce(w.started_at, w.created_at) < now() - make_interval(secs => :lease_s)
            AND NOT EXISTS (SELECT 1 FROM core.run_steps earlier
                            WHERE earlier.run_id = s.run_id AND earlier.position < s.position
                              AND earlier.status <> 'completed')))
      AND NOT EXISTS (SELECT 1 FROM jobs.procrastinate_jobs j
                      WHERE j.status IN ('todo', 'doing') AND j.task_name = :task
                        AND j.args ->> 'run_id' = s.run_id::text AND j.args ->> 'step' = s.name)
""")


async def enqueue_orphaned_steps(session: AsyncSession, queue: procrastinate.App, *, lease_duration: timedelta) -> int:
    """Enqueue again the steps that no job stands for; how many. One worker at a time does this."""
    if not await try_lock(session, Lock.ENQUEUE_STEPS):
        return 0
    rows = (await session.execute(ORPHANED_STEPS, {"lease_s": lease_duration.total_seconds(), "task": RUN_STEP})).all()
    for run_id, name in rows:
        run = await lock_run(session, run_id)
        assert run is not None
        await enqueue_step(session, queue, run, name)
    return len(rows)


async def rerun_producing_steps(
    session: AsyncSession,
    queue: procrastinate.App,
    lease: StepLease,
    usage: ResourceUsage,
    *,
    damaged: list[str],
    reason: str,
) -> bool:
    """Run again from the earliest step that made one of the damaged artifacts. The source itself cannot be remade."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    run, step = locked
    rows = await session.scalars(
        select(RunArtifact.step).where(RunArtifact.run_id == run.id, RunArtifact.name.in_(damaged))
    )
    makers = set(rows)
    first = next((candidate.name for candidate in STEPS if candidate.name in makers), None)
    if first is None or SOURCE_STEP in makers:
        await _end_step(
            session,
            run,
            step,
            "failed",
            {
                "code": "source_gone",
                "message": "The stored source text is gone or damaged.",
                "hint": "Start a new run from the original text.",
            },
        )
        return True
    await _release_lease(step, "pending")
    await session.flush()
    await reset_from(session, run, first)
    await log(session, run.id, "artifacts_damaged", f"{reason} Making it again from the step {first}.")
    await enqueue_step(session, queue, run, first)
    return True
