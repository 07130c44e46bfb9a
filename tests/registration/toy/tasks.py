"""The job of waves."""

from __future__ import annotations

from sqlalchemy import text

from ytempire.registration.worker_context import WorkerContext


async def register_tasks(context: WorkerContext) -> None:
    @context.queue.task(name="toy.make_wave")
    async def make_wave(channel_id: str) -> None:
        async with context.sessions.begin() as session:
            update = text("UPDATE core.channels SET description = 'wave' WHERE id = :id")
            await session.execute(update, {"id": channel_id})
