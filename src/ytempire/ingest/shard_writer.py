"""The events of batches in one shard, written in one transaction: events, sums, their records, who is notified.

Blocking, and run in threads of its own: between its questions there is nothing else to do with them, and a loop that
waits for each of them costs more than the half of the writer's work that is not the database's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, LiteralString
from uuid import UUID

import numpy as np
import psycopg
from psycopg_pool import ConnectionPool

from ytempire.ingest.additions import (
    Additions,
    Deltas,
    add_up,
    channel_ids,
    copy_deltas,
    delete_prepared,
    time_zones,
    zones_of_channels,
)
from ytempire.ingest.batch_records import (
    BatchRecord,
    RecordedBatch,
    ShardResult,
    find_results,
    insert_batches,
    insert_result,
    record_batch,
)
from ytempire.ingest.binary_copy import CORRECTIONS, SERIES, copy_breakdowns, copy_rows, uuids
from ytempire.ingest.breakdowns import MICRO
from ytempire.ingest.commit_notifications import MAX_CHANNELS, channels_changed_statement
from ytempire.ingest.copy_into import Connection, as_ingest_role, copy_into
from ytempire.ingest.delta_merger import DeltaMerger
from ytempire.ingest.deltas import DeltaPolicy, Segment, Segments
from ytempire.ingest.event_order import shard_numbers
from ytempire.ingest.events import EventColumns, Ids, Rejected
from ytempire.ingest.known_videos import KnownVideos
from ytempire.ingest.metrics import BREAKDOWNS, ROLLUPS
from ytempire.ingest.partition_map import PartitionMap
from ytempire.ingest.rollups import (
    INCOMING,
    MOVE_REDELIVERED,
    REDELIVERED,
    STATE,
    add_corrections,
    apply_redelivered,
    apply_redelivered_breakdowns,
    insert_breakdowns,
    insert_new,
    merge_channel_deltas,
    rebuild,
    remove_empty,
)
from ytempire.ingest.sharding import LOCK_SHARD, MAX_SHARDS, SHARD_LOCK, ShardingChanged
from ytempire.ingest.sums import VideoSums, recent
from ytempire.ingest.write_group import MustWriteSeparately, ShardBatch, WriteGroup
from ytempire.kit import clock
from ytempire.kit.database import SEARCH_PATH, begin_statements, conninfo
from ytempire.kit.subject import SYSTEM, Subject

MAX_CONCURRENT_WRITES = 2 * MAX_SHARDS
"""Of each shard one transaction that is written, and one that is prepared meanwhile."""
TABLES_MB = 32
"""Room for the session's tables: with PostgreSQL's 8 every event was written to a file of theirs too."""
CAREFUL = 100
"""Groups that are not tried after one had events that were there: what did not go in is left for vacuum."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RETURNS_OLD = 180_000  # the server's version from which RETURNING tells what was there before


class RebuildRequired(Exception):
    """Nothing is written: the days of these channels are to be rebuilt first (`rebuilds`)."""

    def __init__(self, channels: list[UUID]) -> None:
        self.channels = channels


class CommitUncertain(Exception):
    """Everything may be written, and nothing may be: the answer to COMMIT did not come. Its cause says why."""


@dataclass(frozen=True)
class Written:
    """What became of a group's events: all of them are in one of the first three.

    `recent` is what changed in the last minutes (`sums.RECENT`).
    """

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    recent: bytes = b""


@dataclass(frozen=True)
class GroupResult:
    """What became of the batches of a group. `written` is None where it was written before, by whoever sent it then.

    Of several batches all events were new, or they were written each by itself.
    """

    batches: Sequence[RecordedBatch]
    written: Written | None = None
    rejected: int = 0
    deltas: VideoSums | None = None


@dataclass(frozen=True)
class _Prepared:
    """What is to be written of a group: its events whose videos are known, and what they add up to."""

    group: WriteGroup
    unknown_videos: list[Rejected]
    zones: list[str]
    additions: Additions


