"""Which answers are still right: what commits of events changed, as the database tells it.

An answer is computed with a snapshot of the database, and PostgreSQL says which (`pg_current_snapshot()`: which
transactions it sees). A notification of a commit arrives after the commit can be seen, so a snapshot taken when it
has arrived sees the commit. An answer is right as long as its own snapshot sees everything that those do which were
taken after the last notification for its channels. So an answer that was begun before a commit is known for what it
is whenever it is stored and whoever stored it: there is no counter to read first, none to lose, and what another
process computed is judged in the same way.

What was committed while nobody listened was not heard, so only answers are believed that were begun since. Each look
at the server (some four a second) shows that all that was notified before has arrived; without one for `MAX_DELAY_S`
nothing is believed, however the connection was lost.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from prometheus_client import Gauge

from ytempire.ingest.commit_notifications import CHANGED
from ytempire.kit.database import listen_connection
from ytempire.kit.logs import get_logger

log = get_logger(__name__)
RECONNECT_S = 1.0
PROBE_INTERVAL_S = 0.25
MAX_DELAY_S = 0.75  # less than the second that is promised
NEVER = date.max

LISTENING = Gauge(
    "ytempire_dashboard_listening", "1 while this process hears of commits of events; at 0 every dashboard is computed."
)

# which history its transactions belong to: after a restore or a failover numbers of transactions may come again
_LINEAGE = (
    "SELECT current_database() || ':' || (SELECT system_identifier FROM pg_control_system()) || ':'"
    " || (SELECT timeline_id FROM pg_control_checkpoint())"
)
_SNAPSHOT = "SELECT pg_current_snapshot()::text"


@dataclass(frozen=True)
class Snapshot:
    """Which transactions can be seen: those before `end` that were not `under_way`."""

    end: int
    under_way: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """Of `pg_current_snapshot()`: `xmin:xmax:` and those in between that were under way. Raises ValueError."""
        _, end, under_way = text.split(":")
        return cls(int(end), frozenset(map(int, under_way.split(","))) if under_way else frozenset())

    def __str__(self) -> str:
        begin = min(self.under_way, default=self.end)
        return f"{begin}:{self.end}:{','.join(map(str, sorted(self.under_way)))}"

    def sees_all_of(self, other: Snapshot) -> bool:
        """Is everything that `other` sees seen here too?"""
        return self.end >= other.end and all(
            transaction >= other.end or transaction in other.under_way for transaction in self.under_way
        )


class InvalidationFeed:
    """Listens to commits of events. Use `start` and `stop`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._task: asyncio.Task[None] | None = None
        self._reset()

    def _reset(self) -> None:
        self.lineage: str | None = None
        """Which database and history its snapshots are of; None while nobody listens."""
        LISTENING.set(0)
        self._probed_at = float("-inf")
        self._everything = Snapshot(0, frozenset())  # the last time when all channels may have changed
        self._last = self._everything  # the last time when any did
        self._listening_since: Snapshot | None = None  # before it nothing was heard
        self._changed: dict[UUID, Snapshot] = {}
        # from which day on commits changed something, and when the last did: each later than all of earlier days
        self._changed_days: list[tuple[date, Snapshot]] = []
        self._arrived: set[UUID] = set()  # named, and not yet known when
        self._all_arrived = False
        self._arrived_since = NEVER

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen_forever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def is_current(self) -> bool:
        """Is it sure that everything notified up to `MAX_DELAY_S` ago has arrived?"""
        return self.lineage is not None and time.monotonic() - self._probed_at < MAX_DELAY_S

    def is_valid_for(self, snapshot: Snapshot, channels: Iterable[UUID] | None) -> bool:
        """Is what was computed with `snapshot` of these channels (None: of all there are) still right?"""
        if not self.is_current or self._all_arrived or not snapshot.sees_all_of(self._everything):
            return False
        if not self._arrived and snapshot.sees_all_of(self._last):
            return True
        if channels is None:
            return False
        return all(
            channel not in self._arrived
            and (channel not in self._changed or snapshot.sees_all_of(self._changed[channel]))
            for channel in channels
        )

    def is_valid_for_days(self, snapshot: Snapshot, last: date) -> bool:
        """Is what was computed with `snapshot` of days up to `last` still right, whatever channels it is of?"""
        if not self.is_current or self._listening_since is None or self._arrived_since <= last:
            return False
        earlier = bisect.bisect_right(self._changed_days, last, key=lambda entry: entry[0])
        changed = self._changed_days[earlier - 1][1] if earlier else self._listening_since
        return snapshot.sees_all_of(self._listening_since) and snapshot.sees_all_of(changed)

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError, TimeoutError):
                log.warning("invalidation_lost", exc_info=True)
            finally:
                self._reset()
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with listen_connection(self._url, CHANGED) as connection:
            lineage = await _query_value(connection, _LINEAGE)
            self._all_arrived = True  # what came before is not known
            while True:
                await self._probe(connection)
                self.lineage = lineage
                LISTENING.set(1)
                # what arrived with the last answer is handed out at once; after a wait all that is there
                async for notification in connection.notifies(timeout=PROBE_INTERVAL_S, stop_after=1):
                    self._handle_payload(notification.payload)

    async def _probe(self, connection: psycopg.AsyncConnection[object]) -> None:
        """A snapshot of now sees all that has arrived."""
        started = time.monotonic()
        arrived, everything = frozenset(self._arrived), self._all_arrived
        snapshot = Snapshot.parse(await _query_value(connection, _SNAPSHOT))
        if everything:
            self._everything, self._all_arrived = snapshot, False
            self._changed.clear()
        if arrived or everything:
            self._last = snapshot
            self._changed.update(dict.fromkeys(arrived, snapshot))
            self._arrived -= arrived
        if self._arrived_since != NEVER:
            since, self._arrived_since = self._arrived_since, NEVER
            while self._changed_days and self._changed_days[-1][0] >= since:
                self._changed_days.pop()  # said by this one too
            self._changed_days.append((since, snapshot))
        self._listening_since = self._listening_since or snapshot
        self._probed_at = started

    def _handle_payload(self, payload: str) -> None:
        try:
            message = json.loads(payload)
            channels, since = message["channels"], date.fromisoformat(message["since"])
            if channels is None:
                self._all_arrived = True
            else:
                self._arrived.update(map(UUID, channels))
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("notification_malformed", payload=payload[:200])
            self._all_arrived, since = True, date.min  # it may have been about any of them
        self._arrived_since = min(self._arrived_since, since)


async def _query_value(connection: psycopg.AsyncConnection[object], query: str) -> str:
    """One value, soon. Raises TimeoutError: a connection that says nothing may be none any more."""
    async with asyncio.timeout(MAX_DELAY_S):
        row = await (await connection.execute(query.encode(), prepare=False)).fetchone()
    assert isinstance(row, tuple)
    return str(row[0])
