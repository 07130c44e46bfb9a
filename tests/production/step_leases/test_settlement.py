"""Who may settle a step, and what is written with it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import procrastinate
from sqlalchemy import text

from tests.production.step_leases.attempts import USED, claim, complete, silence, view
from ytempire.kit.database import Sessions
from ytempire.production import queries
from ytempire.production.decisions import MAX_ATTEMPTS
from ytempire.production.step_leases import settlement
from ytempire.production.step_leases.claim import (
    heartbeat,
)
from ytempire.production.steps.sequence import STEPS


async def test_settle_completed_step_enqueues_the_next_in_the_same_commit(
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


async def test_settle_completed_by_worker_back_from_the_dead_changes_nothing(
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
        assert await heartbeat(session, lost, 0.9) is None
    assert not await complete(platform, queue, lost)
    assert (await view(platform, run_id)).steps[0].status == "running"
    assert await complete(platform, queue, taken)


async def test_settle_later_uncounted_is_forgiven(platform: Sessions, queue: procrastinate.App, run_id: UUID) -> None:
    for _ in range(MAX_ATTEMPTS + 2):
        held = await claim(platform, run_id)
        assert held is not None
        async with platform.begin() as session:
            await settlement.settle_later(session, queue, held, USED, delay_s=0, uncounted=True, reason="stopped")
    assert await claim(platform, run_id) is not None


async def test_settle_refused_step_ends_run_with_reasons(platform: Sessions, run_id: UUID) -> None:
    held = await claim(platform, run_id)
    assert held is not None
    async with platform.begin() as session:
        await settlement.settle_refused(
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


async def test_settle_completed_last_step_ends_the_run(
    platform: Sessions, queue: procrastinate.App, run_id: UUID
) -> None:
    for step in STEPS:
        held = await claim(platform, run_id, step.name)
        assert held is not None
        video = {"duration_seconds": Decimal(60)} if step is STEPS[-1] else {}
        async with platform.begin() as session:
            await settlement.settle_completed(
                session, queue, held, USED, provider="test", evidence={}, artifacts={}, video=video
            )
    run = await view(platform, run_id)
    assert run.status == "completed"
    async with platform() as session:
        video_view = await queries.get_video(session, run.video_id)
    assert video_view.status == "ready"
