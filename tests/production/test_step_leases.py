"""Claim and settle: who may act, who may settle, and what a crash leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import procrastinate
import psycopg
import pytest
from sqlalchemy import text, update

from tests.conftest import Database
from tests.production.factories import start
from ytempire.kit.backoff import JITTER
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries, service, step_leases
from ytempire.production.decisions import MAX_ATTEMPTS, can_claim, retry_delay_s
from ytempire.production.models import RunStep
from ytempire.production.queries import RunView
from ytempire.production.step_leases import ResourceUsage, StepLease
from ytempire.production.steps.sequence import STEPS

LEASE = timedelta(seconds=10)
USED = ResourceUsage(seconds=Decimal("1.5"), cpu_seconds=Decimal("0.75"), peak_bytes=1000)


async def claim(platform: Sessions, run: UUID, step: str = "research", *, job: int = 1) -> StepLease | None:
    async with platform.begin() as session:
        return await step_leases.claim_step(session, run, step, job_id=job, lease_duration=LEASE)


async def complete(platform: Sessions, queue: procrastinate.App, held: StepLease) -> bool:
    async with platform.begin() as session:
        return await step_leases.settle_completed(
            session, queue, held, USED, provider="test", evidence={}, artifacts={}, video={}
        )


async def view(platform: Sessions, run: UUID) -> RunView:
    async with platform() as session:
        return await queries.get_run(session, run)


async def silence(platform: Sessions, run: UUID, step: str, seconds: float) -> None:
    """Make the step's last heartbeat older."""
    async with platform.begin() as session:
        await session.execute(
            update(RunStep)
            .where(RunStep.run_id == run, RunStep.name == step)
            .values(heartbeat_at=RunStep.heartbeat_at - timedelta(seconds=seconds))
        )


@pytest.fixture
async def run_id(sessions: Sessions, queue: procrastinate.App, store: ObjectStore) -> UUID:
    return (await start(sessions, queue, store)).id


class TestMayClaim:
    @pytest.mark.parametrize(
        ("run", "step", "same_job", "age_s", "allowed"),
        [
            ("pending", "pending", False, None, True),
            ("running", "pending", False, None, True),
            ("cancelled", "pending", False, None, False),
            ("running", "completed", True, 99, False),
            ("running", "refused", True, 99, False),
            ("running", "running", True, 0.1, True),  # the queue says that its worker is dead
            ("running", "running", False, 0.1, False),  # a double: somebody is at it
            ("running", "running", False, 10.1, True),  # nobody is at it any more
            ("cancelled", "running", True, 99, False),
        ],
    )
    def test_table(self, run: str, step: str, same_job: bool, age_s: float | None, allowed: bool) -> None:
        age = None if age_s is None else timedelta(seconds=age_s)
        assert can_claim(run, step, same_job=same_job, heartbeat_age=age, lease_duration=LEASE) == allowed


@pytest.mark.parametrize(
    ("attempt", "requested_s", "delay_s"),
    [
        (1, None, 2),
        (2, None, 4),
        (3, None, 8),
        (20, None, 300),
        (1, 30.0, 30),
        (1, 1e9, 86400),
        (1, -5.0, 0),
    ],
)
def test_retry_delay_grows_or_is_as_requested(attempt: int, requested_s: float | None, delay_s: float) -> None:
    own = JITTER if requested_s is None else 0.0
    assert retry_delay_s(attempt, requested_s=requested_s) == pytest.approx(delay_s, rel=own)


async def test_of_many_workers_one_gets_the_step(platform: Sessions, run_id: UUID) -> None:
    results = await asyncio.gather(*(claim(platform, run_id, job=number) for number in range(5)))
    assert sum(result is not None for result in results) == 1