@dataclass(frozen=True)
class _State:
    """What a transaction has to know of the database. `may_write`: the subject may, to all channels of the group."""

    videos_version: UUID
    may_write: bool
    new_ids: Sequence[UUID] = field(compare=False)
    is_segment_open: bool


@dataclass(frozen=True)
class _Changed:
    """What events did that were there before."""

    events: int = 0
    recent: bytes = b""
    other_hours: Sequence[tuple[str, date]] = ()
    """Channels and days of UTC whose sums by hour have to be rebuilt."""


class ShardWriter:
    """Use `open` and `close`. Every method blocks."""

    def __init__(self, url: str, *, application: str, delta_policy: DeltaPolicy) -> None:
        self._pool = ConnectionPool(
            conninfo(url, application=application),
            kwargs={
                "autocommit": True,  # `_begin` says BEGIN itself, with whose transaction it is
                # the tables of the session are empty when a plan is made, so it is made once
                "options": f"-c search_path={SEARCH_PATH} -c plan_cache_mode=force_generic_plan -c jit=off"
                f" -c temp_buffers={TABLES_MB}MB",
            },
            configure=_configure,
            min_size=0,
            max_size=MAX_CONCURRENT_WRITES + 1,  # and a merge
            open=False,
        )
        self._careful = 0
        self._partition_map = PartitionMap()
        self._known_videos = KnownVideos()
        self.segments = Segments(delta_policy)
        self.merger = DeltaMerger(partial(self._begin, SYSTEM), self.segments)

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _begin(self, subject: Subject) -> Iterator[Connection]:
        with self._pool.connection() as connection:
            connection.execute(begin_statements(subject).encode(), prepare=False)
            yield connection

    def record(self, record: BatchRecord, subject: Subject) -> RecordedBatch:
        """Record a batch whose events are written in several shards. Raises IdempotencyKeyReused."""
        with self._begin(subject) as connection:
            new_id: UUID = _value(connection, "SELECT core.new_id()")
            return record_batch(connection, new_id, record)

    def write(
        self, shard_batches: Sequence[ShardBatch], subject: Subject, on_commit: Callable[[bytes], None]
    ) -> GroupResult:
        """Write batches of one shard; `on_commit` hears what changed in the last minutes (`sums.RECENT`).

        Events whose video is not there, or not the subject's to measure, go to quarantine. Raises ShardingChanged,
        RebuildRequired, IdempotencyKeyReused and CommitUncertain; of several batches also MustWriteSeparately, where
        one of them is not all new.
        """
        if len(shard_batches) > 1 and self._careful:
            raise MustWriteSeparately
        group = WriteGroup.merge(shard_batches)
        with self.segments.writing(len(group.events)) as segment:
            result = None
            try:
                with self._begin(subject) as connection:
                    result = self._write_group(connection, group, segment)
                if result.written is not None:
                    on_commit(result.written.recent)
                if segment is not None and result.deltas is not None:
                    self.segments.add(segment, result.deltas)
            except Exception as error:
                if result is None:
                    raise
                if segment is not None:
                    self.segments.distrust(segment)
                raise CommitUncertain from error
            return result

    def _write_group(self, connection: Connection, group: WriteGroup, segment: Segment | None) -> GroupResult:
        # what needs no lock comes first: another transaction may write to the shard meanwhile
        state = _read_state(connection, group, segment)
        prepared = self._prepare(connection, group, state, segment)
        connection.execute(LOCK_SHARD, [SHARD_LOCK, group.shard], prepare=True)
        locked_state = _read_state(connection, group, segment)
        recorded = _record(connection, group, locked_state.new_ids)
        earlier = find_results(connection, _recorded_before(group, recorded))
        if any((result.shards, result.shard) == (group.shards, group.shard) for result in earlier):
            group.require_one()
            return GroupResult(recorded)
        remaining = _without_written(group, earlier)
        if (
            remaining is not group
            or locked_state != state
            or time_zones(connection, prepared.group.events) != prepared.zones
        ):
            delete_prepared(connection)
            prepared = self._prepare(connection, remaining, locked_state, segment)
        _require_days(connection, prepared.group.events)  # only who holds the shard asks for a rebuild
        return self._write_prepared(connection, prepared, recorded)

    def _prepare(self, connection: Connection, group: WriteGroup, state: _State, segment: Segment | None) -> _Prepared:
        """Find what is to be written, and what it adds up to. All of it lies in the session's tables after this."""
        unknown_videos = self._known_videos.find_unknown(
            connection, group.events, state.videos_version, may_write=state.may_write
        )
        if unknown_videos:
            group.require_one()
            lines = [entry.line for entry in unknown_videos]
            group = group.take(np.flatnonzero(~np.isin(group.events.line, lines)))
        zones = time_zones(connection, group.events)
        additions = add_up(connection, group.events, zones, segment if state.is_segment_open else None)
        return _Prepared(group, unknown_videos, zones, additions)

    def _write_prepared(
        self, connection: Connection, prepared: _Prepared, recorded: Sequence[RecordedBatch]
    ) -> GroupResult:
        group, rejected = prepared.group, len(prepared.unknown_videos)
        if prepared.unknown_videos:
            quarantine = group.require_one().record.quarantine
            connection.execute(*quarantine.statement(recorded[0].id, prepared.unknown_videos))
        written, deltas = Written(), None
        if len(group.events):
            batches = group.batch_ids(recorded)
            _add_corrections(connection, group.events, batches)
            written, deltas = self._insert(connection, prepared, batches)
        if written.inserted or written.changed:
            connection.execute(*_changed_statement(group.events), prepare=True)
        for batch_id, result in _results(group, recorded, written, rejected=rejected):
            insert_result(connection, batch_id, result)
        if deltas is not None:
            copy_deltas(connection, deltas)
        return GroupResult(recorded, written, rejected, deltas.sums if deltas is not None else None)

    def _insert(self, connection: Connection, prepared: _Prepared, batches: Ids) -> tuple[Written, Deltas | None]:
        """New events go in with what was added up (`additions`); the others are compared with what is there."""
        group, additions = prepared.group, prepared.additions
        events = group.events
        inserted = self._insert_new(connection, group, batches)
        new, changed = events, _Changed()
        if inserted < len(events):
            group.require_one()
            batch_id = UUID(bytes=uuids(batches[:1]).tobytes())
            redelivered_lines = _value(connection, REDELIVERED, *_span(events), batch_id)
            assert inserted + len(redelivered_lines) == len(events), (
                "what is there already is seen by whoever may write"
            )
            connection.execute(MOVE_REDELIVERED, [redelivered_lines], prepare=True)
            is_redelivered = np.isin(events.line, redelivered_lines)
            changed = self._apply_redelivered(connection, events.take(np.flatnonzero(is_redelivered)))
            new = events.take(np.flatnonzero(~is_redelivered))
            delete_prepared(connection)
            zones = zones_of_channels(prepared.zones, events, new)
            # whose hours are rebuilt, of those no new event may be in a delta
            additions = add_up(connection, new, zones, None if changed.other_hours else additions.segment)
        if len(new.breakdowns):
            connection.execute(_INSERT_BREAKDOWNS, prepare=True)
        for statement in additions.statements:
            connection.execute(statement, prepare=True)
        for channel, day in changed.other_hours:  # the new ones are in their sums by now
            _rebuild_hours(connection, channel, day)
        written = Written(
            inserted,
            changed.events,
            len(events) - inserted - changed.events,
            changed.recent + recent(new, now_us=int(clock.now().timestamp() * MICRO)),
        )
        return written, additions.deltas

    def _insert_new(self, connection: Connection, group: WriteGroup, batches: Ids) -> int:
        """How many were not there. Mostly none was, and then it is quickest to try."""
        events = group.events
        if not self._careful:
            try:
                with connection.transaction():
                    if _copy_new(connection, self._partition_map, events, batches):
                        return len(events)
            except psycopg.errors.UniqueViolation:
                self._careful = CAREFUL
                group.require_one()
        self._careful = max(self._careful - 1, 0)
        copy_into(connection, "incoming", copy_rows(events, batches))
        return (connection.execute(_INSERT_NEW, prepare=True)).rowcount

    def _apply_redelivered(self, connection: Connection, events: EventColumns) -> _Changed:
        """Of events that were there, what they say else now."""
        returns_old = connection.info.server_version >= RETURNS_OLD
        done = connection.execute(_APPLY_REDELIVERED[returns_old], prepare=True, binary=True)
        row = done.fetchone()
        assert row is not None
        changed, replaced, now, other_hours = row
        if len(events.breakdowns) or replaced:
            copy_into(connection, "redelivered_parts", copy_breakdowns(events))
            connection.execute(_APPLY_REDELIVERED_BREAKDOWNS[returns_old], prepare=True)
        if replaced:
            first, last = _span(events)
            days = {"since": first.date() - timedelta(days=1), "until": last.date() + timedelta(days=1)}
            for rollup in BREAKDOWNS:
                connection.execute(_REMOVE_EMPTY[rollup.table], days, prepare=True)
        return _Changed(
            changed, bytes(now or b""), [(channel, date.fromisoformat(day)) for channel, day in other_hours or []]
        )


