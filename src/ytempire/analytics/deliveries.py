"""A delivery of events, by whichever door: recorded, divided by shard, written, and told what became of it.

It is acknowledged after the last part is committed. What was committed before a crash stays; sent again, it changes
nothing, and with the same Idempotency-Key what is done is not done again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from ytempire.analytics.copying import last_of_each, shards
from ytempire.analytics.errors import Behind, OtherDelivery
from ytempire.analytics.events import Events, Parsed, parse
from ytempire.analytics.quarantine import Quarantine
from ytempire.analytics.together import Part
from ytempire.analytics.writer import Writer
from ytempire.kit import clock
from ytempire.kit.subject import Subject

WAITING = 64
WAITING_BYTES = 40 * 2**20
"""Deliveries that may be under way at once, and what they may hold: some two seconds of work, and 100 MB when read."""
RETRY_AFTER_S = 1.0

Source = Literal["api", "file", "quarantine", "youtube"]


@dataclass(frozen=True)
class Delivery:
    """Lines of NDJSON, and where they come from. `first_line` is the number of the first of them there."""

    data: bytes
    source: Source
    name: str | None = None
    idempotency_key: str | None = None
    first_line: int = 1
    tried_again: tuple[UUID, ...] = ()  # of lines from quarantine: which rows they are


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery's events: all of them are in one of the last five."""

    batch_id: UUID
    events: int
    inserted: int
    changed: int
    unchanged: int
    superseded: int
    rejected: int


@dataclass(frozen=True)
class Prepared:
    """A delivery that was read: what is left of its events for each shard."""

    delivery: Delivery
    parsed: Parsed
    parts: dict[int, Events]
    superseded: int
    digest: bytes

    @property
    def events(self) -> int:
        return len(self.parsed.lines)

    @property
    def quarantine(self) -> Quarantine:
        return Quarantine(self.parsed.lines, self.delivery.tried_again)


def prepare(delivery: Delivery) -> Prepared:
    """Read a delivery. Blocking, some 4 µs an event."""
    parsed = parse(delivery.data, now=clock.now(), first_line=delivery.first_line)
    kept = last_of_each(parsed.events)
    return Prepared(
        delivery,
        parsed,
        dict(shards(kept)),
        superseded=len(parsed.events) - len(kept),
        digest=hashlib.sha256(delivery.data).digest(),
    )


class Deliveries:
    """Takes deliveries and writes them. An asynchronous context manager. `on_commit`: as the writer's."""

    def __init__(self, url: str, *, application: str, on_commit: Callable[[bytes], None] = lambda recent: None) -> None:
        self.writer = Writer(url, application=application, on_commit=on_commit)
        # One at a time: it is Python's own work, and the more threads have some, the longer the writers wait for theirs
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="ingest-read")
        self._under_way: list[int] = []  # bytes of each

    async def __aenter__(self) -> Self:
        await self.writer.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self._reader.shutdown)
        await self.writer.__aexit__(*error)

    async def take(self, delivery: Delivery, subject: Subject) -> Receipt:
        """Read and write a delivery; it is committed when this returns. Raises Behind, OtherDelivery."""
        size = len(delivery.data)
        if self._under_way and (len(self._under_way) >= WAITING or sum(self._under_way) + size > WAITING_BYTES):
            raise Behind(
                f"{len(self._under_way)} deliveries are waiting to be written already.",
                hint="Send this one again in a moment.",
                after_s=RETRY_AFTER_S,
            )
        self._under_way.append(size)
        try:
            return await self.write(await self._read(delivery), subject)
        finally:
            self._under_way.remove(size)

    async def _read(self, delivery: Delivery) -> Prepared:
        return await asyncio.get_running_loop().run_in_executor(self._reader, prepare, delivery)

    async def write(self, prepared: Prepared, subject: Subject) -> Receipt:
        """Record it, write its parts, and say what became of it. Raises OtherDelivery."""
        batch_id = await self._record(prepared, subject)
        writing = [
            asyncio.create_task(self.writer.write(Part(batch_id, shard, events, prepared.quarantine), subject))
            for shard, events in prepared.parts.items()
        ]
        # all of them come to their end, so that nothing is written after the answer that it failed
        results = await asyncio.gather(*writing, return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException):
                raise error
        return await self._receipt(batch_id, subject)

    async def _record(self, prepared: Prepared, subject: Subject) -> UUID:
        delivery = prepared.delivery
        async with self.writer.begin(subject) as connection:
            made = await connection.execute(
                "INSERT INTO analytics.ingest_batches"
                " (source, name, idempotency_key, digest, parts, events, superseded, rejected)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id",
                [
                    delivery.source,
                    delivery.name,
                    delivery.idempotency_key,
                    prepared.digest,
                    len(prepared.parts),
                    prepared.events,
                    prepared.superseded,
                    len(prepared.parsed.rejected),
                ],
                prepare=True,
            )
            row = await made.fetchone()
            if row is not None:
                if prepared.parsed.rejected:
                    await connection.execute(*prepared.quarantine.statement(row[0], prepared.parsed.rejected))
                return UUID(str(row[0]))
            before = await connection.execute(
                "SELECT id, digest FROM analytics.ingest_batches"
                " WHERE idempotency_key = %s AND user_id = core.current_user_id()",
                [delivery.idempotency_key],
            )
            batch_id, digest = await before.fetchone() or (None, None)
        if digest != prepared.digest:
            raise OtherDelivery(
                "This Idempotency-Key was used for another delivery.", hint="Use a new key for new events."
            )
        return UUID(str(batch_id))

    async def rejected(self, batch_id: UUID, subject: Subject) -> Mapping[int, str]:
        """The lines of a delivery that are in quarantine, counted from 1, each with its reason."""
        async with self.writer.begin(subject) as connection:
            found = await connection.execute(
                "SELECT line, reason FROM staging.quarantine WHERE batch_id = %s ORDER BY line", [batch_id]
            )
            return {int(line): str(reason) for line, reason in await found.fetchall()}

    async def _receipt(self, batch_id: UUID, subject: Subject) -> Receipt:
        async with self.writer.begin(subject) as connection:
            found = await connection.execute(
                "SELECT b.id, b.events, coalesce(sum(p.inserted), 0)::integer, coalesce(sum(p.changed), 0)::integer,"
                " coalesce(sum(p.unchanged), 0)::integer, b.superseded,"
                " (b.rejected + coalesce(sum(p.rejected), 0))::integer"
                " FROM analytics.ingest_batches b LEFT JOIN analytics.ingest_parts p ON p.batch_id = b.id"
                " WHERE b.id = %s GROUP BY b.id",
                [batch_id],
                prepare=True,
            )
            row = await found.fetchone()
        assert row is not None
        return Receipt(*row)
