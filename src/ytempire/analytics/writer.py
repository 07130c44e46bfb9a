"""Writes events: each shard of channels in one commit, with rollups, record and quarantine.

A shard is written by one transaction at a time, whichever process it belongs to: it holds the shard's advisory lock, so
two that add to the same rollups never wait for each other in a circle.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, Self
from uuid import UUID

import numpy as np
import psycopg
from psycopg_pool import AsyncConnectionPool

from ytempire.analytics.breakdowns import MICRO, Numbers
from ytempire.analytics.copying import begins, copy_breakdowns, copy_rows, distinct_channels, uuids
from ytempire.analytics.events import Events, Rejected
from ytempire.analytics.measures import ALL, BREAKDOWNS
from ytempire.analytics.notices import tell_changed
from ytempire.analytics.quarantine import Quarantine
from ytempire.analytics.rebuilding import rebuild_days, waiting_rebuilds
from ytempire.analytics.rollups import (
    DAYS,
    INCOMING,
    SAID_AGAIN,
    SET_ASIDE,
    STRANGERS,
    TIME_ZONES,
    absorb,
    absorb_breakdowns,
    add_summed,
    put,
    put_missing,
    put_parts,
    remove_empty,
    summed,
)
from ytempire.analytics.sharding import SHARDS, lock_shard
from ytempire.analytics.sums import QUARTER_US, recent, sum_up, sum_up_breakdowns
from ytempire.kit import clock
from ytempire.kit.database import SEARCH_PATH, conninfo, opening
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

TRIES = 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CAREFUL = 100
"""Parts that are not tried after one had events that were there: what did not go in is left for vacuum."""
RETURNS_OLD = 180_000  # the server's version from which RETURNING tells what was there before


@dataclass(frozen=True)
class Committed:
    """What one commit changed."""

    channels: list[UUID]
    recent: bytes
    """What changed in the last minutes: an array of `sums.RECENT`; empty for what is older."""


class Writer:
    """Connections that write. An asynchronous context manager."""

    def __init__(self, url: str, *, application: str) -> None:
        self._pool = AsyncConnectionPool(
            conninfo(url, application=application),
            kwargs={
                "autocommit": True,  # `begin` says BEGIN itself, with whose transaction it is
                # the tables of the session are empty when a plan is made, so it is made once
                "options": f"-c search_path={SEARCH_PATH} -c plan_cache_mode=force_generic_plan -c jit=off",
            },
            configure=_configure,
            min_size=0,
            max_size=3 * SHARDS,  # one writes, one gets ready, and what is recorded and acknowledged besides
            open=False,
        )
        self._careful = 0

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def begin(self, subject: Subject) -> AsyncIterator[Connection]:
        """A transaction of `subject`."""
        async with self._pool.connection() as connection:
            await connection.execute(opening(subject).encode(), prepare=False)
            yield connection

    async def write(
        self, batch_id: UUID, shard: int, events: Events, *, quarantine: Quarantine, subject: Subject
    ) -> Committed | None:
        """Write one part of a batch, and say what changed; or nothing where it is written already.

        `events` are sorted and of different keys (`copying.last_of_each`). Events whose video is not there, or not the
        subject's to measure, go to quarantine. Tried again where another transaction got in the way.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                async with self.begin(subject) as connection:
                    committed = await self._write(connection, batch_id, shard, events, quarantine)
            except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                if not tries_left:
                    raise
                log.warning("ingest_part_tried_again", batch_id=str(batch_id), shard=shard, exc_info=True)
            else:
                return committed
        raise AssertionError("the last try returns or raises")

    async def _write(
        self, connection: Connection, batch_id: UUID, shard: int, events: Events, quarantine: Quarantine
    ) -> Committed | None:
        # what needs no lock comes first: others write to the shard meanwhile
        await _copy(connection, "incoming", await asyncio.to_thread(copy_rows, events))
        strangers = await self._strangers(connection, events)
        await lock_shard(connection, shard)
        done = await connection.execute(
            "SELECT FROM analytics.ingest_parts WHERE batch_id = %s AND shard = %s", [batch_id, shard]
        )
        if done.rowcount:
            return None
        await quarantine.keep(connection, batch_id, strangers)
        if strangers:
            events = events.at(np.flatnonzero(~np.isin(events.line, [one.line for one in strangers])))
        for channel in await waiting_rebuilds(connection, distinct_channels(events)):
            await rebuild_days(connection, channel)
        written = await self._put(connection, batch_id, events)
        await connection.execute(
            "INSERT INTO analytics.ingest_parts (batch_id, shard, inserted, changed, unchanged, rejected)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [batch_id, shard, written.inserted, written.changed, written.unchanged, len(strangers)],
            prepare=True,
        )
        if written.channels:
            await tell_changed(connection, written.channels, batch_id=batch_id)
        return Committed(written.channels, written.recent)

    async def _put(self, connection: Connection, batch_id: UUID, events: Events) -> _Written:
        """Events that are new are added up here and go in; the others are compared with what is there."""
        inserted = await self._put_missing(connection, batch_id)
        new, changed, now = events, 0, b""
        if inserted < len(events):
            known = await _value(connection, SAID_AGAIN, *_span(events), batch_id)
            await connection.execute(SET_ASIDE, [known], prepare=True)
            again = np.isin(events.line, known)
            changed, now = await self._change(connection, batch_id, events.at(np.flatnonzero(again)))
            new = events.at(np.flatnonzero(~again))
        if len(new):
            await self._add_up(connection, new)
        return _Written(
            inserted,
            changed,
            len(events) - inserted - changed,
            distinct_channels(events) if inserted or changed else [],
            now + recent(new, now_us=int(clock.now().timestamp() * MICRO)),
        )

    async def _put_missing(self, connection: Connection, batch_id: UUID) -> int:
        """How many were not there. Mostly none was, and then it is quickest to try."""
        parameters = {"batch_id": batch_id}
        if not self._careful:
            try:
                async with connection.transaction():
                    return (await connection.execute(_PUT, parameters, prepare=True)).rowcount
            except psycopg.errors.UniqueViolation:
                self._careful = CAREFUL
        self._careful -= 1
        return (await connection.execute(_PUT_MISSING, parameters, prepare=True)).rowcount

    async def _strangers(self, connection: Connection, events: Events) -> list[Rejected]:
        """Events whose video is not there, or not the subject's to measure, taken out of what is incoming."""
        found = await (await connection.execute(STRANGERS, prepare=True)).fetchall()
        if not found:
            return []
        # of each such video the first event is named
        video = np.cumsum(begins(events.channel_id, events.video_id))
        reasons = {int(video[np.flatnonzero(events.line == line)[0]]): reason for line, reason in found}
        places = np.flatnonzero(np.isin(video, list(reasons)))
        strangers = [Rejected(int(events.line[place]), reasons[int(video[place])]) for place in places]
        await connection.execute(
            "DELETE FROM incoming WHERE line = ANY (%s)", [[one.line for one in strangers]], prepare=True
        )
        return sorted(strangers)

    async def _add_up(self, connection: Connection, events: Events) -> None:
        """Events that are new go into every rollup, and what breaks them down."""
        days = await _days(connection, events)
        sums = await asyncio.to_thread(sum_up, events, days)
        if len(events.breakdowns):
            sums |= await asyncio.to_thread(sum_up_breakdowns, events, days)
            await _copy(connection, "incoming_parts", await asyncio.to_thread(copy_breakdowns, events))
            await connection.execute(_PUT_PARTS, prepare=True)
        for rollup in ALL:
            if rollup.table in sums:
                await _copy(connection, summed(rollup), sums[rollup.table])
                await connection.execute(_ADD_SUMMED[rollup.table], prepare=True)

    async def _change(self, connection: Connection, batch_id: UUID, events: Events) -> tuple[int, bytes]:
        """Of events that were there, how many say something else now, and what of the last minutes."""
        returns_old = connection.info.server_version >= RETURNS_OLD
        done = await connection.execute(_ABSORB[returns_old], {"batch_id": batch_id}, prepare=True, binary=True)
        row = await done.fetchone()
        assert row is not None
        changed, replaced, now = row
        if len(events.breakdowns) or replaced:
            await _copy(connection, "parts_said_again", await asyncio.to_thread(copy_breakdowns, events))
            await connection.execute(_ABSORB_BREAKDOWNS[returns_old], prepare=True)
        if replaced:
            for rollup in BREAKDOWNS:
                await connection.execute(_REMOVE_EMPTY[rollup.table], prepare=True)
        return changed, bytes(now or b"")


