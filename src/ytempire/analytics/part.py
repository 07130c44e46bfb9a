"""Parts of batches, the events of one shard, written in one transaction: events, sums, their records, who is told.

Blocking, and run in threads of its own: between its questions there is nothing else to do with a part, and a loop that
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

from ytempire.analytics.breakdowns import MICRO, Numbers
from ytempire.analytics.copying import FALLEN, SERIES, copy_breakdowns, copy_rows, copy_videos, uuids
from ytempire.analytics.events import Events, Ids, Rejected
from ytempire.analytics.leaves import Leaves
from ytempire.analytics.measures import ALL, BREAKDOWNS, ROLLUPS
from ytempire.analytics.notices import NAMED, changed_notice
from ytempire.analytics.rollups import (
    DAYS,
    FORGET_SUMS,
    INCOMING,
    SAID_AGAIN,
    SET_ASIDE,
    STRANGERS,
    TIME_ZONES,
    absorb,
    absorb_breakdowns,
    add_summed,
    note_falls,
    put_missing,
    put_parts,
    rebuild,
    remove_empty,
    summed,
)
from ytempire.analytics.runs import begins
from ytempire.analytics.sharding import LOCK_SHARD, SHARD_LOCK, SHARDS
from ytempire.analytics.sums import QUARTER_US, recent, sum_up, sum_up_breakdowns
from ytempire.analytics.together import Apart, Part, Together
from ytempire.kit import clock
from ytempire.kit.database import SEARCH_PATH, conninfo, opening
from ytempire.kit.subject import Subject

Connection = psycopg.Connection[tuple[Any, ...]]

AT_ONCE = SHARDS
"""Of each shard one transaction at a time; what comes meanwhile is written together with the next."""
TABLES_MB = 32
"""Room for the session's tables: with PostgreSQL's 8 every event was written to a file of theirs too."""
CAREFUL = 100
"""Parts that are not tried after one had events that were there: what did not go in is left for vacuum."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RETURNS_OLD = 180_000  # the server's version from which RETURNING tells what was there before


class DaysWait(Exception):
    """Nothing is written: the days of these channels are to be made anew first (`rebuilding`)."""

    def __init__(self, channels: list[UUID]) -> None:
        self.channels = channels


@dataclass(frozen=True)
class _Written:
    """What became of a part's events: all of them are in one of the first three."""

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
    """Channels and days of UTC whose sums by hour have to be made anew."""


class PartWriter:
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
            max_size=AT_ONCE,
            open=False,
        )
        self._careful = 0
        self._leaves = Leaves()

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _begin(self, subject: Subject) -> Iterator[Connection]:
        with self._pool.connection() as connection:
            connection.execute(opening(subject).encode(), prepare=False)
            yield connection

    def write(self, parts: Sequence[Part], subject: Subject) -> bytes | None:
        """Write parts of one shard, and say what changed in the last minutes (`sums.RECENT`); None where it is written
        already.

        Events whose video is not there, or not the subject's to measure, go to quarantine. Raises DaysWait; of several
        parts also Apart, where one of them is not all new.
        """
        if len(parts) > 1 and self._careful:
            raise Apart
        together = Together.of(parts)
        with self._begin(subject) as connection:
            return self._write(connection, together)

    def _write(self, connection: Connection, together: Together) -> bytes | None:
        # what needs no lock comes first: another process may write to the shard meanwhile
        events, batches = together.events, together.batches
        strangers = _strangers(connection, events)
        if strangers:
            alone = together.require_one()
            ours = np.flatnonzero(~np.isin(events.line, [one.line for one in strangers]))
            events, batches = events.at(ours), batches[ours]
        channels = uuids(events.channel_id[begins(events.channel_id)])
        connection.execute(LOCK_SHARD, [SHARD_LOCK, together.shard], prepare=True)
        if _written_already(connection, together):
            return None
        _require_days(connection, channels)
        zones = _time_zones(connection, channels)  # none is changed by anybody who does not hold the shard
        sums = _add_up(connection, events, zones)
        if strangers:
            connection.execute(*alone.quarantine.statement(alone.batch_id, strangers))
        _note_falls(connection, events, batches)
        written = self._put(connection, together, events, batches, zones, sums)
        for record in _records(together, written, rejected=len(strangers)):
            connection.execute(_RECORD, record, prepare=True)
        if written.inserted or written.changed:
            named = [UUID(bytes=one.tobytes()) for one in channels] if len(channels) <= NAMED else None
            connection.execute(*changed_notice(named, _first_day(events)), prepare=True)
        return written.recent

    def _put(
        self,
        connection: Connection,
        together: Together,
        events: Events,
        batches: Ids,
        zones: Sequence[str],
        sums: Sequence[bytes],
    ) -> _Written:
        """Events that are new go in with what was added up (`_add_up`); the others are compared with what is there."""
        inserted = self._put_missing(connection, together, events, batches)
        new, changed = events, _Changed()
        if inserted < len(events):
            known = _value(connection, SAID_AGAIN, *_span(events), together.require_one().batch_id)
            assert inserted + len(known) == len(events), "what is there already is seen by whoever may write"
            connection.execute(SET_ASIDE, [known], prepare=True)
            again = np.isin(events.line, known)
            changed = self._change(connection, events.at(np.flatnonzero(again)))
            new = events.at(np.flatnonzero(~again))
            for forget in FORGET_SUMS:
                connection.execute(forget.encode(), prepare=True)
            sums = _add_up(connection, new, _of_channels(zones, events, new))
        if len(new.breakdowns):
            connection.execute(_PUT_PARTS, prepare=True)
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

    def _put_missing(self, connection: Connection, together: Together, events: Events, batches: Ids) -> int:
        """How many were not there. Mostly none was, and then it is quickest to try."""
        if not len(events):
            return 0
        if not self._careful:
            try:
                with connection.transaction():
                    if _copy_new(connection, self._leaves, events, batches):
                        return len(events)
            except psycopg.errors.UniqueViolation:
                self._careful = CAREFUL
                together.require_one()
        self._careful = max(self._careful - 1, 0)
        _copy(connection, "incoming", copy_rows(events, batches))
        return (connection.execute(_PUT_MISSING, prepare=True)).rowcount

    def _change(self, connection: Connection, events: Events) -> _Changed:
        """Of events that were there, what they say else now."""
        returns_old = connection.info.server_version >= RETURNS_OLD
        done = connection.execute(_ABSORB[returns_old], prepare=True, binary=True)
        row = done.fetchone()
        assert row is not None
        changed, replaced, now, other_hours = row
        if len(events.breakdowns) or replaced:
            _copy(connection, "parts_said_again", copy_breakdowns(events))
            connection.execute(_ABSORB_BREAKDOWNS[returns_old], prepare=True)
        if replaced:
            first, last = _span(events)
            days = {"since": first.date() - timedelta(days=1), "until": last.date() + timedelta(days=1)}
            for rollup in BREAKDOWNS:
                connection.execute(_REMOVE_EMPTY[rollup.table], days, prepare=True)
        return _Changed(changed, bytes(now or b""), [(one, date.fromisoformat(day)) for one, day in other_hours or []])


