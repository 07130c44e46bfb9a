"""Run tasks at intervals for as long as a process lives."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from ytempire.kit.backoff import Backoff
from ytempire.kit.logs import get_logger

log = get_logger(__name__)
LONGEST_ERROR_PAUSE_S = 10.0  # a database that is away does not fill the log
JITTER = 0.1  # processes that were started together do not ask the database together for ever


@dataclass(frozen=True)
class PeriodicTask:
    """`run` is awaited at once, and again `interval` after each of its ends; a little later while it fails."""

    name: str
    interval: timedelta
    run: Callable[[], Awaitable[object]]
    longest_error_pause_s: float = LONGEST_ERROR_PAUSE_S
    """Not longer than the interval: it is run at its interval also while it fails."""


async def run_periodically(tasks: Iterable[PeriodicTask]) -> None:
    """Run all tasks side by side until this is cancelled. What one raises is logged with its name."""
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(_repeat(task), name=task.name)


async def _repeat(task: PeriodicTask) -> None:
    failures = 0
    while True:
        started = time.monotonic()
        try:
            await task.run()
            failures = 0
        except Exception:  # what is due stays due; the next run finds it
            went_well = time.monotonic() - started > LONGEST_ERROR_PAUSE_S  # a connection that was lost in the end
            failures = 1 if went_well else failures + 1
            log.exception("periodic_task_failed", task=task.name, failures=failures)
        pause_s = pause_after(task.interval.total_seconds(), failures, task.longest_error_pause_s)
        await asyncio.sleep(pause_s * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  # no secret


def pause_after(interval_s: float, failures: int, longest_s: float = LONGEST_ERROR_PAUSE_S) -> float:
    """Return the seconds before the next run, after so many failures in a row."""
    if failures == 0:
        return interval_s
    return max(interval_s, Backoff(2 * interval_s, longest_s).nominal_s(failures))
