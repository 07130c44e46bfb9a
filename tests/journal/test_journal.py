"""What happened is told in its own transaction; requests are logged; who must know is told once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.database.lock_waits import wait_until_blocking
from tests.production.factories import ARTICLE
from tests.relay import relay
from ytempire.journal.models import ApiRequest
from ytempire.journal.request_log import MAX_DURATION_US, RequestLog, ServedRequest
from ytempire.kit import clock
from ytempire.kit.database import Sessions, as_subject, connect, conninfo, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.postgres import EmbeddedPostgres

ORDER = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "options": {"seconds": 30}, "allow_duplicate": True}


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def items(client: httpx.AsyncClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def end_run(database: Database, run_id: str, status: str, reason: str | None = None) -> None:
    """As the worker does it: the run first, then the step's reason, in one transaction."""
    with psycopg.connect(conninfo(database.app_url)) as worker:
        worker.execute("SELECT core.set_subject(%s, 'service', NULL, NULL, NULL)", [SYSTEM.user_id])
        worker.execute("UPDATE core.runs SET status = 'running' WHERE id = %s", [run_id])
        worker.execute("UPDATE core.runs SET status = %s, completed_at = now() WHERE id = %s", [status, run_id])
        if reason is not None:
            worker.execute(
                "UPDATE core.run_steps SET status = 'failed', error = jsonb_build_object('message', %s::text)"
                " WHERE run_id = %s AND name = 'voice'",
                [reason, run_id],
            )


