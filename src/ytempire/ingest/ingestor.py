"""Ingest of events, whichever way they come: recorded, divided by shard, written; a receipt says what became of them.

A batch is acknowledged after its last shard is committed. What was committed before a crash stays; sent again, it
changes nothing, and with the same Idempotency-Key what is done is not done again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from ytempire.ingest.binary_copy import last_of_each, shards
from ytempire.ingest.errors import IdempotencyKeyReused, IngestOverloaded
from ytempire.ingest.events import EventColumns, Parsed, parse
from ytempire.ingest.group_writer import GroupWriter
from ytempire.ingest.quarantine import Quarantine
from ytempire.ingest.write_group import ShardBatch
from ytempire.kit import clock
from ytempire.kit.subject import Subject

WAITING = 64
WAITING_BYTES = 40 * 2**20
"""Requests that may be under way at once, and what they may hold: some two seconds of work, and 100 MB when read."""
RETRY_AFTER_S = 1.0

Source = Literal["api", "file", "quarantine", "youtube"]


@dataclass(frozen=True)
class IngestRequest:
    """Lines of NDJSON, and where they come from. `first_line` is the number of the first of them there."""

    data: bytes
    source: Source
    name: str | None = None
    idempotency_key: str | None = None
    first_line: int = 1
    tried_again: tuple[UUID, ...] = ()  # of lines from quarantine: which rows they are


@dataclass(frozen=True)
class IngestReceipt:
    """What became of the events of a batch: all of them are in one of the last five."""

    batch_id: UUID
    events: int
    inserted: int
    changed: int
    unchanged: int
    superseded: int
    rejected: int


@dataclass(frozen=True)
class PreparedBatch:
    """A request that was read: what is left of its events for each shard."""

    request: IngestRequest
    parsed: Parsed
    events_by_shard: dict[int, EventColumns]
    superseded: int
    digest: bytes

    @property
    def events(self) -> int:
        return len(self.parsed.lines)

    @property
    def quarantine(self) -> Quarantine:
        return Quarantine(self.parsed.lines, self.request.tried_again)


def prepare(request: IngestRequest) -> PreparedBatch:
    """Read a request. Blocking, some 4 µs an event."""
    parsed = parse(request.data, now=clock.now(), first_line=request.first_line)
    events = last_of_each(parsed.events)
    return PreparedBatch(
        request,
        parsed,
        dict(shards(events)),
        superseded=len(parsed.events) - len(events),
        digest=hashlib.sha256(request.data).digest(),
    )


class Ingestor:
    """Takes requests and writes their events. An asynchronous context manager. `on_commit`: as the writer's."""

    def __init__(self, url: str, *, application: str, on_commit: Callable[[bytes], None] = lambda recent: None) -> None:
        self.writer = GroupWriter(url, application=application, on_commit=on_commit)
        # One at a time: it is Python's own work, and the more threads have some, the longer the writers wait for theirs
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="ingest-read")
        self._under_way: list[int] = []  # bytes of each

    async def __aenter__(self) -> Self:
        await self.writer.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self._reader.shutdown)
        await self.writer.__aexit__(*error)

    async def ingest(self, request: IngestRequest, subject: Subject) -> IngestReceipt:
        """Read and write a request; it is committed when this returns.

        Raises IngestOverloaded, IdempotencyKeyReused.
        """
        size = len(request.data)
        if self._under_way and (len(self._under_way) >= WAITING or sum(self._under_way) + size > WAITING_BYTES):
            raise IngestOverloaded(
                f"{len(self._under_way)} deliveries are waiting to be written already.",
                hint="Send this one again in a moment.",
                after_s=RETRY_AFTER_S,
            )
        self._under_way.append(size)
        try:
            return await self.write(await self._prepare_in_thread(request), subject)
        finally:
            self._under_way.remove(size)

    async def _prepare_in_thread(self, request: IngestRequest) -> PreparedBatch:
        return await asyncio.get_running_loop().run_in_executor(self._reader, prepare, request)

    async def write(self, prepared: PreparedBatch, subject: Subject) -> IngestReceipt:
        """Record it, write its events by shard, and say what became of them. Raises IdempotencyKeyReused."""
        batch_id = await self._record(prepared, subject)
        writing = [
            asyncio.create_task(self.writer.write(ShardBatch(batch_id, shard, events, prepared.quarantine), subject))
            for shard, events in prepared.events_by_shard.items()
        ]
        # all of them come to their end, so that nothing is written after the answer that it failed
        results = await asyncio.gather(*writing, return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException):
                raise error
        return await self._receipt(batch_id, subject)

    async def _record(self, prepared: PreparedBatch, subject: Subject) -> UUID:
        request = prepared.request
        async with self.writer.begin(subject) as connection:
            inserted = await connection.execute(
                "INSERT INTO analytics.ingest_batches"
                " (source, name, idempotency_key, digest, parts, events, superseded, rejected)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id",
                [
                    request.source,
                    request.name,
                    request.idempotency_key,
                    prepared.digest,
                    len(prepared.events_by_shard),
                    prepared.events,
                    prepared.superseded,
                    len(prepared.parsed.rejected),
                ],
                prepare=True,
            )
            row = await inserted.fetchone()
            if row is not None:
                if prepared.parsed.rejected:
                    await connection.execute(*prepared.quarantine.statement(row[0], prepared.parsed.rejected))
                return UUID(str(row[0]))
            earlier = await connection.execute(
                "SELECT id, digest FROM analytics.ingest_batches"
                " WHERE idempotency_key = %s AND user_id = core.current_user_id()",
                [request.idempotency_key],
            )
            batch_id, digest = await earlier.fetchone() or (None, None)
        if digest != prepared.digest:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was used for another delivery.", hint="Use a new key for new events."
            )
        return UUID(str(batch_id))

    async def rejected(self, batch_id: UUID, subject: Subject) -> Mapping[int, str]:
        """The lines of a batch that are in quarantine, counted from 1, each with its reason."""
        async with self.writer.begin(subject) as connection:
            result = await connection.execute(
                "SELECT line, reason FROM staging.quarantine WHERE batch_id = %s ORDER BY line", [batch_id]
            )
            return {int(line): str(reason) for line, reason in await result.fetchall()}

    async def _receipt(self, batch_id: UUID, subject: Subject) -> IngestReceipt:
        async with self.writer.begin(subject) as connection:
            result = await connection.execute(
                "SELECT b.id, b.events, coalesce(sum(p.inserted), 0)::integer, coalesce(sum(p.changed), 0)::integer,"
                " coalesce(sum(p.unchanged), 0)::integer, b.superseded,"
                " (b.rejected + coalesce(sum(p.rejected), 0))::integer"
                " FROM analytics.ingest_batches b LEFT JOIN analytics.ingest_batch_shards p ON p.batch_id = b.id"
                " WHERE b.id = %s GROUP BY b.id",
                [batch_id],
                prepare=True,
            )
            row = await result.fetchone()
        assert row is not None
        return IngestReceipt(*row)
