"""Events of one shard, by batch, and what of them is written together: a commit costs the same for one as for many.

As a group they are also less to write. What they add to the same rows of the rollups is added up first, and of small
batches that is nearly all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from ytempire.ingest.binary_copy import sorted_row_indices
from ytempire.ingest.events import EventColumns, Ids
from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.quarantine import Quarantine


@dataclass(frozen=True)
class ShardBatch:
    """The events of one batch in one shard, sorted and of different keys (`binary_copy.last_of_each`)."""

    batch_id: UUID
    shard: int
    events: EventColumns
    quarantine: Quarantine


class MustWriteSeparately(Exception):
    """Nothing is written: each of these batches is to be written by itself."""


@dataclass(frozen=True)
class WriteGroup:
    """Batches of one shard. `events` are those of all, sorted and of different keys; `batches` whose each is."""

    shard_batches: Sequence[ShardBatch]
    events: EventColumns
    batches: Ids

    @classmethod
    def merge(cls, shard_batches: Sequence[ShardBatch]) -> WriteGroup:
        """Raises MustWriteSeparately where two of them say something of the same video and time."""
        batches = np.repeat(
            [_halves(shard_batch.batch_id) for shard_batch in shard_batches],
            [len(shard_batch.events) for shard_batch in shard_batches],
            axis=0,
        )
        if len(shard_batches) == 1:
            return cls(shard_batches, shard_batches[0].events, batches)
        events = EventColumns.joined([shard_batch.events for shard_batch in shard_batches])
        order = sorted_row_indices(events)
        events = events.take(order)
        if not group_starts(events.channel_id, events.video_id, events.at_us).all():
            raise MustWriteSeparately
        return cls(shard_batches, events, batches[order])

    @property
    def shard(self) -> int:
        return self.shard_batches[0].shard

    def require_one(self) -> ShardBatch:
        """The only batch. Raises MustWriteSeparately where there are several."""
        if len(self.shard_batches) > 1:
            raise MustWriteSeparately
        return self.shard_batches[0]


def _halves(batch_id: UUID) -> tuple[np.uint64, np.uint64]:
    return np.uint64(batch_id.int >> 64), np.uint64(batch_id.int & (2**64 - 1))
