"""Sums of videos that are not merged yet: in the database as deltas, and here once more, added up for the merge.

To add a transaction's sums to the rollups of videos at once costs the database more than the events themselves. So a
busy process writes them as rows of `analytics.video_deltas`, where readers add them, and a minute's worth of them goes
into the rollups together (`delta_merger`). What it remembers here saves it reading them again; when it is killed, or
what it remembers may be wrong, they are merged from the rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ytempire.ingest.breakdowns import Numbers
from ytempire.ingest.group_starts import LARGEST, group_starts
from ytempire.ingest.metrics import METRICS
from ytempire.ingest.sums import VideoSums
from ytempire.settings import Ingest


@dataclass(frozen=True)
class DeltaPolicy:
    """When sums of videos become deltas, and when those are merged."""

    min_events: int = 2_500
    """Events of a transaction from which on its sums become deltas. What is small goes into the rollups at once."""
    merge_every_s: float = 60.0
    """Half as often, merges cost half as much, and whoever reads all videos has twice as many rows to add."""
    max_rows: int = 400_000
    """Rows of a segment after which it is merged sooner: some 150 MB here."""
    spread_over: float = 0.5
    """Of the time between two merges, the part over which the transactions of one are spread."""
    rows_per_transaction: int = 25_000
    """Of a merge, but for a channel that has more: some tenths of a second."""
    look_every_s: float = 1.0

    @classmethod
    def from_settings(cls, settings: Ingest) -> Self:
        """Return what the operator wants."""
        merge_every_s = settings.merge_interval.total_seconds()
        return cls(
            min_events=settings.delta_min_events, merge_every_s=merge_every_s, look_every_s=min(merge_every_s / 2, 1.0)
        )

    @property
    def spread_s(self) -> float:
        """How long a merge takes at least, if the process does not stop."""
        return self.spread_over * self.merge_every_s

    @property
    def abandoned_after_s(self) -> float:
        """So old is no segment that its process still merges."""
        return 5 * self.merge_every_s


DEFAULT_POLICY = DeltaPolicy()

HOURS_OF_LONGEST_DAY = 25  # clocks are set back in it
_KEY = np.dtype([("channel_id", ">u8", 2), ("video_id", ">u8", 2), ("hour", ">i4"), ("day", ">i4")])


class SegmentSums:
    """What one process wrote into a segment, added up by video, hour and day."""

    def __init__(self) -> None:
        self._index: dict[bytes, int] = {}
        self._values = np.zeros((1024, len(METRICS)), np.int64)
        self._bound = 0

    def __len__(self) -> int:
        return len(self._index)

    def add(self, sums: VideoSums) -> bool:
        """Add up; False where a sum of a day may pass 64 bits: then nothing here is to be used any more."""
        self._bound += max(_largest(column) for column in sums.values.values()) if len(sums) else 0
        if self._bound * HOURS_OF_LONGEST_DAY > LARGEST:
            return False
        index = self._index
        rows = [index.setdefault(key, len(index)) for key in _keys(sums)]
        if len(index) > len(self._values):
            self._values = np.concatenate([self._values, np.zeros((len(index), len(METRICS)), np.int64)])
        # no two rows of one transaction have the same key
        self._values[rows] += np.column_stack([sums.values[name].astype(np.int64) for name in METRICS])
        return True

    def sorted_sums(self) -> VideoSums:
        """Return all of it in the order of channel, video and hour."""
        keys = np.frombuffer(b"".join(self._index), f"S{_KEY.itemsize}")
        order = np.argsort(keys, kind="stable")
        key, values = keys.view(_KEY)[order], self._values[order]
        return VideoSums(
            key["channel_id"].astype(np.uint64),
            key["video_id"].astype(np.uint64),
            key["hour"].astype(np.int64),
            key["day"].astype(np.int64),
            {name: values[:, column] for column, name in enumerate(METRICS)},
        )


def _largest(values: npt.NDArray[Any]) -> int:
    return max(int(values.max()), -int(values.min()))


def _keys(sums: VideoSums) -> list[bytes]:
    packed = np.empty(len(sums), _KEY)
    packed["channel_id"], packed["video_id"] = sums.channel_id, sums.video_id
    packed["hour"], packed["day"] = sums.hour, sums.day
    keys: list[bytes] = packed.view(f"V{_KEY.itemsize}").tolist()
    return keys


@dataclass
class Segment:
    """A segment of `analytics.video_deltas` that this process writes to."""

    id: int
    generation: int
    opened_at: float = field(default_factory=time.monotonic)
    sums: SegmentSums | None = field(default_factory=SegmentSums)
    """None: what was written may be other than what was added here, and the rows have to be read."""
    is_used: bool = False
    """Something was committed to it, or perhaps was."""
    writers: int = 0

    def take_sorted_sums(self) -> VideoSums | None:
        """Return what is remembered, in order, and remember it no more: both at once are too much memory."""
        sums, self.sums = self.sums, None
        return None if sums is None else sums.sorted_sums()

    def is_due(self, policy: DeltaPolicy) -> bool:
        """Whether it is time to merge it."""
        is_large = self.sums is None or len(self.sums) > policy.max_rows
        return is_large or time.monotonic() - self.opened_at > policy.merge_every_s


class Segments:
    """The segment of this process that is written to, if it has one. Threads share it."""

    def __init__(self, policy: DeltaPolicy) -> None:
        self.policy = policy
        self.current: Segment | None = None
        self.is_wanted = False
        """Somebody would have written deltas."""
        self._changed = threading.Condition()

    @property
    def needs_attention(self) -> bool:
        """There is a segment, or somebody wants one."""
        return self.is_wanted or self.current is not None

    @contextmanager
    def writing(self, events: int) -> Iterator[Segment | None]:
        """Yield the segment for a transaction of so many events, until its sums are added; None: without deltas."""
        if events < self.policy.min_events:
            yield None
            return
        with self._changed:
            segment = self.current
            self.is_wanted = self.is_wanted or segment is None
            if segment is not None:
                segment.writers += 1
        try:
            yield segment
        finally:
            if segment is not None:
                with self._changed:
                    segment.writers -= 1
                    self._changed.notify_all()

    def add(self, segment: Segment, sums: VideoSums) -> None:
        """Take what was committed."""
        with self._changed:
            # not to be trusted until it is in
            before, segment.sums, segment.is_used = segment.sums, None, True
            if before is not None and before.add(sums):
                segment.sums = before

    def distrust(self, segment: Segment) -> None:
        """Say that something was perhaps committed, and perhaps not."""
        with self._changed:
            segment.sums, segment.is_used = None, True

    def due(self) -> Segment | None:
        """Return the segment that is written to, if it is time to merge it."""
        with self._changed:  # a writer takes the sums away while it adds to them
            return self.current if self.current is not None and self.current.is_due(self.policy) else None

    def replace(self, segment: Segment | None) -> Segment | None:
        """Write to this one from now on; return the one before."""
        with self._changed:
            before, self.current, self.is_wanted = self.current, segment, False
        return before

    def wait_for_writers(self, segment: Segment) -> None:
        """Wait until everything that was committed to a segment is added."""
        with self._changed:
            self._changed.wait_for(lambda: not segment.writers)


def by_period(sums: VideoSums, period: Numbers) -> VideoSums:
    """Add up sums, which are in order, by video and hour or day, which is `period`; the other is that of the first row.

    An hour of UTC has parts of two days where a time zone is off by half an hour.
    """
    starts = np.flatnonzero(group_starts(sums.channel_id, sums.video_id, period))
    values = {name: np.add.reduceat(column, starts) for name, column in sums.values.items()}
    return replace(sums.take(starts), values=values)
