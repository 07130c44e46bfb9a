"""Who may act on a step, and what a dead worker leaves."""

from __future__ import annotations

import asyncio
from uuid import UUID

import procrastinate

from tests.production.step_leases.attempts import LEASE, claim, complete, silence, view
from ytempire.kit.database import Sessions
from ytempire.production import service
from ytempire.production.decisions import MAX_ATTEMPTS
from ytempire.production.step_leases.claim import (
    active_lease_tokens,
    release_expired_leases,
)


async def test_claim_step_by_many_workers_is_given_to_one(platform: Sessions, run_id: UUID) -> None:
    results = await asyncio.gather(*(claim(platform, run_id, job=number) for number in range(5)))
    assert sum(result is not None for result in results) == 1


async def test_claim_step_finished_is_never_given_again(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    held = await claim(platform, run_id)
    assert held is not None
    await complete(platform, queue, held)
    assert await claim(platform, run_id, job=1) is None
    assert await claim(platform, run_id, job=2) is None


async def test_claim_step_begun_too_often_fails_and_says_so(
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


async def test_release_expired_leases_of_cancelled_run_lets_it_run_again(
    platform: Sessions,
    queue: procrastinate.App,
    run_id: UUID,
) -> None:
    assert await claim(platform, run_id) is not None
    async with platform.begin() as session:
        await service.cancel_run(session, run_id)
    async with platform.begin() as session:
        assert await release_expired_leases(session, lease_duration=LEASE) == 0  # its heart beat just now
    await silence(platform, run_id, "research", 60)
    async with platform.begin() as session:
        assert await release_expired_leases(session, lease_duration=LEASE) == 1
        assert await active_lease_tokens(session) == set()
    assert (await view(platform, run_id)).steps[0].status == "cancelled"
    async with platform.begin() as session:
        assert await service.retry_run(session, queue, run_id) == "research"
