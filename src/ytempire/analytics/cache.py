"""Answers of dashboards, kept: in this process, in Valkey, and as entity tags in browsers.

**Whose.** Every request first asks the database which channels whoever sends it sees now (and is refused there if the
session has ended). That is part of an answer's key, so a permission that was taken counts at once, and two people who
see the same channels share their answers. The computation asks again in its own transaction; if that is not what the
key says, it begins anew.

**How long.** As long as no commit of events has changed a channel that it is about (`changes`), and a minute at most,
since not everything is told: names, titles, time zones, rollups that are made anew; and days begin. An answer not
older than `YOUNG_S` is given in any case: while events come in all the time, each dashboard is computed four times a
second and not for each request. So an answer that is kept is right a second after a commit at the latest
(`changes.PATIENCE_S`), and as a rule after a quarter. While nobody hears of commits, nothing that is kept is given.

**Days.** Dashboards over weeks keep their days apart (`day_parts`), and read anew those that changed.

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

from ytempire.analytics.changes import Changes, Snapshot
from ytempire.analytics.day_parts import DayParts, Parts, Relied
from ytempire.kit.logs import get_logger
from ytempire.kit.reads import Connection, Reads

log = get_logger(__name__)
YOUNG_S = 0.25
MEMORY_BYTES = 64 * 1024 * 1024  # some 10,000 overviews of four weeks
ENTRY_BYTES = 600  # of an entry beside its body: objects, key, snapshot
SHARED_KEY = "dashboard:3:"  # another number when `Answer.packed` becomes another, or what answers say
SHARED_S = 60  # a question says in which minute it is asked
AWAY_S = 2.0  # for so long Valkey is not asked after it failed to answer
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


class Found(NamedTuple):
    """What a dashboard says, as JSON, and the one channel whose events it depends on, if it is one."""

    json: str
    channel_id: UUID | None


class Reading(NamedTuple):
    """What a computation has: a read transaction of whoever asks, and what is kept of days."""

    connection: Connection
    parts: Parts


Compute = Callable[[Reading], Awaitable[Found]]


@dataclass(frozen=True)
class Question:
    """What is asked: a dashboard's name, and everything that its answer depends on."""

    dashboard: str
    said: tuple[object, ...]


@dataclass(frozen=True)
class Answer:
    body: bytes
    etag: str
    snapshot: Snapshot
    channel_id: UUID | None
    relied: tuple[Relied, ...]
    begun: float
    """When this process began to compute it, on its own clock; NEVER for what another one did."""

    @classmethod
    def of(cls, found: Found, snapshot: Snapshot, relied: tuple[Relied, ...], begun: float) -> Answer:
        body = found.json.encode()
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        return cls(body, etag, snapshot, found.channel_id, relied, begun)

    def packed(self) -> bytes:
        return " ".join(map(str, (self.snapshot, self.channel_id, *self.relied))).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, kept: bytes) -> Answer:
        about, _, body = kept.decode().partition("\n")
        snapshot, channel_id, *relied = about.split(" ")
        found = Found(body, None if channel_id == str(None) else UUID(channel_id))
        return cls.of(found, Snapshot.parse(snapshot), tuple(map(Relied.parse, relied)), NEVER)

    def holds(self, changes: Changes, channels: frozenset[UUID] | None) -> bool:
        """`channels`: those that it may be about (None: all)."""
        return changes.include(self.snapshot, channels) and self.days_hold(changes)

    def days_hold(self, changes: Changes) -> bool:
        """What it was put together with may be older than itself."""
        return all(one.holds(changes) for one in self.relied)


@dataclass(frozen=True)
class Seen:
    """What somebody sees in a transaction, and what the transaction does."""

    everything: bool
    channels: str  # as PostgreSQL writes an array
    snapshot: Snapshot

    @property
    def ids(self) -> frozenset[UUID] | None:
        """The channels; None for all."""
        return None if self.everything else _ids(self.channels)

    def key(self, question: Question) -> str:
        whose = "all" if self.everything else self.channels
        return hashlib.blake2b(repr((whose, question)).encode(), digest_size=16).hexdigest()


@functools.lru_cache(maxsize=1024)
def _ids(array: str) -> frozenset[UUID]:
    return frozenset(UUID(one) for one in array.strip("{}").split(",") if one)


async def _look(connection: Connection) -> Seen:
    found = await connection.execute(
        "SELECT core.sees_all(), core.channel_ids('read')::text, pg_current_snapshot()::text", prepare=True
    )
    row = await found.fetchone()
    assert row is not None
    return Seen(row[0], row[1], Snapshot.parse(row[2]))


class _SeesOthers(Exception):
    """No error, it begins anew: what somebody may see changed between the look and the computation."""


@dataclass(frozen=True)
class _Wanted:
    """A question of somebody: the key of its answer, and the channels that it may be about; None: all."""

    question: Question
    key: str
    channels: frozenset[UUID] | None
    compute: Compute
    reads: Reads

    def depends_on(self, answer: Answer) -> frozenset[UUID] | None:
        return self.channels if answer.channel_id is None else frozenset({answer.channel_id})


@dataclass(frozen=True)
class _Flight:
    task: asyncio.Task[Answer]
    snapshot: Snapshot
    begun: float


