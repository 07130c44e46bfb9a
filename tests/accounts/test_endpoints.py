"""Coming in: once with a link, then with a session; never from another site."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from tests.api import client_of, link_code, settings_for
from tests.conftest import Database
from ytempire.kit.database import Sessions
from ytempire.settings import Settings


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    return settings_for(database, cache_url, tmp_path)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["code"]


async def test_nothing_is_shown_without_a_session(settings: Settings) -> None:
    async with client_of(settings, signed_in=False) as client:
        for path in ("/api/v1/runs", "/api/v1/videos", "/api/v1/channels", "/api/v1/me"):
            assert problem(await client.get(path)) == (401, "not_signed_in")
        assert (await client.get("/healthz")).status_code == 200


async def test_a_link_works_once(settings: Settings) -> None:
    async with client_of(settings, signed_in=False) as client:
        code = await link_code(settings)
        first = await client.get("/enter", params={"code": code})
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert (await client.get("/api/v1/me")).status_code == 200
        client.cookies.clear()
        assert problem(await client.get("/enter", params={"code": code})) == (401, "not_signed_in")


async def test_an_old_link_does_not_work(settings: Settings) -> None:
    expired = settings.model_copy(update={"api": settings.api.model_copy(update={"link_lifetime": timedelta(0)})})
    async with client_of(settings, signed_in=False) as client:
        answer = await client.get("/enter", params={"code": await link_code(expired)})
        assert problem(answer) == (401, "not_signed_in")
        assert "ytempire status --link" in answer.json()["hint"]


async def test_the_database_holds_no_code_and_no_token(settings: Settings, sessions: Sessions) -> None:
    async with client_of(settings, signed_in=False) as client:
        code = await link_code(settings)
        await client.get("/enter", params={"code": code})
        token = client.cookies["ytempire_session"]
    async with sessions() as session:
        stored = (
            (
                await session.execute(
                    text(
                        "SELECT encode(code_hash, 'escape') FROM core.sign_in_links"
                        " UNION ALL SELECT encode(token_hash, 'escape') FROM core.sessions"
                    )
                )
            )
            .scalars()
            .all()
        )
    assert len(stored) == 2
    assert not any(code in value or token in value for value in stored)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8711", True),
        ("http://evil.example", False),
        ("http://127.0.0.1:9999", False),
        ("null", False),
    ],
)
async def test_only_our_own_page_may_change_things(settings: Settings, origin: str | None, allowed: bool) -> None:
    async with client_of(settings) as client:
        headers = {"origin": origin} if origin else {}
        answer = await client.post(f"/api/v1/runs/{'0' * 8}-0000-7000-8000-{'0' * 12}/cancel", headers=headers)
        assert problem(answer) == ((404, "run_not_found") if allowed else (403, "foreign_origin"))


async def test_another_host_name_is_turned_away(settings: Settings) -> None:
    async with client_of(settings) as client:
        answer = await client.get("/api/v1/runs", headers={"host": "evil.example"})
        assert answer.status_code == 400