_PUT_MISSING, _PUT_PARTS = put_missing().encode(), put_parts().encode()
_RECORD = (
    b"INSERT INTO analytics.ingest_parts (batch_id, shard, inserted, changed, unchanged, rejected)"
    b" VALUES (%s, %s, %s, %s, %s, %s)"
)
_AS_INGEST, _AS_OURSELVES = b"SET LOCAL ROLE ytempire_ingest", b"SET LOCAL ROLE NONE"
_COLUMNS = f"({', '.join(SERIES.columns)})"
_NOTE_FALLS = note_falls().encode()
_ADD_SUMMED = {rollup.table: add_summed(rollup, summed(rollup.table)).encode() for rollup in ALL}
_ADD_SUMMED_BY_HOUR = {
    days.table: add_summed(days, summed(hours.table)).encode()
    for days in ROLLUPS
    for hours in ROLLUPS
    if (days.period, hours.period) == ("day", "hour") and days.of_video == hours.of_video
}
_ABSORB = {returns_old: absorb(returns_old=returns_old).encode() for returns_old in (True, False)}
_ABSORB_BREAKDOWNS = {returns_old: absorb_breakdowns(returns_old=returns_old).encode() for returns_old in (True, False)}
_REBUILD_HOURS = [one.encode() for rollup in ROLLUPS if rollup.period == "hour" for one in rebuild(rollup)]
_REMOVE_EMPTY = {rollup.table: remove_empty(rollup).encode() for rollup in BREAKDOWNS}


def _configure(connection: Connection) -> None:
    connection.execute(INCOMING.encode(), prepare=False)


