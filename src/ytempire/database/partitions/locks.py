"""Hold the lock of who changes partitions, and wait only shortly for those of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from ytempire.kit.errors import RetryableError
from ytempire.kit.locks import Lock

# beside those of migrations (1) and code (2)
PARTITION_LOCK = (int(Lock.PARTITIONS), 0)
# A statement that waits for a lock holds up all that come after it; long enough for any request of ours.
LOCK_TIMEOUT = timedelta(seconds=5)


@contextmanager
def hold_partition_lock(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Hold the lock for the session: a detach runs in several transactions. It is freed if the process dies."""
    connection.execute("SELECT pg_advisory_lock(%s, %s)", PARTITION_LOCK)
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", PARTITION_LOCK)


@contextmanager
def limit_lock_waits(connection: psycopg.Connection[Any], lock_timeout: timedelta, *, is_local: bool) -> Iterator[None]:
    """Set `lock_timeout` for the block. After an error a local one is rolled back with the block's transaction."""
    before = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
    assert before is not None
    change = "SELECT set_config('lock_timeout', %s, %s)"
    connection.execute(change, [f"{lock_timeout // timedelta(milliseconds=1)}ms", is_local])
    try:
        yield
    finally:
        if not connection.broken and connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            connection.execute(change, [before[0], is_local])


@contextmanager
def translate_lock_timeout(table: str, lock_timeout: timedelta) -> Iterator[None]:
    """Raise RetryableError for a lock that was not granted in time, and for a deadlock."""
    try:
        yield
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise RetryableError(
            f"{table} is in use, and its partitions could not be changed within {lock_timeout.total_seconds():g} s.",
            hint="The next run goes on from here; a transaction that stays open for long is in its way.",
        ) from error
