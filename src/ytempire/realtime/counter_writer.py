"""Writes the counters of one process into Valkey, so often as it takes.

What is sent are absolute values in hashes that nobody else writes. After a lost answer they are sent again, whether
they had arrived or not. Only one thing may not happen, that the older of two values arrives last: what a lost
connection still holds would do so. The server ends it before anything is sent again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from valkey.asyncio.connection import AbstractConnection
from valkey.exceptions import ResponseError

from ytempire.realtime.counter_slots import INCREMENTS, CounterSlot, SlotChanges
from ytempire.realtime.counter_store import (
    CONFIRM,
    COUNTED_CHANNEL,
    KEPT_S,
    MINUTE_S,
    CounterGeneration,
    LiveStore,
    first_minute,
)

MAX_ROWS = 200_000  # in memory, at 300 bytes each; about as many videos are seen in a minute at full rate
MAX_COMMAND_ROWS = 1_000  # some 1 ms in which the server answers nobody else
MAX_ROUND_TRIP_BYTES = 2 * 2**20  # some 20,000 rows
NAMED = 150  # channels; of more all pages hear


class CounterWriter:
    """Adds to one generation. One task alone calls `add` and `flush`.

    A slot is closed, and its memory is free, when its minute is no longer shown, and the oldest also where all have
    more than `max_rows`. What comes later of its minute begins another. `is_draft`: the generation is not published.
    """

    def __init__(
        self, store: LiveStore, generation: CounterGeneration, *, is_draft: bool = False, max_rows: int = MAX_ROWS
    ) -> None:
        self.generation = generation
        self._store = store
        self._is_draft = is_draft
        self._max_rows = max_rows
        self._slots: dict[int, CounterSlot] = {}
        self._unanswered: set[int] = set()
        """Ids of connections that may hold what was sent."""

    def add(self, packed: bytes) -> None:
        """Add rows of `sums.RECENT`. They are in Valkey after the next `flush`."""
        increments = np.frombuffer(packed, INCREMENTS)
        for minute in np.unique(increments["minute"]).tolist():
            if minute >= _oldest_minute():
                slot = self._slots.get(minute)
                if slot is None:
                    slot = self._slots[minute] = CounterSlot(minute)
                slot.add(increments[increments["minute"] == minute])

    async def flush(self) -> bool:
        """Write what changed. False: the generation does not hold any more, and nobody reads what was written.

        Raises ValkeyError or OSError: some may be written. What changed is written by the next call.
        """
        changes = [slot.take_changes() for slot in self._slots.values()]
        changes = [change for change in changes if len(change.videos)]
        if not changes:
            return True
        holds = False
        try:
            holds = await self._send(changes)
        finally:
            if not holds:
                for change in changes:
                    change.mark_changed()
        if holds:
            self._close_slots()
        return holds

    async def _send(self, changes: Sequence[SlotChanges]) -> bool:
        pool = self._store.cache.connection_pool
        connection = await pool.get_connection("HSET")  # type: ignore[no-untyped-call]
        try:
            await self._end_unanswered(connection)
            [client_id] = await _exchange(connection, [_pack(b"CLIENT", b"ID")])
            self._unanswered.add(client_id)
            replies = []
            try:
                for commands in _round_trips(self._commands(changes)):
                    replies = await _exchange(connection, commands)
            except ResponseError:
                self._unanswered.discard(client_id)  # it is answered, by a refusal
                raise
            self._unanswered.discard(client_id)
            return bool(replies[-1])
        finally:
            await pool.release(connection)

    async def _end_unanswered(self, connection: AbstractConnection) -> None:
        """Have the server forget what was sent on connections that were lost, as far as it has not read it."""
        for client_id in list(self._unanswered):
            await _exchange(connection, [_pack(b"CLIENT", b"KILL", b"ID", b"%d" % client_id)])
            self._unanswered.discard(client_id)

    def _commands(self, changes: Sequence[SlotChanges]) -> Iterator[bytes]:
        for change in changes:
            minute, name = change.slot.minute, change.slot.name
            minute_key = self._store.minute_key(self.generation, minute)
            slots_key, expires_at = f"{minute_key}:slots".encode(), b"%d" % (minute + KEPT_S)
            yield from change.iter_hset(minute_key, max_rows=MAX_COMMAND_ROWS)
            # each time, since a full server may have thrown any of the keys away
            for suffix in ("channels", "videos"):
                yield _pack(b"EXPIREAT", f"{minute_key}:{name}:{suffix}".encode(), expires_at)
            yield _pack(b"SADD", slots_key, name.encode())
            yield _pack(b"EXPIREAT", slots_key, expires_at)
        key = self._store.draft_key if self._is_draft else self._store.marker_key
        announcement = [] if self._is_draft else [COUNTED_CHANNEL.encode(), _format_channels(changes)]
        yield _pack(b"EVAL", CONFIRM.encode(), b"1", key.encode(), self.generation.value, *announcement)

    def _close_slots(self) -> None:
        row_count = sum(len(slot) for slot in self._slots.values())
        for minute in sorted(self._slots):
            if minute >= _oldest_minute() and row_count <= self._max_rows:
                break
            row_count -= len(self._slots.pop(minute))


def _oldest_minute() -> int:
    """Return the start of the oldest minute that any process may still show, as clocks differ a little."""
    return first_minute() - MINUTE_S


def _format_channels(changes: Sequence[SlotChanges]) -> bytes:
    fields = [change.slot.channels.fields(change.channels) for change in changes]
    channels = {channel for ids in fields for channel in ids.tolist()}
    return json.dumps(None if len(channels) > NAMED else [str(UUID(bytes=channel)) for channel in channels]).encode()


def _pack(*arguments: bytes) -> bytes:
    return b"*%d\r\n" % len(arguments) + b"".join(b"$%d\r\n%b\r\n" % (len(each), each) for each in arguments)


def _round_trips(commands: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    byte_count = 0
    for command in commands:
        if batch and byte_count + len(command) > MAX_ROUND_TRIP_BYTES:
            yield batch
            batch, byte_count = [], 0
        batch.append(command)
        byte_count += len(command)
    yield batch


async def _exchange(connection: AbstractConnection, commands: Sequence[bytes]) -> list[Any]:
    """Send commands and return their answers. Raises ResponseError, after all of them, where one was refused.

    A connection whose answers were not all read is ended, so that nobody takes them for others.
    """
    replies: list[Any] = []
    refusal: ResponseError | None = None
    try:
        await connection.send_packed_command(commands)
        for _ in commands:
            try:
                replies.append(await connection.read_response())
            except ResponseError as error:
                refusal = refusal or error
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    if refusal is not None:
        raise refusal
    return replies
