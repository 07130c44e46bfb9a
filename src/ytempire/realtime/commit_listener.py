"""What the worker's ingestor tells of its commits: the counters add it."""

from __future__ import annotations

from collections.abc import Callable

from ytempire.realtime.counters import LiveCounters
from ytempire.registration.worker_context import APPLICATION, WorkerContext


async def open_live_counters(context: WorkerContext) -> LiveCounters:
    """Return the worker's live counters, to be entered; for `WorkerContext.shared`."""
    return LiveCounters(context.database_url, context.cache, application=APPLICATION)


async def open_commit_listener(context: WorkerContext) -> Callable[[bytes], None]:
    """Return what hears of each commit; see `Domain.commit_listener`."""
    counters = await context.shared(open_live_counters)
    return counters.add
