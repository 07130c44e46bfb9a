"""Enqueue the steps that become ready, and make steps ready to run again."""

from __future__ import annotations

from datetime import timedelta

import procrastinate
from sqlalchemy import delete, text, update

from ytempire.costs import service as costs
from ytempire.kit import jobs
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, try_lock
from ytempire.production.models import Run, RunArtifact, RunStep, Video
from ytempire.production.step_leases.run_state import lock_run
from ytempire.production.steps.sequence import STEPS, get_step

RUN_STEP = "production.run_step"


async def enqueue_step(
    session: AsyncSession,
    queue: procrastinate.App,
    run: Run,
    step: str,
    *,
    delay_s: float = 0,
) -> None:
    """Enqueue the job of a step, on the machine part that it needs."""
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
