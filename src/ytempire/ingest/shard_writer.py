"""The events of batches in one shard, written in one transaction: events, sums, their records, who is notified.

Blocking, and run in threads of its own: between its questions there is nothing else to do with them, and a loop that
waits for each of them costs more than the half of the writer's work that is not the database's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg_pool import ConnectionPool

from ytempire.ingest.binary_copy import CORRECTIONS, SERIES, copy_breakdowns, copy_rows, copy_videos, uuids
from ytempire.ingest.breakdowns import MICRO, Numbers
from ytempire.ingest.commit_notifications import MAX_CHANNELS, channels_changed_statement
from ytempire.ingest.events import EventColumns, Ids, Rejected
from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.metrics import ALL, BREAKDOWNS, ROLLUPS
from ytempire.ingest.partition_map import PartitionMap
from ytempire.ingest.rollups import (
    DAYS,
    DELETE_SUMS,
    INCOMING,
    MOVE_REDELIVERED,
    REDELIVERED,
    TIME_ZONES,
    UNKNOWN_VIDEOS,
    add_corrections,
    add_summed,
    apply_redelivered,
    apply_redelivered_breakdowns,
    insert_breakdowns,
    insert_new,
    rebuild,
    remove_empty,
    summed_table,
)
from ytempire.ingest.sharding import LOCK_SHARD, SHARD_LOCK, SHARDS
from ytempire.ingest.sums import QUARTER_US, recent, sum_up, sum_up_breakdowns
from ytempire.ingest.write_group import MustWriteSeparately, ShardBatch, WriteGroup
from ytempire.kit import clock
from ytempire.kit.database import SEARCH_PATH, begin_statements, conninfo
from ytempire.kit.subject import Subject

Connection = psycopg.Connection[tuple[Any, ...]]

MAX_CONCURRENT_WRITES = SHARDS
"""Of each shard one transaction at a time; what comes meanwhile is written together with the next."""
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


@dataclass(frozen=True)
class _Written:
    """What became of a group's events: all of them are in one of the first three."""

    inserted: int
    changed: int
    unchanged: int
    recent: bytes


@dataclass(frozen=True)
class _Changed:
    """What events did that were there before."""

    events: int = 0
    recent: bytes = b""
    other_hours: Sequence[tuple[str, date]] = ()
    """Channels and days of UTC whose sums by hour have to be rebuilt."""


