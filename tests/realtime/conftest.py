"""A Valkey for tests that empty, kill and fill it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.realtime.servers import Relay, Server
from ytempire.runtime.home import Home


@pytest.fixture
def server(server_home: Home, tmp_path: Path) -> Iterator[Server]:
    one = Server(server_home, tmp_path)
    yield one
    one.kill()


@pytest.fixture
async def relay(server: Server) -> AsyncIterator[Relay]:
    async with Relay(server) as one:
        yield one
