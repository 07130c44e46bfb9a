"""Facts that could not be delivered, as an administrator sees and treats them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.relay import relay
from ytempire.database.checks.check import Target
from ytempire.database.checks.outbox import check_outbox
from ytempire.kit import clock
from ytempire.kit.database import conninfo

BLOCKED = "/api/v1/outbox/blocked-facts"


@pytest.fixture
async def admin(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """With a fact that notifications cannot take: its data is of no version that they know. One waits behind it."""
    async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as client:
        channel = (await client.get("/api/v1/channels")).json()["items"][0]["id"]
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            owner.execute("DELETE FROM core.outbox")
            for kind, data in (("run_refused", "{}"), ("run_completed", '{"title": "Tides"}')):
                owner.execute("SELECT core.record_fact(%s, %s, %s, %s)", [kind, channel, channel, data])
            owner.execute("UPDATE core.outbox SET attempts = 7 WHERE kind = 'run_refused'")
        assert await relay(database) == 0
        yield client


def findings(database: Database, *, later: timedelta = timedelta()) -> list[tuple[str, str]]:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        target = Target(owner, database.owner_url, clock.now() + later)
        return [(finding.status, finding.detail) for finding in check_outbox(target)]


async def titles(client: httpx.AsyncClient) -> list[str]:
    return [item["title"] for item in (await client.get("/api/v1/notifications")).json()["items"]]


async def test_blocked_fact_is_listed_and_named_by_the_doctor(admin: httpx.AsyncClient, database: Database) -> None:
    [item] = (await admin.get(BLOCKED)).json()["items"]
    assert (item["subscriber"], item["kind"], item["attempts"], item["waiting"]) == (
        "notifications",
        "run_refused",
        8,
        1,
    )
    assert item["error"] == "KeyError: 'title'"
    assert findings(database) == [
        ("critical", "Facts that could not be delivered: 1. Behind them wait 1 others at most.")
    ]
    assert await titles(admin) == []


async def test_blocked_fact_released_is_delivered_before_what_waits_behind_it(
    admin: httpx.AsyncClient, database: Database
) -> None:
    [item] = (await admin.get(BLOCKED)).json()["items"]
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute('UPDATE core.outbox SET data = \'{"title": "Rain"}\' WHERE id = %s', [item["id"]])
    assert (await admin.post(f"{BLOCKED}/{item['id']}/release")).status_code == 204
    assert await relay(database) == 2
    assert await titles(admin) == ["“Tides” is ready", "“Rain” was refused by the review"]
    assert (await admin.get(BLOCKED)).json()["items"] == []
    again = await admin.post(f"{BLOCKED}/{item['id']}/release")
    assert (again.status_code, again.json()["detail"]) == (404, f"No fact {item['id']} is blocked.")


async def test_blocked_fact_discarded_lets_the_next_pass(admin: httpx.AsyncClient, database: Database) -> None:
    [item] = (await admin.get(BLOCKED)).json()["items"]
    assert (await admin.delete(f"{BLOCKED}/{item['id']}")).status_code == 204
    assert await relay(database) == 1
    assert await titles(admin) == ["“Tides” is ready"]


async def test_blocked_facts_are_for_administrators_alone(
    admin: httpx.AsyncClient, database: Database, cache_url: str, tmp_path: Path
) -> None:
    async with client_of(settings_for(database, cache_url, tmp_path)) as operator:
        assert (await operator.get(BLOCKED)).status_code == 403
        assert (await operator.delete(f"{BLOCKED}/1")).status_code == 403


def test_doctor_fact_that_nobody_delivers_is_a_warning_after_a_while(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("SELECT core.record_fact('channel_added', NULL, core.new_id(), '{}')")
    assert findings(database) == [("ok", "No fact waits for long.")]
    [(status, detail)] = findings(database, later=timedelta(minutes=11))
    assert (status, detail.startswith("Facts that wait since ")) == ("warning", True)
