"""Runs and videos over HTTP: shapes, errors, pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.production.factories import ARTICLE
from ytempire.accounts import one_time_tokens
from ytempire.accounts.models import Permission, User
from ytempire.kit import clock
from ytempire.kit.database import connect, conninfo, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.production.schemas import ListedRun, ListedStep

ORDER = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "options": {"seconds": 30}, "allow_duplicate": True}


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


class TestCreateRun:
    async def test_post_run_is_accepted_with_location(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/api/v1/runs", json=ORDER)
        assert answer.status_code == 202
        run = answer.json()
        assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
        assert (run["status"], run["cost_usd"], run["requested_seconds"]) == ("pending", "0.000000", 30)
        assert (await client.get(answer.headers["location"])).json() == run

    async def test_post_run_same_idempotency_key_returns_same_run(self, client: httpx.AsyncClient) -> None:
        headers = {"idempotency-key": "k1"}
        first = await client.post("/api/v1/runs", json=ORDER, headers=headers)
        again = await client.post("/api/v1/runs", json=ORDER, headers=headers)
        other = await client.post("/api/v1/runs", json={**ORDER, "options": {}}, headers=headers)
        assert first.json()["id"] == again.json()["id"]
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")

    async def test_post_run_same_key_after_template_deleted_returns_same_run(self, client: httpx.AsyncClient) -> None:
        wording = {"name": "mine", "title": "{title}", "description": "{credits}"}
        template = (await client.post("/api/v1/templates", json=wording)).json()["id"]
        order = {**ORDER, "options": {"template_id": template}}
        headers = {"idempotency-key": "k1"}
        first = (await client.post("/api/v1/runs", json=order, headers=headers)).json()
        assert (await client.delete(f"/api/v1/templates/{template}")).status_code == 204
        await client.patch(f"/api/v1/channels/{first['channel_id']}", json={"status": "paused"})
        again = await client.post("/api/v1/runs", json=order, headers=headers)
        assert (again.status_code, again.json().get("id")) == (202, first["id"])

    async def test_post_run_endless_text_is_refused_unread(self, client: httpx.AsyncClient) -> None:
        long = await client.post("/api/v1/runs", json={**ORDER, "source_text": "word " * 390_000})
        assert (long.status_code, long.json()["code"]) == (422, "source_too_long")
        endless = await client.post("/api/v1/runs", json={**ORDER, "source_text": "word " * 2_000_000})
        assert (endless.status_code, endless.json()["code"]) == (413, "body_too_large")

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"source_text": ""}, 422, "invalid_input"),
            ({"source_text": "One sentence only."}, 422, "source_too_short"),
            ({"source_text": "🙂🙃 " * 200}, 422, "source_without_words"),
            ({"source_text": "word " * 100_000}, 422, "source_too_long"),
            (
                {"source_text": "Dieser Text ist auf Deutsch geschrieben und handelt vom Wetter. " * 12},
                422,
                "language_unsupported",
            ),
            ({"channel_id": str(uuid4())}, 404, "not_found"),
            ({"options": {"seconds": 5}}, 422, "invalid_input"),
            ({"options": {"format": "4:3"}}, 422, "invalid_input"),
            ({"options": {"colour": "red"}}, 422, "invalid_input"),
            ({"options": {"language": "de"}}, 422, "language_unsupported"),
            ({"options": {"voice": "x\x00"}}, 422, "invalid_input"),
            ({"source_name": "a\x00.md"}, 422, "invalid_input"),
            ({"source_text": "a\x00b"}, 422, "source_binary"),
        ],
    )
    async def test_post_run_invalid_request_is_refused_and_stores_no_run(
        self,
        client: httpx.AsyncClient,
        change: dict[str, object],
        status: int,
        code: str,
    ) -> None:
        answer = await client.post("/api/v1/runs", json={**ORDER, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["detail"]
        assert (await client.get("/api/v1/runs")).json()["items"] == []

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"a":' * 10_000, b"\xff\xfe"])
    async def test_post_run_broken_body_is_client_error(self, client: httpx.AsyncClient, body: bytes) -> None:
        answer = await client.post("/api/v1/runs", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(("level", "status"), [(None, 404), ("read", 403), ("write", 202)])
async def test_post_run_on_foreign_channel_requires_write_permission(
    client: httpx.AsyncClient, database: Database, tmp_path: Path, level: str | None, status: int
) -> None:
    channel = (await client.get("/api/v1/channels")).json()["items"][0]["id"]
    engine = connect(database.app_url, pool_size=1)
    async with sessions_of(engine, SYSTEM).begin() as session:
        user = User(email="bob@example.com", full_name="Bob", email_verified_at=clock.now(), password_hash="x")
        session.add(user)
        await session.flush()
        if level:
            session.add(Permission(user_id=user.id, channel_id=UUID(channel), level=level, granted_by=SYSTEM.user_id))
        code = await one_time_tokens.issue(session, user.id, "sign_in_link", lifetime=timedelta(hours=1))
    await engine.dispose()
    assert (await client.get("/sign-in-link", params={"code": code})).status_code == 303
    answer = await client.post("/api/v1/runs", json={**ORDER, "channel_id": channel})
    assert answer.status_code == status
    assert any((tmp_path / "objects").rglob("*")) == (status == 202)


async def test_run_list_pages_are_newest_first(client: httpx.AsyncClient) -> None:
    ids = [(await client.post("/api/v1/runs", json=ORDER)).json()["id"] for _ in range(3)]
    first = (await client.get("/api/v1/runs", params={"limit": 2})).json()
    assert [run["id"] for run in first["items"]] == ids[:0:-1]
    second = (await client.get("/api/v1/runs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [run["id"] for run in second["items"]] == ids[:1]
    assert second["next_cursor"] is None
    wrong = await client.get("/api/v1/runs", params={"cursor": "no cursor"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_input")


async def test_run_list_item_equals_run(client: httpx.AsyncClient, database: Database) -> None:
    """PostgreSQL writes the list, pydantic the run."""
    run = (await client.post("/api/v1/runs", json=ORDER)).json()
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.run_steps SET wall_seconds = 3.25, progress = 0.5 WHERE position = 1")
        owner.execute(
            "INSERT INTO core.cost_lines (video_id, channel_id, run_id, step, attempt, service, item, outcome, usage,"
            " amount_usd) VALUES (%(video_id)s, %(channel_id)s, %(id)s, 'script', 1, 'compute', 'cpu', 'success',"
            " '{\"second\": 2}', 0.0125)",
            run,
        )
    whole = (await client.get(f"/api/v1/runs/{run['id']}")).json()
    (listed,) = (await client.get("/api/v1/runs")).json()["items"]
    assert listed.keys() == ListedRun.model_fields.keys()
    assert all(step.keys() == ListedStep.model_fields.keys() for step in listed["steps"])
    assert ListedRun.model_validate(listed) == ListedRun.model_validate(whole)
    assert (listed["cost_usd"], listed["steps"][0]["seconds"]) == (whole["cost_usd"], 3.25) == ("0.012500", 3.25)


async def test_run_cancelled_can_be_retried(client: httpx.AsyncClient) -> None:
    run = (await client.post("/api/v1/runs", json=ORDER)).json()
    cancelled = (await client.post(f"/api/v1/runs/{run['id']}/cancel")).json()
    assert cancelled["status"] == "cancelled"
    again = await client.post(f"/api/v1/runs/{run['id']}/retry", json={})
    assert (again.status_code, again.json()["status"]) == (202, "running")
    log = (await client.get(f"/api/v1/runs/{run['id']}/log")).json()["items"]
    assert [entry["event"] for entry in log] == ["run_requested", "run_cancelled", "run_retried"]


async def test_unknown_runs_videos_and_files_are_not_found(client: httpx.AsyncClient) -> None:
    for path in ("runs/{}", "runs/{}/log", "videos/{}", "videos/{}/files/video.mp4"):
        assert (await client.get(f"/api/v1/{path.format(uuid4())}")).status_code == 404
    run = (await client.post("/api/v1/runs", json=ORDER)).json()
    for name in ("video.mp4", "source", "voice.wav", "..%2f..%2fetc%2fpasswd"):
        assert (await client.get(f"/api/v1/videos/{run['video_id']}/files/{name}")).status_code == 404
    assert (await client.get("/api/v1/nothing")).status_code == 404
