"""What carries a request: once, whatever happens to the connection, and to whom it is meant for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from tests.sandbox.conftest import free_port
from ytempire.youtube.errors import YouTubeRefused
from ytempire.youtube.projects import Project
from ytempire.youtube.transport import HttpTransport, NoResponse, NotSent

GOOGLE = Project(
    id=uuid4(),
    name="Real",
    client_id="c",
    client_secret="kept to itself",
    is_sandbox=False,
    api_root=None,
    is_testing=False,
    declared_client=None,
    allowances={},
)


@dataclass
class Curt:
    """Takes a request and says this, or closes without a word."""

    says: bytes = b""
    taken: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.says)
        writer.close()


@pytest.fixture
async def http() -> AsyncIterator[HttpTransport]:
    async with HttpTransport() as one:
        yield one


async def test_send_with_connection_closed_is_not_repeated(http: HttpTransport) -> None:
    curt = Curt()
    async with await asyncio.start_server(curt.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NoResponse, match="did not answer"):
            await http.send(GOOGLE, "POST", f"http://127.0.0.1:{port}/upload?upload_id=secret")
    assert len(curt.taken) == 1


async def test_send_error_contains_no_secret(http: HttpTransport) -> None:
    with pytest.raises(NotSent) as raised:
        await http.send(GOOGLE, "PUT", f"http://127.0.0.1:{free_port()}/upload?upload_id=secret")
    assert "secret" not in str(raised.value)
    assert "kept to itself" not in repr(GOOGLE)


async def test_send_to_real_service_refuses_sandbox_response(http: HttpTransport) -> None:
    curt = Curt(b"HTTP/1.1 200 OK\r\nX-Sandbox: ytempire\r\nContent-Length: 2\r\n\r\n{}")
    async with await asyncio.start_server(curt.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(YouTubeRefused, match="for the real YouTube"):
            await http.send(GOOGLE, "GET", f"http://127.0.0.1:{port}/")


async def test_send_over_time_limit_raises_no_response(http: HttpTransport) -> None:
    held = asyncio.Event()

    async def wait(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NoResponse):
            await http.send(GOOGLE, "GET", f"http://127.0.0.1:{port}/", within_s=0.05)
        held.set()
