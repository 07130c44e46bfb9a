"""Tasks that run at intervals for as long as a process lives."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from ytempire.kit.periodic import PeriodicTask, pause_after, run_periodically

SHORT = timedelta(milliseconds=5)


async def test_run_periodically_goes_on_after_an_error_and_beside_a_task_that_takes_long() -> None:
    runs = 0
    enough = asyncio.Event()

    async def fail_once() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("odd")
        if runs == 3:
            enough.set()

    tasks = [PeriodicTask("fail_once", SHORT, fail_once), PeriodicTask("long", SHORT, asyncio.Event().wait)]
    with capture_logs() as logs:
        running = asyncio.create_task(run_periodically(tasks))
        async with asyncio.timeout(10):
            await enough.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert [(entry["event"], entry["task"], entry["failures"]) for entry in logs] == [
        ("periodic_task_failed", "fail_once", 1)
    ]
    assert runs == 3


async def test_run_periodically_cancelled_ends_every_task() -> None:
    before = asyncio.all_tasks()
    forever = [PeriodicTask(f"task {number}", SHORT, asyncio.Event().wait) for number in range(3)]
    running = asyncio.create_task(run_periodically(forever))
    await asyncio.sleep(0.02)
    assert len(asyncio.all_tasks() - before) == 4
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("interval_s", "failures", "pause_s"),
    [(1, 0, 1), (1, 1, 2), (1, 3, 8), (1, 4, 10), (1, 10_000, 10), (5, 1, 10), (3600, 0, 3600), (3600, 9, 3600)],
)
def test_pause_after_failures_grows_to_a_limit(interval_s: float, failures: int, pause_s: float) -> None:
    assert pause_after(interval_s, failures) == pause_s


def test_pause_after_failures_of_a_heartbeat_is_its_interval() -> None:
    assert pause_after(2.0, 9, 0.0) == 2.0
