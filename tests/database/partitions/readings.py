"""Read and fill the partitioned table of these tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from tests.conftest import Database
from ytempire.database.partitions.listing import list_partitions
from ytempire.kit.database import conninfo

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLE = "core.readings"
SHORT = timedelta(milliseconds=200)
Connection = psycopg.Connection[Any]


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def open_owner(database: Database) -> Connection:
    return psycopg.connect(conninfo(database.owner_url), autocommit=True)


def names(connection: Connection, table: str = TABLE) -> list[str]:
    return [one.name for one in list_partitions(connection, table)]


def tables_in(connection: Connection, schema: str) -> list[str]:
    """Of ours; the trail has its own in the archive."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND starts_with(tablename, 'readings') ORDER BY 1",
        [schema],
    ).fetchall()
    return [name for (name,) in rows]


def add(connection: Connection, *moments: datetime) -> None:
    for moment in moments:
        connection.execute("INSERT INTO core.readings (at, value) VALUES (%s, 1)", [moment])
