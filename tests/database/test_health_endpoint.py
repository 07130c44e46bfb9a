"""The database's health and alerts over HTTP: what maintenance stored, figures of now, and for administrators alone."""

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

HEALTH, ALERTS = "/api/v1/database/health", "/api/v1/alerts"


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as client:
        yield client


async def test_before_maintenance_was_ever_done_it_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get(HEALTH)
    assert answer.status_code == 200
    document = answer.json()
    assert (document["report"], document["alerts"]) == (None, [])
    assert [task["name"] for task in document["tasks"]] == [task.name for task in TASKS]
    assert all(task["last"] is None and not task["overdue"] for task in document["tasks"])
    never_looked_at = next(one for one in document["tables"] if one["name"] == "core.sessions")
    assert (never_looked_at["rows"], never_looked_at["rows_estimated_at"]) == (None, None)


async def test_what_maintenance_found_and_the_figures_of_now(client: httpx.AsyncClient, database: Database) -> None:
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


async def test_alerts_page_by_page_open_and_closed(client: httpx.AsyncClient, database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
        for number in range(5):
            owner.execute(
                "INSERT INTO core.system_alerts (key, severity, message, remedy, closed_at)"
                " VALUES (%s, 'warning', 'm', 't', CASE WHEN %s THEN now() END)",
                [f"test/{number}", number % 2 == 0],
            )
    first = (await client.get(ALERTS, params={"limit": 3})).json()
    assert [one["key"] for one in first["items"]] == ["test/4", "test/3", "test/2"]
    second = (await client.get(ALERTS, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [one["key"] for one in second["items"]] == ["test/1", "test/0"]
    assert second["next_cursor"] is None
    still = (await client.get(ALERTS, params={"state": "open"})).json()["items"]
    assert [one["key"] for one in still] == ["test/3", "test/1"]
    assert [one["key"] for one in (await client.get(HEALTH)).json()["alerts"]] == ["test/3", "test/1"]
    gone = (await client.get(ALERTS, params={"state": "closed"})).json()["items"]
    assert [one["key"] for one in gone] == ["test/4", "test/2", "test/0"]
    assert (await client.get(ALERTS, params={"cursor": "x"})).status_code == 422
    assert (await client.get(ALERTS, params={"state": "half"})).status_code == 422


@pytest.mark.parametrize("role", ["operator", "analyst", "guest"])
@pytest.mark.parametrize("path", [HEALTH, ALERTS])
async def test_for_administrators_alone(client: httpx.AsyncClient, database: Database, role: str, path: str) -> None:
    if role == "guest":
        client.cookies.clear()
    else:
        with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
            owner.execute("UPDATE core.users SET role = %s WHERE role = 'admin'", [role])
        assert (await client.post("/api/v1/auth/refresh", json={})).status_code == 200
    answer = await client.get(path)
    assert answer.status_code == (401 if role == "guest" else 403)
    assert answer.headers["content-type"] == "application/problem+json"