_INSERT_NEW, _INSERT_BREAKDOWNS = insert_new().encode(), insert_breakdowns().encode()
_COLUMNS = f"({', '.join(SERIES.columns)})"
_ADD_CORRECTIONS = add_corrections().encode()
_APPLY_REDELIVERED = {returns_old: apply_redelivered(returns_old=returns_old).encode() for returns_old in (True, False)}
_APPLY_REDELIVERED_BREAKDOWNS = {
    returns_old: apply_redelivered_breakdowns(returns_old=returns_old).encode() for returns_old in (True, False)
}
_MERGE_DELTAS = [statement.encode() for statement in merge_channel_deltas()]
_REBUILD_HOURS = [one.encode() for rollup in ROLLUPS if rollup.period == "hour" for one in rebuild(rollup)]
_REMOVE_EMPTY = {rollup.table: remove_empty(rollup).encode() for rollup in BREAKDOWNS}


def _configure(connection: Connection) -> None:
    connection.execute(INCOMING.encode(), prepare=False)


def _copy_new(connection: Connection, partition_map: PartitionMap, events: EventColumns, batches: Ids) -> bool:
    """Into the partitions themselves, past the table's policies: whose these events are, `_prepare` asked.

    Raises UniqueViolation where one is there already. False: nothing went in, since they are not for all these times.
    """
    targets = partition_map.locate(connection, events.at_us)
    if targets is None:
        return False
    with as_ingest_role(connection):
        for partition, row_indices in targets:
            whole = len(row_indices) == len(events)  # as a rule
            some = (events, batches) if whole else (events.take(row_indices), batches[row_indices])
            copy_into(connection, partition.name, copy_rows(*some, SERIES), _COLUMNS)
    return True


