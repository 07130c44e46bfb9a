"""When a task is due: by the log alone, whatever the machine and its clock did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ytempire.database.maintenance.schedule import TASKS, LastRun, Outcome, TaskStatus, get_task, task_statuses
from ytempire.kit.errors import NotFound

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TASK = get_task("partitions")  # every 6 hours
HOUR = timedelta(hours=1)


def standing(
    outcome: Outcome, ago: timedelta, *, completed_ago: timedelta | None = None, failures: int = 0, now: datetime = NOW
) -> TaskStatus:
    """Of a task whose last run took no time."""
    began = NOW - ago
    finished = None if outcome == "running" else began
    completed = NOW - completed_ago if completed_ago is not None else None
    last = LastRun(TASK.name, began, finished, outcome, None, completed, failures)
    return next(one for one in task_statuses([last], now) if one.task is TASK)


def test_task_status_never_run_is_due_and_not_overdue() -> None:
    found = task_statuses([], NOW)
    assert [one.task for one in found] == list(TASKS)
    assert all(one.is_due and not one.is_overdue and one.last is None for one in found)


@pytest.mark.parametrize(("ago", "is_due", "is_overdue"), [(5, False, False), (6, True, False), (13, True, True)])
def test_task_status_completed_is_due_after_interval(ago: int, is_due: bool, is_overdue: bool) -> None:
    found = standing("completed", ago * HOUR, completed_ago=ago * HOUR)
    assert (found.is_due, found.is_overdue) == (is_due, is_overdue)
    assert found.due_at == NOW - ago * HOUR + TASK.interval


@pytest.mark.parametrize(
    ("failures", "delay"),
    [(1, timedelta(minutes=10)), (2, timedelta(minutes=20)), (4, timedelta(minutes=80)), (99, TASK.interval)],
)
def test_task_status_failed_is_due_with_growing_delay(failures: int, delay: timedelta) -> None:
    found = standing("failed", timedelta(0), completed_ago=20 * HOUR, failures=failures)
    assert found.due_at == NOW + delay
    assert not found.is_due
    assert found.is_overdue


def test_task_status_killed_is_due_at_once() -> None:
    assert standing("running", HOUR, completed_ago=2 * HOUR).is_due


def test_task_status_completed_in_future_is_due() -> None:
    """What was completed next year says nothing."""
    found = standing("completed", timedelta(0), completed_ago=timedelta(0), now=NOW - timedelta(days=365))
    assert found.is_due


def test_get_task_unknown_name_lists_known_names() -> None:
    with pytest.raises(NotFound, match="There is no task vacuum") as raised:
        get_task("vacuum")
    assert "partitions, trail, retention" in str(raised.value.hint)
