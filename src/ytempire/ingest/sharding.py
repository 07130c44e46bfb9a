"""Channels are divided into shards, and each shard has one writer at a time, whichever process it is in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from ytempire.kit.locks import Lock

SHARDS = 2
"""How many shards are written at once. The same for all processes of an installation."""
SHARD_LOCK = int(Lock.SHARD)
LOCK_SHARD = "SELECT pg_advisory_xact_lock(%s, %s)"


def shard_of(channel_id: UUID, shard_count: int = SHARDS) -> int:
    """By its last byte, which is random in a UUID of any version. `analytics.shard_of` in the database is the same."""
    return channel_id.bytes[-1] % shard_count


async def lock_shard(connection: psycopg.AsyncConnection[Any], shard: int) -> None:
    """Until the transaction ends nobody else writes to this shard's rollups."""
    await connection.execute(LOCK_SHARD, [SHARD_LOCK, shard])
