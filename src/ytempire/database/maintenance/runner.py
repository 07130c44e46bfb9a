"""Runs tasks: one at a time over all processes, each recorded from its beginning, whatever happens to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from ytempire.alerts.open_alerts import AlertCondition, close_alert_as_owner, open_alert_as_owner
from ytempire.database.catalog import Card, catalog
from ytempire.database.maintenance.context import HEALTH_PAGE, Connection, TaskContext
from ytempire.database.maintenance.schedule import (
    IS_HELD,
    LAST_RUNS,
    LOCK,
    LastRun,
    TaskStatus,
    get_task,
    task_statuses,
)
from ytempire.database.maintenance.tasks import TASK_FUNCTIONS, TaskFunction
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.kit.errors import RetryableError, YtempireError
from ytempire.kit.logs import get_logger

log = get_logger(__name__)

APPLICATION = "ytempire-maintenance"
# Somebody else's task may be at it; rebuilding an index takes minutes, and nobody who waits wants to wait for that.
LOCK_TIMEOUT = timedelta(seconds=30)
# No statement of ours takes so long but a rebuild that waits for a transaction which does not end.
LONGEST_STATEMENT = timedelta(minutes=20)
PROBLEM_FROM = 3  # failures in a row; the first may be a lock that somebody held for long

Clock = Callable[[], datetime]


class Busy(RetryableError):
    """Another process is doing maintenance."""

    status = 409
    code = "maintenance_busy"


def due_tasks(owner_url: str, *, now: Clock = clock.now) -> tuple[list[TaskStatus], bool]:
    """Every task with its last run and when it is due; and whether somebody is at it just now."""
    with psycopg.connect(conninfo(owner_url, application=APPLICATION), autocommit=True) as connection:
        held = connection.execute(IS_HELD.encode()).fetchone()
        return _task_statuses(connection, now()), held == (True,)


def next_due_in_s(owner_url: str, *, now: Clock = clock.now) -> float:
    """Seconds until the next task is due; none is looked for sooner than in a second."""
    statuses, _ = due_tasks(owner_url, now=now)
    return max(1.0, min((status.due_at - now()).total_seconds() for status in statuses))


def run_due(owner_url: str, *, now: Clock = clock.now) -> list[LastRun]:
    """Do what is due, in the order of the schedule. Raises Busy at once where another process is at it."""
    with _lock_connection(owner_url, timedelta(0), now) as lock_connection:
        return [
            _run(lock_connection, owner_url, status.task.name, now, catalog(), TASK_FUNCTIONS[status.task.name])
            for status in _task_statuses(lock_connection, now())
            if status.is_due
        ]


def run(
    owner_url: str,
    names: Iterable[str],
    *,
    now: Clock = clock.now,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    cards: Mapping[str, Card] | None = None,
    work: Mapping[str, TaskFunction] = TASK_FUNCTIONS,
) -> list[LastRun]:
    """Do these tasks, due or not; what became of each. Raises NotFound for a task that is none, and Busy.

    A task that fails does not keep the next from being done. `cards` and `work` are the project's own unless given.
    """
    tasks = [get_task(name).name for name in names]
    with _lock_connection(owner_url, lock_timeout, now) as lock_connection:
        known = cards if cards is not None else catalog()
        return [_run(lock_connection, owner_url, name, now, known, work[name]) for name in tasks]


def _task_statuses(connection: Connection, now: datetime) -> list[TaskStatus]:
    with connection.cursor(row_factory=class_row(LastRun)) as cursor:
        return task_statuses(cursor.execute(LAST_RUNS).fetchall(), now)


@contextmanager
def _lock_connection(owner_url: str, lock_timeout: timedelta, now: Clock) -> Iterator[Connection]:
    """The connection that holds the lock. The lock is free as soon as the process or the connection dies."""
    with _connect(owner_url) as lock_connection:
        if not _lock(lock_connection, lock_timeout):
            row = lock_connection.execute("SELECT task FROM core.maintenance_log WHERE outcome = 'running'").fetchone()
            what = f" ({row[0]})" if row else ""
            raise Busy(f"Another process is doing maintenance{what}.", hint="Try again in a few minutes.")
        # nobody else holds the lock, so whoever wrote these is dead
        for (task,) in lock_connection.execute(
            "UPDATE core.maintenance_log SET outcome = 'failed', finished_at = %s,"
            " error = 'It was killed before it came to its end.' WHERE outcome = 'running' RETURNING task",
            [now()],
        ).fetchall():
            log.warning("maintenance_killed", task=task)
        yield lock_connection


def _lock(lock_connection: Connection, lock_timeout: timedelta) -> bool:
    if not lock_timeout:
        return lock_connection.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone() == (True,)
    try:
        with lock_connection.transaction():  # the lock is the session's and stays; its time limit ends here
            limit = f"{lock_timeout // timedelta(milliseconds=1)}ms"
            lock_connection.execute("SELECT set_config('lock_timeout', %s, true)", [limit])
            lock_connection.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _connect(owner_url: str) -> Connection:
    connection = psycopg.connect(conninfo(owner_url, application=APPLICATION), autocommit=True)
    # a statement whose process was killed ends too, and does not go on for minutes holding its locks
    connection.execute("SET client_connection_check_interval = '2s'")
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false)", [f"{LONGEST_STATEMENT // timedelta(milliseconds=1)}ms"]
    )
    return connection


def _run(
    lock_connection: Connection, owner_url: str, name: str, now: Clock, cards: Mapping[str, Card], work: TaskFunction
) -> LastRun:
    row = lock_connection.execute(
        "INSERT INTO core.maintenance_log (task, started_at) VALUES (%s, %s) RETURNING id", [name, now()]
    ).fetchone()
    assert row is not None
    run_id: UUID = row[0]
    error = None
    try:
        with _connect(owner_url) as connection:
            work(TaskContext(run_id, connection, lock_connection, owner_url, now(), cards))
    except YtempireError as failure:
        error = str(failure)
    except Exception as failure:  # a mistake of ours in one task must not keep the others from being done
        log.exception("maintenance_failed", task=name)
        error = f"{type(failure).__name__}: {(str(failure).splitlines() or ['no reason given'])[0]}"
    lock_connection.execute(
        "UPDATE core.maintenance_log SET outcome = %s, finished_at = %s, error = %s WHERE id = %s",
        ["failed" if error else "completed", now(), error, run_id],
    )
    last = next(status.last for status in _task_statuses(lock_connection, now()) if status.task.name == name)
    assert last is not None
    _update_alert(lock_connection, last, now())
    return last


def _update_alert(lock_connection: Connection, last: LastRun, now: datetime) -> None:
    """A task that fails is an alert, until it is completed."""
    if last.error is None:
        log.info("maintenance_completed", task=last.task)
        close_alert_as_owner(lock_connection, "maintenance_task_failed", last.task, now)
        return
    log.warning("maintenance_postponed", task=last.task, failures=last.failures, reason=last.error)
    times = f"{last.failures} times in a row" if last.failures > 1 else "once; it is tried again"
    open_alert_as_owner(
        lock_connection,
        AlertCondition(
            "maintenance_task_failed",
            last.task,
            f"The maintenance task {last.task} failed {times}: {last.error}",
            f"See what stands in its way, and try: ytempire maintenance run {last.task}",
            severity="critical" if last.failures >= PROBLEM_FROM else None,
            link=HEALTH_PAGE,
        ),
        now,
    )


def last_details(owner_url: str, task: str) -> dict[str, Any]:
    """What the last run of a task said it did."""
    with psycopg.connect(conninfo(owner_url, application=APPLICATION)) as connection:
        row = connection.execute(
            "SELECT details FROM core.maintenance_log WHERE task = %s ORDER BY started_at DESC, id DESC LIMIT 1", [task]
        ).fetchone()
    return row[0] if row else {}
