"""One listener on PostgreSQL and one on Valkey for all open pages of a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import psycopg
import valkey.asyncio
from valkey.exceptions import ValkeyError

from ytempire.kit.database import listen_connection
from ytempire.kit.logs import get_logger
from ytempire.live.stream import RESYNC, Message, Stream

log = get_logger(__name__)
RECONNECT_S = 1.0
MERGE_INTERVAL_S = 0.25  # of messages that only name channels: a flood of commits is no flood of messages

Translate = Callable[[str], Message]
"""What was notified or published, as a message. Raises ValueError for what it does not understand."""


class Broadcaster:
    """Gives the process's stream what PostgreSQL notifies and Valkey publishes, each by the name of its channel there.

    Losing Valkey costs what it publishes. When PostgreSQL comes back, pages are told to read everything again.
    """

    def __init__(
        self,
        database_url: str,
        cache: valkey.asyncio.Valkey,
        *,
        notified: Mapping[str, Translate],
        published: Mapping[str, Translate],
    ) -> None:
        self.stream = Stream()
        self._database_url = database_url
        self._cache = cache
        self._notified = notified
        self._published = published
        self._merging: dict[str, Message | None] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run_source(source)) for source in (self._listen, self._subscribe)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run_source(self, source: Callable[[bool], Awaitable[None]]) -> None:
        again = False
        while True:
            try:
                await source(again)
            except (psycopg.OperationalError, ValkeyError, OSError):
                log.warning("live_source_unavailable", source=source.__name__)
            again = True
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self, again: bool) -> None:
        async with listen_connection(self._database_url, *self._notified) as connection:
            if again:
                self.stream.send(RESYNC)
            async for notification in connection.notifies():
                self._publish(self._notified[notification.channel], notification.payload)

    async def _subscribe(self, again: bool) -> None:
        async with self._cache.pubsub() as pubsub:
            await pubsub.subscribe(*self._published)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._publish(self._published[message["channel"].decode()], message["data"].decode())

    def _publish(self, translate: Translate, payload: str) -> None:
        try:
            message = translate(payload)
        except ValueError:  # somebody else's message on our channel: pages must not fall silent for it
            log.warning("live_message_malformed", said=payload[:200], exc_info=True)
            return
        if message.lists_channels:
            self._merge(message)
        else:
            self.stream.send(message)

    def _merge(self, message: Message) -> None:
        """The first at once; what follows within a quarter of a second as one."""
        if message.type in self._merging:
            before = self._merging[message.type]
            self._merging[message.type] = message if before is None else before.merged(message)
            return
        self.stream.send(message)
        self._merging[message.type] = None
        asyncio.get_running_loop().call_later(MERGE_INTERVAL_S, self._send_merged, message.type)

    def _send_merged(self, kind: str) -> None:
        message = self._merging.pop(kind)
        if message is not None:
            self._merge(message)
