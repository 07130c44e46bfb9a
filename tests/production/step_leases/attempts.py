"""Claim and complete steps as workers do, and look at the run."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import procrastinate
from sqlalchemy import update

from ytempire.kit.database import Sessions
from ytempire.production import queries
from ytempire.production.models import RunStep
from ytempire.production.queries import RunView
from ytempire.production.step_leases import settlement
from ytempire.production.step_leases.claim import (
    StepLease,
    claim_step,
)
from ytempire.production.step_leases.settlement import ResourceUsage

LEASE = timedelta(seconds=10)
USED = ResourceUsage(seconds=Decimal("1.5"), cpu_seconds=Decimal("0.75"), peak_bytes=1000)


async def claim(platform: Sessions, run: UUID, step: str = "research", *, job: int = 1) -> StepLease | None:
    async with platform.begin() as session:
        return await claim_step(session, run, step, job_id=job, lease_duration=LEASE)


async def complete(platform: Sessions, queue: procrastinate.App, held: StepLease) -> bool:
    async with platform.begin() as session:
        return await settlement.settle_completed(
            session, queue, held, USED, provider="test", evidence={}, artifacts={}, video={}
        )


async def view(platform: Sessions, run: UUID) -> RunView:
    async with platform() as session:
        return await queries.get_run(session, run)


async def silence(platform: Sessions, run: UUID, step: str, seconds: float) -> None:
    """Make the step's last heartbeat older."""
    async with platform.begin() as session:
        await session.execute(
            update(RunStep)
            .where(RunStep.run_id == run, RunStep.name == step)
            .values(heartbeat_at=RunStep.heartbeat_at - timedelta(seconds=seconds))
        )
