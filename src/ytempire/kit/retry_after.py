"""When another service wants to be asked again: its header `Retry-After`, RFC 9110, section 10.2.3."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE_S = 24 * 3600.0  # however long a server asks us to stay away


def pause_s(retry_after: str | None, now: datetime) -> float | None:
    """Return for how many seconds a `Retry-After` asks: a number of them, or a date. None: it cannot be read."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_PAUSE_S)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    until = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE_S)
