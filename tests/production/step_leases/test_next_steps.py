"""Which steps are enqueued again, and what a retry takes from a step under way."""

from __future__ import annotations

from uuid import UUID

import procrastinate
import psycopg
from sqlalchemy import text

from tests.conftest import Database
from tests.production.step_leases.attempts import LEASE, claim, complete, silence, view
from ytempire.kit.database import Sessions, conninfo
from ytempire.production import service
from ytempire.production.step_leases.claim import (
    heartbeat,
)
from ytempire.production.step_leases.next_steps import enqueue_orphaned_steps


async def test_reset_from_step_still_stopping_loses_its_lease(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    stopping = await claim(platform, run_id)
    assert stopping is not None
    async with platform.begin() as session:
        await service.cancel_run(session, run_id)
    async with platform.begin() as session:
        assert await service.retry_run(session, queue, run_id) == "research"
    async with platform.begin() as session:
        assert await heartbeat(session, stopping, 0.5) is None
    assert not await complete(platform, queue, stopping)
    assert (await view(platform, run_id)).steps[0].status == "pending"


def forget_jobs(database: Database) -> None:
    """As if the queue had lost them. Only its own roles may."""
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("DELETE FROM jobs.procrastinate_jobs")


class TestEnqueueOrphanedSteps:
    async def sweep(self, platform: Sessions, queue: procrastinate.App) -> int:
        async with platform.begin() as session:
            return await enqueue_orphaned_steps(session, queue, lease_duration=LEASE)

    async def test_enqueue_orphaned_steps_with_a_job_enqueues_nothing(
        self,
        platform: Sessions,
        queue: procrastinate.App,
        run_id: UUID,
    ) -> None:
        assert await claim(platform, run_id) is not None
        await silence(platform, run_id, "research", 60)
        assert await self.sweep(platform, queue) == 0  # the queue's own job is still there

    async def test_enqueue_orphaned_steps_running_without_job_is_enqueued(
        self,
        platform: Sessions,
        queue: procrastinate.App,
        run_id: UUID,
        database: Database,
    ) -> None:
        assert await claim(platform, run_id) is not None
        forget_jobs(database)
        assert await self.sweep(platform, queue) == 0  # its heart beat just now
        await silence(platform, run_id, "research", 60)
        assert await self.sweep(platform, queue) == 1
        assert await self.sweep(platform, queue) == 0

    async def test_enqueue_orphaned_steps_waiting_without_job_enqueues_only_the_next(
        self,
        platform: Sessions,
        queue: procrastinate.App,
        run_id: UUID,
        database: Database,
    ) -> None:
        forget_jobs(database)
        async with platform.begin() as session:
            await session.execute(text("UPDATE core.runs SET created_at = now() - interval '1 minute'"))
        assert await self.sweep(platform, queue) == 1
