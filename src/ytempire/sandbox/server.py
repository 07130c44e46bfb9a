"""Serving with uvicorn, so that a connection can be cut in the middle as a network does it."""

from __future__ import annotations

import asyncio
import socket
import struct

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Linger on, for zero seconds: closing sends a reset, and what was not sent is thrown away.
_RESET = struct.pack("ii", 1, 0)


class Connections:
    """The open connections by the address of who called; an ASGI application does not get to see them."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[HttpToolsProtocol]:
        """Uvicorn's own protocol, which tells of its connections here."""
        known = self._open

        class Known(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
                super().connection_made(transport)
                if self.client is not None:
                    known[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    known.pop(self.client, None)
                super().connection_lost(exc)

        return Known

    def cut(self, scope: Scope) -> None:
        """Reset the connection that a request came by. Raises RuntimeError where it was not served by `server`."""
        transport = self._open.get(tuple(scope["client"]))
        if transport is None:
            raise RuntimeError("This request did not come by a connection of the sandbox's own server.")
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()


def server(app: ASGIApp, connections: Connections, *, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=connections.protocol(),
        ws="none",
        proxy_headers=False,  # they would change the address by which a connection is known
        date_header=False,  # the answer's date is the sandbox's (app.py)
        server_header=False,
        access_log=False,
        log_level="warning",
    )
    return uvicorn.Server(config)
