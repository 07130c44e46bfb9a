"""Run tasks at intervals for as long as a process lives."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from ytempire.kit.logs import get_logger

log = get_logger(__name__)
JITTER = 0.1  # processes that were started together do not ask the database together for ever
LONGEST_ERROR_PAUSE_S = 10.0  # a database that is away does not fill the log


@dataclass(frozen=True)
class PeriodicTask:
    """`run` is awaited at once, and again `interval` after each of its ends; a little later while it fails."""

    name: str
    interval: timedelta
    run: Callable[[], Awaitable[object]]


async def run_periodically(tasks: Iterable[PeriodicTask]) -> None:
    """Run all tasks side by side until this is cancelled. What one raises is logged with its name."""
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(_repeat(task), name=task.name)


async def _repeat(task: PeriodicTask) -> None:
    failures = 0
    while True:
        try:
            await task.run()
            failures = 0
        except Exception:  # what is due stays due; the next run finds it
            failures += 1
            log.exception("periodic_task_failed", task=task.name, failures=failures)
        pause_s = pause_after(task.interval.total_seconds(), failures)
        await asyncio.sleep(pause_s * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  # no secret


def pause_after(interval_s: float, failures: int) -> float:
    """Return the seconds before the next run, after so many failures in a row."""
    return max(interval_s, min(interval_s * 2.0 ** min(failures, 20), LONGEST_ERROR_PAUSE_S))
