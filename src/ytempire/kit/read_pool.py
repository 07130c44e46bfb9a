"""Reads that are asked for all the time: the driver alone, and JSON that PostgreSQL puts together.

Around one question a session of SQLAlchemy and models of pydantic cost several times what the question does
(`ytempire bench api`), so the lists that pages ask for again and again are handed on as they come. Everything else goes
through `kit.database`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool
from starlette.responses import Response

from ytempire.kit.analyst_views import MaskedCursor, is_masked
from ytempire.kit.cursors import encode_id, split_page
from ytempire.kit.database import SEARCH_PATH, begin_statements, conninfo, is_broken
from ytempire.kit.subject import Subject, current_subject

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class JsonRow(NamedTuple):
    """One row of a list."""

    id: UUID
    json: str


class ReadPool:
    """Connections for reading, up to `size`. Use `start` and `stop`."""

    def __init__(self, url: str, *, size: int, application: str) -> None:
        self._pool = AsyncConnectionPool(
            conninfo(url, application=application),
            kwargs={
                "autocommit": True,  # `begin` says BEGIN itself, with whose transaction it is
                # planning such a list takes three times as long as running it, and a page is a page whatever its size
                "options": f"-c search_path={SEARCH_PATH} -c plan_cache_mode=force_generic_plan",
            },
            min_size=0,
            max_size=size,
            open=False,
            check=_notice_broken,
        )

    async def start(self) -> None:
        await self._pool.open()

    async def stop(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject | None = None) -> AsyncIterator[Connection]:
        """A transaction of `subject`, or of the current one. What belongs to others is not in it."""
        async with self._pool.connection() as connection:
            # no parameters: two statements in one message; not prepared, since it differs each time
            whose = subject or current_subject()
            await connection.execute(begin_statements(whose, read_only=True).encode(), prepare=False)
            if not is_masked(whose):
                yield connection
                return
            connection.cursor_factory = MaskedCursor
            try:
                yield connection
            finally:
                connection.cursor_factory = psycopg.AsyncCursor


async def _notice_broken(connection: Connection) -> None:
    if is_broken(connection):
        await connection.close()  # or the pool offers it again
        raise psycopg.OperationalError("the server closed this connection")


async def fetch_json_rows(connection: Connection, query: LiteralString, parameters: Mapping[str, Any]) -> list[JsonRow]:
    """The rows of a query that selects an id and the text of a JSON object."""
    rows = await (await connection.execute(query, parameters, prepare=True)).fetchall()
    return [JsonRow(*row) for row in rows]


def json_page(rows: list[JsonRow], *, limit: int) -> Response:
    """Answer with a page `{"items": […], "next_cursor": …}` of at most `limit` rows (`split_page`)."""
    page, cursor = split_page(rows, limit, encode_id)
    more = "null" if cursor is None else f'"{cursor}"'
    body = f'{{"items":[{",".join(row.json for row in page)}],"next_cursor":{more}}}'
    return Response(body, media_type="application/json")