def _add_corrections(connection: Connection, events: EventColumns, batches: Ids) -> None:
    negative = np.flatnonzero(events.is_negative)
    if len(negative):
        copy_into(connection, "corrections", copy_rows(events.take(negative), batches[negative], CORRECTIONS))
        connection.execute(_ADD_CORRECTIONS, prepare=True)


def _rebuild_hours(connection: Connection, channel: str, day: date) -> None:
    for statement in _MERGE_DELTAS:
        connection.execute(statement, {"channel_id": channel}, prepare=True)
    window = {"channel_id": channel, "since": day, "until": day + timedelta(days=1)}
    for statement in _REBUILD_HOURS:
        connection.execute(statement, window, prepare=True)


def _read_state(connection: Connection, group: WriteGroup, segment: Segment | None) -> _State:
    """Raises ShardingChanged. What is read here still holds in the transaction, whose shard is locked."""
    channels = channel_ids(group.events)
    segment_key = (segment.id, segment.generation) if segment is not None else (None, None)
    row = connection.execute(
        STATE, [channels.tobytes(), len(channels), len(group.shard_batches), *segment_key], prepare=True
    ).fetchone()
    assert row is not None
    shards, *rest = row
    if shards != group.shards:
        raise ShardingChanged(shards)
    return _State(*rest)


