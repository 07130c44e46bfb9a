"""Dashboards that were computed, kept: in this process, in Valkey, and as entity tags in browsers.

**Whose.** Every request first asks the database which channels whoever sends it sees now (and is refused there if the
session has ended). That is part of a dashboard's key, so a permission that was taken counts at once, and two people who
see the same channels share their dashboards. The computation asks again in its own transaction; if that is not what the
key says, it starts again.

**How long.** As long as no commit of events has changed a channel that it is about (`invalidation`), and a minute at
most, since not everything is notified: names, titles, time zones, rollups that are rebuilt; and days begin. A dashboard
not older than `REUSE_WINDOW_S` is given in any case: while events come in all the time, each dashboard is computed four
times a second and not for each request. So a dashboard that is kept is right a second after a commit at the latest
(`invalidation.MAX_DELAY_S`), and as a rule after a quarter. One that took longer than `COSTLY_S` to compute, such as
the best of a million videos by a rate, is given for `REUSE_SHARE` times as long as it took: else one person who looks
at it would keep a processor busy. While nobody hears of commits, nothing that is kept is given.

**Days.** Dashboards over weeks keep their days apart (`day_cache`), and read those again that changed.

**Valkey.** An entry carries the snapshot that it was computed with and is judged by it as if it were this process's
own, so a Valkey that comes back with yesterday's data, or that two processes write to at once, makes nothing wrong.
Entries of before this process began to listen are not believed. Without Valkey each process computes for itself.

**Once.** In a process one computation for one key: others wait for it. Several processes may compute the same at
once, one each; a lock in Valkey would cost every miss a trip, and the processes are few (`api.workers`).

Counters say per process which layer answered; with `api.workers` > 1 each process reports its own at `/metrics`,
whichever is asked.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import valkey.asyncio
from cachetools import LRUCache
from prometheus_client import Counter, Histogram
from valkey.exceptions import ValkeyError

from ytempire.insight.day_cache import DayCache, DayCacheReader, Dependency
from ytempire.insight.invalidation import InvalidationFeed, Snapshot
from ytempire.kit.logs import get_logger
from ytempire.kit.read_pool import Connection, ReadPool

log = get_logger(__name__)
REUSE_WINDOW_S = 0.25
COSTLY_S = 0.2  # with the reuse of it still within the second that is promised
REUSE_SHARE = 4  # so at most a fifth of the time goes into computing one dashboard, however often it is asked for
MEMORY_BYTES = 64 * 1024 * 1024  # some 10,000 overviews of four weeks
ENTRY_BYTES = 600  # of an entry beside its body: objects, key, snapshot
SHARED_KEY = "dashboard:3:"  # another number when `CachedDashboard.to_bytes` becomes another, or what dashboards say
SHARED_S = 60  # a question says in which minute it is asked
SHARED_RETRY_S = 2.0  # for so long Valkey is not asked after it failed to answer
NEVER = float("-inf")

LOOKUPS = Counter(
    "ytempire_dashboard_lookups",
    "Answers looked for in a layer. A stale one was there, and not sure to be right any more.",
    ["layer", "result"],
)
COMPUTED = Histogram(
    "ytempire_dashboard_computing_seconds",
    "Time that the database took for a dashboard that was nowhere kept.",
    ["dashboard"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class DashboardResult(NamedTuple):
    """What a dashboard says, as JSON, and the one channel whose events it depends on, if it is one."""

    json: str
    channel_id: UUID | None


class DashboardContext(NamedTuple):
    """What a computation has: a read transaction of whoever asks, and what is kept of days."""

    connection: Connection
    days: DayCacheReader


Compute = Callable[[DashboardContext], Awaitable[DashboardResult]]


@dataclass(frozen=True)
class CacheKey:
    """A dashboard's name, and everything that it depends on."""

    dashboard: str
    parameters: tuple[object, ...]


