"""Live updates for the page: what changed (from PostgreSQL, with the commit) and how far a step is (from Valkey).

A message only says what to look at again; the truth is always read from the API. Losing Valkey costs the fine
progress, losing the connection costs nothing: the page polls.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import valkey.asyncio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from valkey.exceptions import ValkeyError

from ytempire.accounts.http.gate import person, require_own_origin, sessions_of_request, signed_in
from ytempire.kit.database import listening, session_ended
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.subject import Subject
from ytempire.production.progress import PROGRESS_CHANNEL

log = get_logger(__name__)
router = APIRouter()
RECONNECT_S = 1.0
LOOK_AGAIN_S = 15.0  # a permission that was given or taken, or a session that ended, counts here after so long at most
REFUSED = 4401  # application code: not signed in


@dataclass(eq=False)
class Page:
    """One open page: what waits to be sent to it, and the channels that it may hear of; None for all."""

    channels: frozenset[UUID] | None
    messages: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(maxsize=1000))


class Broadcaster:
    """One listener on PostgreSQL and one on Valkey for all open pages."""

    def __init__(self, database_url: str, cache: valkey.asyncio.Valkey) -> None:
        self._database_url = database_url
        self._cache = cache
        self._pages: set[Page] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._forever(source)) for source in (self._changes, self._progress)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forever(self, source: Any) -> None:
        while True:
            try:
                await source()
            except (psycopg.OperationalError, ValkeyError, OSError):
                log.warning("live_source_lost", source=source.__name__)
            except ValueError:  # somebody else's message on our channel: pages must not fall silent for it
                log.warning("live_message_malformed", source=source.__name__)
            await asyncio.sleep(RECONNECT_S)

    async def _changes(self) -> None:
        async with listening(self._database_url, "workflow_changed") as connection:
            async for notification in connection.notifies():
                run_id, channel_id = notification.payload.split(" ")
                self._send(UUID(channel_id), {"type": "run_changed", "data": {"run_id": run_id}})

    async def _progress(self) -> None:
        async with self._cache.pubsub() as pubsub:
            await pubsub.subscribe(PROGRESS_CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    run_id, channel_id, step, fraction = message["data"].decode().split(" ")
                    progress = {"run_id": run_id, "step": step, "progress": float(fraction)}
                    self._send(UUID(channel_id), {"type": "step_progress", "data": progress})

    def _send(self, channel_id: UUID, message: dict[str, Any]) -> None:
        for page in self._pages:
            if page.channels is not None and channel_id not in page.channels:
                continue
            with contextlib.suppress(asyncio.QueueFull):  # a page that does not read polls when it wakes
                page.messages.put_nowait(message)

    @contextlib.asynccontextmanager
    async def subscription(self, channels: frozenset[UUID] | None) -> AsyncIterator[Page]:
        page = Page(channels)
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)


@router.websocket("/api/v1/live")
async def live(socket: WebSocket) -> None:
    """Messages `{seq, time, type, data}`; `seq` counts from 1 on each connection."""
    await socket.accept()
    try:
        require_own_origin(socket)
        subject = await person(await signed_in(socket))  # a key could not be ended while the socket is open
        channels = await _channels_of(socket, subject)
    except YtempireError as error:
        await socket.close(REFUSED, error.message)
        return
    except DBAPIError as error:
        if not session_ended(error):
            raise
        await socket.close(REFUSED, "You are not signed in.")
        return
    broadcaster: Broadcaster = socket.app.state.broadcaster
    async with broadcaster.subscription(channels) as page:
        tasks = [
            asyncio.create_task(_until_closed(socket)),
            asyncio.create_task(_send_all(socket, page)),
            asyncio.create_task(_look_again(socket, subject, page)),
        ]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks[2] in done:
            await socket.close(REFUSED, "You are not signed in.")


async def _channels_of(socket: WebSocket, subject: Subject) -> frozenset[UUID] | None:
    """The channels that the subject may hear of, as the database says; None for all."""
    async with sessions_of_request(socket).begin() as session:
        # the database knows the role of now, the token only that of when it was issued
        row = (await session.execute(text("SELECT core.sees_all(), core.channel_ids('read')"))).one()
        return None if row[0] else frozenset(row[1])


async def _look_again(socket: WebSocket, subject: Subject, page: Page) -> None:
    """Follow what the subject may see; ends when their session has."""
    while True:
        await asyncio.sleep(LOOK_AGAIN_S)
        try:
            page.channels = await _channels_of(socket, subject)
        except DBAPIError as error:
            if session_ended(error):
                return
            log.warning("live_permissions_not_read", exc_info=True)  # the database is away: nothing is heard either


async def _until_closed(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _send_all(socket: WebSocket, page: Page) -> None:
    for seq in count(1):
        message = await page.messages.get()
        await socket.send_json({"seq": seq, "time": datetime.now(UTC).isoformat(), **message})
