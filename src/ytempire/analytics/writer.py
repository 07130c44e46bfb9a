"""Writes events: each shard of channels in one commit, with rollups, record and quarantine.

A shard is written by one transaction at a time, whichever process it belongs to: it holds the shard's advisory lock, so
two that add to the same rollups never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import numpy as np
import psycopg
from psycopg_pool import AsyncConnectionPool

from ytempire.analytics.copying import copy_breakdowns, copy_rows, distinct_channels, take
from ytempire.analytics.events import Events, Rejected
from ytempire.analytics.notices import tell_changed
from ytempire.analytics.quarantine import Quarantine
from ytempire.analytics.rebuilding import SHARDS, lock_shard, rebuild_days, waiting_rebuilds
from ytempire.analytics.rollups import INCOMING, absorb, absorb_breakdowns
from ytempire.kit.database import SEARCH_PATH, conninfo, opening
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject

log = get_logger(__name__)
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

TRIES = 3
RETURNS_OLD = 180_000  # the server's version from which RETURNING tells what was there before

# Series have no foreign keys. What somebody may not see is not there for them.
_STRANGERS = """
SELECT incoming.line, CASE WHEN video.id IS NULL THEN 'There is no video with this id.'
                           WHEN video.channel_id <> incoming.channel_id THEN 'The video belongs to another channel.'
                           ELSE 'You may not write to this channel.' END
FROM incoming LEFT JOIN core.videos video ON video.id = incoming.video_id
WHERE video.channel_id IS DISTINCT FROM incoming.channel_id
   OR NOT ((SELECT core.sees_all()) OR incoming.channel_id = ANY ((SELECT core.channel_ids('write'))::uuid[]))"""


@dataclass(frozen=True)
class Committed:
    """What one commit changed."""

    channels: list[UUID]
    recent: bytes
    """What changed in the last minutes: an array of `rollups.RECENT`; empty for what is older."""


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
            max_size=2 * SHARDS,  # what is recorded and acknowledged besides
            open=False,
        )

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
        await lock_shard(connection, shard)
        done = await connection.execute(
            "SELECT FROM analytics.ingest_parts WHERE batch_id = %s AND shard = %s", [batch_id, shard]
        )
        if done.rowcount:
            return None
        channels = distinct_channels(events)
        for channel in await waiting_rebuilds(connection, channels):
            await rebuild_days(connection, channel)
        async with connection.cursor().copy("COPY incoming FROM STDIN (FORMAT BINARY)") as copy:
            await copy.write(copy_rows(events))
        strangers = await (await connection.execute(_STRANGERS, prepare=True)).fetchall()
        if strangers:
            await connection.execute(
                "DELETE FROM incoming WHERE line = ANY (%s)", [[line for line, _ in strangers]], prepare=True
            )
            await quarantine.keep(connection, batch_id, [Rejected(*one) for one in sorted(strangers)])
        events = _without(events, {line for line, _ in strangers})
        inserted, changed, recent = await self._absorb(connection, batch_id, events)
        await connection.execute(
            "INSERT INTO analytics.ingest_parts (batch_id, shard, inserted, changed, unchanged, rejected)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [batch_id, shard, inserted, changed, len(events) - inserted - changed, len(strangers)],
            prepare=True,
        )
        channels = distinct_channels(events) if inserted or changed else []
        if channels:
            await tell_changed(connection, channels, batch_id=batch_id)
        return Committed(channels, recent)

    async def _absorb(self, connection: Connection, batch_id: UUID, events: Events) -> tuple[int, int, bytes]:
        """How many were new, how many were changed, and what of the last minutes."""
        returns_old = connection.info.server_version >= RETURNS_OLD
        done = await connection.execute(_ABSORB[returns_old], {"batch_id": batch_id}, prepare=True, binary=True)
        row = await done.fetchone()
        assert row is not None
        inserted, changed, replaced, recent = row
        if any(events.breakdowns) or replaced:
            async with connection.cursor().copy("COPY incoming_parts FROM STDIN (FORMAT BINARY)") as copy:
                await copy.write(copy_breakdowns(events))
            await connection.execute(_ABSORB_BREAKDOWNS[returns_old], prepare=True)
            if replaced:
                await connection.execute(_REMOVE_EMPTY, prepare=True)
        return inserted, changed, bytes(recent or b"")


_ABSORB = {returns_old: absorb(returns_old=returns_old).encode() for returns_old in (True, False)}
_ABSORB_BREAKDOWNS = {returns_old: absorb_breakdowns(returns_old=returns_old).encode() for returns_old in (True, False)}
_REMOVE_EMPTY = (
    "DELETE FROM analytics.daily_breakdowns sums USING (SELECT DISTINCT channel_id, video_id FROM replaced) event"
    " WHERE sums.channel_id = event.channel_id AND sums.video_id = event.video_id AND sums.events = 0"
)


async def _configure(connection: Connection) -> None:
    await connection.execute(INCOMING.encode(), prepare=False)


def _without(events: Events, lines: set[int]) -> Events:
    if not lines:
        return events
    return take(events, np.flatnonzero(~np.isin(events.line, list(lines))))
