"""What a commit tells those who listen: which channels' metrics are other metrics now, and from which day on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import LiteralString
from uuid import UUID

CHANGED = "metrics_changed"
"""The channel of notifications, with `{"channels", "since"}`: the first day that is another one, and who they are; null
where they are too many to name."""
MAX_CHANNELS = 150  # channels: a notification has room for 8,000 bytes


def channels_changed_statement(channels: Sequence[UUID] | None, since: date) -> tuple[LiteralString, list[str]]:
    """The statement that tells of these channels (None: too many) with the commit of its transaction.

    `since`: no hour of UTC and no channel's day before it has changed.
    """
    ids = None if channels is None or len(channels) > MAX_CHANNELS else [str(channel) for channel in channels]
    return "SELECT pg_notify(%s, %s)", [CHANGED, json.dumps({"channels": ids, "since": str(since)})]