@dataclass(frozen=True)
class _Written:
    """What became of a part's events: all of them are in one of the first three."""

    inserted: int
    changed: int
    unchanged: int
    channels: list[UUID]
    recent: bytes


_PUT, _PUT_MISSING, _PUT_PARTS = (said().encode() for said in (put, put_missing, put_parts))
_ADD_SUMMED = {rollup.table: add_summed(rollup).encode() for rollup in ALL}
_ABSORB = {returns_old: absorb(returns_old=returns_old).encode() for returns_old in (True, False)}
_ABSORB_BREAKDOWNS = {returns_old: absorb_breakdowns(returns_old=returns_old).encode() for returns_old in (True, False)}
_REMOVE_EMPTY = {rollup.table: remove_empty(rollup).encode() for rollup in BREAKDOWNS}


async def _configure(connection: Connection) -> None:
    await connection.execute(INCOMING.encode(), prepare=False)


async def _copy(connection: Connection, table: LiteralString, rows: bytes | bytearray) -> None:
    async with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        await copy.write(rows)


async def _value(connection: Connection, query: LiteralString, *parameters: object) -> Any:
    row = await (await connection.execute(query, parameters, prepare=True)).fetchone()
    assert row is not None
    return row[0]


def _span(events: Events) -> tuple[datetime, datetime]:
    """When the first and the last of them were."""
    first, last = int(events.at_us.min()), int(events.at_us.max())
    return EPOCH + timedelta(microseconds=first), EPOCH + timedelta(microseconds=last)


async def _days(connection: Connection, events: Events) -> Numbers:
    """Of each event its channel's day, since 2000, as PostgreSQL knows the time zones."""
    channels = uuids(events.channel_id[begins(events.channel_id)])
    zones = await _value(connection, TIME_ZONES, channels.tobytes(), len(channels))
    assert len(zones) == len(channels), "a channel that has videos is not removed"
    names = sorted(set(zones))
    place = {name: number for number, name in enumerate(names)}
    zone = np.array([place[one] for one in zones])[np.cumsum(begins(events.channel_id)) - 1]
    quarter = events.at_us // QUARTER_US
    first = int(quarter.min())
    # both in one number, the zone in its lowest digits
    asked, where = np.unique((quarter - first) * len(names) + zone, return_inverse=True)
    days = await _value(
        connection, DAYS, [names[one] for one in asked % len(names)], (asked // len(names) + first).tolist()
    )
    return np.array(days, np.int64)[where]
