"""Live updates for the page: what changed (from PostgreSQL, with the commit) and how far a step is (from Valkey).

A message only says what to look at again; the truth is always read from the API. Losing Valkey costs the fine
progress, losing the connection costs nothing: the page polls.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg
import valkey.asyncio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from valkey.exceptions import ValkeyError

from ytempire.accounts.http.gate import require_own_origin, signed_in
from ytempire.kit.database import listening
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.production.progress import PROGRESS_CHANNEL

log = get_logger(__name__)
router = APIRouter()
RECONNECT_S = 1.0
REFUSED = 4401  # application code: not signed in


class Broadcaster:
    """One listener on PostgreSQL and one on Valkey for all open pages."""

    def __init__(self, database_url: str, cache: valkey.asyncio.Valkey) -> None:
        self._database_url = database_url
        self._cache = cache
        self._pages: set[asyncio.Queue[dict[str, Any]]] = set()
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
            await asyncio.sleep(RECONNECT_S)

    async def _changes(self) -> None:
        async with listening(self._database_url, "workflow_changed") as connection:
            async for notification in connection.notifies():
                self._send({"type": "run_changed", "data": {"run_id": notification.payload}})

    async def _progress(self) -> None:
        async with self._cache.pubsub() as pubsub:
            await pubsub.subscribe(PROGRESS_CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    run_id, step, fraction = message["data"].decode().split(" ")
                    self._send(
                        {"type": "step_progress", "data": {"run_id": run_id, "step": step, "progress": float(fraction)}}
                    )

    def _send(self, message: dict[str, Any]) -> None:
        for page in self._pages:
            with contextlib.suppress(asyncio.QueueFull):  # a page that does not read polls when it wakes
                page.put_nowait(message)

    @contextlib.asynccontextmanager
    async def subscription(self) -> Any:
        page: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)
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
        await signed_in(socket)
    except YtempireError as error:
        await socket.close(REFUSED, error.message)
        return
    broadcaster: Broadcaster = socket.app.state.broadcaster
    async with broadcaster.subscription() as page:
        reader = asyncio.create_task(_until_closed(socket))
        sender = asyncio.create_task(_send_all(socket, page))
        await asyncio.wait({reader, sender}, return_when=asyncio.FIRST_COMPLETED)
        for task in (reader, sender):
            task.cancel()
        await asyncio.gather(reader, sender, return_exceptions=True)


async def _until_closed(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _send_all(socket: WebSocket, page: asyncio.Queue[dict[str, Any]]) -> None:
    for seq in count(1):
        message = await page.get()
        await socket.send_json({"seq": seq, "time": datetime.now(UTC).isoformat(), **message})