def _copy(connection: Connection, table: str, rows: bytes | bytearray, columns: str = "") -> None:
    with connection.cursor().copy(f"COPY {table} {columns} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.write(rows)


def _copy_new(connection: Connection, leaves: Leaves, events: Events, batches: Ids) -> bool:
    """Into the partitions themselves, past the table's policies: whose these events are, `_strangers` asked.

    Raises UniqueViolation where one is there already. False: nothing went in, since they are not for all these times.
    """
    found = leaves.of(connection, events.at_us)
    if found is None:
        return False
    connection.execute(_AS_INGEST, prepare=True)
    for leaf, places in found:
        whole = len(places) == len(events)  # as a rule
        some = (events, batches) if whole else (events.at(places), batches[places])
        _copy(connection, leaf.name, copy_rows(*some, SERIES), _COLUMNS)
    connection.execute(_AS_OURSELVES, prepare=True)
    return True


def _strangers(connection: Connection, events: Events) -> list[Rejected]:
    """Events whose video is not there, or not the subject's to measure."""
    _copy(connection, "videos_said", copy_videos(events))
    found = connection.execute(STRANGERS, prepare=True).fetchall()
    if not found:
        return []
    # of each such video the first event is named
    first = begins(events.channel_id, events.video_id)
    video = np.cumsum(first) - 1
    reason_of: dict[int, str] = dict(found)
    reasons = [reason_of.get(line) for line in events.line[first].tolist()]
    return sorted(
        Rejected(line, reason)
        for line, place in zip(events.line.tolist(), video.tolist(), strict=True)
        if (reason := reasons[place]) is not None
    )


def _note_falls(connection: Connection, events: Events, batches: Ids) -> None:
    fell = np.flatnonzero(events.fell)
    if len(fell):
        _copy(connection, "fallen", copy_rows(events.at(fell), batches[fell], FALLEN))
        connection.execute(_NOTE_FALLS, prepare=True)


def _rebuild_hours(connection: Connection, channel: str, day: date) -> None:
    window = {"channel_id": channel, "since": day, "until": day + timedelta(days=1)}
    for statement in _REBUILD_HOURS:
        connection.execute(statement, window, prepare=True)


def _written_already(connection: Connection, together: Together) -> bool:
    """Raises Apart where one of several is."""
    done = connection.execute(
        "SELECT FROM analytics.ingest_parts WHERE shard = %s AND batch_id = ANY (%s)",
        [together.shard, [part.batch_id for part in together.parts]],
        prepare=True,
    )
    if done.rowcount:
        together.require_one()
    return bool(done.rowcount)


def _records(together: Together, written: _Written, *, rejected: int) -> list[Sequence[object]]:
    """Of each part what became of it. Of several all was new, or they were written each by itself."""
    if len(together.parts) > 1:
        return [(part.batch_id, part.shard, len(part.events), 0, 0, 0) for part in together.parts]
    part = together.require_one()
    return [(part.batch_id, part.shard, written.inserted, written.changed, written.unchanged, rejected)]


def _value(connection: Connection, query: LiteralString, *parameters: object) -> Any:
    row = connection.execute(query, parameters, prepare=True).fetchone()
    assert row is not None
    return row[0]


def _span(events: Events) -> tuple[datetime, datetime]:
    """When the first and the last of them were."""
    first, last = int(events.at_us.min()), int(events.at_us.max())
    return EPOCH + timedelta(microseconds=first), EPOCH + timedelta(microseconds=last)


def _first_day(events: Events) -> date:
    """No channel's day before it has any of them: a day begins up to 14 hours before that of UTC, and as much after."""
    return _span(events)[0].date() - timedelta(days=1)


def _time_zones(connection: Connection, channels: npt.NDArray[np.void]) -> list[str]:
    zones: list[str] = _value(connection, TIME_ZONES, channels.tobytes(), len(channels)) or []
    assert len(zones) == len(channels), "a channel that has videos is not removed"
    return zones


def _require_days(connection: Connection, channels: npt.NDArray[np.void]) -> None:
    """Nothing is added to days of another time zone. Raises DaysWait."""
    ours = set(channels.tolist())
    waiting = connection.execute("SELECT channel_id FROM analytics.rebuilds ORDER BY requested_at", prepare=True)
    found = [one for (one,) in waiting.fetchall() if one.bytes in ours]
    if found:
        raise DaysWait(found)


def _add_up(connection: Connection, events: Events, zones: Sequence[str]) -> list[bytes]:
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
            _copy(connection, summed(table), rows)
            statements.append(_ADD_SUMMED[table])
    return statements


def _days(connection: Connection, events: Events, zones: Sequence[str]) -> Numbers:
    """Of each event its channel's day, since 2000, as PostgreSQL knows the time zones. `zones`: of each channel."""
    names = sorted(set(zones))
    place = {name: number for number, name in enumerate(names)}
    zone = np.array([place[one] for one in zones])[np.cumsum(begins(events.channel_id)) - 1]
    quarter = events.at_us // QUARTER_US
    first = int(quarter.min())
    # both in one number, the zone in its lowest digits
    asked, where = np.unique((quarter - first) * len(names) + zone, return_inverse=True)
    days = _value(connection, DAYS, [names[one] for one in asked % len(names)], (asked // len(names) + first).tolist())
    return np.array(days, np.int64)[where]


def _of_channels(zones: Sequence[str], events: Events, some: Events) -> list[str]:
    """The zones of the channels of `some` of the events."""
    known = dict(zip(uuids(events.channel_id[begins(events.channel_id)]).tolist(), zones, strict=True))
    return [known[one] for one in uuids(some.channel_id[begins(some.channel_id)]).tolist()]
