"""Where the sandbox of an installation is: at the port that was set, else where it was."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import Database
from tests.forked_process import ForkedProcess
from tests.sandbox.conftest import free_port
from ytempire.kit.errors import Conflict
from ytempire.runtime import sandbox
from ytempire.runtime.home import Home, server_user
from ytempire.settings import Settings


async def address(database: Database, folder: Path) -> str | None:
    return await sandbox.address_for(Settings(), Home(folder, server_user(Settings())), database.app_url)


async def test_sandbox_uses_configured_port(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("YTEMPIRE_SANDBOX__PORT", str(port))
    assert await address(database, tmp_path) == f"http://127.0.0.1:{port}/"


async def test_sandbox_configured_port_in_use_is_conflict(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("YTEMPIRE_SANDBOX__PORT", str(port))
        with pytest.raises(Conflict, match=f"127.0.0.1:{port} of the sandbox is already in use") as raised:
            await address(database, tmp_path)
    assert f"YTEMPIRE_SANDBOX__PORT={port + 1}" in str(raised.value.hint)


async def test_sandbox_without_configured_port_uses_free_port(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two installations on a machine start side by side."""
    monkeypatch.delenv("YTEMPIRE_SANDBOX__PORT", raising=False)
    found = await address(database, tmp_path)
    assert found is not None
    assert found.startswith("http://127.0.0.1:")


def test_sandbox_module_alone_uses_configured_port(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "YTEMPIRE_SANDBOX__PORT": str(port)}
    with ForkedProcess("ytempire.sandbox", str(tmp_path / "sandbox"), environment=environment) as running:
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/sandbox/clock")
            except httpx.TransportError:
                assert running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                break
    assert answer.headers["x-sandbox"] == "ytempire"
