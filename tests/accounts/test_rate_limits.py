"""How many letters strangers may ask for."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import valkey.asyncio

from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.accounts.errors import TooManyRequests
from ytempire.accounts.rate_limits import limit_emails
from ytempire.settings import Cache, Security, Settings

PASSWORD = "four words make sense"


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    few = Security(emails_per_recipient_hourly=3, emails_per_network_hourly=1_000_000)
    return settings_for(database, cache_url, tmp_path).model_copy(update={"security": few})


def somebody() -> str:
    return f"{uuid4().hex}@example.com"


async def ask(client: httpx.AsyncClient, path: str, email: str) -> httpx.Response:
    body = {"email": email, **({"password": PASSWORD} if path == "register" else {})}
    return await client.post(f"/api/v1/auth/{path}", json=body)


@pytest.mark.parametrize("path", ["register", "forgot-password", "resend-verification"])
async def test_email_limit_is_per_recipient_address(settings: Settings, path: str) -> None:
    email = somebody()
    async with client_of(settings, person=None) as client:
        assert [(await ask(client, path, email)).status_code for _ in range(3)] == [202, 202, 202]
        # however it is written, and whether there is such an account or not
        refused = await ask(client, path, f" {email.upper()} ")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(refused.headers["Retry-After"]) <= 3600
        assert "minute" in refused.json()["hint"]
        assert (await ask(client, path, somebody())).status_code == 202


async def test_email_limit_is_shared_by_all_email_kinds(settings: Settings) -> None:
    email = somebody()
    async with client_of(settings, person=None) as client:
        for path in ("register", "resend-verification", "forgot-password"):
            assert (await ask(client, path, email)).status_code == 202
        assert (await ask(client, "forgot-password", email)).status_code == 429


async def test_email_limit_per_network_is_enforced(cache_url: str) -> None:
    security = Security(emails_per_recipient_hourly=1_000_000, emails_per_network_hourly=3)
    household = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    async with valkey.asyncio.Valkey.from_url(cache_url) as cache:
        for number in range(3):
            address = f"{household}::{number + 1}"
            await limit_emails(cache, security, recipient=somebody(), ip_address=address)
        with pytest.raises(TooManyRequests):
            await limit_emails(cache, security, recipient=somebody(), ip_address=f"{household}:8::8")
        # a request without an address, over a socket, is counted by its recipient alone
        await limit_emails(cache, security, recipient=somebody(), ip_address=None)


async def test_email_limit_without_cache_is_skipped_and_logged(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    email = somebody()
    async with client_of(settings, person=None) as client:
        away = valkey.asyncio.Valkey.from_url(f"unix://{tmp_path}/nobody.sock")
        account_services = client._transport.app.state.account_services  # type: ignore[attr-defined]
        object.__setattr__(account_services, "cache", away)
        assert [(await ask(client, "forgot-password", email)).status_code for _ in range(5)] == [202] * 5
    said = capsys.readouterr()
    assert "rate_limit_unavailable" in said.out + said.err
    assert email not in said.out + said.err


async def test_email_limit_keys_in_cache_hold_no_address(settings: Settings, cache_url: str) -> None:
    email = somebody()
    async with client_of(settings, person=None) as client, valkey.asyncio.Valkey.from_url(cache_url) as cache:
        await ask(client, "forgot-password", email)
        assert not [key async for key in cache.scan_iter(match=f"*{email}*")]


def test_email_limit_is_read_from_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_SECURITY__EMAILS_PER_RECIPIENT_HOURLY", "2")
    assert Settings(cache=Cache()).security.emails_per_recipient_hourly == 2
