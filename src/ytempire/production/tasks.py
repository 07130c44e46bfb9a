"""Production's jobs. Their names are data in the queue; arguments are ids."""

from __future__ import annotations

from uuid import UUID

import procrastinate

from ytempire.production import runner
from ytempire.production.runner import ProductionRuntime
from ytempire.production.step_leases import RUN_STEP


def register(queue: procrastinate.App) -> None:
    queue.task(name=RUN_STEP, pass_context=True)(run_step)


async def run_step(context: procrastinate.JobContext, run_id: str, step: str) -> None:
    runtime: ProductionRuntime = context.additional_context["production"]
    job_id = context.job.id
    assert job_id is not None
    await runner.run_step(runtime, UUID(run_id), step, job_id=job_id)
