"""What open pages hear of measurements: on which channels there are new ones."""

from __future__ import annotations

import json
from uuid import UUID

from ytempire.analytics.writer import CHANGED
from ytempire.live.stream import Message


def metrics_changed(said: str) -> Message:
    """What a commit of events notifies (`writer.CHANGED`). Raises ValueError."""
    match json.loads(said):
        case {"channels": None}:
            return Message("metrics_changed", None, names_channels=True)
        case {"channels": [*channels]}:
            named = frozenset(UUID(str(channel)) for channel in channels)
            return Message("metrics_changed", named, names_channels=True)
        case _:
            raise ValueError(f"no channels are named in {said[:100]!r}")


NOTIFIED = {CHANGED: metrics_changed}
