"""The sandbox's own time: it begins at a real moment and may run faster. It never runs backwards."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ytempire.kit.errors import Conflict
from ytempire.sandbox.store import Store

PACIFIC = ZoneInfo("America/Los_Angeles")  # whose midnights divide quotas and the days of reports
FASTEST = 1_000_000.0  # twelve days a second
HOURS_48 = 172_800.0


class Clock:
    """`now` = where it was + (real time since then) × factor.

    Kept in the store, so that a restart changes nothing: from each change on the real moment, that of the sandbox, and
    the factor.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        real = time.time()
        began = store.get_meta("clock", json.dumps([real, real, 1.0]))
        kept = json.loads(store.get_meta("clock_history", f"[{began}]"))
        self.history: list[tuple[float, float, float]] = [(segment[0], segment[1], segment[2]) for segment in kept]

    @property
    def factor(self) -> float:
        return self.history[-1][2]

    def now(self) -> float:
        # A machine's clock may be set back; ours then stands still until it has caught up.
        real, began, factor = self.history[-1]
        return began + max(0.0, time.time() - real) * factor

    def set(self, *, factor: float | None = None, to: float | None = None) -> None:
        now = self.now()
        if to is not None and to < now:
            raise Conflict("The sandbox's clock cannot be set back.", hint="Start a new sandbox in an empty folder.")
        # not before the last change of it, should the machine's clock have been set back
        real = max(time.time(), self.history[-1][0])
        self.history.append((real, now if to is None else to, self.factor if factor is None else factor))
        self._store.set_meta("clock_history", json.dumps(self.history))


def format_time(at: float) -> str:
    """As Google writes moments: UTC, whole seconds."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> float:
    """Raises ValueError for what is no moment with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A moment needs a zone.")
    return moment.timestamp()


def pacific_day(at: float) -> date:
    return datetime.fromtimestamp(at, PACIFIC).date()


def day_begins(day: date) -> float:
    """The midnight at which a Pacific day begins; the day may have 23 or 25 hours."""
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).timestamp()


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
