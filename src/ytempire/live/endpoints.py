"""The socket of a page."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ytempire.accounts.http.authentication import (
    require_interactive_user,
    require_same_origin,
    require_user,
    sessions_of_request,
)
from ytempire.kit.database import is_session_ended_error
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.live.broadcaster import Broadcaster
from ytempire.live.stream import Stream, Subscriber

log = get_logger(__name__)
router = APIRouter()
# a permission that was given or taken, or a session that ended, counts here after so long at most
ACCESS_CHECK_INTERVAL_S = 15.0
REFUSED = 4401  # application code: not signed in


@router.websocket("/api/v1/live")
async def live(socket: WebSocket, after: str | None = None) -> None:
    """Messages `{id, type, seq, time, data}` of what changes on channels that I may see.

    `seq` grows; numbers that are left out were not for this page. A page that comes back with `?after=<id>` of the last
    message that it had is sent what it missed, or `resync` where that cannot be told any more: by another process, or
    too long ago. Without `after` the first message is `welcome`.
    """
    await socket.accept()
    try:
        require_same_origin(socket)
        await require_interactive_user(await require_user(socket))  # a key could not be ended while the socket is open
        subscriber = Subscriber(await _channels_of(socket))
    except YtempireError as error:
        await socket.close(REFUSED, error.message)
        return
    except DBAPIError as error:
        if not is_session_ended_error(error):
            raise
        await socket.close(REFUSED, "You are not signed in.")
        return
    broadcaster: Broadcaster = socket.app.state.broadcaster
    stream = broadcaster.stream
    stream.join(subscriber, after=after)
    try:
        await _serve(socket, subscriber, stream)
    finally:
        stream.leave(subscriber)


async def _serve(socket: WebSocket, subscriber: Subscriber, stream: Stream) -> None:
    looking = asyncio.create_task(_recheck_access(socket, subscriber))
    tasks = [
        asyncio.create_task(_until_closed(socket)),
        asyncio.create_task(_send_all(socket, subscriber, stream)),
        looking,
    ]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if looking in done:
        await socket.close(REFUSED, "You are not signed in.")


async def _channels_of(socket: WebSocket) -> frozenset[UUID] | None:
    """The channels that whoever sits there may hear of, as the database says; None for all."""
    async with sessions_of_request(socket).begin() as session:
        # the database knows the role of now, the token only that of when it was issued
        row = (await session.execute(text("SELECT core.sees_all(), core.channel_ids('read')"))).one()
        return None if row[0] else frozenset(row[1])


async def _recheck_access(socket: WebSocket, subscriber: Subscriber) -> None:
    """Follow what they may see; ends when their session has."""
    while True:
        await asyncio.sleep(ACCESS_CHECK_INTERVAL_S)
        try:
            subscriber.channels = await _channels_of(socket)
        except DBAPIError as error:
            if is_session_ended_error(error):
                return
            log.warning("live_permissions_read_failed", exc_info=True)  # the database is away: nothing is heard either


async def _until_closed(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _send_all(socket: WebSocket, subscriber: Subscriber, stream: Stream) -> None:
    while True:
        sent = await subscriber.next()
        serialized = stream.serialize(sent, subscriber.channels)
        if serialized is not None:
            await socket.send_json(serialized)
