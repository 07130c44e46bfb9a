"""Counters of one process in memory: absolute values by field, and which of them Valkey may lack."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.sums import RECENT
from ytempire.realtime.counter_store import METRICS, Counts

CHANNEL_BYTES, VIDEO_BYTES = 16, 32  # a channel's id; that and a video's

RowIndices = npt.NDArray[np.intp]

# The same bytes as RECENT: what is a field in Valkey, the channel in halves that compare fast, and values side by side.
INCREMENTS = np.dtype(
    {
        "names": ["video", "channel", "channel_halves", "minute", "values"],
        "formats": [f"V{VIDEO_BYTES}", f"V{CHANNEL_BYTES}", (">u8", 2), ">i8", (">i8", len(METRICS))],
        "offsets": [0, 0, 0, VIDEO_BYTES, VIDEO_BYTES + 8],
        "itemsize": np.dtype(RECENT).itemsize,
    }
)


class CounterRows:
    """Counters by field. What `take_changes` has taken counts as sent, until `mark_changed` says otherwise."""

    def __init__(self, field_bytes: int) -> None:
        # looks up and numbers new fields without a step in Python for each
        self._rows_by_field: defaultdict[bytes, int] = defaultdict(itertools.count().__next__)
        self._fields = np.empty(0, f"V{field_bytes}")
        self._values = np.empty((0, len(METRICS)), np.int64)
        self._is_changed = np.empty(0, bool)
        self._packed = np.dtype(
            [
                ("field_length", f"V{len(_length(field_bytes))}"),
                ("field", f"V{field_bytes}"),
                ("value_length", f"V{len(_VALUE_LENGTH)}"),
                ("value", ">i8", len(METRICS)),
                ("end", "V2"),
            ]
        )

    def __len__(self) -> int:
        return len(self._rows_by_field)

    def add(self, fields: npt.NDArray[np.void], increments: Counts) -> None:
        """Add (n, 4) to the counters of `fields`, of which several may be the same."""
        rows = np.fromiter(map(self._rows_by_field.__getitem__, fields.tolist()), np.intp, len(fields))
        if len(self) > len(self._fields):
            self._grow(2 * len(self))
        self._fields[rows] = fields
        self._is_changed[rows] = True
        # `add.at` takes twice as long in two dimensions
        cells = rows[:, np.newaxis] * len(METRICS) + np.arange(len(METRICS))
        np.add.at(self._values.reshape(-1), cells.reshape(-1), increments.reshape(-1))

    def take_changes(self) -> RowIndices:
        """Return which rows have other values than were taken before."""
        rows = np.flatnonzero(self._is_changed)
        self._is_changed[rows] = False
        return rows

    def mark_changed(self, rows: RowIndices) -> None:
        """Take these rows the next time too."""
        self._is_changed[rows] = True

    def fields(self, rows: RowIndices) -> npt.NDArray[np.void]:
        return self._fields[rows]

    def pack_hset(self, key: bytes, rows: RowIndices) -> bytes:
        """Return the command that writes these rows, as Valkey reads it (RESP)."""
        packed = np.empty(len(rows), self._packed)
        packed["field_length"] = np.void(_length(self._fields.itemsize))
        packed["field"] = self._fields[rows]
        packed["value_length"] = np.void(_VALUE_LENGTH)
        packed["value"] = self._values[rows]
        packed["end"] = np.void(b"\r\n")
        return b"*%d\r\n$4\r\nHSET\r\n$%d\r\n%b\r\n%b" % (2 + 2 * len(rows), len(key), key, packed.tobytes())

    def _grow(self, capacity: int) -> None:
        known = len(self._fields)
        fields, values, is_changed = self._fields, self._values, self._is_changed
        self._fields = np.empty(capacity, fields.dtype)
        self._values = np.zeros((capacity, len(METRICS)), np.int64)
        self._is_changed = np.zeros(capacity, bool)
        self._fields[:known], self._values[:known], self._is_changed[:known] = fields, values, is_changed


def _length(byte_count: int) -> bytes:
    return b"$%d\r\n" % byte_count


_VALUE_LENGTH = b"\r\n" + _length(8 * len(METRICS))


class CounterSlot:
    """What this process has counted in one minute since the slot began."""

    def __init__(self, minute: int) -> None:
        self.minute = minute
        self.name = uuid4().hex
        self.channels = CounterRows(CHANNEL_BYTES)
        self.videos = CounterRows(VIDEO_BYTES)

    def __len__(self) -> int:
        return len(self.channels) + len(self.videos)

    def add(self, increments: npt.NDArray[Any]) -> None:
        """Add rows of INCREMENTS. Those of a channel are best next to one another."""
        values = increments["values"].astype(np.int64)
        self.videos.add(increments["video"], values)
        starts = np.flatnonzero(group_starts(increments["channel_halves"]))
        self.channels.add(increments["channel"][starts], np.add.reduceat(values, starts, axis=0))

    def take_changes(self) -> SlotChanges:
        return SlotChanges(self, self.channels.take_changes(), self.videos.take_changes())


@dataclass(frozen=True)
class SlotChanges:
    """Rows of a slot to be sent."""

    slot: CounterSlot
    channels: RowIndices
    videos: RowIndices

    def mark_changed(self) -> None:
        """Send them the next time too."""
        self.slot.channels.mark_changed(self.channels)
        self.slot.videos.mark_changed(self.videos)

    def iter_hset(self, minute_key: str, *, max_rows: int) -> Iterator[bytes]:
        """Yield the commands that write them, each of so many rows at most."""
        for suffix, counters, rows in (
            ("channels", self.slot.channels, self.channels),
            ("videos", self.slot.videos, self.videos),
        ):
            key = f"{minute_key}:{self.slot.name}:{suffix}".encode()
            for start in range(0, len(rows), max_rows):
                yield counters.pack_hset(key, rows[start : start + max_rows])
