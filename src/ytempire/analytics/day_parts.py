"""What dashboards over the same days have in common: the part of each day, kept in this process.

While events come in, every commit makes the answer of a range up to today another one; but it says from which day on
(`notices`), and the parts of the days before it are as they were. So a dashboard over weeks reads the last days anew,
and of the others what it has. An answer remembers with which snapshots its parts were read, and up to which day it
relied on each: it is right as long as nothing changed up to that day since.

A part is of what one set of channels shows, as a whole answer is, and holds for the minute in which it was asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cachetools import LRUCache
from prometheus_client import Counter

from ytempire.analytics.changes import Changes, Snapshot

MEMORY_BYTES = 16 * 1024 * 1024  # some 5,000 days of hours
PART_BYTES = 400  # of one beside its body: objects, key, snapshot

LOOKUPS = Counter("ytempire_dashboard_days", "Days of dashboards that were kept (hit), or computed (miss).", ["result"])

ComputeDays = Callable[[date, date], Awaitable[Mapping[date, str]]]
"""Of each day, both ends included, JSON objects with commas between them; a day that has none may be left out."""


@dataclass(frozen=True)
class Part:
    body: str
    snapshot: Snapshot


@dataclass(frozen=True)
class Relied:
    """What an answer was put together with: of days up to `last` what `snapshot` saw."""

    snapshot: Snapshot
    last: date

    def holds(self, changes: Changes) -> bool:
        return changes.include_days(self.snapshot, self.last)

    def __str__(self) -> str:
        return f"{self.snapshot}@{self.last}"

    @classmethod
    def parse(cls, text: str) -> Relied:
        snapshot, _, last = text.partition("@")
        return cls(Snapshot.parse(snapshot), date.fromisoformat(last))


class DayParts:
    """All that is kept. `changes` say what is still right."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.kept: LRUCache[str, Part] = LRUCache(MEMORY_BYTES, getsizeof=lambda one: len(one.body) + PART_BYTES)


@dataclass
class Parts:
    """For one computation, whose transaction has `snapshot`. `key`: of what it depends on, and for whom."""

    _parts: DayParts
    _snapshot: Snapshot
    _key: Callable[[tuple[object, ...]], str]
    _last: dict[Snapshot, date] = field(default_factory=dict)

    @property
    def relied(self) -> tuple[Relied, ...]:
        return tuple(Relied(snapshot, last) for snapshot, last in self._last.items())

    async def of_days(self, said: tuple[object, ...], first: date, last: date, compute: ComputeDays) -> str:
        """A JSON array of what is there of all these days, in their order. `said`: everything that it depends on."""
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        key = self._key(said)
        keys = {day: f"{key}:{day}" for day in days}
        found = {day: kept.body for day in days if (kept := self._find(keys[day], day)) is not None}
        LOOKUPS.labels("hit").inc(len(found))
        for begin, end in _runs([day for day in days if day not in found]):
            computed = await compute(begin, end)
            for day in (one for one in days if begin <= one <= end):
                found[day] = computed.get(day, "")
                self._parts.kept[keys[day]] = Part(found[day], self._snapshot)
                LOOKUPS.labels("miss").inc()
        return f"[{','.join(body for day in days if (body := found[day]))}]"

    def _find(self, key: str, day: date) -> Part | None:
        kept = self._parts.kept.get(key)
        if kept is None or not self._parts.changes.include_days(kept.snapshot, day):
            return None
        self._last[kept.snapshot] = max(day, self._last.get(kept.snapshot, day))
        return kept


def _runs(days: list[date]) -> list[tuple[date, date]]:
    """First and last of those that follow each other."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
