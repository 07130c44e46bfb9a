"""Claim steps for workers, renew their leases, and release those of dead workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from ytempire.accounts import service as accounts
from ytempire.costs import service as costs
from ytempire.costs.service import CostContext
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.subject import Subject
from ytempire.production.decisions import MAX_ATTEMPTS, can_claim
from ytempire.production.models import FINAL_RUN_STATUSES, Run, RunArtifact, RunStep
from ytempire.production.step_leases.run_state import end_step, lock_run, release_lease, write_log


@dataclass(frozen=True)
class StepLease:
    """The right to act on one step, and all that the act needs from the database."""

    token: UUID
    cost_context: CostContext
    attempts_since_retry: int  # how often it was begun since a person last retried it, clean interruptions not counted
    request: dict[str, Any]
    artifacts: dict[str, tuple[str, int]]  # name -> sha256, size
    subject: Subject  # who ordered the run: the act has their rights


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
        await end_step(
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
        await write_log(
            session, run_id, "step_taken_over", f"Its worker was gone; attempt {step.attempts}.{paid}", step=name
        )
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
    """Renew the heartbeat of a step; returns the run's status, or None when the lease was lost."""
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
            await release_lease(step, "cancelled")
    await session.flush()
    return len(rows)


async def active_lease_tokens(session: AsyncSession) -> set[UUID]:
    """List the tokens of the leases of all steps that are under way, in whichever worker."""
    rows = await session.scalars(select(RunStep.lease_token).where(RunStep.lease_token.is_not(None)))
    return {token for token in rows if token is not None}
