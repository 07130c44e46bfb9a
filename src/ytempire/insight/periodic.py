"""What the worker does for the readers of numbers at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.ingest.commit_notifications import CHANGED
from ytempire.insight.viral import open_viral_alerts
from ytempire.kit.database import Sessions, listen_connection
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext

log = get_logger(__name__)
# Who owns a video that goes viral hears of it within a minute of the event. At 50,000 events a second a look takes a
# second of one processor.
VIRAL_INTERVAL = timedelta(seconds=45)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    return [
        PeriodicTask(
            "open_viral_alerts",
            VIRAL_INTERVAL,
            partial(open_viral_alerts_on_commits, context.database_url, context.sessions, VIRAL_INTERVAL),
        ),
    ]


async def open_viral_alerts_on_commits(database_url: str, sessions: Sessions, interval: timedelta) -> None:
    """Look for videos that go viral now and `interval` after events came, until the connection is lost.

    At first in any case: some may have come while nobody listened.
    """
    interval_s = interval.total_seconds()
    async with listen_connection(database_url, CHANGED) as connection:
        while True:
            async with sessions.begin() as session:
                videos = await open_viral_alerts(session)
            if videos:
                log.info("viral_alerts_opened", videos=[str(video) for video in videos])
            came = [notification async for notification in connection.notifies(timeout=interval_s)]
            async for _ in connection.notifies(timeout=0 if came else None, stop_after=1):
                pass
