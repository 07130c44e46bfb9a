"""What open pages hear of measurements.

`metrics_changed`: events of these channels were committed, and rollups say so. `live_changed`: they are in the live
counters too, some milliseconds later; without Valkey it does not come, and live figures are read from the events.
"""

from __future__ import annotations

import json
from uuid import UUID

from ytempire.ingest.commit_notifications import CHANGED
from ytempire.live.stream import Channels, Message
from ytempire.realtime.counter_store import COUNTED_CHANNEL


def metrics_changed(payload: str) -> Message:
    """What a commit of events notifies (`commit_notifications.CHANGED`). Raises ValueError."""
    match json.loads(payload):
        case {"channels": channels}:
            return Message("metrics_changed", _named(channels), lists_channels=True)
        case _:
            raise ValueError("no channels are named")


def live_changed(payload: str) -> Message:
    """What the counters publish (`counter_store.COUNTED_CHANNEL`). Raises ValueError."""
    return Message("live_changed", _named(json.loads(payload)), lists_channels=True)


def _named(channels: object) -> Channels:
    match channels:
        case None:
            return None
        case [*ids]:
            return frozenset(UUID(str(channel_id)) for channel_id in ids)
        case _:
            raise ValueError("these are no ids of channels")


NOTIFIED = {CHANGED: metrics_changed}
PUBLISHED = {COUNTED_CHANNEL: live_changed}
