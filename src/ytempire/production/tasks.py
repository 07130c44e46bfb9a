"""Production's jobs. Their names are data in the queue; arguments are ids."""

from __future__ import annotations

from uuid import UUID

import procrastinate

from ytempire.embeddings.embedding import Embedder
from ytempire.production import runner
from ytempire.production.runner import ProductionRuntime
from ytempire.production.step_leases.next_steps import RUN_STEP
from ytempire.registration.worker_context import WorkerContext


async def register_tasks(context: WorkerContext) -> None:
    runtime = ProductionRuntime(
        settings=context.settings,
        sessions=context.sessions,
        queue=context.queue,
        store=context.store,
        embedder=Embedder(context.models),
        keys=context.keys,
        work=context.work,
        models=context.models,
        cache=context.cache,
    )
    context.on_stop(runtime.shut_down)

    @context.queue.task(name=RUN_STEP, pass_context=True)
    async def run_step(job_context: procrastinate.JobContext, run_id: str, step: str) -> None:
        job_id = job_context.job.id
        assert job_id is not None
        await runner.run_step(runtime, UUID(run_id), step, job_id=job_id)
