"""Claim and settle: the two short transactions around the act of a step. All state changes of a run are here.

Rows are always locked in the order workflow, then step. `claim` on a step is a fencing token: a worker that was
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
from ytempire.costs.service import Spender
from ytempire.kit import clock, jobs
from ytempire.kit.database import AsyncSession
from ytempire.kit.subject import Subject
from ytempire.production import similarity, versions
from ytempire.production.decisions import MOST_ATTEMPTS, may_claim
from ytempire.production.models import (
    FINAL_WORKFLOW_STATUSES,
    Video,
    Workflow,
    WorkflowArtifact,
    WorkflowLog,
    WorkflowStep,
)
from ytempire.production.steps.order import STEPS, step_after, step_named

RUN_STEP = "production.run_step"
SOURCE_STEP = "request"  # not a step that runs: the source is stored when the run is ordered


@dataclass(frozen=True)
class Claim:
    """The right to act on one step, and all that the act needs from the database."""

    token: UUID
    spender: Spender
    tries: int  # how often it was begun since a person last retried it, clean interruptions not counted
    request: dict[str, Any]
    artifacts: dict[str, tuple[str, int]]  # name -> sha256, size
    subject: Subject  # who ordered the run: the act has their rights


@dataclass(frozen=True)
class Used:
    """What an attempt used, whatever came of it."""

    seconds: Decimal
    cpu_seconds: Decimal
    peak_bytes: int


async def lock_run(session: AsyncSession, workflow_id: UUID) -> Workflow | None:
    return await session.get(Workflow, workflow_id, with_for_update=True)


async def log(session: AsyncSession, workflow_id: UUID, event: str, message: str, *, step: str | None = None) -> None:
    session.add(WorkflowLog(workflow_id=workflow_id, step=step, event=event, message=message))
    await session.flush()


async def enqueue_step(
    session: AsyncSession,
    queue: procrastinate.App,
    workflow: Workflow,
    step: str,
    *,
    delay_s: float = 0,
) -> None:
    await jobs.enqueue(
        session,
        queue,
        RUN_STEP,
        resource=step_named(step).resource,
        priority=workflow.priority,
        delay_s=delay_s,
        workflow_id=str(workflow.id),
        step=step,
    )


async def claim_step(
    session: AsyncSession,
    workflow_id: UUID,
    name: str,
    *,
    job_id: int,
    lease: timedelta,
) -> Claim | None:
    """Take the step, or None when there is nothing to do (finished, cancelled, or in another worker's hands)."""
    workflow = await lock_run(session, workflow_id)
    if workflow is None:
        return None
    step = await session.get_one(WorkflowStep, (workflow_id, name), with_for_update=True)
    takeover = step.status == "running"
    if not may_claim(
        workflow.status,
        step.status,
        same_job=step.job_id == job_id,
        heartbeat_age=clock.now() - step.heartbeat_at if step.heartbeat_at else None,
        lease=lease,
    ):
        return None
    abandoned = await costs.settle_abandoned(session, workflow_id, name)
    if step.attempts - step.forgiven >= MOST_ATTEMPTS:
        await _end_step(
            session,
            workflow,
            step,
            "failed",
            {
                "code": "interrupted_too_often",
                "message": f"This step was started {MOST_ATTEMPTS} times and never came to an end.",
                "hint": "Its log says why; retry the run from this step once that is mended.",
            },
        )
        return None
    now = clock.now()
    step.status, step.claim, step.job_id = "running", uuid4(), job_id
    step.attempts += 1
    step.started_at, step.heartbeat_at, step.completed_at = now, now, None
    step.progress, step.error = Decimal(0), None
    if workflow.status == "pending":
        workflow.status, workflow.started_at = "running", workflow.started_at or now
    if takeover:
        paid = f" {abandoned} unfinished paid call(s) were settled at their bound." if abandoned else ""
        await log(
            session, workflow_id, "step_taken_over", f"Its worker was gone; attempt {step.attempts}.{paid}", step=name
        )
    await session.flush()
    rows = await session.scalars(select(WorkflowArtifact).where(WorkflowArtifact.workflow_id == workflow_id))
    return Claim(
        token=step.claim,
        tries=step.attempts - step.forgiven,
        spender=Spender(
            video_id=workflow.video_id,
            channel_id=workflow.channel_id,
            workflow_id=workflow_id,
            step=name,
            attempt=step.attempts,
        ),
        request=workflow.request,
        artifacts={row.name: (row.sha256, row.size_bytes) for row in rows},
        subject=await accounts.subject_of(session, workflow.requested_by),
    )


async def heartbeat(session: AsyncSession, claim: Claim, progress: float) -> str | None:
    """Say that the step is alive; returns the run's status, or None when the claim was lost."""
    status: str | None = await session.scalar(
        update(WorkflowStep)
        .where(
            WorkflowStep.claim == claim.token,
            WorkflowStep.workflow_id == claim.spender.workflow_id,
            WorkflowStep.name == claim.spender.step,
            Workflow.id == WorkflowStep.workflow_id,
        )
        .values(heartbeat_at=clock.now(), progress=Decimal(str(round(min(max(progress, 0), 1), 3))))
        .returning(Workflow.status)
    )
    return status


async def _held(session: AsyncSession, claim: Claim, used: Used) -> tuple[Workflow, WorkflowStep] | None:
    """The locked rows if the claim still holds, with what the attempt used written down; else None."""
    workflow = await lock_run(session, claim.spender.workflow_id)
    step = await session.get(WorkflowStep, (claim.spender.workflow_id, claim.spender.step), with_for_update=True)
    if workflow is None or step is None or step.claim != claim.token:
        return None
    await costs.settle_abandoned(session, workflow.id, step.name)  # the act is over: nothing of it may stay open
    step.act_seconds += used.seconds
    step.cpu_seconds += used.cpu_seconds
    step.peak_bytes = max(step.peak_bytes or 0, used.peak_bytes)
    await costs.record_compute(session, claim.spender, used.cpu_seconds)
    return workflow, step


async def settle_completed(
    session: AsyncSession,
    queue: procrastinate.App,
    claim: Claim,
    used: Used,
    *,
    provider: str,
    evidence: Mapping[str, Any],
    artifacts: Mapping[str, tuple[str, int, str]],
    video: Mapping[str, Any],
    embedding: tuple[float, ...] | None = None,
) -> bool:
    """Record a finished step and enqueue the next, or finish the run. False when the claim was lost meanwhile."""
    held = await _held(session, claim, used)
    if held is None:
        return False
    workflow, step = held
    if workflow.status == "cancelled":
        await _release_claim(step, "cancelled")
        return True
    await _release_claim(step, "completed")
    step.progress, step.provider, step.evidence = Decimal(1), provider, dict(evidence)
    await _write_artifacts(session, workflow.id, step.name, artifacts)
    if video:
        await session.execute(update(Video).where(Video.id == workflow.video_id).values(**video))
    if embedding is not None:
        await similarity.remember(session, workflow.video_id, embedding)
    await log(session, workflow.id, "step_completed", f"Done by {provider}.", step=step.name)
    following = step_after(step.name)
    if following is not None:
        await enqueue_step(session, queue, workflow, following.name)
    else:
        await _end_run(session, workflow, "completed", "The video is ready.")
        await versions.remember(session, workflow.video_id, made_by="run")
    return True


async def settle_refused(
    session: AsyncSession,
    claim: Claim,
    used: Used,
    *,
    provider: str,
    evidence: Mapping[str, Any],
    artifacts: Mapping[str, tuple[str, int, str]],
    reasons: tuple[str, ...],
) -> bool:
    """Record that the step found the video not acceptable, with its reasons and evidence; the run ends as refused."""
    held = await _held(session, claim, used)
    if held is None:
        return False
    workflow, step = held
    step.provider, step.evidence = provider, dict(evidence)
    await _write_artifacts(session, workflow.id, step.name, artifacts)
    await _end_step(
        session,
        workflow,
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


async def settle_failed(session: AsyncSession, claim: Claim, used: Used, error: dict[str, Any]) -> bool:
    held = await _held(session, claim, used)
    if held is None:
        return False
    await _end_step(session, *held, "failed", error)
    return True


async def settle_later(
    session: AsyncSession,
    queue: procrastinate.App,
    claim: Claim,
    used: Used,
    *,
    delay_s: float,
    reason: str,
    forgiven: bool = False,
) -> bool:
    """Give the step back to be tried again: after an error that may pass, or (forgiven) as the worker shuts down."""
    held = await _held(session, claim, used)
    if held is None:
        return False
    workflow, step = held
    if workflow.status == "cancelled":
        await _release_claim(step, "cancelled")
        return True
    await _release_claim(step, "pending")
    if forgiven:
        step.forgiven += 1
    await log(session, workflow.id, "step_postponed", reason, step=step.name)
    await enqueue_step(session, queue, workflow, step.name, delay_s=delay_s)
    return True


async def reset_from(session: AsyncSession, workflow: Workflow, name: str) -> None:
    """Forget what this step and those after it made, so that they run again.

    One that is still stopping after a cancellation loses its claim with this, and settles nothing any more.
    """
    names = [step.name for step in STEPS[STEPS.index(step_named(name)) :]]
    for step in names:
        await costs.settle_abandoned(session, workflow.id, step)
    await session.execute(
        delete(WorkflowArtifact).where(WorkflowArtifact.workflow_id == workflow.id, WorkflowArtifact.step.in_(names))
    )
    await session.execute(
        update(WorkflowStep)
        .where(WorkflowStep.workflow_id == workflow.id, WorkflowStep.name.in_(names))
        .values(
            status="pending",
            claim=None,
            job_id=None,
            heartbeat_at=None,
            progress=0,
            provider=None,
            error=None,
            started_at=None,
            completed_at=None,
            evidence={},
            forgiven=WorkflowStep.attempts,
        )
    )
    workflow.status, workflow.completed_at = "running", None
    await session.execute(update(Video).where(Video.id == workflow.video_id).values(status="generating"))


async def cancel_run(session: AsyncSession, workflow: Workflow) -> None:
    """End a run: what waits is cancelled now, what runs notices at its next heartbeat."""
    await session.execute(
        update(WorkflowStep)
        .where(WorkflowStep.workflow_id == workflow.id, WorkflowStep.status == "pending")
        .values(status="cancelled")
    )
    await _end_run(session, workflow, "cancelled", "Cancelled by a person.")


async def _write_artifacts(
    session: AsyncSession,
    workflow_id: UUID,
    step: str,
    artifacts: Mapping[str, tuple[str, int, str]],
) -> None:
    for name, (sha256, size, media_type) in artifacts.items():
        values = {"step": step, "sha256": sha256, "size_bytes": size, "media_type": media_type}
        await session.execute(
            insert(WorkflowArtifact)
            .values(workflow_id=workflow_id, name=name, **values)
            .on_conflict_do_update(index_elements=["workflow_id", "name"], set_=values)
        )


async def _release_claim(step: WorkflowStep, status: str) -> None:
    step.status, step.claim, step.job_id = status, None, None
    step.completed_at = None if status == "pending" else clock.now()


async def _end_step(
    session: AsyncSession,
    workflow: Workflow,
    step: WorkflowStep,
    status: str,
    error: dict[str, Any],
) -> None:
    if workflow.status == "cancelled":
        await _release_claim(step, "cancelled")
        return
    await _release_claim(step, status)
    step.error = error
    await log(session, workflow.id, f"step_{status}", error["message"], step=step.name)
    await _end_run(session, workflow, status, error["message"])


async def _end_run(session: AsyncSession, workflow: Workflow, status: str, message: str) -> None:
    workflow.status, workflow.completed_at = status, clock.now()
    video_status = "ready" if status == "completed" else "failed"
    await session.execute(update(Video).where(Video.id == workflow.video_id).values(status=video_status))
    await log(session, workflow.id, f"run_{status}", message)


async def release_ended(session: AsyncSession, *, lease: timedelta) -> int:
    """End steps that a dead worker left running in a run that ended meanwhile (cancelled); how many."""
    rows = (
        await session.execute(
            select(WorkflowStep.workflow_id, WorkflowStep.name)
            .join(Workflow, Workflow.id == WorkflowStep.workflow_id)
            .where(
                WorkflowStep.status == "running",
                Workflow.status.in_(FINAL_WORKFLOW_STATUSES),
                WorkflowStep.heartbeat_at < clock.now() - lease,
            )
        )
    ).all()
    for workflow_id, name in rows:
        await lock_run(session, workflow_id)
        step = await session.get_one(WorkflowStep, (workflow_id, name), with_for_update=True)
        if step.status == "running":
            await costs.settle_abandoned(session, workflow_id, name)
            await _release_claim(step, "cancelled")
    await session.flush()
    return len(rows)


async def active_claims(session: AsyncSession) -> set[UUID]:
    """The claims of all steps that are under way, in whichever worker."""
    rows = await session.scalars(select(WorkflowStep.claim).where(WorkflowStep.claim.is_not(None)))
    return {claim for claim in rows if claim is not None}


# Steps that nobody works on although their run is active: the worker died, or could not write that it failed.
STRANDED = text("""
    SELECT s.workflow_id, s.name
    FROM core.workflow_steps s JOIN core.workflows w ON w.id = s.workflow_id
    WHERE w.status IN ('pending', 'running')
      AND ((s.status = 'running' AND s.heartbeat_at < now() - make_interval(secs => :lease_s))
        OR (s.status = 'pending'
            AND coalesce(w.started_at, w.created_at) < now() - make_interval(secs => :lease_s)
            AND NOT EXISTS (SELECT 1 FROM core.workflow_steps earlier
                            WHERE earlier.workflow_id = s.workflow_id AND earlier.position < s.position
                              AND earlier.status <> 'completed')))
      AND NOT EXISTS (SELECT 1 FROM jobs.procrastinate_jobs j
                      WHERE j.status IN ('todo', 'doing') AND j.task_name = :task
                        AND j.args ->> 'workflow_id' = s.workflow_id::text AND j.args ->> 'step' = s.name)
""")


async def enqueue_stranded(session: AsyncSession, queue: procrastinate.App, *, lease: timedelta) -> int:
    """Enqueue again the steps that no job stands for; how many. One worker at a time does this."""
    if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext('production.enqueue_stranded'))")):
        return 0
    rows = (await session.execute(STRANDED, {"lease_s": lease.total_seconds(), "task": RUN_STEP})).all()
    for workflow_id, name in rows:
        workflow = await lock_run(session, workflow_id)
        assert workflow is not None
        await enqueue_step(session, queue, workflow, name)
    return len(rows)


async def redo_makers(
    session: AsyncSession,
    queue: procrastinate.App,
    claim: Claim,
    used: Used,
    *,
    damaged: list[str],
    reason: str,
) -> bool:
    """Run again from the earliest step that made one of the damaged artifacts. The source itself cannot be remade."""
    held = await _held(session, claim, used)
    if held is None:
        return False
    workflow, step = held
    rows = await session.scalars(
        select(WorkflowArtifact.step).where(
            WorkflowArtifact.workflow_id == workflow.id, WorkflowArtifact.name.in_(damaged)
        )
    )
    makers = set(rows)
    first = next((known.name for known in STEPS if known.name in makers), None)
    if first is None or SOURCE_STEP in makers:
        await _end_step(
            session,
            workflow,
            step,
            "failed",
            {
                "code": "source_gone",
                "message": "The stored source text is gone or damaged.",
                "hint": "Start a new run from the original text.",
            },
        )
        return True
    await _release_claim(step, "pending")
    await session.flush()
    await reset_from(session, workflow, first)
    await log(session, workflow.id, "artifacts_damaged", f"{reason} Making it again from the step {first}.")
    await enqueue_step(session, queue, workflow, first)
    return True
