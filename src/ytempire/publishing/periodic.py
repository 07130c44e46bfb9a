"""What the worker does for publications at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.publishing import edit_worker, leases
from ytempire.publishing.auto_scheduler import AutoScheduler
from ytempire.registration.worker_context import WorkerContext
from ytempire.youtube.periodic import open_youtube

log = get_logger(__name__)
# What YouTube is processing is looked at each few seconds; the question reads a small index.
DUE_INTERVAL = timedelta(seconds=2)
# What is finished is planned for half an hour later at the soonest, so a few seconds matter to nobody.
AUTO_SCHEDULE_INTERVAL = timedelta(seconds=10)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    scheduler = AutoScheduler(await context.shared(open_youtube), context.queue)
    return [
        PeriodicTask("enqueue_due_publications", DUE_INTERVAL, partial(_enqueue_due, context)),
        PeriodicTask("auto_schedule", AUTO_SCHEDULE_INTERVAL, partial(auto_schedule, scheduler)),
    ]


async def _enqueue_due(context: WorkerContext) -> None:
    """Enqueue publications and edits whose time has come, and those of dead workers."""
    lease_duration = context.settings.worker.lease_duration
    async with context.sessions.begin() as session:
        count = await leases.enqueue_due(session, context.queue, lease_duration=lease_duration)
        count += await edit_worker.enqueue_due(session, context.queue)
    if count:
        log.info("publications_enqueued", count=count)


async def auto_schedule(scheduler: AutoScheduler) -> None:
    """Give finished videos the free times of channels that publish automatically."""
    planned, woken = await scheduler.run_once()
    if planned or woken:
        log.info("auto_schedule_completed", planned=planned, woken=woken)