class Answers:
    """The layers. Use `start` and `stop`.

    At most `at_once` computations have a connection at a time: lists, which use the same ones, need not wait for them.
    """

    def __init__(self, changes: Changes, cache: valkey.asyncio.Valkey, *, at_once: int) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._changes = changes
        self._shared = _Shared(cache)
        self._memory: LRUCache[str, Answer] = LRUCache(MEMORY_BYTES, getsizeof=lambda one: len(one.body) + ENTRY_BYTES)
        self._days = DayParts(changes)
        self._flights: dict[str, _Flight] = {}

    def start(self) -> None:
        self._changes.start()

    async def stop(self) -> None:
        await self._changes.stop()
        flights = [flight.task for flight in self._flights.values()]
        for task in flights:
            task.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def get(self, reads: Reads, question: Question, compute: Compute) -> Answer:
        """The answer for the present subject, kept or computed. Raises what `compute` raises.

        `compute` reads in a transaction of the subject, and returns JSON.
        """
        while True:
            async with reads.begin() as connection:
                seen = await _look(connection)
            wanted = _Wanted(question, seen.key(question), seen.ids, compute, reads)
            kept = self._find(wanted)
            if kept is not None:
                return kept
            try:
                return await self._join_or_compute(wanted, seen.snapshot)
            except _SeesOthers:
                continue

    def _find(self, wanted: _Wanted) -> Answer | None:
        kept = self._memory.get(wanted.key)
        if kept is None:
            LOOKUPS.labels("process", "miss").inc()
            return None
        right = self._changes.heard and (
            (_is_young(kept.begun) and kept.days_hold(self._changes))
            or kept.holds(self._changes, wanted.depends_on(kept))
        )
        LOOKUPS.labels("process", "hit" if right else "stale").inc()
        return kept if right else None

    async def _join_or_compute(self, wanted: _Wanted, snapshot: Snapshot) -> Answer:
        flight = self._flights.get(wanted.key)
        if flight is not None and (_is_young(flight.begun) or self._changes.include(flight.snapshot, wanted.channels)):
            await asyncio.wait([flight.task])  # whoever leaves does not end what others wait for
            if not flight.task.cancelled() and flight.task.exception() is None:
                answer = flight.task.result()
                if answer.days_hold(self._changes):
                    return answer
            # it failed for somebody else (their session may have ended); it is asked again for this one
        task = asyncio.create_task(self._compute(wanted))
        self._flights[wanted.key] = flight = _Flight(task, snapshot, time.monotonic())
        task.add_done_callback(functools.partial(self._land, wanted.key, flight))
        return await asyncio.shield(task)

    def _land(self, key: str, flight: _Flight, task: asyncio.Task[Answer]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not task.cancelled() and task.exception() is not None:
            # whoever asked hears of it; if they have left, nobody else does
            log.debug("dashboard_not_computed", exc_info=task.exception())

    async def _compute(self, wanted: _Wanted) -> Answer:
        lineage = self._changes.lineage
        shared = await self._shared.find(f"{lineage}:{wanted.key}") if lineage else None
        if shared is not None:
            right = shared.holds(self._changes, wanted.depends_on(shared))
            LOOKUPS.labels("valkey", "hit" if right else "stale").inc()
            if right:
                self._keep(wanted.key, shared)
                return shared
        answer = await self._read(wanted)
        if not answer.days_hold(self._changes):
            answer = await self._read(wanted)  # a commit was told of meanwhile, and now it is known which days are old
        self._keep(wanted.key, answer)
        if lineage:
            await self._shared.keep(f"{lineage}:{wanted.key}", answer)
        return answer

    async def _read(self, wanted: _Wanted) -> Answer:
        """Raises _SeesOthers."""
        async with self._room, wanted.reads.begin() as connection:
            begun = time.monotonic()
            seen = await _look(connection)
            if seen.key(wanted.question) != wanted.key:
                raise _SeesOthers
            parts = Parts(self._days, seen.snapshot, lambda said: seen.key(Question(wanted.question.dashboard, said)))
            found = await wanted.compute(Reading(connection, parts))
            COMPUTED.labels(wanted.question.dashboard).observe(time.monotonic() - begun)
        return Answer.of(found, seen.snapshot, parts.relied, begun)

    def _keep(self, key: str, answer: Answer) -> None:
        if len(answer.body) < MEMORY_BYTES // 16:  # one must not push out all others
            self._memory[key] = answer


def _is_young(begun: float) -> bool:
    return time.monotonic() - begun < YOUNG_S


class _Shared:
    """Valkey, for as long as it answers."""

    def __init__(self, cache: valkey.asyncio.Valkey) -> None:
        self._cache = cache
        self._away_until = NEVER

    async def find(self, key: str) -> Answer | None:
        if time.monotonic() < self._away_until:
            LOOKUPS.labels("valkey", "away").inc()
            return None
        try:
            kept = await self._cache.get(SHARED_KEY + key)
        except (ValkeyError, OSError):
            self._lost()
            LOOKUPS.labels("valkey", "away").inc()
            return None
        if kept is None:
            LOOKUPS.labels("valkey", "miss").inc()
            return None
        return Answer.unpacked(kept)

    async def keep(self, key: str, answer: Answer) -> None:
        if time.monotonic() < self._away_until:
            return
        try:
            await self._cache.set(SHARED_KEY + key, answer.packed(), ex=SHARED_S)
        except (ValkeyError, OSError):
            self._lost()

    def _lost(self) -> None:
        self._away_until = time.monotonic() + AWAY_S
        log.warning("dashboard_cache_away", again_in_s=AWAY_S, exc_info=True)
