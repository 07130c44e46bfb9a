"""What the worker does for waves at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from ytempire.kit import jobs
from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    async def enqueue_waves() -> None:
        async with context.sessions.begin() as session:
            for channel_id in await session.scalars(text("SELECT id FROM core.channels WHERE description = ''")):
                await jobs.enqueue_once(
                    session,
                    context.queue,
                    "toy.make_wave",
                    channel_id,
                    resource="network",
                    priority=5,
                    argument="channel_id",
                )

    return [PeriodicTask("enqueue_waves", timedelta(milliseconds=50), enqueue_waves)]
