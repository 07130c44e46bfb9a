"""Binary COPY of packed rows (`binary_copy`) into tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]


def copy_into(connection: Connection, table: str, rows: bytes | bytearray, columns: str = "") -> None:
    """Copy packed rows into a table of ours, or of the session."""
    with connection.cursor().copy(f"COPY {table} {columns} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.write(rows)


@contextmanager
def as_ingest_role(connection: Connection) -> Iterator[None]:
    """Copy into partitions past their policies (ADR 5): whose the rows are was asked before.

    After an error the transaction, or the savepoint around this block, is rolled back, and the role with it.
    """
    connection.execute(b"SET LOCAL ROLE ytempire_ingest", prepare=True)
    yield
    connection.execute(b"SET LOCAL ROLE NONE", prepare=True)
