"""`up`, a second `up`, `status`, `down`, and what a stranger on the machine can read."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time

import pytest

from tests.long.conftest import Installation

pytestmark = pytest.mark.long


def test_up_second_start_is_refused_and_first_continues(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    for arguments in (("up", "--detach", "--no-demo"), ("up", "--no-demo")):
        second = installation.run(*arguments, check=False)
        assert second.returncode == 1
        assert "already running" in second.stderr
    assert installation.json("status")["running"] is True
    installation.run("down")
    assert installation.processes() == []


def test_up_on_port_in_use_names_next_port(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    other = Installation(installation.root.with_name(f"{installation.root.name}-2"), installation.port)
    try:
        done = other.run("up", "--detach", "--no-demo", check=False)
        assert done.returncode == 1
        assert f"127.0.0.1:{installation.port} cannot be used" in done.stderr
        assert f"YTEMPIRE_API__PORT={installation.port + 1}" in done.stderr
        assert other.processes() == []
    finally:
        shutil.rmtree(other.root, ignore_errors=True)


def test_installation_files_are_private_and_contain_no_sign_in_link(new_installation: Installation) -> None:
    new_installation.run("up", "--detach", "--no-demo")
    for name in ("objects", "work", "models", "logs"):
        assert stat.S_IMODE((new_installation.root / name).stat().st_mode) == 0o700
    link = new_installation.json("status", "--link")["link"]
    without_code, _, code = link.partition("code=")
    path = without_code.rpartition("/")[2]
    assert path
    assert code
    for log in (new_installation.root / "logs").iterdir():
        assert f"{path}code=" not in log.read_text(errors="replace")


def test_up_interrupted_while_starting_leaves_no_processes(new_installation: Installation) -> None:
    process = new_installation.start("up", "--no-demo")
    deadline = time.monotonic() + 60
    while not new_installation.home.lock.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=180)
    assert process.returncode in {0, 130}
    assert new_installation.processes() == []
    new_installation.run("up", "--detach", "--no-demo")
