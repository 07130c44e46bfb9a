"""What answers tell browsers, and whom they believe to be the caller."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from tests.api import BASE, client_of, link_code, settings_for
from tests.conftest import Database
from ytempire.app import create_app
from ytempire.settings import Api, Security, Settings

SIGN_IN = "/api/v1/auth/sign-in"
FORGOT = "/api/v1/auth/forgot-password"


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    return settings_for(database, cache_url, tmp_path)


def behind(settings: Settings, **api: object) -> Settings:
    return settings.model_copy(update={"api": Api.model_validate({"port": 8711, **api})})


def directives(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/api/v1/me", 200),
        ("GET", "/api/v1/nothing", 404),
        ("POST", SIGN_IN, 422),
        ("GET", "/.well-known/jwks.json", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/oauth/youtube/callback?state=x", 409),
    ],
)
async def test_response_has_security_headers(settings: Settings, method: str, path: str, status: int) -> None:
    async with client_of(settings) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers, "this address is not https"
    policy = directives(answer)
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    is_page = answer.headers["content-type"].startswith("text/html")
    assert policy["default-src"] == ("'self'" if is_page else "'none'")
    assert "unsafe" not in policy.get("script-src", policy["default-src"])


async def test_response_of_refused_host_and_bug_has_security_headers(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/bug")
    async def bug() -> None:
        raise ZeroDivisionError

    app.router.routes.insert(0, app.router.routes.pop())  # before the page, where one is built
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        foreign = await client.get("/healthz", headers={"Host": "elsewhere.example"})
        broken = await client.get("/bug")
    assert [foreign.status_code, broken.status_code] == [400, 500]
    for answer in (foreign, broken):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert directives(answer)["frame-ancestors"] == "'none'"


async def test_api_docs_load_no_external_scripts(settings: Settings) -> None:
    async with client_of(settings) as client:
        answer = await client.get("/api/docs")
    assert "swagger" not in answer.text


async def test_https_address_sets_hsts_and_secure_cookies(settings: Settings) -> None:
    secure = behind(settings, public_url="https://videos.example.org")
    async with client_of(secure) as client:
        answer = await client.get("/healthz")
        kept = [cookie for cookie in client.cookies.jar if cookie.name.startswith("ytempire_")]
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert len(kept) == 2
    assert all(cookie.secure for cookie in kept)


async def statuses(settings: Settings, caller: str, forwarded: list[str], *, limit: int = 2) -> list[int]:
    """Of asking for letters, each time with another address said to be the caller's."""
    security = Security(emails_per_recipient_hourly=1_000_000, emails_per_network_hourly=limit)
    few = settings.model_copy(update={"security": security})
    app = create_app(few)
    transport = httpx.ASGITransport(app, client=(caller, 1234))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return [
            (await client.post(FORGOT, json={"email": "a@example.com"}, headers={"X-Forwarded-For": said})).status_code
            for said in forwarded
        ]


class TestProxies:
    async def test_rate_limit_behind_trusted_proxy_counts_clients(self, settings: Settings) -> None:
        proxied = behind(settings, trusted_proxies=["10.0.0.0/8"])
        people = [f"203.0.113.{number}" for number in range(1, 7)]
        assert await statuses(proxied, "10.1.2.3", people) == [202] * 6

    async def test_rate_limit_ignores_forged_forwarded_addresses(self, settings: Settings) -> None:
        proxied = behind(settings, trusted_proxies=["10.0.0.0/8"])
        said = [f"198.51.100.{number}, 203.0.113.99, 10.9.9.9" for number in range(1, 5)]
        assert await statuses(proxied, "10.1.2.3", said) == [202, 202, 429, 429]

    @pytest.mark.parametrize("trusted", [[], ["192.0.2.1"]], ids=["nobody is trusted", "somebody else is"])
    async def test_rate_limit_ignores_forwarded_address_of_untrusted_caller(
        self, settings: Settings, trusted: list[str]
    ) -> None:
        said = [f"198.51.100.{number}" for number in range(1, 5)]
        caller = "203.0.113.7" if trusted else "203.0.113.8"
        assert await statuses(behind(settings, trusted_proxies=trusted), caller, said) == [202, 202, 429, 429]

    @pytest.mark.parametrize(("caller", "secure"), [("10.1.2.3", True), ("203.0.113.9", False)])
    async def test_forwarded_scheme_is_accepted_from_trusted_proxy_only(
        self, settings: Settings, caller: str, secure: bool
    ) -> None:
        proxied = behind(settings, trusted_proxies=["10.0.0.0/8"])
        app = create_app(proxied)
        transport = httpx.ASGITransport(app, client=(caller, 1234))
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            entered = await client.get(
                "/sign-in-link", params={"code": await link_code(proxied)}, headers={"X-Forwarded-Proto": "https"}
            )
        assert all(("; Secure" in cookie) == secure for cookie in entered.headers.get_list("set-cookie"))

    def test_trusted_proxies_with_invalid_address_are_refused(self) -> None:
        with pytest.raises(ValidationError):
            Api.model_validate({"trusted_proxies": ["the proxy"]})