@dataclass(frozen=True)
class CachedDashboard:
    body: bytes
    etag: str
    snapshot: Snapshot
    channel_id: UUID | None
    dependencies: tuple[Dependency, ...]
    started_at: float
    """When this process began to compute it, on its own clock; NEVER for what another one did."""
    took_s: float

    @classmethod
    def from_result(
        cls,
        result: DashboardResult,
        snapshot: Snapshot,
        dependencies: tuple[Dependency, ...],
        started_at: float,
        took_s: float = 0.0,
    ) -> CachedDashboard:
        body = result.json.encode()
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        return cls(body, etag, snapshot, result.channel_id, dependencies, started_at, took_s)

    @property
    def is_reusable(self) -> bool:
        """Tell whether it is so young, for what it cost, that it is given whatever was committed since."""
        window_s = self.took_s * (1 + REUSE_SHARE) if self.took_s > COSTLY_S else REUSE_WINDOW_S
        return time.monotonic() - self.started_at < window_s

    def to_bytes(self) -> bytes:
        return " ".join(map(str, (self.snapshot, self.channel_id, *self.dependencies))).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> CachedDashboard:
        header, _, body = data.decode().partition("\n")
        snapshot, channel_id, *dependencies = header.split(" ")
        result = DashboardResult(body, None if channel_id == str(None) else UUID(channel_id))
        return cls.from_result(result, Snapshot.parse(snapshot), tuple(map(Dependency.parse, dependencies)), NEVER)

    def is_valid(self, feed: InvalidationFeed, channels: frozenset[UUID] | None) -> bool:
        """`channels`: those that it may be about (None: all)."""
        return feed.is_valid_for(self.snapshot, channels) and self.days_are_valid(feed)

    def days_are_valid(self, feed: InvalidationFeed) -> bool:
        """What it was put together with may be older than itself."""
        return all(dependency.is_valid(feed) for dependency in self.dependencies)


@dataclass(frozen=True)
class VisibleChannels:
    """What somebody sees in a transaction, and what the transaction does."""

    everything: bool
    channels: str  # as PostgreSQL writes an array
    snapshot: Snapshot

    @property
    def ids(self) -> frozenset[UUID] | None:
        """The channels; None for all."""
        return None if self.everything else _parse_ids(self.channels)

    def key(self, cache_key: CacheKey) -> str:
        whose = "all" if self.everything else self.channels
        return hashlib.blake2b(repr((whose, cache_key)).encode(), digest_size=16).hexdigest()


@functools.lru_cache(maxsize=1024)
def _parse_ids(array: str) -> frozenset[UUID]:
    return frozenset(UUID(text) for text in array.strip("{}").split(",") if text)


async def _load_visible_channels(connection: Connection) -> VisibleChannels:
    result = await connection.execute(
        "SELECT core.sees_all(), core.channel_ids('read')::text, pg_current_snapshot()::text", prepare=True
    )
    row = await result.fetchone()
    assert row is not None
    return VisibleChannels(row[0], row[1], Snapshot.parse(row[2]))


class _VisibilityChanged(Exception):
    """No error, it starts again: what somebody may see changed between the look and the computation."""


@dataclass(frozen=True)
class _CacheRequest:
    """A dashboard for somebody: its key, and the channels that it may be about; None: all."""

    cache_key: CacheKey
    key: str
    channels: frozenset[UUID] | None
    compute: Compute
    reads: ReadPool

    def depends_on(self, cached: CachedDashboard) -> frozenset[UUID] | None:
        return self.channels if cached.channel_id is None else frozenset({cached.channel_id})


@dataclass(frozen=True)
class _InFlight:
    task: asyncio.Task[CachedDashboard]
    snapshot: Snapshot
    started_at: float