def _record(connection: Connection, group: WriteGroup, new_ids: Sequence[UUID]) -> list[RecordedBatch]:
    """Record those that are not yet. Raises MustWriteSeparately where one of several came before."""
    if len(group.shard_batches) == 1:
        shard_batch = group.require_one()
        return [shard_batch.recorded or record_batch(connection, new_ids[0], shard_batch.record)]
    recorded = [
        shard_batch.recorded or RecordedBatch(new_id, is_new=True)
        for shard_batch, new_id in zip(group.shard_batches, new_ids, strict=True)
    ]
    new = [
        (batch.id, shard_batch.record)
        for batch, shard_batch in zip(recorded, group.shard_batches, strict=True)
        if shard_batch.recorded is None
    ]
    if new and not insert_batches(connection, *zip(*new, strict=True)):
        raise MustWriteSeparately
    return recorded


def _recorded_before(group: WriteGroup, recorded: Sequence[RecordedBatch]) -> list[UUID]:
    """Return those that were recorded before this transaction: who sent them a second time may have written them."""
    return [
        batch.id
        for batch, shard_batch in zip(recorded, group.shard_batches, strict=True)
        if shard_batch.recorded is not None or not batch.is_new
    ]


def _without_written(group: WriteGroup, earlier: Sequence[ShardResult]) -> WriteGroup:
    """Without the events that were written when there were more shards, or fewer. Raises MustWriteSeparately."""
    others = [result for result in earlier if result.shards != group.shards]
    if not others:
        return group
    group.require_one()
    is_written = np.logical_or.reduce([shard_numbers(group.events, result.shards) == result.shard for result in others])
    return group.take(np.flatnonzero(~is_written))


def _results(
    group: WriteGroup, recorded: Sequence[RecordedBatch], written: Written, *, rejected: int
) -> list[tuple[UUID, ShardResult]]:
    """Of each batch what became of its events in this shard. Of several all were new."""
    shards, shard = group.shards, group.shard
    if len(recorded) == 1:
        result = ShardResult(shards, shard, written.inserted, written.changed, written.unchanged, rejected)
        return [(recorded[0].id, result)]
    return [
        (batch.id, ShardResult(shards, shard, len(shard_batch)))
        for batch, shard_batch in zip(recorded, group.shard_batches, strict=True)
    ]


def _value(connection: Connection, query: LiteralString, *parameters: object) -> Any:
    row = connection.execute(query, parameters, prepare=True).fetchone()
    assert row is not None
    return row[0]


def _span(events: EventColumns) -> tuple[datetime, datetime]:
    """When the first and the last of them were."""
    first, last = int(events.at_us.min()), int(events.at_us.max())
    return EPOCH + timedelta(microseconds=first), EPOCH + timedelta(microseconds=last)


def _changed_statement(events: EventColumns) -> tuple[LiteralString, list[str]]:
    channels = channel_ids(events)
    named = [UUID(bytes=channel) for channel in channels.tolist()] if len(channels) <= MAX_CHANNELS else None
    return channels_changed_statement(named, _first_day(events))


def _first_day(events: EventColumns) -> date:
    """No channel's day before it has any of them: a day begins up to 14 hours before that of UTC, and as much after."""
    return _span(events)[0].date() - timedelta(days=1)


def _require_days(connection: Connection, events: EventColumns) -> None:
    """Nothing is added to days of another time zone. Raises RebuildRequired."""
    channels = set(channel_ids(events).tolist())
    pending = connection.execute("SELECT channel_id FROM analytics.rebuilds ORDER BY requested_at", prepare=True)
    affected = [channel_id for (channel_id,) in pending.fetchall() if channel_id.bytes in channels]
    if affected:
        raise RebuildRequired(affected)
