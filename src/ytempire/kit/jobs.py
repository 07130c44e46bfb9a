"""The queue: jobs live in PostgreSQL (schema `jobs`) and are enqueued in the caller's transaction.

Each domain's `tasks.py` fills a blueprint; the edges (worker, API, commands) open the queue with all of them.
"""

from __future__ import annotations

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

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
    deferrer = queue.configure_task(
        task,
        queue=resource,
        priority=to_queue_priority(priority),
        connection=await driver_connection(session),
        schedule_in={"milliseconds": round(delay_s * 1000)} if delay_s else None,
    )
    try:
        return await deferrer.defer_async(**arguments)
    except ConnectorException as error:
        if isinstance(error.__cause__, psycopg.Error):
            raise error.__cause__ from error
        raise
