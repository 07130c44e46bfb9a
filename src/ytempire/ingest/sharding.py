"""Channels are divided into shards, and each shard has one writer at a time, whichever process it is in.

One shard is best on few processors: what waits is written together, and an event costs the database less. How many
there are is a fact of the database (`analytics.ingest_state`), so that all processes agree.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from ytempire.kit.locks import Lock

MAX_SHARDS = 8
"""How many shards there can be; `analytics.ingest_state` and `ingest/sql/rebuilds.sql` know the number too."""
SHARD_LOCK = int(Lock.SHARD)
LOCK_SHARD = "SELECT pg_advisory_xact_lock(%s, %s)"


class ShardingChanged(Exception):
    """Nothing is written: there are as many shards now, and the batch is to be divided again."""

    def __init__(self, shards: int) -> None:
        self.shards = shards


def shard_of(channel_id: UUID, shards: int) -> int:
    """By its last byte, which is random in a UUID of any version. `analytics.shard_of` in the database is the same."""
    return channel_id.bytes[-1] % shards


async def lock_channel(connection: psycopg.AsyncConnection[Any], channel_id: UUID) -> None:
    """Until the transaction ends nobody else writes to the rollups of this channel's shard."""
    await connection.execute("SELECT analytics.lock_channel(%s)", [channel_id])


async def shard_count(connection: psycopg.AsyncConnection[Any]) -> int:
    """Return the number of shards."""
    result = await connection.execute("SELECT shards FROM analytics.ingest_state")
    row = await result.fetchone()
    assert row is not None
    return int(row[0])


async def change_shard_count(connection: psycopg.AsyncConnection[Any], shards: int) -> None:
    """Divide channels into so many shards (at most MAX_SHARDS), with the rights of the database's owner.

    Writers wait meanwhile, and go on with the new number.
    """
    async with connection.transaction():
        # first, since a transaction that deletes videos may hold it for long
        await connection.execute("SELECT FROM analytics.ingest_state FOR UPDATE")
        for shard in range(MAX_SHARDS):
            await connection.execute(LOCK_SHARD, [SHARD_LOCK, shard])
        await connection.execute("UPDATE analytics.ingest_state SET shards = %s", [shards])
