"""Live counters: what happened in each of the last ten minutes, kept in Valkey beside what is committed.

PostgreSQL has the truth. Each process counts what it has committed (`add`) in slots of its own (`counter_store`): at
once, and while more comes four times a second. Counters are rebuilt from `metrics.video_metrics` when Valkey was
emptied or started again, when more waits than a process keeps while it cannot write, and when a server process starts,
since the one before may have been killed between a commit and its count.

Nothing counts twice. A process writes the absolute values of what it has counted in the generation of counters that
holds, so a lost answer is repaired by writing them again. For a recount all writers are held for 0.3 s, in the middle
of which the recount's snapshot is taken, and no generation holds from before that moment until the new one is
published. What was noted before that moment is in the snapshot and is not added again; what is noted after it is not in
it, and each process keeps it until Valkey has said that it is written and that its generation holds. This is so while
less than 0.15 s lie between a commit and its `add`, and between the clocks of the machines.

Where it falls short, until the minutes in question have passed, which takes ten minutes at most: a process that is
killed and not started again has not counted the last quarter of a second, nor what it could not write; while Valkey
cannot be reached by the process that committed, others read what was written before; a Valkey that runs out of memory
throws away what was least used, and a minute may be among it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

import numpy as np
import psycopg
import valkey.asyncio
from valkey.exceptions import NoPermissionError, ValkeyError

from ytempire.ingest.sharding import MAX_SHARDS, SHARD_LOCK
from ytempire.ingest.sums import RECENT
from ytempire.kit.database import begin_statements, conninfo
from ytempire.kit.locks import Lock
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import SYSTEM
from ytempire.realtime.counter_store import CounterGeneration, Counts, LiveStore, first_minute
from ytempire.realtime.counter_writer import CounterWriter

log = get_logger(__name__)

GATHER_S = 0.25  # what is committed meanwhile is added together: the same videos come again and again
# After the cache or the database could not be reached, or refused: a full cache must not cost a barrier every second.
AGAIN_S, LONGEST_AGAIN_S = 1.0, 8.0
STOP_S = 5.0
OTHERS_S = 0.2  # another process is counting
MAX_PENDING_BYTES = 64 * 2**20  # of commits that wait to be added; at full rate some 30 s of them
BARRIER_S = 0.15  # see above
MAX_ADDED_BYTES = 2 * 2**20  # written before more is added: some 40 ms in which the process does nothing else
RECOUNT_LOCK = int(Lock.LIVE_RECOUNT)
LOCK_TIMEOUT = "10s"  # a shard's writer holds its lock for one transaction

_INSTALLATION = (
    "SELECT system_identifier || '-' || (SELECT oid FROM pg_database WHERE datname = current_database())"
    " FROM pg_control_system()"
)
_RECOUNT = """
SELECT string_agg(uuid_send(channel_id) || uuid_send(video_id) || int8send(minute) || int8send(views)
                  || int8send(likes) || int8send(comments) || int8send(shares), '')
