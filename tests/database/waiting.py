"""Wait for what another connection waits for."""

from __future__ import annotations

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
