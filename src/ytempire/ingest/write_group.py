"""Events of one shard, by batch, and what of them is written together: a commit costs the same for one as for many.

As a group they are also less to write. What they add to the same rows of the rollups is added up first, and of small
batches that is nearly all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from ytempire.ingest.batch_records import BatchRecord, RecordedBatch
from ytempire.ingest.breakdowns import RowIndices
from ytempire.ingest.event_order import key_starts, sort_rows
from ytempire.ingest.events import EventColumns, Ids


@dataclass(frozen=True)
class ShardBatch:
    """The events of one batch in one of `shards` shards: those at `row_indices`, in their order (`last_of_each`).

    `recorded` is None where the batch has no other shard: then it is recorded with its events.
    """

    record: BatchRecord
    shards: int
    shard: int
    events: EventColumns
    row_indices: RowIndices
    recorded: RecordedBatch | None = None

    def __len__(self) -> int:
        return len(self.row_indices)


class MustWriteSeparately(Exception):
    """Nothing is written: each of these batches is to be written by itself."""


@dataclass(frozen=True)
class WriteGroup:
    """Batches of one shard. `events` are those of all, sorted and of different keys; `batch_indices` whose each is."""

    shard_batches: Sequence[ShardBatch]
    events: EventColumns
    batch_indices: RowIndices

    @classmethod
    def merge(cls, shard_batches: Sequence[ShardBatch]) -> WriteGroup:
        """Raises MustWriteSeparately where two of them say something of the same video and time."""
        batch_indices = np.repeat(np.arange(len(shard_batches)), list(map(len, shard_batches)))
        if len(shard_batches) == 1:
            [shard_batch] = shard_batches
            return cls(shard_batches, shard_batch.events.take(shard_batch.row_indices), batch_indices)
        events = EventColumns.joined([shard_batch.events for shard_batch in shard_batches])
        first_rows = np.cumsum([0, *(len(shard_batch.events) for shard_batch in shard_batches[:-1])])
        row_indices = np.concatenate(
            [shard_batch.row_indices + first for shard_batch, first in zip(shard_batches, first_rows, strict=True)]
        )
        batch_of_row = np.empty(len(events), np.intp)
        batch_of_row[row_indices] = batch_indices
        row_indices = sort_rows(events, row_indices)
        if not key_starts(events, row_indices).all():
            raise MustWriteSeparately
        return cls(shard_batches, events.take(row_indices), batch_of_row[row_indices])

    @property
    def shard(self) -> int:
        return self.shard_batches[0].shard

    @property
    def shards(self) -> int:
        return self.shard_batches[0].shards

    def take(self, row_indices: RowIndices) -> WriteGroup:
        """Return the same batches with only these of their events."""
        return WriteGroup(self.shard_batches, self.events.take(row_indices), self.batch_indices[row_indices])

    def batch_ids(self, recorded: Sequence[RecordedBatch]) -> Ids:
        """Return of each event the id of its batch."""
        ids: Ids = np.array([_halves(batch.id) for batch in recorded], np.uint64)[self.batch_indices]
        return ids

    def require_one(self) -> ShardBatch:
        """The only batch. Raises MustWriteSeparately where there are several."""
        if len(self.shard_batches) > 1:
            raise MustWriteSeparately
        return self.shard_batches[0]


def _halves(batch_id: UUID) -> tuple[np.uint64, np.uint64]:
    return np.uint64(batch_id.int >> 64), np.uint64(batch_id.int & (2**64 - 1))
