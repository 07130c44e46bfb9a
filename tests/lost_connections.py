"""Connections that the database ends while somebody waits on them, as a server that stops does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from tests.conftest import Database
from ytempire.kit.database import conninfo
from ytempire.runtime.postgres import EmbeddedPostgres

Connection = psycopg.AsyncConnection[tuple[object, ...]]


@asynccontextmanager
async def owner_of(database: Database) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as connection:
        yield connection


async def end_blocked_connection(postgres: EmbeddedPostgres, database: Database) -> None:
    """Wait for the one connection to the database that waits for a lock, and end it."""
    blocked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    async with await psycopg.AsyncConnection.connect(conninfo(postgres.superuser_url), autocommit=True) as superuser:
        while (row := await (await superuser.execute(blocked, [database.name])).fetchone()) is None:
            await asyncio.sleep(0.01)
        await superuser.execute("SELECT pg_terminate_backend(%s, 5000)", row)
