"""The log of API requests: written in batches beside the requests, which never wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.kit.logs import get_logger

log = get_logger(__name__)
FLUSH_INTERVAL_S = 1.0
MAX_PENDING = 10_000  # about ten seconds of a busy process; beyond, the oldest are given up and the log says how many
BATCH_SIZE = 1_000
# 35 minutes, which a video file over a slow line may take; what does not fit would hold up all others
MAX_DURATION_US = 2**31 - 1

_INSERT = text("""
    INSERT INTO core.api_requests (occurred_at, request_id, user_id, api_key_id, method, route, status, duration_us)
    SELECT * FROM unnest(CAST(:c0 AS timestamptz[]), CAST(:c1 AS text[]), CAST(:c2 AS uuid[]), CAST(:c3 AS uuid[]),
                         CAST(:c4 AS text[]), CAST(:c5 AS text[]), CAST(:c6 AS smallint[]), CAST(:c7 AS integer[]))
""")


class ServedRequest(NamedTuple):
    """One request, in the order of the table's columns."""

    occurred_at: datetime
    request_id: str
    user_id: UUID | None
    api_key_id: UUID | None
    method: str
    route: str
    status: int
    duration_us: int


class RequestLog:
    """Takes served requests and writes them once a second. Use `start` and `stop`."""

    def __init__(self, platform: Sessions, *, max_pending: int = MAX_PENDING) -> None:
        self._platform = platform
        self._max_pending = max_pending
        self._pending: deque[ServedRequest] = deque()
        self._given_up = 0
        self._task: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._writing = asyncio.Lock()

    def add(self, served: ServedRequest) -> None:
        if len(self._pending) >= self._max_pending:
            self._pending.popleft()
            self._given_up += 1
        self._pending.append(served)

    def start(self) -> None:
        self._task = asyncio.create_task(self._flush_forever(), name="request log")

    async def stop(self) -> None:
        """Write what waits and end."""
        self._ending.set()
        if self._task is not None:
            # not cancelled: what it is writing just now would be lost
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Write all that waits, also what is being written already; what the database does not take stays for the
        next time.
        """
        async with self._writing:
            if self._given_up:
                log.warning("request_log_write_failed", count=self._given_up)
                self._given_up = 0
            while self._pending and await self._flush_batch():
                pass

    async def _flush_batch(self) -> bool:
        batch = [self._pending.popleft() for _ in range(min(BATCH_SIZE, len(self._pending)))]
        columns = zip(*batch, strict=True)
        try:
            async with self._platform.begin() as session:
                await session.execute(_INSERT, {f"c{place}": list(column) for place, column in enumerate(columns)})
        except (SQLAlchemyError, OSError):
            log.warning("request_log_delayed", count=len(batch), exc_info=True)
            self._pending.extendleft(reversed(batch))
            return False
        return True

    async def _flush_forever(self) -> None:
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), FLUSH_INTERVAL_S)
            await self.flush()


class RequestLogMiddleware:
    """Notes every request to the API: who, which route, how it ended, how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        began_at, began = clock.now(), time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            requests: RequestLog | None = getattr(scope["app"].state, "requests", None)
            if requests is not None:
                subject = state.get("subject")
                requests.add(
                    ServedRequest(
                        occurred_at=began_at,
                        request_id=state.get("request_id", ""),
                        user_id=subject.user_id if subject else None,
                        api_key_id=state.get("api_key_id"),
                        method=scope["method"][:20],
                        # the template, so that ids make no million routes; the path says nothing where none matched
                        route=getattr(scope.get("route"), "path", "unknown"),
                        status=status,
                        duration_us=min(MAX_DURATION_US, round((time.perf_counter() - began) * 1e6)),
                    )
                )
