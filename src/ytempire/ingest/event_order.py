"""The order in which events are written: by channel, video and time, so that equal keys stand side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ytempire.ingest.breakdowns import Numbers, RowIndices
from ytempire.ingest.events import EventColumns
from ytempire.ingest.group_starts import group_starts

_KEY = np.dtype([("channel_id", ">u8", 2), ("video_id", ">u8", 2), ("at_us", ">u8")])


def last_of_each(events: EventColumns) -> RowIndices:
    """Return the places of the events in their order, and of those with the same key that of the last that came."""
    row_indices = sort_rows(events, np.arange(len(events)))
    first = key_starts(events, row_indices)
    return row_indices[np.append(first[1:], True)] if len(row_indices) else row_indices


def sort_rows(events: EventColumns, row_indices: RowIndices) -> RowIndices:
    """Return these places in the order of their events; those with the same key stay as they are."""
    keys = np.empty(len(row_indices), _KEY)
    for name in _KEY.names or ():
        keys[name] = getattr(events, name)[row_indices]
    # as bytes, which are in the same order: of what is in order for the most part, a half of the time of lexsort
    return row_indices[np.argsort(keys.view(f"S{_KEY.itemsize}"), kind="stable")]


def key_starts(events: EventColumns, row_indices: RowIndices) -> npt.NDArray[np.bool_]:
    """Return which of these events, which are in their order, are the first of their keys."""
    return group_starts(events.channel_id[row_indices], events.video_id[row_indices], events.at_us[row_indices])


def shard_numbers(events: EventColumns, shards: int) -> Numbers:
    """Return the shard of each event. A channel is always in the same one (`sharding.shard_of`)."""
    return ((events.channel_id[:, 1] & np.uint64(0xFF)) % np.uint64(shards)).astype(np.int64)


def split_by_shard(events: EventColumns, row_indices: RowIndices, shards: int) -> dict[int, RowIndices]:
    """Return the places of the events of each shard that has some, or of one."""
    if shards == 1 or not len(row_indices):
        return {0: row_indices}  # a batch without an event is recorded all the same
    shard = shard_numbers(events, shards)[row_indices]
    return {int(number): row_indices[shard == number] for number in np.unique(shard)}
