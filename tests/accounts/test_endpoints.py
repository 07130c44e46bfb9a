"""Coming in: once with a link, then with a session; never from another site."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api import client_of, link_code, settings_for
from tests.conftest import Database
from ytempire.accounts.http.profile_endpoints import CurrentUserOut
from ytempire.kit.database import conninfo
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.settings import Settings


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    return settings_for(database, cache_url, tmp_path)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["code"]


async def test_api_without_session_is_unauthenticated(settings: Settings) -> None:
    async with client_of(settings, person=None) as client:
        for path in ("/api/v1/runs", "/api/v1/videos", "/api/v1/channels", "/api/v1/me"):
            assert problem(await client.get(path)) == (401, "unauthenticated")
        assert (await client.get("/healthz")).status_code == 200


async def test_sign_in_link_works_once(settings: Settings) -> None:
    async with client_of(settings, person=None) as client:
        code = await link_code(settings, "admin")
        first = await client.get("/sign-in-link", params={"code": code})
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        me = (await client.get("/api/v1/me")).json()
        assert me.keys() == CurrentUserOut.model_fields.keys()
        assert CurrentUserOut.model_validate(me).role == "admin"
        client.cookies.clear()
        assert problem(await client.get("/sign-in-link", params={"code": code})) == (401, "unauthenticated")


async def test_sign_in_link_refused_in_browser_redirects_to_explanation(settings: Settings) -> None:
    async with client_of(settings, person=None) as client:
        answer = await client.get(
            "/sign-in-link", params={"code": "used-up"}, headers={"Accept": "text/html,*/*;q=0.8"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/link-refused?because=unauthenticated")
        assert "set-cookie" not in answer.headers


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another port of this machine is another site to us
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Referer": "https://evil.example/page"},
    {"Referer": "http://127.0.0.1:3000/"},
    {"Referer": "http://127.0.0.1:8711.evil.example/"},
    {"Referer": "http://[half"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_sign_in_link_from_other_site_is_refused_and_kept(settings: Settings, headers: dict[str, str]) -> None:
    async with client_of(settings, person=None) as client:
        code = await link_code(settings)
        led = await client.get("/sign-in-link", params={"code": code}, headers={**headers, "Accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/link-refused?because=cross_origin_refused")
        fetched = await client.get("/sign-in-link", params={"code": code}, headers=headers)
        assert problem(fetched) == (403, "cross_origin_refused")
        assert not client.cookies
        own = await client.get("/sign-in-link", params={"code": code}, headers={"Sec-Fetch-Site": "none"})
        assert (own.status_code, own.headers["location"]) == (303, "/"), "it was not used up"


async def test_sign_in_link_from_own_page_is_accepted(settings: Settings) -> None:
    async with client_of(settings, person=None) as client:
        headers = {"Sec-Fetch-Site": "same-origin", "Referer": "http://127.0.0.1:8711/administration/emails"}
        answer = await client.get("/sign-in-link", params={"code": await link_code(settings)}, headers=headers)
        assert answer.headers["location"] == "/"


async def test_sign_in_link_expired_is_refused_with_hint(settings: Settings) -> None:
    expired = settings.model_copy(update={"api": settings.api.model_copy(update={"link_lifetime": timedelta(0)})})
    async with client_of(settings, person=None) as client:
        answer = await client.get("/sign-in-link", params={"code": await link_code(expired, "admin")})
        assert problem(answer) == (401, "unauthenticated")
        assert "ytempire status --link" in answer.json()["hint"]


async def test_database_dump_contains_no_usable_secrets(
    settings: Settings, database: Database, postgres: EmbeddedPostgres
) -> None:
    async with client_of(settings, person=None) as client:
        code = await link_code(settings, "admin")
        await client.get("/sign-in-link", params={"code": code})
        body = {"email": "boss@example.com", "password": "four words make sense"}
        assert (await client.post("/api/v1/me/sign-in", json=body)).status_code == 204
        seed = (await client.post("/api/v1/me/second-factor", json={"password": body["password"]})).json()["secret"]
        made = await client.post("/api/v1/me/api-keys", json={"name": "robot", "scopes": ["read"]})
        await client.post("/api/v1/auth/forgot-password", json={"email": "boss@example.com"})
        [letter] = (await client.get("/api/v1/emails")).json()["items"]
        secrets = {
            code,
            client.cookies["ytempire_access"],
            client.cookies["ytempire_refresh"],
            body["password"],
            seed,
            made.json()["secret"],
            letter["body"].split("token=")[1].split()[0],
            "PRIVATE KEY",
        }
    with psycopg.connect(conninfo(postgres.superuser_url.replace("/postgres?", f"/{database.name}?"))) as connection:
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text"
            " IN ('core', 'ml', 'jobs', 'audit')"
        ).fetchall()
        dump = b""
        for (name,) in tables:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as copied:  # type: ignore[arg-type]  # a table's name
                dump += b"".join(bytes(part) for part in copied)
    assert b"boss@example.com" in dump
    for secret in secrets:
        written = secret.encode()
        assert written not in dump
        assert written.hex().encode() not in dump


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
async def test_write_request_from_other_origin_is_refused(
    settings: Settings, origin: str | None, allowed: bool
) -> None:
    async with client_of(settings, person="admin") as client:
        headers = {"origin": origin} if origin else {}
        answer = await client.post(f"/api/v1/runs/{'0' * 8}-0000-7000-8000-{'0' * 12}/cancel", headers=headers)
        assert problem(answer) == ((404, "run_not_found") if allowed else (403, "cross_origin_refused"))


async def test_request_with_foreign_host_is_bad_request(settings: Settings) -> None:
    async with client_of(settings, person="admin") as client:
        answer = await client.get("/api/v1/runs", headers={"host": "evil.example"})
        assert answer.status_code == 400
