"""What the worker does for connections to YouTube at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext
from ytempire.youtube.connection_check import check_connections
from ytempire.youtube.service import YouTube

# A consent's end is told two days before, and a connection is tried once a day: an hour more or less matters to nobody.
CONNECTION_CHECK_INTERVAL = timedelta(hours=1)


async def open_youtube(context: WorkerContext) -> YouTube:
    """Return the worker's client of YouTube, to be entered; for `WorkerContext.shared`."""
    return YouTube(context.sessions, context.keys)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    youtube = await context.shared(open_youtube)
    return [PeriodicTask("check_connections", CONNECTION_CHECK_INTERVAL, partial(check_connections, youtube))]
