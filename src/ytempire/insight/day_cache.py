"""What dashboards over the same days have in common: the JSON of each day, kept in this process.

While events come in, every commit makes the dashboard of a range up to today another one; but it says from which day on
(`commit_notifications`), and the days before it are as they were. So a dashboard over weeks reads the last days again,
and of the others what it has. A dashboard remembers with which snapshots its days were read, and up to which day it
relied on each: it is right as long as nothing changed up to that day since.

A cached day is of what one set of channels shows, as a whole dashboard is, and is valid for the minute in
which it was asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cachetools import LRUCache
from prometheus_client import Counter

from ytempire.insight.invalidation import InvalidationFeed, Snapshot

MEMORY_BYTES = 16 * 1024 * 1024  # some 5,000 days of hours
ENTRY_BYTES = 400  # of one beside its body: objects, key, snapshot

LOOKUPS = Counter("ytempire_dashboard_days", "Days of dashboards that were kept (hit), or computed (miss).", ["result"])

ComputeDays = Callable[[date, date], Awaitable[Mapping[date, str]]]
"""Of each day, both ends included, JSON objects with commas between them; a day that has none may be left out."""


@dataclass(frozen=True)
class CachedDay:
    body: str
    snapshot: Snapshot


@dataclass(frozen=True)
class Dependency:
    """What a dashboard was put together with: of days up to `last` what `snapshot` saw."""

    snapshot: Snapshot
    last: date

    def is_valid(self, feed: InvalidationFeed) -> bool:
        return feed.is_valid_for_days(self.snapshot, self.last)

    def __str__(self) -> str:
        return f"{self.snapshot}@{self.last}"

    @classmethod
    def parse(cls, text: str) -> Dependency:
        snapshot, _, last = text.partition("@")
        return cls(Snapshot.parse(snapshot), date.fromisoformat(last))


class DayCache:
    """All that is kept. `feed` says what is still right."""

    def __init__(self, feed: InvalidationFeed) -> None:
        self.feed = feed
        self.entries: LRUCache[str, CachedDay] = LRUCache(
            MEMORY_BYTES, getsizeof=lambda cached: len(cached.body) + ENTRY_BYTES
        )


@dataclass
class DayCacheReader:
    """For one computation, whose transaction has `snapshot`. `key`: of what it depends on, and for whom."""

    _cache: DayCache
    _snapshot: Snapshot
    _key: Callable[[tuple[object, ...]], str]
    _last: dict[Snapshot, date] = field(default_factory=dict)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        return tuple(Dependency(snapshot, last) for snapshot, last in self._last.items())

    async def read_days(self, parameters: tuple[object, ...], first: date, last: date, compute: ComputeDays) -> str:
        """A JSON array of what is there of all these days, in order. `parameters`: everything that it depends on."""
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        key = self._key(parameters)
        keys = {day: f"{key}:{day}" for day in days}
        bodies = {day: cached.body for day in days if (cached := self._lookup(keys[day], day)) is not None}
        LOOKUPS.labels("hit").inc(len(bodies))
        for begin, end in _consecutive([day for day in days if day not in bodies]):
            computed = await compute(begin, end)
            for day in (requested for requested in days if begin <= requested <= end):
                bodies[day] = computed.get(day, "")
                self._cache.entries[keys[day]] = CachedDay(bodies[day], self._snapshot)
                LOOKUPS.labels("miss").inc()
        return f"[{','.join(body for day in days if (body := bodies[day]))}]"

    def _lookup(self, key: str, day: date) -> CachedDay | None:
        cached = self._cache.entries.get(key)
        if cached is None or not self._cache.feed.is_valid_for_days(cached.snapshot, day):
            return None
        self._last[cached.snapshot] = max(day, self._last.get(cached.snapshot, day))
        return cached


def _consecutive(days: list[date]) -> list[tuple[date, date]]:
    """First and last of those that follow each other."""
    ranges: list[tuple[date, date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == timedelta(1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
