"""How much a request's body may hold: looked at while it is read, before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi.exceptions import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_OWN = "max_body_bytes"


class BodyTooLarge(HTTPException):
    """Nothing of the body is kept. Of all errors FastAPI lets through only an HTTPException where it reads a body."""

    def __init__(self, largest: int) -> None:
        size = f"{largest / 2**20:.3g} MB" if largest >= 2**20 else f"{largest:,} bytes"
        super().__init__(413, f"The body of this request may have {size} at most.")


def max_body_bytes(size: int) -> Callable[[Endpoint], Endpoint]:
    """Give an endpoint a limit of its own, in bytes. Stands below the router's decorator."""

    def marked(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _OWN, size)
        return endpoint

    return marked


class BodyLimit:
    """Refuses bodies that are larger than `largest` bytes, or than their endpoint says.

    Plain ASGI. FastAPI's own limit answers in plain text, whatever our handlers make of it.
    """

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(scope, receive, send, self._largest)
        await self._app(scope, body.receive, body.send)


class _Body:
    def __init__(self, scope: Scope, receive: Receive, send: Send, largest: int) -> None:
        self._scope, self._receive, self._send, self._largest = scope, receive, send, largest
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "0")
        self._size = int(announced) if announced.isdecimal() else 0  # as announced, until more than that came in
        self._read = 0
        self._awaited = self._size > 0 or "transfer-encoding" in headers

    async def receive(self) -> Message:
        self._require_small()
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._size = max(self._size, self._read)
            self._awaited = message.get("more_body", False)
            self._require_small()
        return message

    def _require_small(self) -> None:
        # known only here: the routes were looked through after the middleware was entered
        largest = getattr(self._scope.get("endpoint"), _OWN, self._largest)
        if self._size > largest:
            raise BodyTooLarge(largest)

    async def send(self, message: Message) -> None:
        """Where an error is answered before the whole body came, the connection ends with it: nobody reads the rest."""
        if message["type"] == "http.response.start" and message["status"] >= 400 and self._awaited:
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)
