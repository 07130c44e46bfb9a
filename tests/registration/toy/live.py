"""What open pages hear of waves."""

from __future__ import annotations

from uuid import UUID

from ytempire.live.stream import Message


def wave_made(payload: str) -> Message:
    """The channel's id, as analytics.notify_wave says it. Raises ValueError."""
    return Message("wave_made", frozenset([UUID(payload)]), {})


NOTIFIED = {"wave_made": wave_made}
