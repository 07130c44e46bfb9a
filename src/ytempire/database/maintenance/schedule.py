"""Which tasks there are, how often each is done, and when it is due again. Brings no work, so that the page can ask.

When a task was done last is in the log and nowhere else: a machine that slept, or was off for a week, catches up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ytempire.kit.errors import NotFound
from ytempire.kit.locks import Lock

# Beside those of migrations (1), code (2), bootstrap (3) and partitions (30). Held by whoever runs a task.
LOCK = (int(Lock.MAINTENANCE), 0)
# A failed task is tried again after 10 minutes, 20, 40, … and never later than it would have been due anyway.
FIRST_RETRY = timedelta(minutes=10)
# A whole interval late: nobody has been doing it.
OVERDUE_AFTER = 2

Outcome = Literal["running", "completed", "failed"]


@dataclass(frozen=True)
class Task:
    name: str
    interval: timedelta
    description: str


# In the order in which those that are due are done: what others look at comes before them.
TASKS = (
    Task(
        "partitions",
        timedelta(hours=6),
        "creates partitions 3 months ahead, removes old ones, checks for tomorrow's",
    ),
    Task("trail", timedelta(days=1), "archives months of the audit trail that are older than 90 days"),
    Task("retention", timedelta(days=1), "deletes rows that are older than the retention on the card of their table"),
    Task("queue", timedelta(days=1), "deletes jobs that failed or were cancelled 30 days ago"),
    Task(
        "statistics", timedelta(hours=1), "analyses tables without recent statistics, and summarises new block ranges"
    ),
    Task("indexes", timedelta(days=1), "rebuilds bloated indexes, removes the remains of an interrupted rebuild"),
    Task(
        "measurement", timedelta(hours=1), "checks the collection from YouTube; a channel without data opens an alert"
    ),
    Task("doctor", timedelta(hours=6), "checks the database; a problem opens an alert"),
    Task("freezing", timedelta(days=1), "vacuums each partition once, two days after its end"),
)


def get_task(name: str) -> Task:
    """Raises NotFound."""
    for task in TASKS:
        if task.name == name:
            return task
    raise NotFound(f"There is no task {name}.", hint=f"Choose one of {', '.join(task.name for task in TASKS)}.")


@dataclass(frozen=True)
class LastRun:
    """What the log says of a task. `failures`: in a row, since it was last completed."""

    task: str
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    error: str | None
    completed_at: datetime | None  # when the last completed run began
    failures: int


# One row for each task that ever ran, as LastRun has it. No parameters: drivers write those differently.
LAST_RUNS = """
    WITH completed AS (
        SELECT task, max(started_at) AS at FROM core.maintenance_log WHERE outcome = 'completed' GROUP BY task)
    SELECT DISTINCT ON (l.task) l.task, l.started_at, l.finished_at, l.outcome, l.error, c.at AS completed_at,
           (SELECT count(*) FROM core.maintenance_log f
            WHERE f.task = l.task AND f.outcome = 'failed' AND (c.at IS NULL OR f.started_at > c.at)) AS failures
    FROM core.maintenance_log l LEFT JOIN completed c ON c.task = l.task
    ORDER BY l.task, l.started_at DESC, l.id DESC"""

# Is somebody at it? A row that says `running` while nobody holds the lock was left by a process that was killed.
IS_HELD = f"""
    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                   WHERE l.locktype = 'advisory' AND l.classid = {LOCK[0]} AND l.objid = {LOCK[1]} AND l.granted)
"""  # noqa: S608  # two numbers of ours


@dataclass(frozen=True)
class TaskStatus:
    """A task, its last run, and when it is due."""

    task: Task
    last: LastRun | None
    due_at: datetime
    is_due: bool
    is_overdue: bool


def task_statuses(runs: Iterable[LastRun], now: datetime) -> list[TaskStatus]:
    """Every task in its order. Runs of tasks that are no more are not looked at."""
    by_task = {run.task: run for run in runs}
    statuses = []
    for task in TASKS:
        last = by_task.get(task.name)
        due_at = _due_at(task, last, now)
        completed_at = last.completed_at if last is not None else None
        is_overdue = completed_at is not None and now - completed_at > OVERDUE_AFTER * task.interval
        statuses.append(TaskStatus(task, last, due_at, due_at <= now, is_overdue))
    return statuses


def _due_at(task: Task, last: LastRun | None, now: datetime) -> datetime:
    if last is None or last.finished_at is None or last.started_at > now:
        return now  # never done, left unfinished, or done in a future that the clock went back from
    regular = last.completed_at + task.interval if last.completed_at is not None else now
    if last.outcome == "completed":
        return regular
    doublings: int = 2 ** min(last.failures - 1, 10)
    return last.finished_at + min(FIRST_RETRY * doublings, task.interval)
