"""How a transaction begins, and what becomes of a connection that the server has closed."""

from __future__ import annotations

import asyncio
from unittest.mock import patch
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError

from tests.conftest import Database
from ytempire.kit.database import connect, conninfo, is_session_ended_error, is_unavailable, sessions_of
from ytempire.kit.subject import SYSTEM, Subject

RENAME = text("UPDATE core.users SET full_name = 'changed' WHERE id = core.current_user_id()")
COUNT_RENAMED = text("SELECT count(*) FROM core.users WHERE full_name = 'changed'")


async def test_closed_connection_is_replaced_before_use(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    async with engine.connect() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT pg_backend_pid()")) != pid
    await engine.dispose()


async def test_connection_without_session_begins_transaction(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.test', 'mine', true)"))
        assert await connection.scalar(text("SELECT current_setting('app.test')")) == "mine"
        await connection.rollback()
        assert not await connection.scalar(text("SELECT current_setting('app.test', true)"))
    await engine.dispose()


async def test_rolled_back_session_leaves_no_changes_and_no_subject(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    async with sessions_of(engine, SYSTEM)() as session:
        await session.execute(text("UPDATE core.users SET full_name = 'changed'"))
    async with sessions_of(engine, SYSTEM)() as session:
        assert not await session.scalar(text("SELECT count(*) FROM core.users WHERE full_name = 'changed'"))
    async with sessions_of(engine)() as session:
        assert not await session.scalar(text("SELECT current_setting('app.user_id', true)"))
        assert await session.scalar(text("SELECT count(*) FROM core.users")) == 0
    await engine.dispose()


async def test_transaction_block_commits_at_its_end(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    sessions = sessions_of(engine, SYSTEM)
    async with sessions.begin() as session:
        await session.execute(RENAME)
    async with sessions.begin() as session:
        assert await session.scalar(COUNT_RENAMED) == 1
    await engine.dispose()


async def test_transaction_block_that_raises_leaves_no_changes_and_no_connection(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    sessions = sessions_of(engine, SYSTEM)
    with pytest.raises(LookupError):
        async with sessions.begin() as session:
            await session.execute(RENAME)
            raise LookupError
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the pool that an engine has by itself
    async with sessions.begin() as session:
        assert await session.scalar(COUNT_RENAMED) == 0
    await engine.dispose()


async def test_transaction_block_refuses_statements_after_early_commit(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    with pytest.raises(InvalidRequestError):
        async with sessions_of(engine, SYSTEM).begin() as session:
            await session.commit()
            await session.execute(RENAME)
    await engine.dispose()


async def test_transaction_block_cancelled_while_it_commits_commits_and_gives_connection_back(
    database: Database,
) -> None:
    engine = connect(database.app_url, pool_size=1)
    sessions = sessions_of(engine, SYSTEM)
    ending = asyncio.Event()

    async def rename() -> None:
        async with sessions.begin() as session:
            await session.execute(RENAME)
            asyncio.get_running_loop().call_soon(ending.set)

    task = asyncio.create_task(rename())
    await ending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # as above
    async with sessions.begin() as session:
        assert await session.scalar(COUNT_RENAMED) == 1
    await engine.dispose()


async def test_connection_lost_as_transaction_begins_is_replaced(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    sessions = sessions_of(engine, SYSTEM)
    async with sessions.begin() as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
    with (
        patch("ytempire.kit.database.is_broken", return_value=False),  # it ends in the moment after the look
        psycopg.connect(conninfo(database.app_url), autocommit=True) as other,
    ):
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pytest.raises(OperationalError) as lost:
            async with sessions.begin() as session:
                await session.execute(RENAME)
    assert is_unavailable(lost.value)
    async with sessions.begin() as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) != pid
    await engine.dispose()


async def test_subject_values_with_special_characters_are_escaped(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    odd = Subject(SYSTEM.user_id, "service", request_id="it's \\ 100% ':x", ip_address="::1")
    async with sessions_of(engine, odd)() as session:
        assert await session.scalar(text("SELECT current_setting('app.request_id')")) == odd.request_id
    await engine.dispose()


async def test_ended_session_is_refused_and_connection_stays_usable(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    gone = Subject(SYSTEM.user_id, "operator", session_id=uuid4())
    for _ in range(3):
        async with sessions_of(engine, gone)() as session:
            with pytest.raises(DBAPIError) as refused:
                await session.scalar(text("SELECT 1"))
            assert is_session_ended_error(refused.value)
    async with sessions_of(engine, SYSTEM)() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await engine.dispose()


async def test_read_only_subject_cannot_write(database: Database) -> None:
    engine = connect(database.app_url, pool_size=1)
    reader = Subject(SYSTEM.user_id, "service", read_only=True)
    async with sessions_of(engine, reader)() as session:
        with pytest.raises(DBAPIError) as refused:
            await session.execute(text("UPDATE core.users SET full_name = 'changed'"))
        assert isinstance(refused.value.orig, psycopg.errors.ReadOnlySqlTransaction)
    await engine.dispose()
