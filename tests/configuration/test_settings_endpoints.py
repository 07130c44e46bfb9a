"""Flags and configuration over HTTP, and what the worker makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.configuration.setting_overrides import effective_settings, read_overrides
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.settings import LanguageModel, Settings, Smtp, Speech

SECRET = "sk-very-secret"


@pytest.fixture
async def admin(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as client:
        yield client


async def setting(admin: httpx.AsyncClient, key: str) -> dict[str, object]:
    items = (await admin.get("/api/v1/settings")).json()["items"]
    found: dict[str, object] = next(one for one in items if one["key"] == key)
    return found


async def test_setting_secret_override_is_used_and_never_returned(
    admin: httpx.AsyncClient, admin_sessions: Sessions, tmp_path: Path
) -> None:
    for key, value in (("speech.api_key", SECRET), ("smtp.host", "mail.example.com"), ("smtp.port", "2525")):
        assert (await admin.put(f"/api/v1/settings/{key}", json={"value": value})).status_code == 204
    shown = await setting(admin, "speech.api_key")
    assert (shown["secret"], shown["is_set"], shown["source"], shown["value"]) == (True, True, "override", None)
    assert not (await setting(admin, "language_model.api_key"))["is_set"]
    port = await setting(admin, "smtp.port")
    assert (port["value"], port["source"], port["fallback_value"]) == ("2525", "override", "587")
    assert (await setting(admin, "speech.model"))["source"] == "default"
    audit = (await admin.get("/api/v1/audit", params={"table": "core.setting_overrides"})).text
    assert "speech.api_key" in audit
    assert SECRET not in audit + (await admin.get("/api/v1/settings")).text
    async with admin_sessions() as session:
        overrides = await read_overrides(session, KeyRing.from_file(tmp_path / "keys.json"))
        stored = (await session.scalars(text("SELECT value FROM core.setting_overrides"))).all()
    now = effective_settings(Settings(), overrides)
    assert now.speech.api_key is not None
    assert now.speech.api_key.get_secret_value() == SECRET
    assert (now.smtp.host, now.smtp.port) == ("mail.example.com", 2525)
    assert not any(SECRET.encode() in bytes(value) for value in stored)
    assert (await admin.delete("/api/v1/settings/smtp.port")).status_code == 204
    assert (await setting(admin, "smtp.port"))["value"] == "587"
    assert (await admin.delete("/api/v1/settings/smtp.port")).status_code == 404


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("database.url", "x", "no setting database.url"),
        ("smtp.port", "many", "smtp.port"),
        ("smtp.port", "70000", "smtp.port"),
        ("speech.base_url", "models.example.org", "no address"),
        ("speech.base_url", "http://[half", "no address"),
        ("language_model.base_url", "file:///etc/passwd", "no address"),
    ],
)
async def test_setting_invalid_value_is_refused_with_reason(
    admin: httpx.AsyncClient, key: str, value: str, said: str
) -> None:
    answer = await admin.put(f"/api/v1/settings/{key}", json={"value": value})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


PAIRS = [
    ("language_model.base_url", "language_model.api_key", "https://models.example.org/v1"),
    ("speech.base_url", "speech.api_key", "https://speech.example.org/v1"),
    ("smtp.host", "smtp.password", "mail.example.org"),
    ("language_model.base_url", "language_model.api_key", "https://mine.example.org:8443/v1"),
    ("language_model.base_url", "language_model.api_key", "http://mine.example.org/v1"),
    ("speech.base_url", "speech.api_key", "http://mine.example.org:443/v1"),
    ("smtp.port", "smtp.password", "2525"),
    ("smtp.starttls", "smtp.password", "false"),
]
OTHER = {"smtp.port": "2526", "smtp.starttls": "true"}


@pytest.mark.parametrize(("address", "secret", "elsewhere"), PAIRS)
class TestASecretStaysWithItsAddress:
    """An administrator of the page must not read the machine's secrets by having them sent to a place of their own."""

    @pytest.fixture
    def settings(self, database: Database, cache_url: str, tmp_path: Path) -> Settings:
        mine = "https://mine.example.org/v1"
        return settings_for(database, cache_url, tmp_path).model_copy(
            update={
                "language_model": LanguageModel(base_url=mine, api_key=SecretStr(SECRET)),
                "speech": Speech(base_url=mine, api_key=SecretStr(SECRET)),
                "smtp": Smtp(host="mine.example.org", user="us", password=SecretStr(SECRET)),
            }
        )

    @pytest.fixture
    async def admin(self, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
        async with client_of(settings, person="admin") as client:
            yield client

    async def sent(self, admin_sessions: Sessions, settings: Settings, secret: str) -> str | None:
        """What a worker would send along."""
        assert settings.home is not None
        async with admin_sessions() as session:
            overrides = await read_overrides(session, KeyRing.from_file(settings.home / "keys.json"))
        group, name = secret.split(".")
        value: SecretStr | None = getattr(getattr(effective_settings(settings, overrides), group), name)
        return value and value.get_secret_value()

    async def test_secret_of_environment_is_withheld_from_overridden_address(
        self,
        admin: httpx.AsyncClient,
        admin_sessions: Sessions,
        settings: Settings,
        address: str,
        secret: str,
        elsewhere: str,
    ) -> None:
        assert await self.sent(admin_sessions, settings, secret) == SECRET
        assert (await setting(admin, secret))["source"] == "environment"
        await admin.put(f"/api/v1/settings/{address}", json={"value": elsewhere})
        assert await self.sent(admin_sessions, settings, secret) is None
        shown = await setting(admin, secret)
        assert (shown["is_set"], shown["is_withheld"]) == (False, True)
        await admin.put(f"/api/v1/settings/{secret}", json={"value": "another"})
        assert await self.sent(admin_sessions, settings, secret) == "another"
        # back to the machine's address: its own secret again, and not the one that was given for another
        assert (await admin.delete(f"/api/v1/settings/{address}")).status_code == 204
        assert await self.sent(admin_sessions, settings, secret) == SECRET

    async def test_secret_override_is_withheld_from_changed_address(
        self,
        admin: httpx.AsyncClient,
        admin_sessions: Sessions,
        settings: Settings,
        address: str,
        secret: str,
        elsewhere: str,
    ) -> None:
        await admin.put(f"/api/v1/settings/{address}", json={"value": elsewhere})
        await admin.put(f"/api/v1/settings/{secret}", json={"value": "another"})
        await admin.put(f"/api/v1/settings/{address}", json={"value": elsewhere})
        assert await self.sent(admin_sessions, settings, secret) == "another"
        other = OTHER.get(address, elsewhere.replace("example", "evil"))
        await admin.put(f"/api/v1/settings/{address}", json={"value": other})
        # there are but two ways of `starttls`: the other one is the machine's own
        assert await self.sent(admin_sessions, settings, secret) == (SECRET if address == "smtp.starttls" else None)


async def test_smtp_with_overridden_host_and_withheld_password_is_incomplete(
    database: Database, cache_url: str, tmp_path: Path
) -> None:
    smtp = Smtp(host="mine.example.org", user="us", password=SecretStr(SECRET))
    moved = effective_settings(
        settings_for(database, cache_url, tmp_path).model_copy(update={"smtp": smtp}), {"smtp.host": "b"}
    )
    assert smtp.complete
    assert not moved.smtp.complete


async def test_flag_is_created_updated_and_deleted(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["registration"]
    made = await admin.put("/api/v1/flags/new_player", json={"enabled": True, "description": "A new player"})
    assert (made.status_code, made.json()["percentage"]) == (200, 100)
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["new_player", "registration"]
    await admin.put("/api/v1/flags/new_player", json={"enabled": True, "percentage": 0})
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["registration"]
    assert (await admin.delete("/api/v1/flags/new_player")).status_code == 204
    assert (await admin.delete("/api/v1/flags/new_player")).status_code == 404


async def test_flag_of_segment_gives_feature_to_members(admin: httpx.AsyncClient) -> None:
    me = (await admin.get("/api/v1/me")).json()["id"]
    flag = {"enabled": True, "percentage": 0, "segments": ["beta_tester"]}
    await admin.put("/api/v1/flags/new_player", json=flag)
    changed = await admin.patch(f"/api/v1/users/{me}", json={"segments": ["beta_tester", "other", "other"]})
    assert changed.json()["segments"] == ["beta_tester", "other"]
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["new_player", "registration"]
    assert (await admin.patch(f"/api/v1/users/{me}", json={"segments": []})).json()["segments"] == []
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["registration"]


async def test_flag_built_in_cannot_be_deleted(admin: httpx.AsyncClient) -> None:
    [flag] = (await admin.get("/api/v1/flags")).json()["items"]
    assert (flag["name"], flag["is_built_in"], flag["is_boolean"]) == ("registration", True, True)
    answer = await admin.delete("/api/v1/flags/registration")
    assert (answer.status_code, "Turn it off" in answer.json()["hint"]) == (409, True)


async def test_flag_shows_user_names_and_last_update(admin: httpx.AsyncClient) -> None:
    me = (await admin.get("/api/v1/me")).json()
    gone = "00000000-0000-7000-8000-00000000dead"
    body = {"enabled": True, "percentage": 0, "user_ids": [me["id"], gone]}
    made = (await admin.put("/api/v1/flags/new_player", json=body)).json()
    assert made["people"] == [{"id": me["id"], "full_name": "Operator", "email": None}]
    changed = (await admin.put("/api/v1/flags/new_player", json={**body, "percentage": 10})).json()
    assert changed["updated_at"] > made["updated_at"]


async def test_flag_update_with_stale_etag_is_refused(admin: httpx.AsyncClient) -> None:
    async def put(percentage: int, **headers: str) -> httpx.Response:
        body = {"enabled": True, "percentage": percentage}
        return await admin.put("/api/v1/flags/new_player", json=body, headers=headers)

    first = (await put(10, **{"If-None-Match": "*"})).json()
    second = (await put(20, **{"If-Match": first["etag"]})).json()
    late = await put(30, **{"If-Match": first["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    again = await put(30, **{"If-None-Match": "*"})
    assert (again.status_code, "already" in again.json()["detail"]) == (412, True)
    assert (await put(40, **{"If-Match": "yesterday"})).status_code == 412
    [flag] = [one for one in (await admin.get("/api/v1/flags")).json()["items"] if one["name"] == "new_player"]
    assert (flag["percentage"], flag["etag"]) == (20, second["etag"])
    several = await asyncio.gather(*(put(share, **{"If-Match": second["etag"]}) for share in range(30, 40)))
    assert sorted(one.status_code for one in several) == [200] + [412] * 9
    await admin.delete("/api/v1/flags/new_player")
    removed = await put(50, **{"If-Match": second["etag"]})
    assert (removed.status_code, "removed" in removed.json()["detail"]) == (412, True)
    assert "new_player" not in (await admin.get("/api/v1/flags")).text


async def test_registration_with_flag_disabled_is_forbidden(admin: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": "four words make sense"}
    assert (await admin.post("/api/v1/auth/register", json=body)).status_code == 202
    await admin.put("/api/v1/flags/registration", json={"enabled": False})
    closed = await admin.post("/api/v1/auth/register", json=body)
    assert (closed.status_code, "no registrations" in closed.json()["detail"]) == (403, True)