class ShardWriter:
    """Use `open` and `close`. Every method blocks."""

    def __init__(self, url: str, *, application: str) -> None:
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
            max_size=MAX_CONCURRENT_WRITES,
            open=False,
        )
        self._careful = 0
        self._partition_map = PartitionMap()

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _begin(self, subject: Subject) -> Iterator[Connection]:
        with self._pool.connection() as connection:
            connection.execute(begin_statements(subject).encode(), prepare=False)
            yield connection

    def write(self, shard_batches: Sequence[ShardBatch], subject: Subject) -> bytes | None:
        """Write batches of one shard, and say what changed in the last minutes (`sums.RECENT`).

        None where they are written already.

        Events whose video is not there, or not the subject's to measure, go to quarantine. Raises RebuildRequired;
        of several batches also MustWriteSeparately, where one of them is not all new.
        """
        if len(shard_batches) > 1 and self._careful:
            raise MustWriteSeparately
        group = WriteGroup.merge(shard_batches)
        with self._begin(subject) as connection:
            return self._write_group(connection, group)

    def _write_group(self, connection: Connection, group: WriteGroup) -> bytes | None:
        # what needs no lock comes first: another process may write to the shard meanwhile
        events, batches = group.events, group.batches
        unknown_videos = _find_unknown_videos(connection, events)
        if unknown_videos:
            shard_batch = group.require_one()
            of_known_videos = np.flatnonzero(~np.isin(events.line, [entry.line for entry in unknown_videos]))
            events, batches = events.take(of_known_videos), batches[of_known_videos]
        channels = uuids(events.channel_id[group_starts(events.channel_id)])
        connection.execute(LOCK_SHARD, [SHARD_LOCK, group.shard], prepare=True)
        if _written_already(connection, group):
            return None
        _require_days(connection, channels)
        zones = _time_zones(connection, channels)  # none is changed by anybody who does not hold the shard
        sums = _add_up(connection, events, zones)
        if unknown_videos:
            connection.execute(*shard_batch.quarantine.statement(shard_batch.batch_id, unknown_videos))
        _add_corrections(connection, events, batches)
        written = self._insert(connection, group, events, batches, zones, sums)
        for record in _batch_shard_rows(group, written, rejected=len(unknown_videos)):
            connection.execute(_RECORD, record, prepare=True)
        if written.inserted or written.changed:
            named = [UUID(bytes=channel.tobytes()) for channel in channels] if len(channels) <= MAX_CHANNELS else None
            connection.execute(*channels_changed_statement(named, _first_day(events)), prepare=True)
        return written.recent

    def _insert(
        self,
        connection: Connection,
        group: WriteGroup,
        events: EventColumns,
        batches: Ids,
        zones: Sequence[str],
        sums: Sequence[bytes],
    ) -> _Written:
        """Events that are new go in with what was added up (`_add_up`); the others are compared with what is there."""
        inserted = self._insert_new(connection, group, events, batches)
        new, changed = events, _Changed()
        if inserted < len(events):
            redelivered_lines = _value(connection, REDELIVERED, *_span(events), group.require_one().batch_id)
            assert inserted + len(redelivered_lines) == len(events), (
                "what is there already is seen by whoever may write"
            )
            connection.execute(MOVE_REDELIVERED, [redelivered_lines], prepare=True)
            is_redelivered = np.isin(events.line, redelivered_lines)
            changed = self._apply_redelivered(connection, events.take(np.flatnonzero(is_redelivered)))
            new = events.take(np.flatnonzero(~is_redelivered))
            for delete_sums in DELETE_SUMS:
                connection.execute(delete_sums.encode(), prepare=True)
            sums = _add_up(connection, new, _zones_of_channels(zones, events, new))
        if len(new.breakdowns):
            connection.execute(_INSERT_BREAKDOWNS, prepare=True)
        for statement in sums:
            connection.execute(statement, prepare=True)
        for channel, day in changed.other_hours:  # the new ones are in their sums by now
            _rebuild_hours(connection, channel, day)
        return _Written(
            inserted,
            changed.events,
            len(events) - inserted - changed.events,
            changed.recent + recent(new, now_us=int(clock.now().timestamp() * MICRO)),
        )

    def _insert_new(self, connection: Connection, group: WriteGroup, events: EventColumns, batches: Ids) -> int:
        """How many were not there. Mostly none was, and then it is quickest to try."""
        if not len(events):
            return 0
        if not self._careful:
            try:
                with connection.transaction():
                    if _copy_new(connection, self._partition_map, events, batches):
                        return len(events)
            except psycopg.errors.UniqueViolation:
                self._careful = CAREFUL
                group.require_one()
        self._careful = max(self._careful - 1, 0)
        _copy(connection, "incoming", copy_rows(events, batches))
        return (connection.execute(_INSERT_NEW, prepare=True)).rowcount

    def _apply_redelivered(self, connection: Connection, events: EventColumns) -> _Changed:
        """Of events that were there, what they say else now."""
        returns_old = connection.info.server_version >= RETURNS_OLD
        done = connection.execute(_APPLY_REDELIVERED[returns_old], prepare=True, binary=True)
        row = done.fetchone()
        assert row is not None
        changed, replaced, now, other_hours = row
        if len(events.breakdowns) or replaced:
            _copy(connection, "redelivered_parts", copy_breakdowns(events))
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
_RECORD = (
    b"INSERT INTO analytics.ingest_batch_shards (batch_id, shard, inserted, changed, unchanged, rejected)"
    b" VALUES (%s, %s, %s, %s, %s, %s)"
)
_AS_INGEST, _AS_OURSELVES = b"SET LOCAL ROLE ytempire_ingest", b"SET LOCAL ROLE NONE"
_COLUMNS = f"({', '.join(SERIES.columns)})"
_ADD_CORRECTIONS = add_corrections().encode()
_ADD_SUMMED = {rollup.table: add_summed(rollup, summed_table(rollup.table)).encode() for rollup in ALL}
_ADD_SUMMED_BY_HOUR = {
    days.table: add_summed(days, summed_table(hours.table)).encode()
    for days in ROLLUPS
    for hours in ROLLUPS
    if (days.period, hours.period) == ("day", "hour") and days.of_video == hours.of_video
}
_APPLY_REDELIVERED = {returns_old: apply_redelivered(returns_old=returns_old).encode() for returns_old in (True, False)}
_APPLY_REDELIVERED_BREAKDOWNS = {
    returns_old: apply_redelivered_breakdowns(returns_old=returns_old).encode() for returns_old in (True, False)
}
_REBUILD_HOURS = [one.encode() for rollup in ROLLUPS if rollup.period == "hour" for one in rebuild(rollup)]
_REMOVE_EMPTY = {rollup.table: remove_empty(rollup).encode() for rollup in BREAKDOWNS}


