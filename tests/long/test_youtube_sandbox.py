"""`ytempire up` brings a YouTube along while there is no real project; it is the same one after whatever happens."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.long.conftest import Installation

pytestmark = pytest.mark.long


def projects(installation: Installation) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = installation.json("youtube", "project", "list")["items"]
    return listed


def test_sandbox_project_is_registered_once_and_survives_kill(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    status = installation.json("status")
    assert status["sandbox"].startswith("http://127.0.0.1:")
    assert "nothing there is real" in installation.run("status").stdout
    [first] = projects(installation)
    assert (first["is_sandbox"], first["api_root"]) == (True, status["sandbox"])

    made = installation.json("channels", "connect", "Clear Signal")
    assert (made["is_sandbox"], made["connection"]["title"]) == (True, "Clear Signal")
    assert "[sandbox] Clear Signal" in installation.run("channels", "list").stdout
    [quota] = installation.json("youtube", "quota")["items"]
    assert {one["bucket"]: one["used"] for one in quota["buckets"]}["units"] == 1

    os.kill(status["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while installation.processes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    down = installation.run("channels", "check", "Clear Signal", check=False)
    assert (down.returncode, "The sandbox: " in down.stderr) == (1, True)

    installation.run("up", "--detach", "--no-demo")
    [second] = projects(installation)
    assert (second["id"], second["client_id"]) == (first["id"], first["client_id"])
    assert installation.json("channels", "check", "Clear Signal")["status"] == "connected"
    installation.run("channels", "disconnect", "Clear Signal")
    assert installation.json("channels", "connect", "Clear Signal")["connection"]["status"] == "connected"


def test_real_project_replaces_sandbox(installation: Installation, tmp_path: Path) -> None:
    installation.run("up", "--detach", "--no-demo")
    file = tmp_path / "client.json"
    config = {"client_id": "1-real.apps.googleusercontent.com", "client_secret": "GOCSPX-real-secret"}
    file.write_text(json.dumps({"web": {**config, "token_uri": "https://oauth2.googleapis.com/token"}}))
    added = installation.run("youtube", "project", "create", str(file))
    assert "GOCSPX" not in added.stdout + added.stderr
    again = installation.run("youtube", "project", "create", str(file), check=False)
    assert "A project with this client is there already." in again.stderr
    installation.run("down")
    installation.run("up", "--detach", "--no-demo")
    assert installation.json("status")["sandbox"] is None
    asked = installation.json("channels", "connect", "Clear Signal")
    assert (asked["is_sandbox"], asked["connection"]) == (False, None)
    assert asked["authorization_url"].startswith("https://accounts.google.com/o/oauth2/v2/auth?client_id=1-real")
    for log in (installation.root / "logs").iterdir():
        assert "GOCSPX" not in log.read_text(errors="replace")
