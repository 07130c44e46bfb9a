"""`ytempire serve` with several processes: they answer, they stop when told to, and none outlives its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import Database


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def served(database: Database, cache_url: str, tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ytempire", "serve"],
            env={
                **os.environ,
                "YTEMPIRE_HOME": str(tmp_path / "home"),
                "YTEMPIRE_DATABASE__URL": database.app_url,
                "YTEMPIRE_CACHE__URL": cache_url,
                "YTEMPIRE_API__PORT": str(port),
                "YTEMPIRE_API__WORKERS": "2",
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def wait_until_served(process: subprocess.Popen[bytes], port: int) -> list[psutil.Process]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    children = psutil.Process(process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_serve_two_processes_answer_and_stop_cleanly(served: subprocess.Popen[bytes], port: int) -> None:
    workers = wait_until_served(served, port)
    assert len(workers) == 2
    answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    served.terminate()
    assert served.wait(timeout=30) in {0, -signal.SIGTERM}
    assert not [worker for worker in workers if worker.is_running()]


@pytest.mark.parametrize("how", ["Content-Length: 300000000", "Transfer-Encoding: chunked"])
def test_serve_large_unauthenticated_body_keeps_memory_small(
    served: subprocess.Popen[bytes], port: int, how: str
) -> None:
    workers = wait_until_served(served, port)
    before = sum(worker.memory_info().rss for worker in workers)
    megabyte = b"x" * 2**20
    piece = b"%x\r\n%s\r\n" % (len(megabyte), megabyte) if "chunked" in how else megabyte
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(
            b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + how.encode()
            + b"\r\n\r\n"
        )
        with contextlib.suppress(ConnectionError):
            for _ in range(300):
                line.sendall(piece)
        answer = line.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nconnection: close\r\n" in answer
    assert b"\r\nserver: " not in answer
    assert b"body_too_large" in answer
    assert sum(worker.memory_info().rss for worker in workers) - before < 50 * 2**20


def test_serve_killed_parent_ends_worker_processes(served: subprocess.Popen[bytes], port: int) -> None:
    workers = wait_until_served(served, port)
    served.kill()
    served.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
