"""What is recorded of ingest batches, in the transactions that write their events: who sent what, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg

from ytempire.ingest.errors import IdempotencyKeyReused
from ytempire.ingest.events import Rejected
from ytempire.ingest.quarantine import Quarantine

Connection = psycopg.Connection[tuple[Any, ...]]
Source = Literal["api", "file", "quarantine", "youtube"]


@dataclass(frozen=True)
class BatchRecord:
    """What is known of a batch when it was read."""

    source: Source
    name: str | None
    idempotency_key: str | None
    digest: bytes | None
    received_at: datetime
    events: int
    superseded: int
    rejected: Sequence[Rejected]
    quarantine: Quarantine


@dataclass(frozen=True)
class RecordedBatch:
    """A batch in the database. `is_new`: it was recorded just now, and not when it came for the first time."""

    id: UUID
    is_new: bool


@dataclass(frozen=True)
class ShardResult:
    """What became of the events of one batch in one of `shards` shards."""

    shards: int
    shard: int
    inserted: int
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


_INSERT_BATCHES = b"""
INSERT INTO analytics.ingest_batches
    (id, source, name, idempotency_key, digest, received_at, events, superseded, rejected)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::timestamptz[], %s::integer[],
                     %s::integer[], %s::integer[])
ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING"""
_EARLIER_BATCH = b"""
SELECT id, digest FROM analytics.ingest_batches WHERE idempotency_key = %s AND user_id = core.current_user_id()"""
_RESULTS = b"""
SELECT shards, shard, inserted, changed, unchanged, rejected FROM analytics.ingest_batch_shards
WHERE batch_id = ANY (%s)"""
_INSERT_RESULT = b"""
INSERT INTO analytics.ingest_batch_shards (batch_id, shards, shard, inserted, changed, unchanged, rejected)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def insert_batches(connection: Connection, ids: Sequence[UUID], records: Sequence[BatchRecord]) -> bool:
    """Record new batches, and what of them was no event; False: nothing of those that came before."""
    inserted = connection.execute(
        _INSERT_BATCHES,
        [
            list(ids),
            [record.source for record in records],
            [record.name for record in records],
            [record.idempotency_key for record in records],
            [record.digest for record in records],
            [record.received_at for record in records],
            [record.events for record in records],
            [record.superseded for record in records],
            [len(record.rejected) for record in records],
        ],
        prepare=True,
    )
    if inserted.rowcount < len(records):
        return False
    for batch_id, record in zip(ids, records, strict=True):
        if record.rejected:
            connection.execute(*record.quarantine.statement(batch_id, record.rejected))
    return True


def record_batch(connection: Connection, new_id: UUID, record: BatchRecord) -> RecordedBatch:
    """Record a batch, or find it by its key. Raises IdempotencyKeyReused where that was another batch."""
    if insert_batches(connection, [new_id], [record]):
        return RecordedBatch(new_id, is_new=True)
    row = connection.execute(_EARLIER_BATCH, [record.idempotency_key], prepare=True).fetchone()
    assert row is not None
    earlier_id, digest = row
    if digest != record.digest:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used for another delivery.", hint="Use a new key for new events."
        )
    return RecordedBatch(earlier_id, is_new=False)


def find_results(connection: Connection, batch_ids: Sequence[UUID]) -> list[ShardResult]:
    """Return what was written of these batches before."""
    return [ShardResult(*row) for row in connection.execute(_RESULTS, [list(batch_ids)], prepare=True).fetchall()]


def insert_result(connection: Connection, batch_id: UUID, result: ShardResult) -> None:
    """Record what became of a batch's events in a shard."""
    values = [result.shards, result.shard, result.inserted, result.changed, result.unchanged, result.rejected]
    connection.execute(_INSERT_RESULT, [batch_id, *values], prepare=True)
