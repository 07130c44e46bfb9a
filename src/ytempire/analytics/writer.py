"""Writes events and what they add up to: one transaction for each part of a batch.

Parts are written by threads (`part`); what is recorded of a delivery, and sums that are made anew, by this loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Self

import psycopg
from psycopg_pool import AsyncConnectionPool

from ytempire.analytics.part import AT_ONCE, DaysWait, Part, PartWriter, ZoneChanged
from ytempire.analytics.rebuilding import rebuild_days
from ytempire.analytics.sharding import SHARDS, lock_shard
from ytempire.kit.database import SEARCH_PATH, conninfo, opening
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

TRIES = 3
# another transaction got in the way
_AGAIN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, ZoneChanged)


class Writer:
    """Connections that write. An asynchronous context manager."""

    def __init__(self, url: str, *, application: str) -> None:
        self._pool = AsyncConnectionPool(
            conninfo(url, application=application),
            # `begin` says BEGIN itself, with whose transaction it is
            kwargs={"autocommit": True, "options": f"-c search_path={SEARCH_PATH} -c jit=off"},
            min_size=0,
            max_size=2 * SHARDS,
            open=False,
        )
        self._parts = PartWriter(url, application=application)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ingest")

    async def __aenter__(self) -> Self:
        await self._pool.open()
        self._parts.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._parts.close)
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject) -> AsyncIterator[Connection]:
        """A transaction of `subject`."""
        async with self._pool.connection() as connection:
            await connection.execute(opening(subject).encode(), prepare=False)
            yield connection

    async def write(self, part: Part, subject: Subject) -> bytes | None:
        """Write it, and say what changed in the last minutes (`sums.RECENT`); None where it is written already.

        Tried again where another transaction got in the way.
        """
        tries_left = TRIES
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._parts.write, part, subject)
            except DaysWait as wait:
                await self._rebuild(wait, part.shard, subject)
            except _AGAIN:
                tries_left -= 1
                if not tries_left:
                    raise
                log.warning("ingest_part_tried_again", batch_id=str(part.batch_id), shard=part.shard, exc_info=True)

    async def _rebuild(self, wait: DaysWait, shard: int, subject: Subject) -> None:
        for channel in wait.channels:
            async with self.begin(subject) as connection:
                await lock_shard(connection, shard)
                await rebuild_days(connection, channel)
