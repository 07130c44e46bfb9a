"""Rollups against a recount, and rebuilt: any window, one channel at a time, while events come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from ytempire.ingest.commit_notifications import channels_changed_statement
from ytempire.ingest.events import RETENTION
from ytempire.ingest.metrics import ALL, Rollup
from ytempire.ingest.rollups import compare, merge_channel_deltas, rebuild
from ytempire.ingest.sharding import lock_channel
from ytempire.kit import clock
from ytempire.kit.errors import Forbidden, InvalidInput, NotFound
from ytempire.kit.row_updates import NOT_PERMITTED

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_COMPARE = {rollup.table: compare(rollup).encode() for rollup in ALL}
_MERGE_DELTAS = [statement.encode() for statement in merge_channel_deltas()]
_REBUILD = {rollup.table: [statement.encode() for statement in rebuild(rollup)] for rollup in ALL}


@dataclass(frozen=True)
class Window:
    """Days, `until` not included: of UTC for sums by hour, of the channel for sums by day."""

    since: date
    until: date


@dataclass(frozen=True)
class RollupMismatch:
    """Rows of one channel in one rollup that are not what a recount gives; `excess` is kept less counted."""

    table: str
    channel_id: UUID
    rows: int
    excess: dict[str, Decimal]


def window(since: date, until: date) -> Window:
    """Raises InvalidInput for days whose events may be gone: their sums are all that is left of them."""
    oldest = (clock.now() - RETENTION).date() + timedelta(days=2)  # whole in every time zone
    if since < oldest:
        raise InvalidInput(
            f"Events are kept for {RETENTION.days} days, so sums before {oldest} cannot be counted again.",
            hint=f"Begin with {oldest} or later.",
        )
    if until <= since:
        raise InvalidInput("The last day lies before the first.", hint="Name the first day, then the last.")
    return Window(since, until)


def all_days() -> Window:
    """All that can be counted."""
    today = clock.now().date()
    return window(today - RETENTION + timedelta(days=2), today + timedelta(days=2))


async def channel_ids(connection: Connection, *, after: UUID | None = None, limit: int | None = None) -> list[UUID]:
    """Channels that whoever asks may see, in the order of their ids."""
    result = await connection.execute(
        "SELECT id FROM core.channels WHERE %s::uuid IS NULL OR id > %s ORDER BY id LIMIT %s", [after, after, limit]
    )
    return [UUID(str(row[0])) for row in await result.fetchall()]


async def find_mismatches(
    connection: Connection, channels: Sequence[UUID], days: Window
) -> AsyncIterator[tuple[UUID, list[RollupMismatch]]]:
    """Each channel with what is wrong with it. Each rollup is compared in one statement, so events may come in."""
    for channel in channels:
        yield (
            channel,
            [mismatch for rollup in ALL if (mismatch := await _find_mismatch(connection, rollup, channel, days))],
        )


async def _find_mismatch(connection: Connection, rollup: Rollup, channel: UUID, days: Window) -> RollupMismatch | None:
    result = await connection.execute(_COMPARE[rollup.table], _of_window(channel, days), prepare=True)
    row = await result.fetchone()
    assert row is not None
    rows, *excess = row
    if not rows:
        return None
    return RollupMismatch(rollup.table, channel, rows, dict(zip(rollup.metrics, map(Decimal, excess), strict=True)))


async def rebuild_channel(connection: Connection, channel: UUID, days: Window) -> None:
    """Rebuild all sums of these days, in the transaction of `connection`; its shard waits until that ends.

    Raises NotFound for a channel that is not there, Forbidden for one that is not the subject's to write to.
    """
    result = await connection.execute(
        "SELECT core.sees_all() OR id = ANY (core.channel_ids('write')) FROM core.channels WHERE id = %s", [channel]
    )
    row = await result.fetchone()
    if row is None:
        raise NotFound("There is no such channel.")
    if row != (True,):
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    await lock_channel(connection, channel)
    await _merge_deltas(connection, channel)
    await _rebuild(connection, ALL, channel, days)


async def rebuild_days(connection: Connection, channel: UUID) -> None:
    """What a changed time zone asks for. The transaction holds the channel's shard."""
    await _merge_deltas(connection, channel)
    await _rebuild(connection, [rollup for rollup in ALL if rollup.period == "day"], channel, all_days())
    await connection.execute("DELETE FROM analytics.rebuilds WHERE channel_id = %s", [channel])


async def pending_rebuilds(connection: Connection) -> list[UUID]:
    """Channels whose time zone has changed."""
    result = await connection.execute("SELECT channel_id FROM analytics.rebuilds ORDER BY requested_at", prepare=True)
    return [UUID(str(row[0])) for row in await result.fetchall()]


async def _merge_deltas(connection: Connection, channel: UUID) -> None:
    for statement in _MERGE_DELTAS:
        await connection.execute(statement, {"channel_id": channel}, prepare=True)


async def _rebuild(connection: Connection, rollups: Sequence[Rollup], channel: UUID, days: Window) -> None:
    for rollup in rollups:
        for statement in _REBUILD[rollup.table]:
            await connection.execute(statement, _of_window(channel, days), prepare=True)
    await connection.execute(*channels_changed_statement([channel], days.since), prepare=True)


def _of_window(channel: UUID, days: Window) -> dict[str, object]:
    return {"channel_id": channel, "since": days.since, "until": days.until}
