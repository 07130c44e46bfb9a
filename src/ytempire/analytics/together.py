"""Parts of batches, and those of a shard that are written together: a commit costs the same for one as for many.

Together there is also less to write. What they add to the same rows of the rollups is added up first, and of small
deliveries that is nearly all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from ytempire.analytics.copying import sorted_places
from ytempire.analytics.events import Events, Ids
from ytempire.analytics.quarantine import Quarantine
from ytempire.analytics.runs import begins


@dataclass(frozen=True)
class Part:
    """`events` are sorted and of different keys (`copying.last_of_each`), and all of channels of `shard`."""

    batch_id: UUID
    shard: int
    events: Events
    quarantine: Quarantine


class Apart(Exception):
    """Nothing is written: each of these parts is to be written by itself."""


@dataclass(frozen=True)
class Together:
    """Parts of one shard. `events` are those of all of them, sorted and of different keys; `batches` whose each is."""

    parts: Sequence[Part]
    events: Events
    batches: Ids

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Together:
        """Raises Apart where two of them say something of the same video and time."""
        batches = np.repeat([_halves(part.batch_id) for part in parts], [len(part.events) for part in parts], axis=0)
        if len(parts) == 1:
            return cls(parts, parts[0].events, batches)
        events = Events.joined([part.events for part in parts])
        order = sorted_places(events)
        events = events.at(order)
        if not begins(events.channel_id, events.video_id, events.at_us).all():
            raise Apart
        return cls(parts, events, batches[order])

    @property
    def shard(self) -> int:
        return self.parts[0].shard

    def require_one(self) -> Part:
        """The only part. Raises Apart where there are several."""
        if len(self.parts) > 1:
            raise Apart
        return self.parts[0]


def _halves(batch_id: UUID) -> tuple[np.uint64, np.uint64]:
    return np.uint64(batch_id.int >> 64), np.uint64(batch_id.int & (2**64 - 1))
