"""A Valkey to be emptied, killed and started again, and a relay before it that loses what it is told to lose."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from pathlib import Path
from typing import Literal, Self

import valkey

from ytempire.kit.processes import die_with_parent_command
from ytempire.runtime.home import Home
from ytempire.runtime.valkey import EmbeddedValkey


class Server:
    """A Valkey of one's own, to be emptied, killed and started again."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self._command = EmbeddedValkey(home).start_command()
        self._command[self._command.index("--unixsocket") + 1] = str(self.socket)
        self._command[self._command.index("--dir") + 1] = str(folder)
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self._process = subprocess.Popen(die_with_parent_command(self._command), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        with valkey.Valkey.from_url(self.url) as client:
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except valkey.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise AssertionError("Valkey did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def empty(self) -> None:
        with valkey.Valkey.from_url(self.url) as client:
            client.flushall()


Fault = Literal["cut", "lose answers", "hold"]


class Relay:
    """Passes connections on to a server. A fault befalls the next connection that writes counters, once.

    cut: `byte_count` bytes arrive, and the connection ends. lose answers: all arrives, and the connection ends before
    an answer. hold: nothing arrives until `release_held`, whatever becomes of the client.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self.socket = server.socket.with_name("relay.sock")
        self.fault: Fault | None = None
        self.byte_count = 0
        self._held: tuple[asyncio.StreamReader, asyncio.StreamWriter, bytearray] | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    async def __aenter__(self) -> Self:
        self.socket.unlink(missing_ok=True)
        self._relay = await asyncio.start_unix_server(self._pass_on, self.socket)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._relay.close()
        for writer in self._writers:
            writer.close()
        for writer in self._writers:
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def release_held(self) -> bool:
        """Send what was held; whether the server took it."""
        assert self._held is not None
        reader, writer, held = self._held
        assert held
        with contextlib.suppress(ConnectionError):
            writer.write(bytes(held))
            await writer.drain()
            return await reader.read(1) != b""
        return False

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            up_reader, up_writer = await asyncio.open_unix_connection(self._server.socket)
        except OSError:
            writer.close()
            return
        self._writers.add(up_writer)
        answers = asyncio.create_task(_copy(up_reader, writer))
        try:
            await self._pass_requests(reader, up_reader, up_writer, answers)
        except OSError:
            up_writer.close()
        finally:
            answers.cancel()
            writer.close()

    async def _pass_requests(
        self,
        reader: asyncio.StreamReader,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
        answers: asyncio.Task[None],
    ) -> None:
        fault: Fault | None = None
        while data := await reader.read(2**16):
            if fault is None and self.fault is not None and b"HSET" in data:
                fault, self.fault = self.fault, None
                if fault == "hold":
                    answers.cancel()
                    self._held = up_reader, up_writer, bytearray()
            if fault == "hold":
                assert self._held is not None
                self._held[2].extend(data)
                continue
            up_writer.write(data[: self.byte_count] if fault == "cut" else data)
            await up_writer.drain()
            if fault == "lose answers":
                answers.cancel()
                await up_reader.read(1)
            if fault is not None:
                break
        if fault != "hold":
            up_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    writer.close()