FROM (SELECT channel_id, video_id, extract(epoch FROM date_trunc('minute', "timestamp"))::bigint AS minute,
             sum(views) AS views, sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares
      FROM metrics.video_metrics WHERE "timestamp" >= to_timestamp(%s) AND NOT whole_day
      GROUP BY 1, 2, 3) AS recent"""


class LiveCounters:
    """Adds what this process commits, and reads. An asynchronous context manager.

    `rebuild_on_start`: what was counted before this process started is counted again.
    """

    def __init__(
        self, database_url: str, cache: valkey.asyncio.Valkey, *, application: str, rebuild_on_start: bool = True
    ) -> None:
        self._database = conninfo(database_url, application=application)
        self._cache = cache
        self._pending: list[tuple[float, bytes]] = []
        self._unconfirmed: list[tuple[float, bytes]] = []
        """What the writer has taken, and Valkey may lack."""
        self._pending_bytes = 0  # of both
        self._writer: CounterWriter | None = None
        self._uncertain_since: float | None = time.time() if rebuild_on_start else None
        self._wake = asyncio.Event()
        self._recount_asked = False
        self._stop = asyncio.Event()
        self._failures = 0
        self._store: LiveStore | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._work(), name="live counters")
        if self._uncertain_since is not None:
            self._wake.set()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop; what was noted in the last moment is added first."""
        assert self._task is not None
        self._stop.set()
        self._wake.set()
        await asyncio.wait([self._task], timeout=STOP_S)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def add(self, recent: bytes) -> None:
        """Take what was committed just now (`sums.RECENT`); it is counted in a moment. Neither waits nor raises."""
        if not recent:
            return
        self._pending.append((time.time(), recent))
        self._pending_bytes += len(recent)
        if self._pending_bytes > MAX_PENDING_BYTES:
            log.warning("live_counters_delayed", bytes=self._pending_bytes)
            self._mark_uncertain()
        self._wake.set()

    async def read(
        self, first: int, channels: Sequence[UUID], videos: Sequence[tuple[UUID, UUID]] = ()
    ) -> tuple[Counts, Counts] | None:
        """Counters from minute `first` on (`first_minute()`), as `counter_store.METRICS` says: of channels, shaped
        (MINUTES, channels, 4), and of videos, which are named with their channel, shaped (MINUTES, videos, 4).

        None: there are no counters at the moment. If that is because they are gone, they are rebuilt.
        """
        if self._store is not None and self._uncertain_since is None:
            try:
                counts = await self._store.read(first, channels, videos)
            except (ValkeyError, OSError):
                log.warning("live_counters_read_failed", exc_info=True)
                return None
            if counts is not None:
                return counts
        self._recount_asked = True
        self._wake.set()
        return None

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            pause = await self._try_flush()
            if self._stop.is_set():
                return
            if pause:
                self._wake.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), max(pause, GATHER_S))

    async def _try_flush(self) -> float:
        """After how many seconds to try again; 0: all is counted."""
        try:
            flushed = await self._flush()
        except NoPermissionError:
            log.warning("live_counters_lost", exc_info=True)
            self._mark_uncertain()  # what a lost connection holds may come late, and cannot be prevented
        except (ValkeyError, OSError):
            log.warning("live_counters_flush_failed", exc_info=True)  # and is done again
        except psycopg.Error:
            log.warning("live_counters_recount_failed", exc_info=True)  # what was noted waits
        else:
            self._failures = 0
            return 0.0 if flushed else OTHERS_S
        self._failures += 1
        return min(LONGEST_AGAIN_S, AGAIN_S * 2.0 ** (self._failures - 1))

    async def _flush(self) -> bool:
        """Add what is pending, and recount where that is needed; False: another process is counting."""
        if self._store is None:
            self._store = LiveStore(self._cache, await self._installation())
        uncertain_since = self._uncertain_since
        if uncertain_since is not None:
            await self._store.forget(before=uncertain_since)
        generation = await self._store.generation()
        if generation is None:
            if not self._pending and not self._unconfirmed and not self._recount_asked:
                return True  # nobody asks
            generation = await self._recount(self._store)
        if generation is None:
            return False
        if uncertain_since is not None:
            if generation.counted_at < uncertain_since:
                return False  # published meanwhile by another process, from a snapshot of before
            if self._uncertain_since == uncertain_since:  # and not again meanwhile
                self._uncertain_since = None
        self._recount_asked = False
        return await self._write(self._store, generation)

    async def _write(self, store: LiveStore, generation: CounterGeneration) -> bool:
        """Write what is pending into this generation; False: it does not hold any more."""
        if self._writer is None or self._writer.generation != generation:
            self._pending, self._unconfirmed = self._unconfirmed + self._pending, []
            self._writer = CounterWriter(store, generation)
        writer, began_at = self._writer, time.time()
        while True:
            if self._unconfirmed:
                if not await writer.flush() or self._writer is not writer:  # or uncertain meanwhile
                    return False
                self._pending_bytes -= sum(len(recent) for _, recent in self._unconfirmed)
                self._unconfirmed = []
            if not self._pending or self._pending[0][0] > began_at:
                return True
            self._hand_over(writer)

    def _hand_over(self, writer: CounterWriter) -> None:
        """Add what waits longest to the writer, as much as is to be in memory at once."""
        byte_counts = itertools.accumulate(len(recent) for _, recent in self._pending)
        count = 1 + sum(1 for byte_count in byte_counts if byte_count <= MAX_ADDED_BYTES)
        self._unconfirmed, self._pending = self._pending[:count], self._pending[count:]
        writer.add(b"".join(recent for at, recent in self._unconfirmed if at > writer.generation.counted_at))

    def _mark_uncertain(self) -> None:
        """What was noted until now may not be counted: it is in the database, and a recount finds it there."""
        self._uncertain_since = time.time()
        self._pending, self._unconfirmed, self._pending_bytes = [], [], 0
        self._writer = None

    async def _installation(self) -> str:
        """What tells this database from others that use the same cache."""
        async with await psycopg.AsyncConnection.connect(self._database, autocommit=True) as connection:
            return str(await _value(connection, _INSTALLATION))

    async def _recount(self, store: LiveStore) -> CounterGeneration | None:
        """Make a generation from the database; None while another process does, or where the cache lost it again."""
        # ended with the connection: its locks
        async with await psycopg.AsyncConnection.connect(self._database, autocommit=True) as connection:
            if not await _value(connection, "SELECT pg_try_advisory_lock(%s, 0)", RECOUNT_LOCK):
                return None
            generation = await store.generation()
            if generation is not None:
                return generation
            began = time.monotonic()
            draft = await store.begin(await _snapshot(connection))
            packed = await _value(connection, _RECOUNT, first_minute(), binary=True)
            filled = await _fill(store, draft, bytes(packed or b""))
            published = filled and await store.publish(draft)
            log.info("live_counters_recounted", seconds=round(time.monotonic() - began, 2), published=published)
            return draft if published else None


