"""What the worker does for measured events at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.analytics.commit_notify import CHANGED
from ytempire.analytics.group_writer import GroupWriter
from ytempire.analytics.ingestor import Ingestor
from ytempire.analytics.live_counters import LiveCounters
from ytempire.analytics.rebuilds import pending_rebuilds, rebuild_days
from ytempire.analytics.sharding import lock_shard, shard_of
from ytempire.analytics.viral import open_viral_alerts
from ytempire.kit.database import Sessions, listen_connection
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.kit.subject import SYSTEM
from ytempire.registration.worker_context import APPLICATION, WorkerContext

log = get_logger(__name__)
# Who owns a video that goes viral hears of it within a minute of the event. With a million videos in the hour a look
# takes a second.
VIRAL_INTERVAL = timedelta(seconds=30)


async def open_live_counters(context: WorkerContext) -> LiveCounters:
    """Return the worker's live counters, to be entered; for `WorkerContext.shared`."""
    return LiveCounters(context.database_url, context.cache, application=APPLICATION)


async def open_ingestor(context: WorkerContext) -> Ingestor:
    """Return the worker's ingestor, to be entered; for `WorkerContext.shared`."""
    counters = await context.shared(open_live_counters)
    return Ingestor(context.database_url, application=APPLICATION, on_commit=counters.add)


async def open_group_writer(context: WorkerContext) -> GroupWriter:
    """Return the worker's writer of rollups, to be entered; for `WorkerContext.shared`."""
    return GroupWriter(context.database_url, application=APPLICATION)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    writer = await context.shared(open_group_writer)
    return [
        PeriodicTask("rebuild_days", context.settings.worker.heartbeat_interval, partial(rebuild_pending_days, writer)),
        PeriodicTask(
            "open_viral_alerts",
            VIRAL_INTERVAL,
            partial(open_viral_alerts_on_commits, context.database_url, context.sessions, VIRAL_INTERVAL),
        ),
    ]


async def rebuild_pending_days(writer: GroupWriter) -> None:
    """Rebuild the days of channels whose time zone has changed."""
    async with writer.begin(SYSTEM) as connection:
        waiting = await pending_rebuilds(connection)
    for channel in waiting:
        async with writer.begin(SYSTEM) as connection:
            await lock_shard(connection, shard_of(channel))
            await rebuild_days(connection, channel)
        log.info("rebuild_completed", channel_id=str(channel))


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