class TestEvents:
    async def test_event_log_records_run_and_channel_changes(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        run = (await client.post("/api/v1/runs", json=ORDER)).json()
        end_run(database, run["id"], "failed", "The voice broke.")
        channel = run["channel_id"]
        await client.patch(f"/api/v1/channels/{channel}", json={"status": "paused"})
        told = await items(client, "events", channel_id=channel)
        assert [one["kind"] for one in told] == ["channel_paused", "run_failed", "run_requested", "channel_added"]
        assert told[1]["data"]["reason"] == "The voice broke."
        assert told[1]["row_id"] == run["id"]
        assert told[2]["user_id"] == (await client.get("/api/v1/me")).json()["id"]

    async def test_event_log_pages_are_ordered_by_time(self, client: httpx.AsyncClient) -> None:
        channel = (await client.get("/api/v1/channels")).json()["items"][0]["id"]
        for status in ("paused", "active"):
            await client.patch(f"/api/v1/channels/{channel}", json={"status": status})
        first = (await client.get("/api/v1/events", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/events", params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert len(first["items"]) == 2
        assert len(rest["items"]) == 1
        assert rest["next_cursor"] is None
        bad = await client.get("/api/v1/events", params={"cursor": "x"})
        assert (bad.status_code, bad.json()["code"]) == (422, "invalid_input")

    async def test_event_log_omits_rolled_back_change(self, client: httpx.AsyncClient, database: Database) -> None:
        with psycopg.connect(conninfo(database.app_url)) as worker:
            worker.execute("SELECT core.set_subject(%s, 'service', NULL, NULL, NULL)", [SYSTEM.user_id])
            worker.execute("UPDATE core.channels SET status = 'paused'")
            worker.rollback()
        assert {one["kind"] for one in await items(client, "events")} == {"channel_added"}

    def test_event_log_cannot_be_written_by_application_role(self, database: Database) -> None:
        with psycopg.connect(conninfo(database.app_url)) as application:
            application.execute("SELECT core.set_subject(%s, 'operator', NULL, NULL, NULL)", [SYSTEM.user_id])
            for statement in (
                "SELECT core.record_event('run_completed', NULL, NULL, '{}')",
                "INSERT INTO core.event_log (kind) VALUES ('run_completed')",
                "UPDATE core.event_log SET kind = 'run_failed'",
                "DELETE FROM core.event_log",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
                    application.execute(statement)  # type: ignore[arg-type]  # from the list above


class TestNotifications:
    async def test_notification_of_run_end_reaches_requester_once(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        for status, reason in (("completed", None), ("failed", "The voice broke.")):
            run = (await client.post("/api/v1/runs", json=ORDER)).json()
            end_run(database, run["id"], status, reason)
        await relay(database)
        told = (await client.get("/api/v1/notifications")).json()
        assert told["unread"] == 2
        assert [(one["severity"], one["message"]) for one in told["items"]] == [
            ("critical", "The voice broke."),
            ("success", ""),
        ]
        assert told["items"][0]["title"].endswith("could not be made")
        assert told["items"][0]["link"] == f"/runs/{run['id']}"
        marked = await client.post("/api/v1/notifications/read", json={"up_to": told["items"][0]["id"]})
        again = await client.post("/api/v1/notifications/read", json={"up_to": told["items"][0]["id"]})
        assert (marked.json(), again.json()) == ({"count": 2}, {"count": 0})
        assert (await client.get("/api/v1/notifications", params={"unread": True})).json()["items"] == []

    async def test_notification_of_cancelled_run_is_not_made_for_canceller(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        run = (await client.post("/api/v1/runs", json=ORDER)).json()
        await client.post(f"/api/v1/runs/{run['id']}/cancel")
        await relay(database)
        assert await items(client, "notifications") == []
        assert (await items(client, "events"))[0]["kind"] == "run_cancelled"

    async def test_notification_of_budget_reaches_owner_and_of_alert_administrators(
        self, client: httpx.AsyncClient, database: Database, cache_url: str, tmp_path: Path
    ) -> None:
        """The channel is the administrator's; the operator was only let in."""
        run = (await client.post("/api/v1/runs", json=ORDER)).json()
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            open_alert = "SELECT core.open_alert(%s, 'x', %s, NULL, 'Wrong', %s, NULL, '{}', now())"
            owner.execute(open_alert, ["cost_warning", run["channel_id"], "Three dollars are spent."])
            owner.execute(open_alert, ["partition_missing", None, "Run the maintenance."])
        await relay(database)
        assert await items(client, "notifications") == []
        async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as admin:
            told = await items(admin, "notifications")
        assert {(one["kind"], one["severity"]) for one in told} == {
            ("cost_warning", "warning"),
            ("partition_missing", "critical"),
        }
        assert {one["message"] for one in told} == {"Three dollars are spent.", "Run the maintenance."}


class TestRequests:
    async def test_request_log_records_route_status_and_user(self, client: httpx.AsyncClient) -> None:
        me = (await client.get("/api/v1/me")).json()["id"]
        await client.get("/api/v1/runs/00000000-0000-7000-8000-000000000009")
        await client.get("/api/v1/nothing-here")
        await client._transport.app.state.requests.flush()  # type: ignore[attr-defined]  # what it does each second
        logged = await items(client, "api-requests")
        assert [(one["route"], one["status"]) for one in logged[:2]] == [
            ("/api/v1/runs/{run_id}", 404),
            ("/api/v1/me", 200),
        ]
        assert {one["user_id"] for one in logged} == {me}
        assert all(one["duration_us"] > 0 and one["request_id"] for one in logged)

    async def test_request_log_records_api_key(self, client: httpx.AsyncClient) -> None:
        made = (await client.post("/api/v1/me/api-keys", json={"name": "robot", "scopes": ["read"]})).json()
        await client.get("/api/v1/runs", headers={"Authorization": f"Bearer {made['secret']}"})
        await client._transport.app.state.requests.flush()  # type: ignore[attr-defined]
        [used] = await items(client, "api-requests", api_key_id=made["id"])
        assert (used["route"], used["api_key_id"]) == ("/api/v1/runs", made["id"])

    async def test_request_log_caps_long_duration(
        self, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hours = itertools.count(step=3600)
        with monkeypatch.context() as clocks:
            clocks.setattr("ytempire.journal.request_log.time.perf_counter", lambda: float(next(hours)))
            await client.get("/api/v1/me")
        await client._transport.app.state.requests.flush()  # type: ignore[attr-defined]
        assert [one["duration_us"] for one in await items(client, "api-requests")][:1] == [MAX_DURATION_US]

    async def test_request_log_stop_waits_for_pending_write(self, database: Database, sessions: Sessions) -> None:
        requests = RequestLog(as_subject(sessions, SYSTEM))
        requests.add(ServedRequest(clock.now(), "the last", None, None, "GET", "/", 200, 1))
        async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as holder:
            await holder.execute("LOCK core.api_requests IN EXCLUSIVE MODE")
            requests.start()
            await wait_until_blocking(holder)
            stopping = asyncio.create_task(requests.stop())
            await asyncio.sleep(0)
            await holder.commit()
        await stopping
        async with as_subject(sessions, SYSTEM)() as session:
            assert list(await session.scalars(select(ApiRequest.request_id))) == ["the last"]

    async def test_request_log_without_database_keeps_newest_entries(
        self, database: Database, sessions: Sessions, postgres: EmbeddedPostgres
    ) -> None:
        engine = connect(database.app_url, pool_size=1)
        requests = RequestLog(sessions_of(engine, SYSTEM), max_pending=5)
        began = clock.now()
        for number in range(8):
            served = ServedRequest(began + timedelta(seconds=number), str(number), None, None, "GET", "/", 200, 1)
            requests.add(served)
        with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
            door = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            admin.execute(door.format(sql.Identifier(database.name), sql.SQL("false")))
            await requests.flush()
            admin.execute(door.format(sql.Identifier(database.name), sql.SQL("true")))
        await requests.flush()
        async with as_subject(sessions, SYSTEM)() as session:
            kept = await session.scalars(select(ApiRequest.request_id).order_by(ApiRequest.occurred_at))
            assert list(kept) == ["3", "4", "5", "6", "7"]
        await engine.dispose()
