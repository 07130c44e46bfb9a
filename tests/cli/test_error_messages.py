"""A command in trouble says what passes, and what somebody can mend: with the errors that really come."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import httpx
import procrastinate
import psycopg
import pytest
import valkey
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text

from tests import forked_process
from tests.cli.test_maintenance import environment
from tests.conftest import Database
from ytempire.cli.error_messages import message_of
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.errors import RetryableError
from ytempire.runtime.home import Home

SERVERS = pytest.mark.parametrize(
    "sqlstate", ["57P01", "57P02", "57P03", "08006", "53300", "40P01", "40001"]
)  # ended, crashed, starting, cut off, too many, two that wait for each other


def raised_by_postgres(database: Database, sqlstate: str) -> Exception:
    with psycopg.connect(conninfo(database.app_url)) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'in trouble' USING ERRCODE = '{sqlstate}'; END $$")  # type: ignore[arg-type]
    return caught.value


@SERVERS
def test_message_of_transient_database_error_is_retryable(database: Database, sqlstate: str) -> None:
    said = message_of(raised_by_postgres(database, sqlstate))
    assert (type(said), said.message) == (RetryableError, "The database is not available: in trouble.")
    assert "run the command again" in str(said.hint)


async def test_message_of_connection_ended_by_server_is_retryable(database: Database, sessions: Sessions) -> None:
    """As SQLAlchemy says it: the driver's error lies within another."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which it is, is what is asked
        async with sessions.begin() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            await asyncio.to_thread(end, database, pid)
            await session.execute(text("SELECT 1"))
    said = message_of(caught.value)
    assert type(said) is RetryableError
    assert said.message.startswith("The database is not available: ")


def end(database: Database, pid: int) -> None:
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as same_role:
        same_role.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_message_of_full_database_disk_names_remedy(database: Database) -> None:
    said = message_of(raised_by_postgres(database, "53100"))
    assert (said.code, said.message) == ("disk_full", "The disk that holds the database is full.")
    assert "du -sh" in str(said.hint)


def test_message_of_full_local_disk_names_remedy() -> None:
    with pytest.raises(OSError) as caught, Path("/dev/full").open("w") as full:  # noqa: PT011  # its number is asked
        full.write("x")
        full.flush()
    said = message_of(caught.value)
    assert said.code == "disk_full"
    assert "Free space on the disk of " in str(said.hint)


def test_message_of_full_disk_in_exception_group_names_file() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "film.mp4")
    assert "film.mp4 cannot be written" in message_of(ExceptionGroup("work", [ValueError("beside"), full])).message


class Impatient(AsyncConnectionPool):
    """Opened as procrastinate does, which would wait for half a minute."""

    async def open(self, wait: bool = False, timeout: float = 0.1) -> None:
        await super().open(wait, timeout)


@pytest.mark.parametrize("kind", ["http", "cache", "queue", "socket"])
async def test_message_of_refused_connection_is_retryable(kind: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which it is, is what is asked
        match kind:
            case "http":
                await httpx.AsyncClient().get("http://127.0.0.1:9/")
            case "cache":
                valkey.Valkey.from_url("redis://127.0.0.1:9/0").ping()
            case "queue":
                connector = procrastinate.PsycopgConnector(pool_factory=Impatient, conninfo="host=127.0.0.1 port=9")
                async with procrastinate.App(connector=connector).open_async():
                    pass
            case _:
                await asyncio.open_connection("127.0.0.1", 9)
    assert type(message_of(caught.value)) is RetryableError


def test_message_of_unexpected_error_names_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert message_of(ZeroDivisionError("x")).message == "Unexpected error in YTEMPIRE: ZeroDivisionError: x"


def test_command_without_database_prints_message_without_secret(database: Database, server_home: Home) -> None:
    away = environment(database, server_home, YTEMPIRE_DATABASE__OWNER_URL="postgresql://a:secret@127.0.0.1:9/x")
    done = forked_process.ytempire("maintenance", "run", "statistics", environment=away)
    assert done.returncode == 1
    assert "The database is not available: " in done.stderr
    assert "run the command again" in done.stderr
    assert "secret" not in done.stderr
