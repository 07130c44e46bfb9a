"""The application on a port of its own, with people who come in, and their sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from ytempire.accounts import one_time_tokens
from ytempire.app import create_app
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.settings import Settings


class Served:
    def __init__(self, app: Any, port: int) -> None:
        self.app, self.port = app, port

    @asynccontextmanager
    async def person(self, sessions: Sessions, who: Subject) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who is signed in."""
        async with as_subject(sessions, SYSTEM).begin() as session:
            code = await one_time_tokens.issue(session, who.user_id, "sign_in_link", lifetime=timedelta(hours=1))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            assert (await client.get("/sign-in-link", params={"code": code})).status_code == 303
            yield client

    @asynccontextmanager
    async def socket(self, client: httpx.AsyncClient, after: str | None = None) -> AsyncIterator[ClientConnection]:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        query = f"?after={after}" if after is not None else ""
        async with connect(
            f"ws://127.0.0.1:{self.port}/api/v1/live{query}", additional_headers={"Cookie": cookies}, proxy=None
        ) as opened:
            yield opened


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Served]:
    app = create_app(settings)
    # of TCP by name, or asyncio would not turn off Nagle's algorithm, and each answer would take 40 ms
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=1)
        )
        task = asyncio.create_task(server.serve([listening]))
        while not server.started:
            assert not task.done()
            await asyncio.sleep(0.01)
        try:
            yield Served(app, listening.getsockname()[1])
        finally:
            server.should_exit = True
            await task


async def next_of(opened: ClientConnection, *kinds: str, within_s: float = 5) -> dict[str, Any]:
    """The next message of one of these kinds."""
    async with asyncio.timeout(within_s):
        while True:
            message: dict[str, Any] = json.loads(await opened.recv())
            if message["type"] in kinds:
                return message
