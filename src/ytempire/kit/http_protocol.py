"""Serving with uvicorn, to strangers: a request's head has a limit, and one that does not come to its end is ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ytempire.kit.http import PROBLEM_TYPE, Problem
from ytempire.kit.security_headers import PLAIN


class _HeadTooLarge(Exception):
    """Ends the parser's work; uvicorn hears of a request that it cannot read."""


class _Transport:
    """A transport whose `close` waits a little for whoever still sends.

    Otherwise what is in the socket unread makes a reset of it, and many clients then throw our answer away.
    """

    linger_s = 2.0

    def __init__(self, transport: asyncio.Transport, still_comes: Callable[[], bool]) -> None:
        self._transport = transport
        self._still_comes = still_comes
        self._lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._lingers or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing():
            return
        if not (self._still_comes() and self._transport.can_write_eof()):
            self._transport.close()
            return
        self._lingers = True
        self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(self.linger_s, self._transport.close)


class LimitedHttpProtocol(HttpToolsProtocol):
    """Uvicorn's protocol over httptools, which has no such limits itself."""

    # Bytes of a request's line and headers: cookies and a token have 3 KB, nginx's limit is as large.
    max_head_bytes = 32 * 1024
    # A request may take so long, and a second more for each `min_bytes_per_s` bytes of it (as Apache's reqtimeout has
    # it): a slow line brings a large delivery, and a byte now and then holds no connection.
    request_timeout_s = 20.0
    min_bytes_per_s = 500

    _head = 0  # bytes of the present head that are understood
    _unread_head = 0  # bytes that came for it, where a line of it has no end yet
    _in_head = False
    _too_large = False
    _timer: asyncio.TimerHandle | None = None  # of a request that is not whole yet
    _began = 0.0
    _came = 0

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._arm()  # whatever comes begins a request, or goes on with one
        self._came += len(data)
        was_in_head = self._in_head
        super().data_received(data)
        if was_in_head and self._in_head and not self.transport.is_closing():
            self._unread_head += len(data)
            if self._unread_head > self.max_head_bytes:
                self._refuse_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head, self._unread_head = True, 0, 0
        self._arm()

    def on_url(self, url: bytes) -> None:
        self._count_head(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(name, value)
        super().on_header(name, value)

    def _count_head(self, *parts: bytes) -> None:
        self._head += sum(map(len, parts))
        if self._head > self.max_head_bytes:
            self._too_large = True
            raise _HeadTooLarge

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._disarm()
        super().on_message_complete()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        guarded = _Transport(transport, lambda: self._timer is not None)
        super().connection_made(guarded)  # type: ignore[arg-type]  # it is one by its attributes
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._disarm()
        super().handle_websocket_upgrade()

    def _arm(self) -> None:
        if self._timer is None:
            self._began, self._came = self.loop.time(), 0
            self._timer = self.loop.call_later(self.request_timeout_s, self._check_progress)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check_progress(self) -> None:
        left_s = self._began + self.request_timeout_s + self._came / self.min_bytes_per_s - self.loop.time()
        if self.flow.read_paused:  # it is we who do not read on
            self._disarm()
            self._arm()
        elif left_s > 0:
            self._timer = self.loop.call_later(left_s, self._check_progress)
        else:
            self._refuse(408, "request_timeout", "The request did not come to its end in time.", "Send it again.")

    def send_400_response(self, msg: str) -> None:
        if self._too_large:
            self._refuse_head()
        else:
            self._refuse(400, "no_http", "This is no HTTP request that can be understood.", "Use an HTTP client.")

    def _refuse_head(self) -> None:
        self._refuse(
            431,
            "headers_too_large",
            f"Address and headers of a request may have {self.max_head_bytes // 1024} KB.",
            "Send less in cookies, headers and the address.",
        )

    def _refuse(self, status: int, code: str, detail: str, hint: str) -> None:
        """Answer in place of the application, and end the connection."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            title = STATUS_LINE[status].split(b" ", 2)[2].decode().strip()
            problem = Problem(title=title, status=status, detail=detail, code=code, hint=hint, request_id=str(uuid4()))
            body = problem.model_dump_json(exclude_none=True).encode()
            headers = [
                *self.server_state.default_headers,
                (b"content-type", PROBLEM_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
                *((name.encode(), value.encode()) for name, value in PLAIN.items()),
            ]
            lines = b"".join(b"%s: %s\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        self.transport.close()
        self._disarm()
