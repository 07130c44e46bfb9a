"""Takes deltas of videos into their rollups: this process's own from memory, an abandoned segment's from its rows.

A segment is opened, written to for a minute, closed and merged. It is closed under the locks of all shards, so nobody
is writing to it then. It is merged some channels at a time: each transaction adds their sums and says how far it has
come (`merged_below`), so a reader sees each delta either beside the rollups or in them. Nothing is removed before no
snapshot is old enough to miss it (`analytics.free_segments`).
"""

# statements are made of our own names alone

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from uuid import UUID

import numpy as np
import psycopg

from ytempire.ingest.binary_copy import Column, uuids
from ytempire.ingest.copy_into import Connection, copy_into
from ytempire.ingest.deltas import DeltaPolicy, Segment, Segments, by_period
from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.metrics import ROLLUPS
from ytempire.ingest.rollups import add_deltas, add_summed, summed_table
from ytempire.ingest.sharding import LOCK_SHARD, MAX_SHARDS, SHARD_LOCK
from ytempire.ingest.sums import HOUR_US, LAYOUTS, VideoSums
from ytempire.kit.locks import Lock
from ytempire.kit.logs import get_logger

log = get_logger(__name__)
Begin = Callable[[], AbstractContextManager[Connection]]

MAX_ATTEMPTS = 3

VIDEO_ROLLUPS = tuple(rollup for rollup in ROLLUPS if rollup.of_video)
_ADD_SUMMED = {rollup.table: add_summed(rollup, summed_table(rollup.table)).encode() for rollup in VIDEO_ROLLUPS}
_LOCK_MERGE = b"SELECT pg_advisory_xact_lock(%s, 0)"
_OPEN = b"""
UPDATE analytics.delta_segments
SET status = 'open', generation = generation + 1, opened_at = clock_timestamp(), is_changed = false,
    merged_below = '00000000-0000-0000-0000-000000000000'
WHERE id = (SELECT id FROM analytics.delta_segments WHERE status = 'free' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, generation"""
_CLOSE = b"UPDATE analytics.delta_segments SET status = 'closed' WHERE (id, generation, status) = (%s, %s, 'open')"
_IS_OURS = b"""
SELECT FROM analytics.delta_segments
WHERE (id, generation, status, merged_below) = (%(id)s, %(generation)s, 'closed', %(begin)s)
  AND NOT (is_changed AND %(from_memory)s)
FOR UPDATE"""
_ADVANCE = b"""
UPDATE analytics.delta_segments
SET merged_below = coalesce(%(below)s, merged_below),
    status = CASE WHEN %(below)s::uuid IS NULL THEN 'merged' ELSE status END,
    merged_by = CASE WHEN %(below)s::uuid IS NULL THEN pg_current_xact_id()::text END
WHERE id = %(id)s"""
_POSITION = b"""
SELECT merged_below FROM analytics.delta_segments WHERE (id, generation, status) = (%s, %s, 'closed')"""
_CHANNELS = b"""
SELECT channel_id, count(*) FROM analytics.video_deltas WHERE segment = %s AND channel_id >= %s GROUP BY 1 ORDER BY 1"""
_ABANDONED = b"""
SELECT id, generation FROM analytics.delta_segments
WHERE status IN ('open', 'closed') AND opened_at < now() - make_interval(secs => %s) ORDER BY opened_at"""
_ADD_DELTAS = tuple(
    add_deltas(
        rollup,
        "(segment.id, segment.generation) = (%(id)s, %(generation)s)"
        " AND (%(below)s::uuid IS NULL OR delta.channel_id < %(below)s)",
    ).encode()
    for rollup in VIDEO_ROLLUPS
)
_LOWEST = UUID(int=0)


