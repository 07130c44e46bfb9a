"""Reads that are asked for all the time: the driver alone, and JSON that PostgreSQL puts together.

Around one question a session of SQLAlchemy and models of pydantic cost several times what the question does
(`ytempire bench api`), so the lists that pages ask for again and again are handed on as they come. Everything else goes
through `kit.database`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.sql import Literal
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


class _ReadConnection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """Knows the queries that its server process has prepared by name, until something goes wrong."""

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        self._names: dict[str, str] = {}

    async def prepare_by_name(self, query: str) -> str:
        name = self._names.get(query)
        if name is None:
            name = f"read_{len(self._names)}"
            await self.execute(f"PREPARE {name} AS {query}".encode(), prepare=False)
            self._names[query] = name
        return name

    async def rollback(self) -> None:
        await super().rollback()  # after which the driver makes the server forget what it had prepared
        if self._names:
            self._names.clear()
            await self.execute("DEALLOCATE ALL", prepare=False)


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
            connection_class=_ReadConnection,
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

    def for_one_query(self, subject: Subject | None = None) -> SingleRead:
        """A transaction of `subject`, or of the current one, for one query alone."""
        return SingleRead(self, subject or current_subject())

    async def fetch_at_once(
        self, subject: Subject | None, query: LiteralString, parameters: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Begin, read and commit in one message: each that is saved costs as much as a tenth of such a request."""
        numbered, names = _number_parameters(query)
        async with self._pool.connection() as connection:
            prepared = await connection.prepare_by_name(numbered)
            arguments = ", ".join(Literal(parameters[name]).as_string(connection) for name in names)
            execute = f"EXECUTE {prepared} ({arguments})" if names else f"EXECUTE {prepared}"
            message = f"{begin_statements(subject, read_only=True)}; {execute}; COMMIT"
            cursor = await connection.execute(message.encode(), prepare=False)
            await cursor.set_result(-2)
            return await cursor.fetchall()


@dataclass(frozen=True)
class SingleRead:
    """Takes one query in place of a connection."""

    pool: ReadPool
    subject: Subject | None


Reader = Connection | SingleRead


@lru_cache(maxsize=64)
def _number_parameters(query: str) -> tuple[str, tuple[str, ...]]:
    """The query with the server's own `$1` for `%(name)s`, and the names in that order."""
    names: dict[str, int] = {}
    numbered = _PARAMETER.sub(lambda match: f"${names.setdefault(match[1], len(names) + 1)}", query)
    return numbered.replace("%%", "%"), tuple(names)


_PARAMETER = re.compile(r"%\((\w+)\)s")


async def _notice_broken(connection: Connection) -> None:
    if is_broken(connection):
        await connection.close()  # or the pool offers it again
        raise psycopg.OperationalError("the server closed this connection")


async def fetch_json_rows(reader: Reader, query: LiteralString, parameters: Mapping[str, Any]) -> list[JsonRow]:
    """The rows of a query that selects an id and the text of a JSON object."""
    if isinstance(reader, SingleRead):
        if not is_masked(reader.subject):
            return [JsonRow(*row) for row in await reader.pool.fetch_at_once(reader.subject, query, parameters)]
        async with reader.pool.begin(reader.subject) as connection:  # where the query is rewritten
            return await fetch_json_rows(connection, query, parameters)
    rows = await (await reader.execute(query, parameters, prepare=True)).fetchall()
    return [JsonRow(*row) for row in rows]


def json_page(rows: list[JsonRow], *, limit: int) -> Response:
    """Answer with a page `{"items": […], "next_cursor": …}` of at most `limit` rows (`split_page`)."""
    page, cursor = split_page(rows, limit, encode_id)
    more = "null" if cursor is None else f'"{cursor}"'
    body = f'{{"items":[{",".join(row.json for row in page)}],"next_cursor":{more}}}'
    return Response(body, media_type="application/json")
