"""A separate installation for a bench, and the processor time of its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from ytempire.kit.errors import YtempireError
from ytempire.kit.processes import die_with_parent_command
from ytempire.runtime.home import Home
from ytempire.runtime.stack import StackState, read_state

HOST = "127.0.0.1"
PORT = 8729
START_S = 90.0
_SERVER_PROCESSES = ("checkpointer", "background writer", "walwriter", "autovacuum", "logical replication", "io worker")
"""As they call themselves in their titles; all others are sessions."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def fresh_home() -> Iterator[dict[str, str]]:
    """Return the environment of an installation whose data folder is new and goes at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="ytempire-bench-") as name:
        Path(name).chmod(0o711)  # as root the servers run as another user
        yield {**os.environ, "YTEMPIRE_HOME": str(Path(name) / "home"), "YTEMPIRE_API__PORT": str(PORT)}


@contextmanager
def running_tree(home: Home, environment: Mapping[str, str], port: int) -> Iterator[StackState]:
    """Start an installation without a demo for the block."""
    tree = subprocess.Popen(
        die_with_parent_command(
            [sys.executable, "-m", "ytempire", "up", "--no-demo", "--no-link"], on_parent_death=signal.SIGTERM
        ),
        env={**environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://{HOST}:{port}/healthz", tree, name="The installation")
        while (state := read_state(home)) is None:
            time.sleep(0.05)
        yield state
    finally:
        tree.terminate()
        tree.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], *, name: str) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass  # not yet
        if process.poll() is not None or time.monotonic() > deadline:
            raise YtempireError(f"{name} did not start.", hint="See the output of `ytempire up`.")
        time.sleep(0.05)


def cpu_s(root: psutil.Process) -> float:
    """Return the processor seconds of a process and its descendants, also of those that have ended."""
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # ended just now: its parent has it among its children's time
        total += used.user + used.system + used.children_user + used.children_system
    return total


def thread_cpu_s(process: psutil.Process) -> dict[str, float]:
    """Return the processor seconds of a process's first thread, which has its loop, and of all others together."""
    seconds = {thread.id: thread.user_time + thread.system_time for thread in process.threads()}
    return {"loop": seconds.pop(process.pid), "threads": sum(seconds.values())}


def server_cpu_s(postgres: psutil.Process) -> dict[str, float]:
    """Return the processor seconds of a PostgreSQL server by kind of its processes; of ended ones as `ended`."""
    own = postgres.cpu_times()
    seconds = defaultdict(float, postmaster=own.user + own.system, ended=own.children_user + own.children_system)
    for process in postgres.children():
        try:
            title, used = " ".join(process.cmdline()), process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        kind = next((kind for kind in _SERVER_PROCESSES if kind in title), "session")
        seconds[kind.replace(" ", "_")] += used.user + used.system
    return dict(seconds)
