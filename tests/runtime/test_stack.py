"""Taken ports, locks, old folders, full disks: each is one sentence that says what to do."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ytempire.runtime.home import Home, server_user
from ytempire.runtime.postgres import EmbeddedPostgres, PostgresUnusable
from ytempire.runtime.stack import Stack, StackError, read_state, require_free_port
from ytempire.settings import Api, Machine, Settings


@pytest.fixture
def home() -> Iterator[Home]:
    # as root, the server user must reach it; pytest's own folders are closed to others
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        home = Home(Path(folder) / "home", server_user(Settings()))
        home.prepare()
        yield home


def test_require_free_port_in_use_suggests_next_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=f"127.0.0.1:{port} cannot be used: address already in use") as raised:
            require_free_port("127.0.0.1", port)
    assert f"YTEMPIRE_API__PORT={port + 1}" in str(raised.value.hint)


async def test_stack_second_start_in_same_home_is_refused(home: Home) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys, time; file = open(sys.argv[1], 'ab');"
            "fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); time.sleep(60)",
            str(home.lock),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        settings = Settings(home=home.root, machine=Machine(lock_timeout=timedelta(seconds=0.3)))
        with pytest.raises(StackError, match="already running"):
            await Stack(settings, with_api=False).start()
    finally:
        holder.kill()
        holder.communicate()


async def test_read_state_with_unheld_lock_is_stale(home: Home) -> None:
    home.lock.write_bytes(b"")
    home.state.write_text(
        json.dumps(
            {
                "pid": os.getpid(),
                "endpoints": dict.fromkeys(("database_url", "owner_url", "worker_url", "cache_url", "api_url"), "x"),
                "processes": {},
                "restarts": {},
            }
        )
    )
    assert read_state(home) is None
    with home.lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found = read_state(home)
    assert found is not None
    assert found.pid == os.getpid()


def test_read_state_of_other_version_is_refused_with_hint(home: Home) -> None:
    home.state.write_text(json.dumps({"pid": 4711, "endpoints": {"database_url": "x"}}))
    home.lock.write_bytes(b"")
    with home.lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StackError, match="another version") as raised:
            read_state(home)
    assert "kill 4711" in str(raised.value.hint)


def test_postgres_folder_of_older_version_is_refused_and_kept(home: Home) -> None:
    home.postgres.mkdir()
    (home.postgres / "PG_VERSION").write_text("15\n")
    (home.postgres / "precious").write_text("data")
    with pytest.raises(PostgresUnusable, match="is of PostgreSQL 15; this version has 18") as raised:
        EmbeddedPostgres(home).initialise()
    assert "YTEMPIRE_HOME" in str(raised.value.hint)
    assert (home.postgres / "precious").read_text() == "data"


async def test_stack_start_on_full_disk_is_refused(home: Home) -> None:
    settings = Settings(
        home=home.root, api=Api(port=1), machine=Machine(min_free_mb=10**12)
    )  # no disk has an exabyte free
    full = Stack(settings, with_api=True)
    with pytest.raises(StackError, match="MB are free on the disk"):
        await full.start()
    await full.stop()
    assert not home.postgres.exists()


def test_postgres_initialise_after_kill_starts_over(home: Home) -> None:
    half = home.postgres.with_name("postgres.part")
    half.mkdir()
    (half / "base").write_text("half a cluster")
    postgres = EmbeddedPostgres(home)
    postgres.initialise()
    assert (home.postgres / "PG_VERSION").read_text().strip() == "18"
    assert not half.exists()
    # a process number that another program has by now
    (home.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n")
    postgres.initialise()
    assert not (home.postgres / "postmaster.pid").exists()
