"""Writes events and what they add up to: one transaction for each batch and shard, or for several that wait.

Threads write them (`shard_writer`); what is recorded of a batch, and rebuilds, are written by this loop.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool

from ytempire.ingest.batch_records import BatchRecord, RecordedBatch
from ytempire.ingest.deltas import DEFAULT_POLICY, DeltaPolicy
from ytempire.ingest.rebuilds import rebuild_days
from ytempire.ingest.shard_writer import (
    MAX_CONCURRENT_WRITES,
    CommitUncertain,
    GroupResult,
    RebuildRequired,
    ShardWriter,
    Written,
)
from ytempire.ingest.sharding import lock_channel
from ytempire.ingest.write_group import ShardBatch
from ytempire.kit.database import SEARCH_PATH, begin_statements, conninfo
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

MAX_ATTEMPTS = 3
MAX_GROUP_EVENTS = 30_000
"""Events of one transaction, unless one batch alone has more: some 0.4 seconds in which its shard waits."""
ENOUGH_EVENTS = 21_000
MAX_WAIT_S = 0.12
"""What is being read just now is waited for, so long and until there is enough: an event of a transaction of 2,500
costs the database twice as much as one of 20,000."""
MAX_AT_ONCE = 2
"""Transactions of a shard: one that is written, and one that is prepared and waits for its lock."""
ENOUGH_TO_PREPARE = 10_000
"""Events from which on that is begun before the other is done."""
# another transaction got in the way
_RETRYABLE_ERRORS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


@dataclass(frozen=True)
class ShardReceipt:
    """What became of a batch in a shard. `written` is None where the batch came before: then the database knows."""

    batch_id: UUID
    written: Written | None
    rejected: int = 0


@dataclass(frozen=True)
class _Waiting:
    shard_batch: ShardBatch
    subject: Subject
    receipt: asyncio.Future[ShardReceipt]

    def end(self, receipt: ShardReceipt | BaseException) -> None:
        if self.receipt.done():
            return  # whoever asked is gone
        if isinstance(receipt, BaseException):
            self.receipt.set_exception(receipt)
        else:
            self.receipt.set_result(receipt)


class GroupWriter:
    """Connections that write. An asynchronous context manager.

    `on_commit` hears after each commit of events what changed in the last minutes (`sums.RECENT`); it must neither wait
    nor raise.
    """

    def __init__(
        self,
        url: str,
        *,
        application: str,
        on_commit: Callable[[bytes], None] = lambda recent: None,
        delta_policy: DeltaPolicy = DEFAULT_POLICY,
    ) -> None:
        self._pool = AsyncConnectionPool(
            conninfo(url, application=application),
            # `begin` says BEGIN itself, with whose transaction it is
            kwargs={"autocommit": True, "options": f"-c search_path={SEARCH_PATH} -c jit=off"},
            min_size=0,
            max_size=2,
            open=False,
        )
        self._shard_writer = ShardWriter(url, application=application, delta_policy=delta_policy)
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_WRITES, thread_name_prefix="ingest")
        self._on_commit = on_commit
        self._waiting: dict[int, list[_Waiting]] = defaultdict(list)
        self._working: dict[int, asyncio.Task[None]] = {}
        self._merging: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()
        self._arriving = 0
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._pool.open()
        self._shard_writer.open()
        self._merging = asyncio.create_task(self._merge_on(), name="delta merger")
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.gather(*self._working.values())
        self._stopped.set()
        self._shard_writer.merger.hurry()
        if self._merging is not None:
            await self._merging
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._shard_writer.close)
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject) -> AsyncIterator[Connection]:
        """A transaction of `subject`."""
        async with self._pool.connection() as connection:
            await connection.execute(begin_statements(subject).encode(), prepare=False)
            yield connection

    async def _merge_on(self) -> None:
        """Tend to the deltas of this process until it stops, and leave none behind."""
        merger = self._shard_writer.merger
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._shard_writer.segments.policy.look_every_s):
                    await self._stopped.wait()
            await self._tend(merger.tend)
        await self._tend(merger.stop)

    async def _tend(self, tend: Callable[[], None]) -> None:
        if not self._shard_writer.segments.needs_attention:
            return
        try:
            await asyncio.to_thread(tend)
        except Exception:
            # readers add them all the same, and whoever looks after abandoned ones merges them
            log.exception("delta_merge_failed")

    async def merge_abandoned(self) -> int:
        """Merge deltas whose process does not do it any more; how many segments there were."""
        return await asyncio.to_thread(self._shard_writer.merger.merge_abandoned)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Say that a batch is being read and will be written after this block."""
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1
            self._arrived.set()

    async def record(self, record: BatchRecord, subject: Subject) -> RecordedBatch:
        """Record a batch that has events in several shards. Raises IdempotencyKeyReused."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._shard_writer.record, record, subject)

    async def write(self, shard_batch: ShardBatch, subject: Subject) -> ShardReceipt:
        """Return when it is committed. What is begun comes to its end, also when nobody waits for it any more.

        Raises ShardingChanged and IdempotencyKeyReused.
        """
        waiting = _Waiting(shard_batch, subject.without_request(), asyncio.get_running_loop().create_future())
        shard = shard_batch.shard
        self._waiting[shard].append(waiting)
        self._arrived.set()
        if shard not in self._working:
            # for many requests, so it speaks in the name of none
            self._working[shard] = asyncio.create_task(self._work(shard), context=Context())
        return await waiting.receipt

    async def _work(self, shard: int) -> None:
        """Write what waits for this shard until nothing does."""
        waiting, writing = self._waiting[shard], set[asyncio.Task[None]]()
        try:
            while waiting or writing:
                if _may_begin(waiting, writing):
                    if not writing:
                        await self._wait_for_enough(waiting)
                    writing.add(asyncio.create_task(self._write_taken(_take_group(waiting))))
                    continue
                arrival = asyncio.create_task(self._wait_for_arrival())
                done, _ = await asyncio.wait({*writing, arrival}, return_when=asyncio.FIRST_COMPLETED)
                arrival.cancel()
                for task in done & writing:
                    writing.remove(task)
                    task.result()
        finally:
            del self._working[shard]  # at once: what comes from now on finds nobody at work

    async def _write_taken(self, group: Sequence[_Waiting]) -> None:
        if len(group) == 1 or not await self._write_group(group):
            for waiting in group:
                await self._write_separately(waiting)

    async def _wait_for_arrival(self) -> None:
        self._arrived.clear()
        await self._arrived.wait()

    async def _wait_for_enough(self, waiting: Sequence[_Waiting]) -> None:
        """Wait for what is being read, but not long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + MAX_WAIT_S
        while self._arriving and _count_events(waiting) < ENOUGH_EVENTS:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._wait_for_arrival()
            except TimeoutError:
                return

    async def _write_group(self, group: Sequence[_Waiting]) -> bool:
        """False: nothing is written, and each is to be tried by itself, which says whose fault it is."""
        shard_batches = [waiting.shard_batch for waiting in group]
        try:
            result = await self._write_in_thread(shard_batches, group[0].subject)
        except CommitUncertain as error:  # by itself none of them would be new if it is
            for waiting in group:
                waiting.end(_cause(error))
            return True
        except Exception as error:  # if it comes again, whoever waits gets it
            log.info("write_group_split", batches=len(group), reason=type(error).__name__)
            return False
        for waiting, batch in zip(group, result.batches, strict=True):
            # of several all were new
            waiting.end(ShardReceipt(batch.id, Written(inserted=len(waiting.shard_batch))))
        return True

    async def _write_separately(self, waiting: _Waiting) -> None:
        try:
            result = await self._write_with_retries(waiting.shard_batch, waiting.subject)
        except CommitUncertain as error:
            waiting.end(_cause(error))
        except Exception as error:  # whoever waits gets it
            waiting.end(error)
        else:
            [batch] = result.batches
            waiting.end(ShardReceipt(batch.id, result.written if batch.is_new else None, result.rejected))

    async def _write_with_retries(self, shard_batch: ShardBatch, subject: Subject) -> GroupResult:
        """Tried again where another transaction got in the way."""
        attempts_left = MAX_ATTEMPTS
        while True:
            try:
                return await self._write_in_thread([shard_batch], subject)
            except RebuildRequired as required:
                await self._rebuild(required, subject)
            except _RETRYABLE_ERRORS:
                attempts_left -= 1
                if not attempts_left:
                    raise
                log.warning("ingest_shard_retried", shard=shard_batch.shard, exc_info=True)

    async def _write_in_thread(self, shard_batches: Sequence[ShardBatch], subject: Subject) -> GroupResult:
        loop = asyncio.get_running_loop()

        def on_commit(recent: bytes) -> None:
            """At once, and not when the thread has done what it does after the commit."""
            loop.call_soon_threadsafe(self._on_commit, recent)

        return await loop.run_in_executor(self._threads, self._shard_writer.write, shard_batches, subject, on_commit)

    async def _rebuild(self, required: RebuildRequired, subject: Subject) -> None:
        for channel in required.channels:
            async with self.begin(subject) as connection:
                await lock_channel(connection, channel)
                await rebuild_days(connection, channel)


def _cause(error: CommitUncertain) -> BaseException:
    return error.__cause__ or error


def _count_events(waiting: Sequence[_Waiting]) -> int:
    return sum(len(batch.shard_batch) for batch in waiting)


def _may_begin(waiting: Sequence[_Waiting], writing: Collection[object]) -> bool:
    """While one transaction of the shard is being written, the next may be prepared, if it is worth it."""
    if not waiting or len(writing) >= MAX_AT_ONCE:
        return False
    return not writing or _count_events(waiting) >= ENOUGH_TO_PREPARE


def _take_group(waiting: list[_Waiting]) -> list[_Waiting]:
    """The first that waits, and those behind it that may go with it; they wait no more."""
    group, events = [waiting.pop(0)], 0
    while waiting and _may_go_together(group[0], waiting[0]):
        events += len(group[-1].shard_batch)
        if events + len(waiting[0].shard_batch) > MAX_GROUP_EVENTS:
            break
        group.append(waiting.pop(0))
    return group


def _may_go_together(first: _Waiting, other: _Waiting) -> bool:
    return (first.subject, first.shard_batch.shards) == (other.subject, other.shard_batch.shards)
