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

KEPT = 2_000
"""Messages: some minutes of a busy installation. Whoever was away for longer reads everything again."""
WAITING = 2 * KEPT  # messages for one page; a page that does not read them reads everything again when it wakes

Channels = frozenset[UUID] | None
"""None: all of them."""


@dataclass(frozen=True)
class Message:
    """Something that changed on `channels`. With `names_channels` each page is told which of those it may see."""

    type: str
    channels: Channels
    data: Mapping[str, Any] = field(default_factory=dict)
    names_channels: bool = False

    def merged(self, later: Message) -> Message:
        """Both in one, where they only name channels."""
        both = None if self.channels is None or later.channels is None else self.channels | later.channels
        return Message(self.type, both, later.data, self.names_channels)

    def data_for(self, seen: Channels) -> dict[str, Any] | None:
        """What a page is told that may see these channels; None: nothing of it is theirs to know.

        Where it names channels, null is all that one sees.
        """
        theirs = self.channels if seen is None or self.channels is None else self.channels & seen
        if theirs is not None and not theirs:
            return None
        if not self.names_channels:
            return dict(self.data)
        return {**self.data, "channels": None if theirs is None else sorted(str(one) for one in theirs)}


RESYNC = Message("resync", None)
"""Something may have been missed: read everything again."""


@dataclass(frozen=True)
class Sent:
    seq: int
    at: datetime
    message: Message


@dataclass(eq=False)
class Page:
    """One open page: the channels that it may hear of, and what waits to be sent to it."""

    channels: Channels
    _waiting: deque[Sent] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, sent: Sent) -> None:
        if len(self._waiting) >= WAITING:
            self._waiting.clear()
            sent = Sent(sent.seq, sent.at, RESYNC)
        self._waiting.append(sent)
        self._wake.set()

    async def next(self) -> Sent:
        while not self._waiting:
            self._wake.clear()
            await self._wake.wait()
        return self._waiting.popleft()


class Stream:
    """Messages of one process in one order. Another process, and this one started again, is another stream."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self.id = uuid4().hex
        self._seq = 0
        self._last: deque[Sent] = deque(maxlen=kept)
        self._pages: set[Page] = set()

    def send(self, message: Message) -> None:
        """Give a message its number, and to every page."""
        self._seq += 1
        sent = Sent(self._seq, clock.now(), message)
        self._last.append(sent)
        for page in self._pages:
            page.put(sent)

    def join(self, page: Page, *, after: str | None) -> None:
        """From now on the page hears of everything; at first what came after `after`, the `id` of a message.

        Where that cannot be told any more it hears `resync`; without `after`, `welcome`, to come back with its id.
        """
        self._pages.add(page)
        if after is None:
            page.put(Sent(self._seq, clock.now(), Message("welcome", None)))
            return
        missed = self._since(after)
        if missed is None:
            page.put(Sent(self._seq, clock.now(), RESYNC))
            return
        for sent in missed:
            page.put(sent)

    def leave(self, page: Page) -> None:
        self._pages.discard(page)

    def _since(self, after: str) -> list[Sent] | None:
        stream, _, said = after.partition(":")
        if stream != self.id or not said.isascii() or not said.isdecimal() or len(said) > 18:
            return None
        seq = int(said)
        oldest = self._seq - len(self._last)
        if not oldest <= seq <= self._seq:
            return None
        return [sent for sent in self._last if sent.seq > seq]

    def written(self, sent: Sent, channels: Channels) -> dict[str, Any] | None:
        """As it goes over the wire to whoever may see these channels; None: it is not for them."""
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
