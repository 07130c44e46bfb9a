"""The queue: jobs live in PostgreSQL (schema `jobs`) and are enqueued in the caller's transaction.

Each domain registers its tasks in `tasks.py`, for the worker alone: who enqueues a job needs no more than its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT

from ytempire.kit.database import AsyncSession, conninfo, driver_connection


def open_queue(url: str) -> procrastinate.App:
    """The queue of the database at `url`. Use as `async with open_queue(…).open_async() as app`."""
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(url, application="ytempire-jobs"), min_size=1, max_size=8
    )
    return procrastinate.App(connector=connector)


def to_queue_priority(priority: int) -> int:
    """procrastinate serves the highest first; ours are 1 (most urgent) to 10."""
    return -priority


async def enqueue(
    session: AsyncSession,
    queue: procrastinate.App,
    task: str,
    *,
    resource: str,
    priority: int,
    delay_s: float = 0,
    **arguments: str | int,
) -> int:
    """Enqueue `task` in the session's transaction: it appears when the rows do, or not at all. Returns its id.

    Raises psycopg.Error where the database refuses, as any other statement does.
    """
    return await _defer(
        session,
        queue,
        arguments,
        task,
        queue=resource,
        priority=to_queue_priority(priority),
        schedule_in={"milliseconds": round(delay_s * 1000)} if delay_s else None,
    )


async def enqueue_once(
    session: AsyncSession,
    queue: procrastinate.App,
    task: str,
    id_: UUID,
    *,
    resource: str,
    priority: int,
    argument: str,
) -> int | None:
    """Enqueue `task` for the row `id_`, given as `argument`, unless a job for it waits already: then returns None.

    A job that a worker has taken does not count: it may be past what the new one is for, and two of them meet at the
    row's lease. Raises psycopg.Error.
    """
    try:
        async with session.begin_nested():
            return await _defer(
                session,
                queue,
                {argument: str(id_)},
                task,
                queue=resource,
                priority=to_queue_priority(priority),
                queueing_lock=queueing_lock(task, id_),
            )
    except Exception as error:
        if is_already_enqueued(error):
            return None
        raise


def queueing_lock(task: str, id_: UUID) -> str:
    """Return the text of which the queue holds one waiting job at most."""
    return f"{task}:{id_}"


def is_already_enqueued(error: BaseException) -> bool:
    """Whether a job was not enqueued, or not given back, since another with its queueing lock waits."""
    match error:
        case AlreadyEnqueued():
            return True
        case UniqueViolation(constraint_name=name):
            return name == QUEUEING_LOCK_CONSTRAINT
        case AssertionError(__context__=psycopg.errors.UniqueViolation() as violation):
            # the library reads the lock from the server's message, where row-level security leaves it out
            return violation.diag.constraint_name == QUEUEING_LOCK_CONSTRAINT
    return False


async def _defer(
    session: AsyncSession, app: procrastinate.App, arguments: Mapping[str, str | int], task: str, **options: Any
) -> int:
    deferrer = app.configure_task(task, connection=await driver_connection(session), **options)
    try:
        return await deferrer.defer_async(**arguments)
    except ConnectorException as error:
        if isinstance(error.__cause__, psycopg.Error) and not is_already_enqueued(error):
            raise error.__cause__ from error
        raise