async def test_settling_enqueues_the_next_step_in_the_same_commit(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    held = await claim(platform, run_id)
    assert held is not None
    assert await complete(platform, queue, held)
    run = await view(platform, run_id)
    assert (run.steps[0].status, run.steps[0].seconds, run.steps[0].cpu_seconds) == (
        "completed",
        Decimal("1.5"),
        Decimal("0.75"),
    )
    async with platform() as session:
        rows = await session.execute(text("SELECT args ->> 'step' FROM jobs.procrastinate_jobs ORDER BY id"))
        assert [row[0] for row in rows] == ["research", "script"]


async def test_a_finished_step_is_never_claimed_again(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    held = await claim(platform, run_id)
    assert held is not None
    await complete(platform, queue, held)
    assert await claim(platform, run_id, job=1) is None
    assert await claim(platform, run_id, job=2) is None


async def test_a_worker_that_comes_back_from_the_dead_settles_nothing(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    lost = await claim(platform, run_id, job=1)
    assert lost is not None
    await silence(platform, run_id, "research", 11)
    taken = await claim(platform, run_id, job=2)
    assert taken is not None
    assert taken.cost_context.attempt == 2
    async with platform.begin() as session:
        assert await step_leases.heartbeat(session, lost, 0.9) is None
    assert not await complete(platform, queue, lost)
    assert (await view(platform, run_id)).steps[0].status == "running"
    assert await complete(platform, queue, taken)


async def test_a_step_that_kills_its_worker_is_given_up_and_says_so(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    for _ in range(MAX_ATTEMPTS):
        assert await claim(platform, run_id, job=1) is not None
    assert await claim(platform, run_id, job=1) is None
    run = await view(platform, run_id)
    assert run.status == "failed"
    error = run.steps[0].error
    assert error is not None
    assert error["code"] == "interrupted_too_often"


async def test_clean_interruptions_are_forgiven(platform: Sessions, queue: procrastinate.App, run_id: UUID) -> None:
    for _ in range(MAX_ATTEMPTS + 2):
        held = await claim(platform, run_id)
        assert held is not None
        async with platform.begin() as session:
            await step_leases.settle_later(session, queue, held, USED, delay_s=0, uncounted=True, reason="stopped")
    assert await claim(platform, run_id) is not None


async def test_a_cancelled_run_whose_worker_died_can_be_run_again(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    assert await claim(platform, run_id) is not None
    async with platform.begin() as session:
        await service.cancel_run(session, run_id)
    async with platform.begin() as session:
        assert await step_leases.release_expired_leases(session, lease_duration=LEASE) == 0  # its heart beat just now
    await silence(platform, run_id, "research", 60)
    async with platform.begin() as session:
        assert await step_leases.release_expired_leases(session, lease_duration=LEASE) == 1
        assert await step_leases.active_lease_tokens(session) == set()
    assert (await view(platform, run_id)).steps[0].status == "cancelled"
    async with platform.begin() as session:
        assert await service.retry_run(session, queue, run_id) == "research"


async def test_a_step_that_is_still_stopping_loses_its_claim_to_a_retry(
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
        assert await step_leases.heartbeat(session, stopping, 0.5) is None
    assert not await complete(platform, queue, stopping)
    assert (await view(platform, run_id)).steps[0].status == "pending"


async def test_a_refusal_is_a_state_with_its_reasons(platform: Sessions, run_id: UUID) -> None:
    held = await claim(platform, run_id)
    assert held is not None
    async with platform.begin() as session:
        await step_leases.settle_refused(
            session,
            held,
            USED,
            provider="reviewer",
            evidence={"checks": []},
            artifacts={},
            reasons=("Too long.", "Too quiet."),
        )
    run = await view(platform, run_id)
    assert (run.status, run.steps[0].status) == ("refused", "refused")
    error = run.steps[0].error
    assert error is not None
    assert error["reasons"] == ["Too long.", "Too quiet."]


async def test_the_last_step_ends_the_run(platform: Sessions, queue: procrastinate.App, run_id: UUID) -> None:
    for step in STEPS:
        held = await claim(platform, run_id, step.name)
        assert held is not None
        video = {"duration_seconds": Decimal(60)} if step is STEPS[-1] else {}
        async with platform.begin() as session:
            await step_leases.settle_completed(
                session, queue, held, USED, provider="test", evidence={}, artifacts={}, video=video
            )
    run = await view(platform, run_id)
    assert run.status == "completed"
    async with platform() as session:
        video_view = await queries.get_video(session, run.video_id)
    assert video_view.status == "ready"


def forget_jobs(database: Database) -> None:
    """As if the queue had lost them. Only its own roles may."""
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("DELETE FROM jobs.procrastinate_jobs")


class TestEnqueueStranded:
    async def sweep(self, platform: Sessions, queue: procrastinate.App) -> int:
        async with platform.begin() as session:
            return await step_leases.enqueue_orphaned_steps(session, queue, lease_duration=LEASE)

    async def test_leaves_alone_what_has_a_job(
        self,
        platform: Sessions,
        queue: procrastinate.App,
        run_id: UUID,
    ) -> None:
        assert await claim(platform, run_id) is not None
        await silence(platform, run_id, "research", 60)
        assert await self.sweep(platform, queue) == 0  # the queue's own job is still there

    async def test_finds_a_step_whose_job_is_gone(
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

    async def test_finds_a_waiting_step_whose_job_is_gone_but_only_the_next_one(
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
