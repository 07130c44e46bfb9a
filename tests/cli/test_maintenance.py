"""`ytempire maintenance` as a command: what it lists, what it does, and its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg

from tests import forked_process
from tests.conftest import Database
from ytempire.database.maintenance.schedule import TASKS
from ytempire.database.partitions.listing import list_partitions
from ytempire.kit.database import conninfo
from ytempire.runtime.home import Home


def environment(database: Database, home: Home, **changed: str) -> dict[str, str]:
    given = {
        **os.environ,
        "YTEMPIRE_HOME": str(home.root),
        "YTEMPIRE_DATABASE__URL": database.app_url,
        "YTEMPIRE_DATABASE__OWNER_URL": database.owner_url,
        "YTEMPIRE_CACHE__URL": "redis://localhost:1/0",  # no command of ours asks the cache here
        **changed,
    }
    return {name: value for name, value in given.items() if value}


def ytempire(database: Database, home: Home, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    return forked_process.ytempire("maintenance", *arguments, environment=environment(database, home, **changed))


def test_maintenance_run_completes_tasks_and_list_shows_them(database: Database, server_home: Home) -> None:
    tasks = json.loads(ytempire(database, server_home, "list", "--json").stdout)["tasks"]
    assert [(one["task"], one["is_due"], one["last"]) for one in tasks] == [(one.name, True, None) for one in TASKS]
    done = ytempire(database, server_home, "run", "queue")
    assert (done.returncode, done.stdout, done.stderr) == (0, "✓ queue: removed: 0\n", "")
    done = ytempire(database, server_home, "run", "--json")
    assert done.returncode == 0
    assert [(one["task"], one["outcome"]) for one in json.loads(done.stdout)["runs"]] == [
        (one.name, "completed") for one in TASKS
    ]
    listed = ytempire(database, server_home, "list")
    assert listed.returncode == 0
    assert listed.stdout.count(" completed ") == len(TASKS)
    assert "due in 6 h" in listed.stdout


def test_maintenance_run_failed_task_is_printed_and_exits_with_1(database: Database, server_home: Home) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        for one in list_partitions(owner, "core.api_requests"):
            owner.execute(f"DROP TABLE core.{one.name}; CREATE TABLE core.{one.name} (in_the_way int)".encode())
    done = ytempire(database, server_home, "run", "partitions")
    assert done.returncode == 1
    assert done.stdout.startswith("✗ partitions: 1 could not be done, first of all core.api_requests: ")
    assert "Traceback" not in done.stdout + done.stderr


def test_maintenance_unknown_task_or_missing_owner_url_exits_with_1(database: Database, server_home: Home) -> None:
    unknown = ytempire(database, server_home, "run", "vacuum")
    assert unknown.returncode == 1
    assert "There is no task vacuum" in unknown.stderr
    assert "partitions, trail" in unknown.stderr
    for command in ("list", "run", "serve"):
        done = ytempire(database, server_home, command, YTEMPIRE_DATABASE__OWNER_URL="")
        assert (done.returncode, done.stdout) == (1, "")
        assert "YTEMPIRE_DATABASE__OWNER_URL" in done.stderr


def test_maintenance_serve_runs_due_tasks_idles_cheaply_and_stops_on_sigterm(
    database: Database, server_home: Home
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ytempire", "maintenance", "serve"],
        env=environment(database, server_home),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
            while owner.execute("SELECT count(*) FROM core.maintenance_log WHERE outcome = 'completed'").fetchone() != (
                len(TASKS),
            ):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            watched = psutil.Process(process.pid)
            while watched.children():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            # it waits for hours, without what examines and rebuilds, and without a connection
            assert watched.memory_info().rss < 80_000_000
            connections = (
                "SELECT FROM pg_stat_activity WHERE application_name = 'ytempire-maintenance'"
                " AND datname = current_database()"  # other tests do maintenance of other databases
            )
            while owner.execute(connections).fetchall():
                assert time.monotonic() < deadline
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=15)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert '"event": "maintenance_stopped"' in said
