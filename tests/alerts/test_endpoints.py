"""Alerts over HTTP: whose they are, page by page, acknowledging one, and the rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.relay import relay
from ytempire.kit.database import conninfo

ALERTS, RULES, PREFERENCES = "/api/v1/alerts", "/api/v1/alert-rules", "/api/v1/notification-preferences"
OPEN = "SELECT core.open_alert(%s, %s, %s, NULL, 'Wrong', 'Do this.', NULL, '{}', now())"


@pytest.fixture
async def admin(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as client:
        yield client


@pytest.fixture
async def operator(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def channel_of(client: httpx.AsyncClient) -> str:
    return str((await client.get("/api/v1/channels")).json()["items"][0]["id"])


def execute(database: Database, statement: str, *parameters: object) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute(statement.encode(), parameters)


async def keys(client: httpx.AsyncClient, **parameters: str) -> list[str]:
    return [one["key"] for one in (await client.get(ALERTS, params=parameters)).json()["items"]]


async def test_alerts_of_a_channel_are_its_peoples_and_those_of_the_installation_administrators(
    admin: httpx.AsyncClient, operator: httpx.AsyncClient, database: Database
) -> None:
    channel = await channel_of(operator)
    execute(database, OPEN, "cost_stop", "shared", channel)
    execute(database, OPEN, "cost_stop", "other", uuid4())
    execute(database, OPEN, "partition_missing", "installation", None)
    assert await keys(operator) == ["shared"]
    assert await keys(admin) == ["installation", "other", "shared"]
    assert await keys(admin, channel_id=channel) == ["shared"]
    assert await keys(admin, installation="true") == ["installation"]


async def test_alerts_page_by_page_and_by_state(admin: httpx.AsyncClient, database: Database) -> None:
    for number in range(5):
        execute(database, OPEN, "partition_missing", str(number), None)
    for number in (0, 2):
        execute(database, "SELECT core.close_alerts('partition_missing', %s, '{}', now())", str(number))
    first = (await admin.get(ALERTS, params={"limit": 3})).json()
    assert [one["key"] for one in first["items"]] == ["4", "3", "2"]
    second = (await admin.get(ALERTS, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [one["key"] for one in second["items"]] == ["1", "0"]
    assert second["next_cursor"] is None
    await admin.post(f"{ALERTS}/{first['items'][0]['id']}/acknowledge")
    by_state = {state: await keys(admin, state=state) for state in ("active", "acknowledged", "open", "closed")}
    assert by_state == {"active": ["3", "1"], "acknowledged": ["4"], "open": ["4", "3", "1"], "closed": ["2", "0"]}
    assert (await admin.get(ALERTS, params={"cursor": "x"})).status_code == 422
    assert (await admin.get(ALERTS, params={"state": "half"})).status_code == 422


async def test_acknowledge_alert_twice_names_the_first(
    admin: httpx.AsyncClient, operator: httpx.AsyncClient, database: Database
) -> None:
    execute(database, OPEN, "cost_stop", "shared", await channel_of(operator))
    [alert] = (await operator.get(ALERTS)).json()["items"]
    assert (alert["acknowledged_at"], alert["acknowledged_by"]) == (None, None)
    first = (await operator.post(f"{ALERTS}/{alert['id']}/acknowledge")).json()
    assert first["acknowledged_by"] == (await operator.get("/api/v1/me")).json()["id"]
    again = await admin.post(f"{ALERTS}/{alert['id']}/acknowledge")
    assert (again.status_code, again.json()) == (200, first)


async def test_acknowledge_alert_of_others_is_not_found(
    admin: httpx.AsyncClient, operator: httpx.AsyncClient, database: Database
) -> None:
    execute(database, OPEN, "partition_missing", "installation", None)
    [alert] = (await admin.get(ALERTS)).json()["items"]
    answer = await operator.post(f"{ALERTS}/{alert['id']}/acknowledge")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such alert.")


async def test_alert_rules_are_listed_and_disabled_by_administrators(
    admin: httpx.AsyncClient, operator: httpx.AsyncClient
) -> None:
    rules = {rule["name"]: rule for rule in (await operator.get(RULES)).json()}
    assert (rules["video_viral"]["severity"], rules["video_viral"]["expires_after_seconds"]) == ("success", 3600)
    assert rules["partition_missing"]["expires_after_seconds"] is None
    assert (await operator.patch(f"{RULES}/video_viral", json={"is_enabled": False})).status_code == 403
    changed = await admin.patch(f"{RULES}/video_viral", json={"is_enabled": False})
    assert (changed.status_code, changed.json()["is_enabled"]) == (200, False)
    missing = await admin.patch(f"{RULES}/no_rule", json={"is_enabled": False})
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no alert rule named no_rule.")


async def test_notifications_below_the_least_severity_are_not_made(
    admin: httpx.AsyncClient, database: Database
) -> None:
    assert (await admin.get(PREFERENCES)).json() == {"page": "info"}
    assert (await admin.put(PREFERENCES, json={"page": "error"})).status_code == 422
    for severity in ("warning", "critical"):
        assert (await admin.put(PREFERENCES, json={"page": severity})).json() == {"page": severity}
    channel = await channel_of(admin)
    for rule in ("cost_warning", "cost_stop"):
        execute(database, OPEN, rule, "a", channel)
    await relay(database)
    listed = (await admin.get("/api/v1/notifications")).json()["items"]
    assert [(one["kind"], one["severity"]) for one in listed] == [("cost_stop", "critical")]
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        deliveries = owner.execute("SELECT route, status, attempts FROM core.notification_deliveries").fetchall()
    assert deliveries == [("page", "delivered", 1)]
