"""Keep until when a step is not to be tried, from one attempt to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ytempire.kit import clock
from ytempire.publishing.decisions import NextState
from ytempire.publishing.leases import PublicationLease


class RetryTimes:
    """By step until when a thumbnail or captions are not tried, though processing is followed meanwhile, and why."""

    def __init__(self, lease: PublicationLease) -> None:
        self._retry_times: dict[str, dict[str, Any]] = dict((lease.last_error or {}).get("asked", {}))

    def postpone(self, step: str, after_s: float, error: dict[str, Any] | None) -> None:
        """Try the step no more before `after_s` have passed."""
        until = clock.now() + timedelta(seconds=after_s)
        self._retry_times[step] = {"until": until.isoformat(), "error": error}

    def find_wait(self, step: str, lease: PublicationLease) -> NextState | None:
        """Return what the step waits for; None: it may be tried."""
        entry = self._retry_times.get(step)
        left_s = (datetime.fromisoformat(entry["until"]) - clock.now()).total_seconds() if entry else 0.0
        return NextState(lease.status, left_s, lease.retry_count, entry["error"]) if entry and left_s > 0 else None

    def keep(self, after: NextState) -> NextState:
        """Keep what is not to be tried before its time for the next attempt."""
        retry_times = {
            step: entry
            for step, entry in self._retry_times.items()
            if datetime.fromisoformat(entry["until"]) > clock.now()
        }
        if not retry_times:
            return after
        error = after.error or next(iter(retry_times.values()))["error"]
        return replace(after, error={**error, "asked": retry_times})
