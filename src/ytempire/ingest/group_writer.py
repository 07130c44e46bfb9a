"""Writes events and what they add up to: one transaction for each batch and shard, or for several that wait.

Threads write them (`shard_writer`); what is recorded of a batch, and rebuilds, are written by this loop.
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

from ytempire.ingest.rebuilds import rebuild_days
from ytempire.ingest.shard_writer import MAX_CONCURRENT_WRITES, RebuildRequired, ShardWriter
from ytempire.ingest.sharding import SHARDS, lock_shard
from ytempire.ingest.write_group import ShardBatch
from ytempire.kit.database import SEARCH_PATH, begin_statements, conninfo
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

MAX_ATTEMPTS = 3
MAX_GROUP_EVENTS = 20_000
"""Events of one transaction, unless one batch alone has more: some 0.3 seconds in which its shard waits."""
# another transaction got in the way
_RETRYABLE_ERRORS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


@dataclass(frozen=True)
class _Waiting:
    shard_batch: ShardBatch
    subject: Subject
    written: asyncio.Future[None]

    def end(self, error: BaseException | None = None) -> None:
        if self.written.done():
            return  # whoever asked is gone
        if error is None:
            self.written.set_result(None)
        else:
            self.written.set_exception(error)


class GroupWriter:
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
        self._shard_writer = ShardWriter(url, application=application)
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_WRITES, thread_name_prefix="ingest")
        self._on_commit = on_commit
        self._waiting: list[list[_Waiting]] = [[] for _ in range(SHARDS)]
        self._working: list[asyncio.Task[None] | None] = [None] * SHARDS

    async def __aenter__(self) -> Self:
        await self._pool.open()
        self._shard_writer.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.gather(*(task for task in self._working if task is not None))
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._shard_writer.close)
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject) -> AsyncIterator[Connection]:
        """A transaction of `subject`."""
        async with self._pool.connection() as connection:
            await connection.execute(begin_statements(subject).encode(), prepare=False)
            yield connection

    async def write(self, shard_batch: ShardBatch, subject: Subject) -> None:
        """Returns when it is committed. What is begun comes to its end, also when nobody waits for it any more."""
        waiting = _Waiting(shard_batch, subject.without_request(), asyncio.get_running_loop().create_future())
        self._waiting[shard_batch.shard].append(waiting)
        if self._working[shard_batch.shard] is None:
            # for many requests, so it speaks in the name of none
            self._working[shard_batch.shard] = asyncio.create_task(self._work(shard_batch.shard), context=Context())
        await waiting.written

    async def _work(self, shard: int) -> None:
        """Write what waits for this shard until nothing does."""
        try:
            while self._waiting[shard]:
                group = self._take_group(self._waiting[shard])
                if len(group) == 1 or not await self._write_group(group):
                    for waiting in group:
                        await self._write_separately(waiting)
        finally:
            self._working[shard] = None  # at once: what comes from now on finds nobody at work

    @staticmethod
    def _take_group(waiting: list[_Waiting]) -> list[_Waiting]:
        """The first that waits, and those behind it that may go with it; they wait no more."""
        group, events = [waiting.pop(0)], 0
        while waiting and waiting[0].subject == group[0].subject:
            events += len(group[-1].shard_batch.events)
            if events + len(waiting[0].shard_batch.events) > MAX_GROUP_EVENTS:
                break
            group.append(waiting.pop(0))
        return group

    async def _write_group(self, group: Sequence[_Waiting]) -> bool:
        """False: nothing is written, and each is to be tried by itself, which says whose fault it is."""
        try:
            await self._write_in_thread([waiting.shard_batch for waiting in group], group[0].subject)
        except Exception as error:  # if it comes again, whoever waits gets it
            log.info("write_group_split", parts=len(group), reason=type(error).__name__)
            return False
        for waiting in group:
            waiting.end()
        return True

    async def _write_separately(self, waiting: _Waiting) -> None:
        try:
            await self._write_with_retries(waiting.shard_batch, waiting.subject)
        except Exception as error:  # whoever waits gets it
            waiting.end(error)
        else:
            waiting.end()

    async def _write_with_retries(self, shard_batch: ShardBatch, subject: Subject) -> None:
        """Tried again where another transaction got in the way."""
        attempts_left = MAX_ATTEMPTS
        while True:
            try:
                return await self._write_in_thread([shard_batch], subject)
            except RebuildRequired as required:
                await self._rebuild(required, shard_batch.shard, subject)
            except _RETRYABLE_ERRORS:
                attempts_left -= 1
                if not attempts_left:
                    raise
                log.warning(
                    "ingest_shard_retried",
                    batch_id=str(shard_batch.batch_id),
                    shard=shard_batch.shard,
                    exc_info=True,
                )

    async def _write_in_thread(self, shard_batches: Sequence[ShardBatch], subject: Subject) -> None:
        loop = asyncio.get_running_loop()
        recent = await loop.run_in_executor(self._threads, self._shard_writer.write, shard_batches, subject)
        if recent is not None:
            self._on_commit(recent)

    async def _rebuild(self, required: RebuildRequired, shard: int, subject: Subject) -> None:
        for channel in required.channels:
            async with self.begin(subject) as connection:
                await lock_shard(connection, shard)
                await rebuild_days(connection, channel)
