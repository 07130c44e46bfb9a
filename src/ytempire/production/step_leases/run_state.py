"""Change the state of a run and its steps, whose rows the transaction has locked, and write the run's log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import update

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.production.models import Run, RunLog, RunStep, Video


async def lock_run(session: AsyncSession, run_id: UUID) -> Run | None:
    """Lock the row of a run for the rest of the transaction; None: there is none."""
    return await session.get(Run, run_id, with_for_update=True)


async def write_log(session: AsyncSession, run_id: UUID, event: str, message: str, *, step: str | None = None) -> None:
    """Add an entry to the log of a run."""
    session.add(RunLog(run_id=run_id, step=step, event=event, message=message))
    await session.flush()


async def cancel_run(session: AsyncSession, run: Run) -> None:
    """End a run: what waits is cancelled now, what runs notices at its next heartbeat."""
    await session.execute(
        update(RunStep).where(RunStep.run_id == run.id, RunStep.status == "pending").values(status="cancelled")
    )
    await end_run(session, run, "cancelled", "Cancelled by a person.")


async def release_lease(step: RunStep, status: str) -> None:
    """End the lease of a step in this status; a pending one may be claimed again."""
    step.status, step.lease_token, step.job_id = status, None, None
    step.completed_at = None if status == "pending" else clock.now()


async def end_step(
    session: AsyncSession,
    run: Run,
    step: RunStep,
    status: str,
    error: dict[str, Any],
) -> None:
    """End a step, and its run with it, for this reason; of a cancelled run it is cancelled."""
    if run.status == "cancelled":
        await release_lease(step, "cancelled")
        return
    await release_lease(step, status)
    step.error = error
    await write_log(session, run.id, f"step_{status}", error["message"], step=step.name)
    await end_run(session, run, status, error["message"])


async def end_run(session: AsyncSession, run: Run, status: str, message: str) -> None:
    """End a run, and its video with it: ready, or failed."""
    run.status, run.completed_at = status, clock.now()
    video_status = "ready" if status == "completed" else "failed"
    await session.execute(update(Video).where(Video.id == run.video_id).values(status=video_status))
    await write_log(session, run.id, f"run_{status}", message)