class DeltaMerger:
    """Opens, closes and merges segments. Every method blocks. `begin` begins a transaction of the platform's."""

    def __init__(self, begin: Begin, segments: Segments) -> None:
        self._begin = begin
        self._segments = segments
        self._hurry = threading.Event()

    def tend(self) -> None:
        """Give writers a segment where they want one, and merge the one that is due."""
        if self._segments.current is None and self._segments.is_wanted:
            self._segments.replace(self._open())
        elif (due := self._segments.due()) is not None:
            self._segments.replace(self._open() if due.is_used else None)
            self._close_and_merge(due)

    def hurry(self) -> None:
        """Let merges pause no more between their transactions, the one that is under way too."""
        self._hurry.set()

    def stop(self) -> None:
        """Merge what is left."""
        current = self._segments.replace(None)
        if current is not None:
            self._close_and_merge(current)

    def merge_abandoned(self) -> int:
        """Merge segments whose process does not do it any more; how many there were.

        Raises ExceptionGroup where some could not be merged: the others are.
        """
        with self._begin() as connection:
            abandoned = connection.execute(_ABANDONED, [self._segments.policy.abandoned_after_s]).fetchall()
        errors = []
        for segment_id, generation in abandoned:
            log.warning("deltas_abandoned", segment=segment_id)
            try:
                self._close(segment_id, generation)
                self._merge_rows(segment_id, generation)
            except psycopg.Error as error:
                errors.append(error)
        self._free()
        if errors:
            raise ExceptionGroup("Deltas could not be merged.", errors)
        return len(abandoned)

    def _open(self) -> Segment | None:
        segment = self._try_open()
        if segment is None:
            self._free()  # whoever held up the last one may be gone
            segment = self._try_open()
        if segment is None:
            log.warning("deltas_full")
        return segment

    def _try_open(self) -> Segment | None:
        with self._begin() as connection:
            row = connection.execute(_OPEN, prepare=True).fetchone()
        return Segment(*row) if row else None

    def _close_and_merge(self, segment: Segment) -> None:
        self._close(segment.id, segment.generation)
        self._segments.wait_for_writers(segment)
        sums = segment.take_sorted_sums()
        if sums is None or not self._merge_sums(segment, sums):
            self._merge_rows(segment.id, segment.generation)
        self._free()

    def _close(self, segment_id: int, generation: int) -> None:
        with self._begin() as connection:
            for shard in range(MAX_SHARDS):
                connection.execute(LOCK_SHARD, [SHARD_LOCK, shard], prepare=True)
            connection.execute(_CLOSE, [segment_id, generation], prepare=True)

    def _merge_sums(self, segment: Segment, sums: VideoSums) -> bool:
        """Add these to the rollups; False: from here on the rows have to be read, or another process has."""
        begin, begun_at, done = _LOWEST, time.monotonic(), 0
        for chunk, below in _chunks(sums, self._segments.policy):
            # at full speed a merge takes the processors from those who write meanwhile
            due_at = begun_at + self._segments.policy.spread_s * done / max(1, len(sums))
            self._hurry.wait(max(0.0, due_at - time.monotonic()))
            position = _position(segment.id, segment.generation, begin, below, from_memory=True)
            if not self._merge_chunk(position, partial(_add, sums=chunk)):
                return False
            begin, done = below or begin, done + len(chunk)
        return True

    def _merge_rows(self, segment_id: int, generation: int) -> None:
        """Add what is left of a segment, as its rows say. Nothing where another process does."""
        with self._begin() as connection:
            row = connection.execute(_POSITION, [segment_id, generation]).fetchone()
            if row is None:
                return
            begin: UUID = row[0]
            channels = connection.execute(_CHANNELS, [segment_id, begin]).fetchall()
        for below in [*_boundaries(channels, self._segments.policy.rows_per_transaction), None]:
            position = _position(segment_id, generation, begin, below, from_memory=False)
            if not self._merge_chunk(position, partial(_add_rows, position=position)):
                return
            begin = below or begin

    def _merge_chunk(self, position: Mapping[str, object], add: Callable[[Connection], None]) -> bool:
        """In one transaction; False: it is not this process's to merge from there."""
        for attempts_left in reversed(range(MAX_ATTEMPTS)):
            try:
                return self._try_chunk(position, add)
            except psycopg.errors.DeadlockDetected:
                if not attempts_left:
                    raise
        raise AssertionError

    def _try_chunk(self, position: Mapping[str, object], add: Callable[[Connection], None]) -> bool:
        with self._begin() as connection:
            connection.execute(_LOCK_MERGE, [int(Lock.DELTA_MERGE)], prepare=True)
            is_ours = bool(connection.execute(_IS_OURS, position, prepare=True).rowcount)
            if is_ours:
                add(connection)
                connection.execute(_ADVANCE, position, prepare=True)
            return is_ours

    def _free(self) -> None:
        with self._begin() as connection:
            connection.execute("SELECT analytics.free_segments()")


def _position(
    segment_id: int, generation: int, begin: UUID, below: UUID | None, *, from_memory: bool
) -> dict[str, object]:
    """The channels from `begin` on and below `below`; None: all others."""
    return {"id": segment_id, "generation": generation, "begin": begin, "below": below, "from_memory": from_memory}


def _boundaries(channels: Sequence[tuple[UUID, int]], rows_per_transaction: int) -> list[UUID]:
    """Of channels and how many rows each has, in order: with which of them another transaction begins."""
    boundaries, rows = [], 0
    for channel, count in channels:
        if rows >= rows_per_transaction:
            boundaries.append(channel)
            rows = 0
        rows += count
    return boundaries


def _add_rows(connection: Connection, position: Mapping[str, object]) -> None:
    for statement in _ADD_DELTAS:
        connection.execute(statement, position, prepare=True)


def _chunks(sums: VideoSums, policy: DeltaPolicy) -> Iterator[tuple[VideoSums, UUID | None]]:
    """Parts of sums, each with the first channel after it; None after the last."""
    channel_starts = np.flatnonzero(group_starts(sums.channel_id)) if len(sums) else np.zeros(0, np.intp)
    begin = 0
    while True:
        later = channel_starts[channel_starts >= begin + policy.rows_per_transaction]
        end = int(later[0]) if len(later) else len(sums)
        below = UUID(bytes=uuids(sums.channel_id[end : end + 1]).tobytes()) if end < len(sums) else None
        yield sums.take(slice(begin, end)), below
        if below is None:
            return
        begin = end


def _add(connection: Connection, sums: VideoSums) -> None:
    """To both rollups of videos."""
    if not len(sums):
        return
    for rollup in VIDEO_ROLLUPS:
        of_rollup = by_period(sums, sums.hour if rollup.period == "hour" else sums.day)
        keys: dict[str, Column] = {
            "channel_id": of_rollup.channel_id,
            "video_id": of_rollup.video_id,
            "hour": of_rollup.hour * HOUR_US,
            "day": of_rollup.day,
        }
        rows = LAYOUTS[rollup.table].pack(len(of_rollup), {**keys, **of_rollup.values})
        copy_into(connection, summed_table(rollup.table), rows)
        connection.execute(_ADD_SUMMED[rollup.table], prepare=True)
