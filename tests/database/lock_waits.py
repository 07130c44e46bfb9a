"""Wait for what another connection waits for."""

from __future__ import annotations

import asyncio
import time

import psycopg

from tests.conftest import Database
from ytempire.kit.database import conninfo


def wait_until_blocked(database: Database, connection: psycopg.Connection, *, timeout_s: float = 20) -> None:
    """Return when `connection` waits for a lock. It may be busy, so its process is looked at from elsewhere."""
    deadline = time.monotonic() + timeout_s
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as looker:
        while looker.execute("SELECT cardinality(pg_blocking_pids(%s))", [connection.info.backend_pid]).fetchone() == (
            0,
        ):
            assert time.monotonic() < deadline, "it never waited"
            time.sleep(0.01)


async def wait_until_blocking(holder: psycopg.AsyncConnection, *, timeout_s: float = 20) -> None:
    """Return when somebody waits for a lock that `holder` holds."""
    deadline = time.monotonic() + timeout_s
    waits = """SELECT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = current_database()
                              AND pg_backend_pid() = ANY (pg_blocking_pids(a.pid)))"""
    while await (await holder.execute(waits)).fetchone() == (False,):
        assert time.monotonic() < deadline, "nobody ever waited"
        await asyncio.sleep(0.01)
