"""`ytempire db doctor` as a command: what it prints, and its exit status."""

from __future__ import annotations

import json
import os
import subprocess

import psycopg

from tests.conftest import Database
from tests.forked_process import ytempire
from ytempire.kit.database import conninfo
from ytempire.runtime.home import Home


def run_checks(database: Database, home: Home, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "YTEMPIRE_HOME": str(home.root),
        "YTEMPIRE_DATABASE__URL": database.app_url,
        "YTEMPIRE_DATABASE__OWNER_URL": database.owner_url,
        "YTEMPIRE_CACHE__URL": "redis://localhost:1/0",  # no command of ours asks the cache here
        **changed,
    }
    return ytempire(
        "db", "doctor", *arguments, environment={name: value for name, value in environment.items() if value}
    )


def test_doctor_on_new_database_finds_no_problem(database: Database, server_home: Home) -> None:
    done = run_checks(database, server_home, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"], done.stderr) == (0, True, "")
    assert {tuple(finding) for finding in document["findings"]} == {("check", "status", "detail", "remedy")}
    done = run_checks(database, server_home)
    assert done.returncode == 0
    assert done.stdout.startswith("✓ migrations: At ")
    assert done.stdout.endswith("\nNo problem, no warning.\n")


def test_doctor_problem_is_printed_with_remedy_and_exit_1(database: Database, server_home: Home) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("ALTER TABLE core.videos ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
    done = run_checks(database, server_home)
    assert done.returncode == 1
    assert (
        "✗ row-level security: core.videos has row-level security that is not forced: its owner passes by it.\n"
        "  ALTER TABLE core.videos FORCE ROW LEVEL SECURITY\n"
    ) in done.stdout
    assert done.stdout.endswith("\n1 problem, no warning.\n")
    done = run_checks(database, server_home, "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["ok"] is False
    assert [one["check"] for one in document["findings"] if one["status"] == "critical"] == ["row-level security"]


def test_doctor_without_owner_url_names_variable(database: Database, server_home: Home) -> None:
    done = run_checks(database, server_home, YTEMPIRE_DATABASE__OWNER_URL="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "YTEMPIRE_DATABASE__OWNER_URL" in done.stderr
    assert "Traceback" not in done.stderr