def _configure(connection: Connection) -> None:
    connection.execute(INCOMING.encode(), prepare=False)


def _copy(connection: Connection, table: str, rows: bytes | bytearray, columns: str = "") -> None:
    with connection.cursor().copy(f"COPY {table} {columns} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.write(rows)


def _copy_new(connection: Connection, partition_map: PartitionMap, events: EventColumns, batches: Ids) -> bool:
    """Into the partitions themselves, past the table's policies: whose these events are, `_find_unknown_videos` asked.

    Raises UniqueViolation where one is there already. False: nothing went in, since they are not for all these times.
    """
    targets = partition_map.locate(connection, events.at_us)
    if targets is None:
        return False
    connection.execute(_AS_INGEST, prepare=True)
    for partition, row_indices in targets:
        whole = len(row_indices) == len(events)  # as a rule
        some = (events, batches) if whole else (events.take(row_indices), batches[row_indices])
        _copy(connection, partition.name, copy_rows(*some, SERIES), _COLUMNS)
    connection.execute(_AS_OURSELVES, prepare=True)
    return True


def _find_unknown_videos(connection: Connection, events: EventColumns) -> list[Rejected]:
    """Events whose video is not there, or not the subject's to measure."""
    _copy(connection, "incoming_videos", copy_videos(events))
    rows = connection.execute(UNKNOWN_VIDEOS, prepare=True).fetchall()
    if not rows:
        return []
    # of each such video the first event is named
    first = group_starts(events.channel_id, events.video_id)
    video = np.cumsum(first) - 1
    reason_of: dict[int, str] = dict(rows)
    reasons = [reason_of.get(line) for line in events.line[first].tolist()]
    return sorted(
        Rejected(line, reason)
        for line, index in zip(events.line.tolist(), video.tolist(), strict=True)
        if (reason := reasons[index]) is not None
    )


def _add_corrections(connection: Connection, events: EventColumns, batches: Ids) -> None:
    negative = np.flatnonzero(events.is_negative)
    if len(negative):
        _copy(connection, "corrections", copy_rows(events.take(negative), batches[negative], CORRECTIONS))
        connection.execute(_ADD_CORRECTIONS, prepare=True)


def _rebuild_hours(connection: Connection, channel: str, day: date) -> None:
    window = {"channel_id": channel, "since": day, "until": day + timedelta(days=1)}
    for statement in _REBUILD_HOURS:
        connection.execute(statement, window, prepare=True)


def _written_already(connection: Connection, group: WriteGroup) -> bool:
    """Raises MustWriteSeparately where one of several is."""
    done = connection.execute(
        "SELECT FROM analytics.ingest_batch_shards WHERE shard = %s AND batch_id = ANY (%s)",
        [group.shard, [shard_batch.batch_id for shard_batch in group.shard_batches]],
        prepare=True,
    )
    if done.rowcount:
        group.require_one()
    return bool(done.rowcount)


def _batch_shard_rows(group: WriteGroup, written: _Written, *, rejected: int) -> list[Sequence[object]]:
    """Of each batch what became of it. Of several all was new, or they were written each by itself."""
    if len(group.shard_batches) > 1:
        return [
            (shard_batch.batch_id, shard_batch.shard, len(shard_batch.events), 0, 0, 0)
            for shard_batch in group.shard_batches
        ]
    shard_batch = group.require_one()
    return [(shard_batch.batch_id, shard_batch.shard, written.inserted, written.changed, written.unchanged, rejected)]


def _value(connection: Connection, query: LiteralString, *parameters: object) -> Any:
    row = connection.execute(query, parameters, prepare=True).fetchone()
    assert row is not None
    return row[0]


def _span(events: EventColumns) -> tuple[datetime, datetime]:
    """When the first and the last of them were."""
    first, last = int(events.at_us.min()), int(events.at_us.max())
    return EPOCH + timedelta(microseconds=first), EPOCH + timedelta(microseconds=last)


def _first_day(events: EventColumns) -> date:
    """No channel's day before it has any of them: a day begins up to 14 hours before that of UTC, and as much after."""
    return _span(events)[0].date() - timedelta(days=1)


def _time_zones(connection: Connection, channels: npt.NDArray[np.void]) -> list[str]:
    zones: list[str] = _value(connection, TIME_ZONES, channels.tobytes(), len(channels)) or []
    assert len(zones) == len(channels), "a channel that has videos is not removed"
    return zones


def _require_days(connection: Connection, channels: npt.NDArray[np.void]) -> None:
    """Nothing is added to days of another time zone. Raises RebuildRequired."""
    channel_ids = set(channels.tolist())
    pending = connection.execute("SELECT channel_id FROM analytics.rebuilds ORDER BY requested_at", prepare=True)
    affected = [channel_id for (channel_id,) in pending.fetchall() if channel_id.bytes in channel_ids]
    if affected:
        raise RebuildRequired(affected)


def _add_up(connection: Connection, events: EventColumns, zones: Sequence[str]) -> list[bytes]:
    """What new events add to the rollups, and what breaks them down, lies in the session's tables after this.

    Returns the statements that add it.
    """
    if not len(events):
        return []
    days = _days(connection, events, zones)
    sums: dict[str, bytes | bytearray | None] = {**sum_up(events, days)}
    if len(events.breakdowns):
        sums |= sum_up_breakdowns(events, days)
        _copy(connection, "incoming_parts", copy_breakdowns(events))
    statements = []
    for table, rows in sums.items():
        if rows is None:
            statements.append(_ADD_SUMMED_BY_HOUR[table])
        else:
            _copy(connection, summed_table(table), rows)
            statements.append(_ADD_SUMMED[table])
    return statements


def _days(connection: Connection, events: EventColumns, zones: Sequence[str]) -> Numbers:
    """Of each event its channel's day, since 2000, as PostgreSQL knows the time zones. `zones`: of each channel."""
    names = sorted(set(zones))
    index = {name: number for number, name in enumerate(names)}
    zone = np.array([index[zone_name] for zone_name in zones])[np.cumsum(group_starts(events.channel_id)) - 1]
    quarter = events.at_us // QUARTER_US
    first = int(quarter.min())
    # both in one number, the zone in its lowest digits
    quarters_in_zones, positions = np.unique((quarter - first) * len(names) + zone, return_inverse=True)
    days = _value(
        connection,
        DAYS,
        [names[zone_index] for zone_index in quarters_in_zones % len(names)],
        (quarters_in_zones // len(names) + first).tolist(),
    )
    return np.array(days, np.int64)[positions]


def _zones_of_channels(zones: Sequence[str], events: EventColumns, selected: EventColumns) -> list[str]:
    """The zones of the channels of `selected` of the events."""
    zone_of = dict(zip(uuids(events.channel_id[group_starts(events.channel_id)]).tolist(), zones, strict=True))
    return [
        zone_of[channel_id] for channel_id in uuids(selected.channel_id[group_starts(selected.channel_id)]).tolist()
    ]