class DashboardCache:
    """The layers. Use `start` and `stop`.

    At most `at_once` computations have a connection at a time: lists, which use the same ones, need not wait for them.
    """

    def __init__(self, feed: InvalidationFeed, cache: valkey.asyncio.Valkey, *, at_once: int) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._feed = feed
        self._shared = _SharedCache(cache)
        self._memory: LRUCache[str, CachedDashboard] = LRUCache(
            MEMORY_BYTES, getsizeof=lambda cached: len(cached.body) + ENTRY_BYTES
        )
        self._days = DayCache(feed)
        self._in_flight: dict[str, _InFlight] = {}

    def start(self) -> None:
        self._feed.start()

    async def stop(self) -> None:
        await self._feed.stop()
        tasks = [in_flight.task for in_flight in self._in_flight.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def get(self, reads: ReadPool, cache_key: CacheKey, compute: Compute) -> CachedDashboard:
        """The dashboard for the present subject, cached or computed. Raises what `compute` raises.

        `compute` reads in a transaction of the subject, and returns JSON.
        """
        while True:
            async with reads.begin() as connection:
                visible = await _load_visible_channels(connection)
            request = _CacheRequest(cache_key, visible.key(cache_key), visible.ids, compute, reads)
            cached = self._lookup(request)
            if cached is not None:
                return cached
            try:
                return await self._join_or_compute(request, visible.snapshot)
            except _VisibilityChanged:
                continue

    def _lookup(self, request: _CacheRequest) -> CachedDashboard | None:
        cached = self._memory.get(request.key)
        if cached is None:
            LOOKUPS.labels("process", "miss").inc()
            return None
        is_valid = self._feed.is_current and (
            (cached.is_reusable and cached.days_are_valid(self._feed))
            or cached.is_valid(self._feed, request.depends_on(cached))
        )
        LOOKUPS.labels("process", "hit" if is_valid else "stale").inc()
        return cached if is_valid else None

    async def _join_or_compute(self, request: _CacheRequest, snapshot: Snapshot) -> CachedDashboard:
        in_flight = self._in_flight.get(request.key)
        if in_flight is not None and (
            _is_young(in_flight.started_at) or self._feed.is_valid_for(in_flight.snapshot, request.channels)
        ):
            await asyncio.wait([in_flight.task])  # whoever leaves does not end what others wait for
            if not in_flight.task.cancelled() and in_flight.task.exception() is None:
                cached = in_flight.task.result()
                if cached.days_are_valid(self._feed):
                    return cached
            # it failed for somebody else (their session may have ended); it is asked again for this one
        task = asyncio.create_task(self._compute(request))
        self._in_flight[request.key] = in_flight = _InFlight(task, snapshot, time.monotonic())
        task.add_done_callback(functools.partial(self._finish, request.key, in_flight))
        return await asyncio.shield(task)

    def _finish(self, key: str, in_flight: _InFlight, task: asyncio.Task[CachedDashboard]) -> None:
        if self._in_flight.get(key) is in_flight:
            del self._in_flight[key]
        if not task.cancelled() and task.exception() is not None:
            # whoever asked hears of it; if they have left, nobody else does
            log.debug("dashboard_failed", exc_info=task.exception())

    async def _compute(self, request: _CacheRequest) -> CachedDashboard:
        lineage = self._feed.lineage
        shared = await self._shared.find(f"{lineage}:{request.key}") if lineage else None
        if shared is not None:
            is_valid = shared.is_valid(self._feed, request.depends_on(shared))
            LOOKUPS.labels("valkey", "hit" if is_valid else "stale").inc()
            if is_valid:
                self._save_entry(request.key, shared)
                return shared
        cached = await self._compute_in_transaction(request)
        if not cached.days_are_valid(self._feed):
            # a commit was told of meanwhile, and now it is known which days are old
            cached = await self._compute_in_transaction(request)
        self._save_entry(request.key, cached)
        if lineage:
            await self._shared.save(f"{lineage}:{request.key}", cached)
        return cached

    async def _compute_in_transaction(self, request: _CacheRequest) -> CachedDashboard:
        """Raises _SeesOthers."""
        async with self._room, request.reads.begin() as connection:
            started_at = time.monotonic()
            visible = await _load_visible_channels(connection)
            if visible.key(request.cache_key) != request.key:
                raise _VisibilityChanged
            days = DayCacheReader(
                self._days,
                visible.snapshot,
                lambda parameters: visible.key(CacheKey(request.cache_key.dashboard, parameters)),
            )
            result = await request.compute(DashboardContext(connection, days))
            took_s = time.monotonic() - started_at
            COMPUTED.labels(request.cache_key.dashboard).observe(took_s)
        return CachedDashboard.from_result(result, visible.snapshot, days.dependencies, started_at, took_s)

    def _save_entry(self, key: str, cached: CachedDashboard) -> None:
        if len(cached.body) < MEMORY_BYTES // 16:  # one must not push out all others
            self._memory[key] = cached


def _is_young(started_at: float) -> bool:
    return time.monotonic() - started_at < REUSE_WINDOW_S


class _SharedCache:
    """Valkey, for as long as it answers."""

    def __init__(self, cache: valkey.asyncio.Valkey) -> None:
        self._cache = cache
        self._retry_at = NEVER

    async def find(self, key: str) -> CachedDashboard | None:
        if time.monotonic() < self._retry_at:
            LOOKUPS.labels("valkey", "away").inc()
            return None
        try:
            data = await self._cache.get(SHARED_KEY + key)
        except (ValkeyError, OSError):
            self._mark_unavailable()
            LOOKUPS.labels("valkey", "away").inc()
            return None
        if data is None:
            LOOKUPS.labels("valkey", "miss").inc()
            return None
        return CachedDashboard.from_bytes(data)

    async def save(self, key: str, cached: CachedDashboard) -> None:
        if time.monotonic() < self._retry_at:
            return
        try:
            await self._cache.set(SHARED_KEY + key, cached.to_bytes(), ex=SHARED_S)
        except (ValkeyError, OSError):
            self._mark_unavailable()

    def _mark_unavailable(self) -> None:
        self._retry_at = time.monotonic() + SHARED_RETRY_S
        log.warning("shared_cache_unavailable", again_in_s=SHARED_RETRY_S, exc_info=True)
