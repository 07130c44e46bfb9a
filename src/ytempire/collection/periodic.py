"""What the worker does for the collection of counters and reports at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.collection.collector import drain_due
from ytempire.collection.retention import delete_expired
from ytempire.collection.sandbox_clock_sync import SandboxClockSync
from ytempire.ingest.periodic import open_ingestor
from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext
from ytempire.youtube.periodic import open_youtube

# However fast YouTube's clock runs. The question reads a small index.
COLLECT_INTERVAL = timedelta(seconds=1)
# What YouTube said may stay for 30 days: an hour more or less matters to nobody.
RETENTION_INTERVAL = timedelta(hours=1)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    worker = context.settings.worker
    runtime = CollectorRuntime(
        context.sessions,
        await context.shared(open_youtube),
        await context.shared(open_ingestor),
        worker.heartbeat_interval,
        worker.lease_duration,
    )
    retention = context.settings.collection.retention
    return [
        *collection_tasks(runtime, COLLECT_INTERVAL),
        PeriodicTask("sync_sandbox_clocks", COLLECT_INTERVAL, SandboxClockSync(runtime).sync),
        PeriodicTask(
            "delete_expired_measurements", RETENTION_INTERVAL, partial(delete_expired, context.sessions, retention)
        ),
    ]


def collection_tasks(runtime: CollectorRuntime, interval: timedelta) -> Sequence[PeriodicTask]:
    """Collect channels as they become due, some side by side: one that takes long keeps only one of these tasks."""
    return [
        PeriodicTask(f"collect_{number}", interval, partial(drain_due, runtime))
        for number in range(1, runtime.max_concurrent_channels + 1)
    ]
