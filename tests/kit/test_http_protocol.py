"""What strangers may send, over real sockets: limits, ends, and that a connection ends where it is said to."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, WebSocket
from pydantic import BaseModel
from websockets.asyncio.client import connect

from ytempire.kit.body_limit import BodyLimit, max_body_bytes
from ytempire.kit.errors import NotFound
from ytempire.kit.http import PROBLEM_TYPE, install_problems
from ytempire.kit.http_protocol import LimitedHttpProtocol

LARGEST = 100_000


class Impatient(LimitedHttpProtocol):
    request_timeout_s = 0.3


class Body(BaseModel):
    text: str


def application() -> FastAPI:
    app = FastAPI()
    app.add_middleware(BodyLimit, largest=LARGEST)
    install_problems(app)

    @app.post("/json")
    async def whole(body: Body) -> int:
        return len(body.text)

    @app.post("/large")
    @max_body_bytes(10 * LARGEST)
    async def large(request: Request) -> int:
        return sum([len(piece) async for piece in request.stream()])

    @app.post("/refused")
    async def refused() -> None:
        raise NotFound("There is no such thing.")

    @app.get("/bug")
    async def bug() -> None:
        raise ZeroDivisionError

    @app.websocket("/socket")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())

    return app


@asynccontextmanager
async def served(protocol: type[LimitedHttpProtocol]) -> AsyncIterator[int]:
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            application(), http=protocol, ws="websockets-sansio", log_config=None, server_header=False, lifespan="off"
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await task


@pytest.fixture(params=[LimitedHttpProtocol])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    async with served(request.param) as port:
        yield port


hurried = pytest.mark.parametrize("port", [Impatient], indirect=True)


class Answer:
    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        self.status = int(line.split()[1])
        self.headers = dict(header.lower().split(": ", 1) for header in headers)

    @property
    def problem(self) -> Any:
        assert self.headers["content-type"] == PROBLEM_TYPE
        return json.loads(self.body)


async def said(port: int, *parts: bytes) -> Answer:
    """Send this, do not end the connection, and read what comes until the other side ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(10):
            return Answer(await reader.read())
    finally:
        writer.close()


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: here", *headers, "", "")).encode()


JSON = "Content-Type: application/json"


async def test_body_announced_too_large_is_refused_unread(port: int) -> None:
    answer = await said(port, head("POST", "/json", JSON, "Content-Length: 300000000"), b'{"text": "')
    assert (answer.status, answer.problem["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"


async def test_body_chunked_over_limit_is_refused(port: int) -> None:
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    answer = await said(
        port, head("POST", "/json", JSON, "Transfer-Encoding: chunked"), *[chunk] * (LARGEST // 0x1000 + 1)
    )
    assert (answer.status, answer.problem["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999", "5, 6"])
async def test_content_length_invalid_is_refused(port: int, length: str) -> None:
    answer = await said(port, head("POST", "/json", JSON, f"Content-Length: {length}"), b"{}")
    assert answer.status in {400, 413}


async def test_body_limit_is_set_per_endpoint(port: int) -> None:
    data = b"x" * (LARGEST + 1)
    answer = await said(port, head("POST", "/large", f"Content-Length: {len(data)}", "Connection: close"), data)
    assert (answer.status, answer.body) == (200, str(len(data)).encode())
    assert (await said(port, head("POST", "/large", f"Content-Length: {10 * LARGEST + 1}"))).status == 413


@pytest.mark.parametrize(
    "sent",
    [
        [head("GET", "/json", "Cookie: " + "x" * 40_000)],
        [head("GET", "/json", *[f"X-{number}: {'x' * 300}" for number in range(130)])],
        [head("GET", "/" + "x" * 40_000)],
        [b"GET / HTTP/1.1\r\nCookie: ", *[b"x" * 1000] * 3000],
        [b"GET / HTTP/1.1\r\n", *[b"X-One: two\r\n" * 100] * 200],  # in few pieces: it lingers for 2 s
    ],
    ids=["one header", "many", "the address", "one without end", "many without end"],
)
async def test_headers_too_large_are_refused(port: int, sent: list[bytes]) -> None:
    answer = await said_while_read(port, sent)
    assert (answer.status, answer.problem["code"]) == (431, "headers_too_large")
    assert answer.headers["connection"] == "close"
    assert "server" not in answer.headers


async def said_while_read(port: int, sent: list[bytes]) -> Answer:
    """As `said`, where the other side may end the connection while we still send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in sent:
            writer.write(part)
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            return Answer(await reader.read())
    finally:
        writer.close()


async def test_bytes_that_are_not_http_are_refused(port: int) -> None:
    answer = await said(port, b"\x16\x03\x01 hello\r\n\r\n")
    assert (answer.status, answer.problem["code"]) == (400, "no_http")


@hurried
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: here\r\n",
        head("POST", "/json", JSON, "Content-Length: 20") + b'{"text"',
        head("POST", "/json", JSON, "Transfer-Encoding: chunked") + b"5\r\n{",
    ],
    ids=["nothing", "an empty line", "half a line", "half a head", "half a body", "half a chunk"],
)
async def test_incomplete_request_times_out(port: int, sent: bytes) -> None:
    answer = await said(port, sent)
    assert (answer.status, answer.problem["code"]) == (408, "request_timeout")
    assert answer.headers["connection"] == "close"


@hurried
async def test_incomplete_request_on_kept_connection_times_out(port: int) -> None:
    body = b'{"text": "abc"}'
    whole = head("POST", "/json", JSON, f"Content-Length: {len(body)}") + body
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(whole)
    first = await reader.readuntil(b"\r\n\r\n3")
    assert first.startswith(b"HTTP/1.1 200 ")
    writer.write(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(10):
        assert Answer(await reader.read()).status == 408
    writer.close()


@hurried
async def test_slow_steady_body_is_accepted(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head("POST", "/large", "Content-Length: 10000", "Connection: close"))
    for _ in range(10):
        # twice the timeout altogether: 1,000 bytes give it two seconds
        await asyncio.sleep(Impatient.request_timeout_s / 5)
        writer.write(b"x" * 1000)
    answer = Answer(await reader.read())
    assert (answer.status, answer.body) == (200, b"10000")
    writer.close()


@hurried
async def test_websocket_outlives_request_timeout(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/socket", proxy=None) as opened:
        await asyncio.sleep(2 * Impatient.request_timeout_s)
        await opened.send("still there")
        assert await opened.recv() == "still there"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (head("GET", "/bug"), 500),
        (head("POST", "/refused", "Content-Length: 50") + b"some", 404),
        (head("POST", "/json", JSON, "Content-Length: 200000"), 413),
    ],
    ids=["a bug", "an unread body", "too large"],
)
async def test_connection_close_is_announced_and_done(port: int, sent: bytes, status: int) -> None:
    answer = await said(port, sent)
    assert (answer.status, answer.headers["connection"]) == (status, "close")


async def test_error_after_complete_body_keeps_connection(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(head("POST", "/json", JSON, "Content-Length: 2") + b"{}")
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 422 ")
        assert b"connection: close" not in answer
        await reader.readexactly(int(answer.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
    writer.close()
