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


ECHO = """
    SELECT %(id)s::uuid, json_build_object('text', %(text)s::text, 'texts', %(texts)s::text[], 'none', %(none)s::text,
        'again', %(text)s::text, 'percent', 10 %% 4, 'user_id', current_setting('app.user_id', true))::text
"""


async def test_single_read_takes_parameters_of_every_kind(reads: ReadPool) -> None:
    odd = "it's \\ 100% \"$1; COMMIT; DELETE"
    for _ in range(2):
        (row,) = await fetch_json_rows(
            reads.for_one_query(SYSTEM), ECHO, {"id": UUID(int=7), "text": odd, "texts": [odd, ""], "none": None}
        )
        assert row.id == UUID(int=7)
        assert json.loads(row.json) == {
            "text": odd,
            "texts": [odd, ""],
            "none": None,
            "again": odd,
            "percent": 2,
            "user_id": str(SYSTEM.user_id),
        }
    assert not await value(reads, WHO)


async def test_single_read_without_parameters_and_subject_sees_nothing(reads: ReadPool) -> None:
    people = "SELECT id, full_name FROM core.users"
    assert await fetch_json_rows(reads.for_one_query(SYSTEM), people, {})
    assert await fetch_json_rows(reads.for_one_query(), people, {}) == []


async def test_single_read_failed_leaves_pool_usable(reads: ReadPool) -> None:
    ended = Subject(SYSTEM.user_id, "operator", session_id=uuid4())
    share = "SELECT %(id)s::uuid, (1 / %(parts)s::int)::text"
    parameters = {"id": UUID(int=7), "parts": 1}
    for _ in range(2):
        assert await fetch_json_rows(reads.for_one_query(SYSTEM), share, parameters) == [(UUID(int=7), "1")]
        with pytest.raises(psycopg.errors.DivisionByZero):
            await fetch_json_rows(reads.for_one_query(SYSTEM), share, {**parameters, "parts": 0})
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            await fetch_json_rows(reads.for_one_query(ended), share, parameters)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await fetch_json_rows(reads.for_one_query(SYSTEM), "DELETE FROM core.channels RETURNING id, ''", {})
        async with reads.begin(SYSTEM) as connection:
            assert await fetch_json_rows(connection, share, parameters) == [(UUID(int=7), "1")]


async def test_single_read_of_analyst_reads_masked_views(reads: ReadPool) -> None:
    analyst = Subject(uuid4(), "analyst")
    with pytest.raises(psycopg.errors.UndefinedTable):
        await fetch_json_rows(reads.for_one_query(analyst), "SELECT id, '' FROM core.sessions", {})
    owners = "SELECT id, coalesce(owner_id::text, 'masked') FROM core.channels"
    assert {row.json for row in await fetch_json_rows(reads.for_one_query(analyst), owners, {})} == {"masked"}


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
