"""Ingest of events, whichever way they come: read, written by shard; a receipt says what became of them.

A batch is recorded in the transaction of its events, or before them where they are of several shards; it is
acknowledged after its last shard is committed. What was committed before a crash stays; sent again, it
changes nothing, and with the same Idempotency-Key what is done is not done again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from ytempire.ingest.batch_records import BatchRecord, RecordedBatch, Source
from ytempire.ingest.breakdowns import RowIndices
from ytempire.ingest.deltas import DEFAULT_POLICY, DeltaPolicy
from ytempire.ingest.errors import IngestOverloaded
from ytempire.ingest.event_order import last_of_each, split_by_shard
from ytempire.ingest.events import EventColumns, parse
from ytempire.ingest.group_writer import GroupWriter, ShardReceipt
from ytempire.ingest.quarantine import Quarantine
from ytempire.ingest.shard_writer import Written
from ytempire.ingest.sharding import ShardingChanged
from ytempire.ingest.write_group import ShardBatch
from ytempire.kit import clock
from ytempire.kit.subject import Subject

WAITING = 64
WAITING_BYTES = 40 * 2**20
"""Requests that may be under way at once, and what they may hold: some two seconds of work, and 100 MB when read."""
RETRY_AFTER_S = 1.0


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
    """What is recorded of it, and its events; those that count are at `row_indices`, in order."""

    record: BatchRecord
    events: EventColumns
    row_indices: RowIndices


def prepare(request: IngestRequest) -> PreparedBatch:
    """Read a request. Blocking, some 4 µs an event."""
    received_at = clock.now()
    parsed = parse(request.data, now=received_at, first_line=request.first_line)
    row_indices = last_of_each(parsed.events)
    record = BatchRecord(
        source=request.source,
        name=request.name,
        idempotency_key=request.idempotency_key,
        # by it a key for something else is noticed; of many events it would cost a tenth of reading them
        digest=hashlib.sha256(request.data).digest() if request.idempotency_key is not None else None,
        received_at=received_at,
        events=len(parsed.lines),
        superseded=len(parsed.events) - len(row_indices),
        rejected=parsed.rejected,
        quarantine=Quarantine(parsed.lines, request.tried_again),
    )
    return PreparedBatch(record, parsed.events, row_indices)


class Ingestor:
    """Takes requests and writes their events. An asynchronous context manager. `on_commit`: as the writer's."""

    def __init__(
        self,
        url: str,
        *,
        application: str,
        on_commit: Callable[[bytes], None] = lambda recent: None,
        delta_policy: DeltaPolicy = DEFAULT_POLICY,
    ) -> None:
        self.writer = GroupWriter(url, application=application, on_commit=on_commit, delta_policy=delta_policy)
        # One at a time: it is Python's own work, and the more threads have some, the longer the writers wait for theirs
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="ingest-read")
        self._under_way: list[int] = []  # bytes of each
        self._shards = 1  # until the database says otherwise

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
            with self.writer.arriving():
                prepared = await asyncio.get_running_loop().run_in_executor(self._reader, prepare, request)
            return await self.write(prepared, subject)
        finally:
            self._under_way.remove(size)

    async def write(self, prepared: PreparedBatch, subject: Subject) -> IngestReceipt:
        """Write a batch by shard, and say what became of its events. Raises IdempotencyKeyReused."""
        recorded = None
        while True:
            shards = self._shards  # which another delivery may change while this one is recorded
            rows_by_shard = split_by_shard(prepared.events, prepared.row_indices, shards)
            if recorded is None and len(rows_by_shard) > 1:
                recorded = await self.writer.record(prepared.record, subject)
            try:
                receipts = await self._write_shards(prepared, recorded, shards, rows_by_shard, subject)
            except ShardingChanged as changed:
                self._shards = changed.shards
                recorded = recorded and replace(recorded, is_new=False)  # some of its shards may be written
                continue
            if any(receipt.written is None for receipt in receipts):
                return await self._stored_receipt(receipts[0].batch_id, subject)
            return _receipt(prepared.record, receipts)

    async def _write_shards(
        self,
        prepared: PreparedBatch,
        recorded: RecordedBatch | None,
        shards: int,
        rows_by_shard: Mapping[int, RowIndices],
        subject: Subject,
    ) -> list[ShardReceipt]:
        shard_batches = [
            ShardBatch(prepared.record, shards, shard, prepared.events, row_indices, recorded)
            for shard, row_indices in rows_by_shard.items()
        ]
        # all of them come to their end, so that nothing is written after the answer that it failed
        results = await asyncio.gather(
            *(self.writer.write(shard_batch, subject) for shard_batch in shard_batches), return_exceptions=True
        )
        receipts = []
        for result in results:
            if isinstance(result, BaseException):
                raise result
            receipts.append(result)
        return receipts

    async def rejected(self, batch_id: UUID, subject: Subject) -> Mapping[int, str]:
        """The lines of a batch that are in quarantine, counted from 1, each with its reason."""
        async with self.writer.begin(subject) as connection:
            result = await connection.execute(
                "SELECT line, reason FROM staging.quarantine WHERE batch_id = %s ORDER BY line", [batch_id]
            )
            return {int(line): str(reason) for line, reason in await result.fetchall()}

    async def _stored_receipt(self, batch_id: UUID, subject: Subject) -> IngestReceipt:
        """What the database knows of a batch that came before."""
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


def _receipt(record: BatchRecord, receipts: Sequence[ShardReceipt]) -> IngestReceipt:
    """Of a batch that is new."""
    written = [receipt.written or Written() for receipt in receipts]
    return IngestReceipt(
        batch_id=receipts[0].batch_id,
        events=record.events,
        inserted=sum(shard.inserted for shard in written),
        changed=sum(shard.changed for shard in written),
        unchanged=sum(shard.unchanged for shard in written),
        superseded=record.superseded,
        rejected=len(record.rejected) + sum(receipt.rejected for receipt in receipts),
    )
