"""Maintenance in the supervised tree: it does its work, comes back when it is killed, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
import pytest

from tests.long.conftest import Installation
from ytempire.database.maintenance.schedule import TASKS

pytestmark = pytest.mark.long

OWNER_URL = "YTEMPIRE_DATABASE__OWNER_URL"


def wait_until(holds: Callable[[], object], timeout_s: float = 180) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def completed(installation: Installation) -> int:
    [(count,)] = installation.query("SELECT count(*) FROM core.maintenance_log WHERE outcome = 'completed'")
    return int(count)


def test_maintenance_completes_and_alone_has_owner_url(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    wait_until(lambda: completed(installation) == len(TASKS))
    [(report,)] = installation.query("SELECT details FROM core.maintenance_log WHERE task = 'doctor'")
    assert [one for one in report["findings"] if one["status"] == "critical"] == []
    assert {one["task"]: one["is_due"] for one in installation.json("maintenance", "list")["tasks"]} == {
        task.name: False for task in TASKS
    }
    for service, has_it in (("serve", False), ("worker", False), ("maintenance", True)):
        pid = installation.pid(service)
        assert pid is not None
        assert (OWNER_URL in psutil.Process(pid).environ()) is has_it, service
    installation.run("down")
    assert installation.processes() == []


def test_maintenance_killed_restarts_and_completes_tasks(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    pid = installation.pid("maintenance")
    assert pid is not None
    psutil.Process(pid).kill()  # while it does what is due for the first time
    wait_until(lambda: installation.pid("maintenance") not in {None, pid})
    wait_until(lambda: completed(installation) == len(TASKS))
    state = installation.state()
    assert state is not None
    assert state.restarts["maintenance"] == 1
    supervisor = psutil.Process(state.pid)
    supervisor.kill()
    supervisor.wait(timeout=10)
    wait_until(lambda: installation.processes() == [])