async def _fill(store: LiveStore, draft: CounterGeneration, packed: bytes) -> bool:
    """Write the rows of a recount; False where something of the draft may be lost."""
    writer = CounterWriter(store, draft, is_draft=True)
    rows = np.frombuffer(packed, RECENT)
    rows = rows[np.argsort(rows["minute"], kind="stable")]  # a minute has few slots so
    max_rows = MAX_ADDED_BYTES // rows.itemsize
    for start in range(0, len(rows), max_rows):
        writer.add(rows[start : start + max_rows].tobytes())
        if not await writer.flush():
            return False
    return True


async def _snapshot(connection: psycopg.AsyncConnection[Any]) -> float:
    """Begin a transaction that sees what is committed at this moment, between commits; says when that was."""
    await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    await connection.execute("SET default_transaction_isolation = 'repeatable read'")
    for shard in range(MAX_SHARDS):
        await connection.execute("SELECT pg_advisory_lock(%s, %s)", [SHARD_LOCK, shard])
    await asyncio.sleep(BARRIER_S)
    at = time.time()
    await connection.execute(begin_statements(SYSTEM, read_only=True).encode(), prepare=False)
    await asyncio.sleep(BARRIER_S)
    for shard in range(MAX_SHARDS):
        await connection.execute("SELECT pg_advisory_unlock(%s, %s)", [SHARD_LOCK, shard])
    return at


async def _value(
    connection: psycopg.AsyncConnection[Any], query: str, *parameters: object, binary: bool = False
) -> Any:
    row = await (await connection.execute(query.encode(), parameters or None, binary=binary)).fetchone()
    assert row is not None
    return row[0]
