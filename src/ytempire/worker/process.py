"""The worker process: slots for jobs, periodic tasks, recovery of what dead workers left, a clean stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import valkey.asyncio

from ytempire.configuration.setting_overrides import rename_overrides
from ytempire.database import models  # noqa: F401  # a statement may refer to a table of any domain
from ytempire.kit import jobs
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask, run_periodically
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains
from ytempire.registration.worker_context import APPLICATION, WorkerContext
from ytempire.runtime.home import home_of
from ytempire.runtime.key_rotation import reseal
from ytempire.runtime.process_settings import NotConfigured, require_urls, require_worker_url
from ytempire.settings import Settings
from ytempire.worker.job_recovery import JobRecovery

log = get_logger(__name__)
RESEAL_INTERVAL = timedelta(hours=1)


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; jobs under way then give themselves back to the queue."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_worker_context(settings) as context:
        recovery = JobRecovery(context.queue, lease_duration=settings.worker.lease_duration)
        periodic = [
            PeriodicTask("recover_jobs", settings.worker.heartbeat_interval, recovery.recover),
            PeriodicTask("rotate_keys", RESEAL_INTERVAL, partial(_finish_key_rotation, context)),
            *await register_domains(context),
        ]
        slots = worker_slots(settings)
        parts = [
            asyncio.create_task(stop.wait(), name="stop"),
            asyncio.create_task(run_periodically(periodic), name="periodic tasks"),
            *(
                asyncio.create_task(_run_slots(context, recovery, resource, count), name=resource)
                for resource, count in slots.items()
            ),
        ]
        log.info("worker_started", slots=slots)
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        context.stop()
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        log.info("worker_stopped")
        if not stop.is_set():
            raise _error_of(done.pop())  # the supervisor shall see it


@asynccontextmanager
async def open_worker_context(
    settings: Settings, *, domains: Sequence[Domain] | None = None
) -> AsyncIterator[WorkerContext]:
    """Open what all domains, or those given, share in a worker. Raises NotConfigured."""
    database_url, cache_url = require_urls(settings)
    home = home_of(settings)
    home.prepare()
    engine = connect(database_url, application=APPLICATION)
    async with AsyncExitStack() as resources:
        resources.push_async_callback(engine.dispose)
        yield WorkerContext(
            settings=settings,
            domains=registered_domains() if domains is None else domains,
            database_url=database_url,
            queue=await resources.enter_async_context(jobs.open_queue(require_worker_url(settings)).open_async()),
            sessions=sessions_of(engine, SYSTEM),
            cache=await resources.enter_async_context(valkey.asyncio.Valkey.from_url(cache_url, socket_timeout=2.0)),
            keys=load_keys(home.keys, settings.security.given_keys),
            store=ObjectStore(home.objects),
            work=home.work,
            models=home.models,
            resources=resources,
        )


async def register_domains(context: WorkerContext) -> list[PeriodicTask]:
    """Register the jobs of the context's domains at its queue; returns their periodic tasks."""
    periodic: list[PeriodicTask] = []
    for domain in context.domains:
        if domain.register_tasks is not None:
            await domain.resolve(domain.register_tasks)(context)
        if domain.periodic_tasks is not None:
            periodic += await domain.resolve(domain.periodic_tasks)(context)
    return periodic


def worker_slots(settings: Settings) -> dict[str, int]:
    worker = settings.worker
    return {"cpu": worker.cpu_slots, "gpu": worker.gpu_slots, "network": worker.network_slots}


async def _run_slots(context: WorkerContext, recovery: JobRecovery, resource: str, count: int) -> None:
    worker = context.settings.worker
    await context.queue.run_worker_async(
        queues=[resource],
        name=f"worker-{resource}",
        concurrency=count,
        install_signal_handlers=False,
        worker_middleware=[recovery.track],
        delete_jobs="successful",
        update_heartbeat_interval=worker.heartbeat_interval.total_seconds(),
        stalled_worker_timeout=worker.lease_duration.total_seconds(),
        fetch_job_polling_interval=2.0,  # only a fallback: NOTIFY wakes the worker at once
    )


def _error_of(part: asyncio.Task[object]) -> BaseException:
    return part.exception() or NotConfigured(f"The part {part.get_name()} ended by itself.", hint="The log says why.")


async def _finish_key_rotation(context: WorkerContext) -> None:
    """Finish a rotation of keys that was interrupted, or that began with keys given in the environment."""
    async with context.sessions.begin() as session:
        await rename_overrides(session, context.keys)
    await reseal(context.sessions, context.keys)
