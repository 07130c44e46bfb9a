"""Start in order, restart what dies, stop in reverse."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from ytempire.runtime.supervisor import Service, ServiceFailed, Supervisor

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


async def always() -> bool:
    return True


def written(log: Path) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return log.exists() and "up" in log.read_text()

    return ready


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_supervisor_restarts_dead_service(tmp_path: Path) -> None:
    changes: list[int | None] = []
    supervisor = Supervisor(tmp_path, on_change=lambda: changes.append(supervisor.running[0].pid))
    await supervisor.start(Service("sleeper", SLEEPER, written(tmp_path / "sleeper.log")))
    first = supervisor.running[0].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: supervisor.running[0].restarts == 1 and supervisor.running[0].pid not in {None, first})
    second = supervisor.running[0].pid
    await supervisor.stop()
    assert second is not None
    assert not psutil.pid_exists(second)
    assert first in changes
    assert second in changes


async def test_supervisor_withholds_removed_environment_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What faces the network must not get the owner's address because whoever started the tree has it."""
    monkeypatch.setenv("YTEMPIRE_DATABASE__OWNER_URL", "postgresql://owner@/x")
    supervisor = Supervisor(tmp_path)
    removed_env = frozenset({"YTEMPIRE_DATABASE__OWNER_URL"})
    for name, without in (("api", removed_env), ("maintenance", frozenset[str]())):
        await supervisor.start(Service(name, SLEEPER, written(tmp_path / f"{name}.log"), removed_env=without))
    has_it = ["YTEMPIRE_DATABASE__OWNER_URL" in psutil.Process(one.pid).environ() for one in supervisor.running]
    await supervisor.stop()
    assert has_it == [False, True]


async def test_supervisor_failed_start_reports_last_output(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)

    async def never() -> bool:
        return False

    with pytest.raises(ServiceFailed, match="broken stopped during its start: no such luck"):
        await supervisor.start(Service("broken", [sys.executable, "-c", "raise SystemExit('no such luck')"], never))
    await supervisor.stop()


async def test_supervisor_kills_service_ignoring_sigterm(tmp_path: Path) -> None:
    stubborn = [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
    ]
    supervisor = Supervisor(tmp_path)
    await supervisor.start(Service("stubborn", stubborn, written(tmp_path / "stubborn.log"), stop_timeout_s=0.3))
    pid = supervisor.running[0].pid
    assert pid is not None
    await supervisor.stop()
    assert not psutil.pid_exists(pid)


async def test_supervisor_stops_services_in_reverse_order(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    supervisor = Supervisor(tmp_path)
    for name in ("database", "worker"):
        command = [sys.executable, "-c", NOTES_ITS_END, str(ended), name]
        await supervisor.start(Service(name, command, written(tmp_path / f"{name}.log")))
    await supervisor.stop()
    assert ended.read_text().split() == ["worker", "database"]


NOTES_ITS_END = """
import signal, sys, time

def stop(*_):
    with open(sys.argv[1], "a") as file:
        print(sys.argv[2], file=file)
    sys.exit()

signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
time.sleep(60)
"""
