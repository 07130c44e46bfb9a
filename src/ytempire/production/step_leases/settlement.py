"""Settle steps: write what an act came to, what it cost and what follows, if its lease still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import procrastinate
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.costs import service as costs
from ytempire.kit.database import AsyncSession
from ytempire.production import duplicate_detection, versions
from ytempire.production.models import Run, RunArtifact, RunStep, Video
from ytempire.production.step_leases.claim import StepLease
from ytempire.production.step_leases.next_steps import enqueue_step, reset_from
from ytempire.production.step_leases.run_state import end_run, end_step, lock_run, release_lease, write_log
from ytempire.production.steps.sequence import SOURCE_STEP, STEPS, step_after


@dataclass(frozen=True)
class ResourceUsage:
    """What an attempt used, whatever came of it."""

    seconds: Decimal
    cpu_seconds: Decimal
    peak_bytes: int


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
    warnings: tuple[str, ...] = (),
) -> bool:
    """Record a finished step and enqueue the next, or finish the run. False when the lease was lost meanwhile."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    run, step = locked
    if run.status == "cancelled":
        await release_lease(step, "cancelled")
        return True
    await release_lease(step, "completed")
    step.progress, step.provider, step.evidence = Decimal(1), provider, dict(evidence)
    await _write_artifacts(session, run.id, step.name, artifacts)
    if video:
        await session.execute(update(Video).where(Video.id == run.video_id).values(**video))
    if embedding is not None:
        await duplicate_detection.store_embedding(session, run.video_id, embedding)
    for warning in warnings:
        await write_log(session, run.id, "step_warning", warning, step=step.name)
    await write_log(session, run.id, "step_completed", f"Done by {provider}.", step=step.name)
    following = step_after(step.name)
    if following is not None:
        await enqueue_step(session, queue, run, following.name)
    else:
        await end_run(session, run, "completed", "The video is ready.")
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
    await end_step(
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
    """Record that the step failed, and end its run. False when the lease was lost meanwhile."""
    locked = await _lock_lease(session, lease, usage)
    if locked is None:
        return False
    await end_step(session, *locked, "failed", error)
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
        await release_lease(step, "cancelled")
        return True
    await release_lease(step, "pending")
    if uncounted:
        step.uncounted_attempts += 1
    await write_log(session, run.id, "step_postponed", reason, step=step.name)
    await enqueue_step(session, queue, run, step.name, delay_s=delay_s)
    return True


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
        await end_step(
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
    await release_lease(step, "pending")
    await session.flush()
    await reset_from(session, run, first)
    await write_log(session, run.id, "artifacts_damaged", f"{reason} Making it again from the step {first}.")
    await enqueue_step(session, queue, run, first)
    return True


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
