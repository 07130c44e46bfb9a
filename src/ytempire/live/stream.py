"""The stream of messages of this process: numbered, the last of them kept for pages that come back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from ytempire.kit import clock

REPLAY_SIZE = 2_000
"""Messages: some minutes of a busy installation. Whoever was away for longer reads everything again."""
# messages for one page; a page that does not read them reads everything again when it wakes
MAX_PENDING = 2 * REPLAY_SIZE

Channels = frozenset[UUID] | None
"""None: all of them."""


@dataclass(frozen=True)
class Message:
    """Something that changed on `channels`. With `lists_channels` each page is told which of those it may see."""

    type: str
    channels: Channels
    data: Mapping[str, Any] = field(default_factory=dict)
    lists_channels: bool = False

    def merged(self, later: Message) -> Message:
        """Both in one, where they only name channels."""
        both = None if self.channels is None or later.channels is None else self.channels | later.channels
        return Message(self.type, both, later.data, self.lists_channels)

    def data_for(self, seen: Channels) -> dict[str, Any] | None:
        """What a page is told that may see these channels; None: nothing of it is theirs to know.

        Where it names channels, null is all that one sees.
        """
        theirs = self.channels if seen is None or self.channels is None else self.channels & seen
        if theirs is not None and not theirs:
            return None
        if not self.lists_channels:
            return dict(self.data)
        return {**self.data, "channels": None if theirs is None else sorted(str(channel_id) for channel_id in theirs)}


RESYNC = Message("resync", None)
"""Something may have been missed: read everything again."""


@dataclass(frozen=True)
class NumberedMessage:
    seq: int
    at: datetime
    message: Message


@dataclass(eq=False)
class Subscriber:
    """The socket of an open page: the channels that it may hear of, and the messages that wait to be sent to it."""

    channels: Channels
    _pending: deque[NumberedMessage] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, sent: NumberedMessage) -> None:
        if len(self._pending) >= MAX_PENDING:
            self._pending.clear()
            sent = NumberedMessage(sent.seq, sent.at, RESYNC)
        self._pending.append(sent)
        self._wake.set()

    async def next(self) -> NumberedMessage:
        while not self._pending:
            self._wake.clear()
            await self._wake.wait()
        return self._pending.popleft()


class Stream:
    """Messages of one process in one order. Another process, and this one started again, is another stream."""

    def __init__(self, *, kept: int = REPLAY_SIZE) -> None:
        self.id = uuid4().hex
        self._seq = 0
        self._last: deque[NumberedMessage] = deque(maxlen=kept)
        self._subscribers: set[Subscriber] = set()

    def send(self, message: Message) -> None:
        """Give a message its number, and to every subscriber."""
        self._seq += 1
        sent = NumberedMessage(self._seq, clock.now(), message)
        self._last.append(sent)
        for subscriber in self._subscribers:
            subscriber.put(sent)

    def join(self, subscriber: Subscriber, *, after: str | None) -> None:
        """From now on the subscriber hears of everything; at first what came after `after`, the `id` of a message.

        Where that cannot be told any more it hears `resync`; without `after`, `welcome`, to come back with its id.
        """
        self._subscribers.add(subscriber)
        if after is None:
            subscriber.put(NumberedMessage(self._seq, clock.now(), Message("welcome", None)))
            return
        missed = self._since(after)
        if missed is None:
            subscriber.put(NumberedMessage(self._seq, clock.now(), RESYNC))
            return
        for sent in missed:
            subscriber.put(sent)

    def leave(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)

    def _since(self, after: str) -> list[NumberedMessage] | None:
        stream, _, number = after.partition(":")
        if stream != self.id or not number.isascii() or not number.isdecimal() or len(number) > 18:
            return None
        seq = int(number)
        oldest = self._seq - len(self._last)
        if not oldest <= seq <= self._seq:
            return None
        return [sent for sent in self._last if sent.seq > seq]

    def serialize(self, sent: NumberedMessage, channels: Channels) -> dict[str, Any] | None:
        """Return a message as JSON for a subscriber that may see these channels; None: it is not for them."""
        data = sent.message.data_for(channels)
        if data is None:
            return None
        return {
            "id": f"{self.id}:{sent.seq}",
            "type": sent.message.type,
            "seq": sent.seq,
            "time": sent.at.isoformat(),
            "data": data,
        }
