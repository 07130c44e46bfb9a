"""Reads beside the sessions: each in a transaction of its own, as somebody, from connections that stay open."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.conftest import Database
from ytempire.kit.cursors import decode_cursor
from ytempire.kit.database import conninfo
from ytempire.kit.read_pool import JsonRow, ReadPool, fetch_json_rows, json_page
from ytempire.kit.subject import SYSTEM, Subject

WHO = "SELECT current_setting('app.user_id', true)"


@pytest.fixture
async def reads(database: Database) -> AsyncIterator[ReadPool]:
    """With one connection, so that whatever it keeps is seen by the next."""
    reads = ReadPool(database.app_url, size=1, application="test")
    await reads.start()
    yield reads
    await reads.stop()


async def value(reads: ReadPool, query: str, subject: Subject | None = None) -> object:
    async with reads.begin(subject) as connection:
        row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return row[0]


async def test_read_subject_is_cleared_after_transaction(reads: ReadPool) -> None:
    assert await value(reads, WHO, SYSTEM) == str(SYSTEM.user_id)
    assert not await value(reads, WHO)
    assert await value(reads, "SELECT count(*) FROM core.users") == 0


async def test_read_failed_clears_subject(reads: ReadPool) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        await value(reads, "SELECT 1/0", SYSTEM)
    assert not await value(reads, WHO)


async def test_read_with_ended_session_is_refused(reads: ReadPool) -> None:
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification, match="This session has ended"):
        await value(reads, "SELECT 1", Subject(SYSTEM.user_id, "operator", session_id=uuid4()))
    assert not await value(reads, WHO)


async def test_write_in_read_pool_is_refused(reads: ReadPool) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        await value(reads, "DELETE FROM core.channels RETURNING 1", SYSTEM)


async def test_closed_connection_is_replaced_before_use(reads: ReadPool, database: Database) -> None:
    pid = await value(reads, "SELECT pg_backend_pid()")
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert await value(reads, "SELECT pg_backend_pid()") != pid


async def test_json_page_has_cursor_only_with_more_rows(reads: ReadPool) -> None:
    async with reads.begin(SYSTEM) as connection:
        found = await fetch_json_rows(
            connection,
            "SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, json_build_object('n', n)::text"
            " FROM generate_series(1, %(many)s) AS n",
            {"many": 3},
        )
    assert [one.id for one in found] == [UUID(int=n) for n in (1, 2, 3)]
    page = json.loads(json_page(found, limit=2).body)
    assert page["items"] == [{"n": 1}, {"n": 2}]
    assert decode_cursor(page["next_cursor"]) == UUID(int=2)
    assert json.loads(json_page(found, limit=3).body)["next_cursor"] is None
    assert json.loads(json_page([], limit=3).body) == {"items": [], "next_cursor": None}
    assert json.loads(json_page([JsonRow(UUID(int=1), '{"q": "\\"ä"}')], limit=1).body)["items"] == [{"q": '"ä'}]
