"""Writes events and what they add up to: one transaction for each part of a batch, or for several that wait.

Parts are written by threads (`part`); what is recorded of a delivery, and sums that are made anew, by this loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from psycopg_pool import AsyncConnectionPool

from ytempire.analytics.part import AT_ONCE, DaysWait, PartWriter
from ytempire.analytics.rebuilding import rebuild_days
from ytempire.analytics.sharding import SHARDS, lock_shard
from ytempire.analytics.together import Part
from ytempire.kit.database import SEARCH_PATH, conninfo, opening
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

TRIES = 3
MOST_TOGETHER = 20_000
"""Events of one transaction, unless one part alone has more: some 0.3 seconds in which its shard waits."""
# another transaction got in the way
_AGAIN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


@dataclass(frozen=True)
class _Waiting:
    part: Part
    subject: Subject
    written: asyncio.Future[None]

    def end(self, error: BaseException | None = None) -> None:
        if self.written.done():
            return  # whoever asked is gone
        if error is None:
            self.written.set_result(None)
        else:
            self.written.set_exception(error)


class Writer:
    """Connections that write. An asynchronous context manager.

    `on_commit` hears after each commit of events what changed in the last minutes (`sums.RECENT`); it must neither wait
    nor raise.
    """

    def __init__(self, url: str, *, application: str, on_commit: Callable[[bytes], None] = lambda recent: None) -> None:
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
        self._on_commit = on_commit
        self._waiting: list[list[_Waiting]] = [[] for _ in range(SHARDS)]
        self._working: list[asyncio.Task[None] | None] = [None] * SHARDS

    async def __aenter__(self) -> Self:
        await self._pool.open()
        self._parts.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.gather(*(task for task in self._working if task is not None))
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._parts.close)
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject) -> AsyncIterator[Connection]:
        """A transaction of `subject`."""
        async with self._pool.connection() as connection:
            await connection.execute(opening(subject).encode(), prepare=False)
            yield connection

    async def write(self, part: Part, subject: Subject) -> None:
        """Returns when it is committed. What is begun comes to its end, also when nobody waits for it any more."""
        waiting = _Waiting(part, subject.wherever_asked(), asyncio.get_running_loop().create_future())
        self._waiting[part.shard].append(waiting)
        if self._working[part.shard] is None:
            # for many requests, so it speaks in the name of none
            self._working[part.shard] = asyncio.create_task(self._work(part.shard), context=Context())
        await waiting.written

    async def _work(self, shard: int) -> None:
        """Write what waits for this shard until nothing does."""
        try:
            while self._waiting[shard]:
                group = self._take(self._waiting[shard])
                if len(group) == 1 or not await self._write_together(group):
                    for one in group:
                        await self._write_alone(one)
        finally:
            self._working[shard] = None  # at once: what comes from now on finds nobody at work

    @staticmethod
    def _take(waiting: list[_Waiting]) -> list[_Waiting]:
        """The first that waits, and those behind it that may go with it; they wait no more."""
        group, events = [waiting.pop(0)], 0
        while waiting and waiting[0].subject == group[0].subject:
            events += len(group[-1].part.events)
            if events + len(waiting[0].part.events) > MOST_TOGETHER:
                break
            group.append(waiting.pop(0))
        return group

    async def _write_together(self, group: Sequence[_Waiting]) -> bool:
        """False: nothing is written, and each is to be tried by itself, which says whose fault it is."""
        try:
            await self._write([one.part for one in group], group[0].subject)
        except Exception as error:  # if it comes again, whoever waits gets it
            log.info("ingest_parts_written_apart", parts=len(group), reason=type(error).__name__)
            return False
        for one in group:
            one.end()
        return True

    async def _write_alone(self, one: _Waiting) -> None:
        try:
            await self._write_patiently(one.part, one.subject)
        except Exception as error:  # whoever waits gets it
            one.end(error)
        else:
            one.end()

    async def _write_patiently(self, part: Part, subject: Subject) -> None:
        """Tried again where another transaction got in the way."""
        tries_left = TRIES
        while True:
            try:
                return await self._write([part], subject)
            except DaysWait as wait:
                await self._rebuild(wait, part.shard, subject)
            except _AGAIN:
                tries_left -= 1
                if not tries_left:
                    raise
                log.warning("ingest_part_tried_again", batch_id=str(part.batch_id), shard=part.shard, exc_info=True)

    async def _write(self, parts: Sequence[Part], subject: Subject) -> None:
        loop = asyncio.get_running_loop()
        recent = await loop.run_in_executor(self._threads, self._parts.write, parts, subject)
        if recent is not None:
            self._on_commit(recent)

    async def _rebuild(self, wait: DaysWait, shard: int, subject: Subject) -> None:
        for channel in wait.channels:
            async with self.begin(subject) as connection:
                await lock_shard(connection, shard)
                await rebuild_days(connection, channel)
