"""What the worker does for measured events at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ytempire.ingest.deltas import DeltaPolicy
from ytempire.ingest.group_writer import GroupWriter
from ytempire.ingest.ingestor import Ingestor
from ytempire.ingest.rebuilds import pending_rebuilds, rebuild_days
from ytempire.ingest.sharding import lock_channel
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.kit.subject import SYSTEM
from ytempire.registration.worker_context import APPLICATION, WorkerContext

log = get_logger(__name__)


async def open_ingestor(context: WorkerContext) -> Ingestor:
    """Return the worker's ingestor, to be entered; for `WorkerContext.shared`."""
    references = [(domain, domain.commit_listener) for domain in context.domains]
    listeners = [await domain.resolve(reference)(context) for domain, reference in references if reference is not None]

    def on_commit(recent: bytes) -> None:
        for listener in listeners:
            listener(recent)

    policy = DeltaPolicy.from_settings(context.settings.ingest)
    return Ingestor(context.database_url, application=APPLICATION, on_commit=on_commit, delta_policy=policy)


async def open_group_writer(context: WorkerContext) -> GroupWriter:
    """Return the worker's writer of rollups, to be entered; for `WorkerContext.shared`."""
    policy = DeltaPolicy.from_settings(context.settings.ingest)
    return GroupWriter(context.database_url, application=APPLICATION, delta_policy=policy)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    writer = await context.shared(open_group_writer)
    return [
        PeriodicTask("rebuild_days", context.settings.worker.heartbeat_interval, partial(rebuild_pending_days, writer)),
        PeriodicTask("merge_abandoned_deltas", context.settings.worker.heartbeat_interval, writer.merge_abandoned),
    ]


async def rebuild_pending_days(writer: GroupWriter) -> None:
    """Rebuild the days of channels whose time zone has changed."""
    async with writer.begin(SYSTEM) as connection:
        waiting = await pending_rebuilds(connection)
    for channel in waiting:
        async with writer.begin(SYSTEM) as connection:
            await lock_channel(connection, channel)
            await rebuild_days(connection, channel)
        log.info("rebuild_completed", channel_id=str(channel))
