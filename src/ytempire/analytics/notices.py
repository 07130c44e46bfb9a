"""What a commit tells those who listen: which channels' figures are other figures now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

CHANGED = "metrics_changed"
"""The channel of notifications, with `{"batch_id", "channels"}`: the first is null where no delivery did it, the second
where they are too many to name."""
NAMED = 150  # channels: a notification has room for 8,000 bytes


async def tell_changed(
    connection: psycopg.AsyncConnection[Any], channels: Sequence[UUID], *, batch_id: UUID | None = None
) -> None:
    """With the commit of the connection's transaction, if it comes to that."""
    named = [str(channel) for channel in channels] if len(channels) <= NAMED else None
    said = json.dumps({"batch_id": batch_id and str(batch_id), "channels": named})
    await connection.execute("SELECT pg_notify(%s, %s)", [CHANGED, said], prepare=True)
