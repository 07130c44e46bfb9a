"""The database's health over HTTP: what maintenance stored, figures of now, and for administrators alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.database.maintenance import runner
from ytempire.database.maintenance.schedule import TASKS
from ytempire.kit import clock
from ytempire.kit.database import conninfo

HEALTH = "/api/v1/database/health"


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as client:
        yield client


async def test_health_before_first_maintenance_has_no_report(client: httpx.AsyncClient) -> None:
    answer = await client.get(HEALTH)
    assert answer.status_code == 200
    document = answer.json()
    assert (document["report"], document["alerts"]) == (None, [])
    assert [task["name"] for task in document["tasks"]] == [task.name for task in TASKS]
    assert all(task["last"] is None and not task["overdue"] for task in document["tasks"])
    never_looked_at = next(one for one in document["tables"] if one["name"] == "core.sessions")
    assert (never_looked_at["rows"], never_looked_at["rows_estimated_at"]) == (None, None)


async def test_health_after_maintenance_has_report_and_current_figures(
    client: httpx.AsyncClient, database: Database
) -> None:
    runner.run(database.owner_url, [task.name for task in TASKS])
    document = (await client.get(HEALTH)).json()
    now = clock.now()
    assert document["report"]["ok"] is True
    assert now - datetime.fromisoformat(document["report"]["checked_at"]) < timedelta(minutes=1)
    assert {"check", "status", "detail", "remedy"} == set(document["report"]["findings"][0])
    assert {task["last"]["outcome"] for task in document["tasks"]} == {"completed"}
    assert all(datetime.fromisoformat(task["due_at"]) > now for task in document["tasks"])
    assert 0 < document["connections"]["used"] < document["connections"]["max"] == 300
    assert document["size_bytes"] > 1_000_000
    assert document["schema_revision"].startswith("20")
    tables = {one["name"]: one for one in document["tables"]}
    users = tables["core.users"]
    assert users["rows"] >= 2
    assert users["rows_estimated_at"] is not None
    assert users["partitions_until"] is None
    for parted in ("audit.changes", "core.event_log", "core.api_requests"):
        until = datetime.fromisoformat(tables[parted]["partitions_until"])
        assert until - now.astimezone(UTC) > timedelta(days=60), parted
    assert tables["archive.changes"]["partitions_until"] is None


async def test_health_shows_only_open_alerts_of_installation(client: httpx.AsyncClient, database: Database) -> None:
    channel_id = (await client.get("/api/v1/channels")).json()["items"][0]["id"]
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
        open_alert = "SELECT core.open_alert(%s, %s, %s, NULL, 'm', 't', NULL, '{}', now())"
        owner.execute(open_alert, ["partition_missing", "first", None])
        owner.execute(open_alert, ["partition_missing", "second", None])
        owner.execute(open_alert, ["cost_stop", "third", channel_id])
        owner.execute("SELECT core.close_alerts('partition_missing', 'first', '{}', now())")
    assert [one["key"] for one in (await client.get(HEALTH)).json()["alerts"]] == ["second"]


@pytest.mark.parametrize("role", ["operator", "analyst", "guest"])
async def test_health_for_non_administrators_is_refused(
    client: httpx.AsyncClient, database: Database, role: str
) -> None:
    if role == "guest":
        client.cookies.clear()
    else:
        with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
            owner.execute("UPDATE core.users SET role = %s WHERE role = 'admin'", [role])
        assert (await client.post("/api/v1/auth/refresh", json={})).status_code == 200
    answer = await client.get(HEALTH)
    assert answer.status_code == (401 if role == "guest" else 403)
    assert answer.headers["content-type"] == "application/problem+json"
