"""Flags and configuration over HTTP, and what the worker makes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.configuration.values import effective, given_values
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.settings import Settings

SECRET = "sk-very-secret"


@pytest.fixture
async def admin(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def setting(admin: httpx.AsyncClient, key: str) -> dict[str, object]:
    items = (await admin.get("/api/v1/configuration")).json()["items"]
    found: dict[str, object] = next(one for one in items if one["key"] == key)
    return found


async def test_a_given_secret_is_used_and_never_shown(
    admin: httpx.AsyncClient, sessions: Sessions, tmp_path: Path
) -> None:
    for key, value in (("speech.api_key", SECRET), ("mail.host", "mail.example.com"), ("mail.port", "2525")):
        assert (await admin.put(f"/api/v1/configuration/{key}", json={"value": value})).status_code == 204
    assert await setting(admin, "speech.api_key") == {
        "key": "speech.api_key",
        "secret": True,
        "given": True,
        "value": None,
    }
    assert (await setting(admin, "mail.port"))["value"] == "2525"
    audit = (await admin.get("/api/v1/audit", params={"table": "core.system_configuration"})).text
    assert "speech.api_key" in audit
    assert SECRET not in audit + (await admin.get("/api/v1/configuration")).text
    async with sessions() as session:
        given = await given_values(session, KeyRing.from_file(tmp_path / "keys.json"))
        stored = (await session.scalars(text("SELECT value FROM core.system_configuration"))).all()
    now = effective(Settings(), given)
    assert now.speech.api_key is not None
    assert now.speech.api_key.get_secret_value() == SECRET
    assert (now.mail.host, now.mail.port) == ("mail.example.com", 2525)
    assert not any(SECRET.encode() in bytes(value) for value in stored)
    assert (await admin.delete("/api/v1/configuration/mail.port")).status_code == 204
    assert (await setting(admin, "mail.port"))["value"] == "587"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("database.url", "x", "no setting database.url"),
        ("mail.port", "many", "mail.port"),
        ("mail.port", "70000", "mail.port"),
    ],
)
async def test_what_a_setting_does_not_take_is_refused(
    admin: httpx.AsyncClient, key: str, value: str, said: str
) -> None:
    answer = await admin.put(f"/api/v1/configuration/{key}", json={"value": value})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_a_flag_is_made_changed_and_removed(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["registration"]
    made = await admin.put("/api/v1/flags/new_player", json={"enabled": True, "description": "A new player"})
    assert (made.status_code, made.json()["percentage"]) == (200, 100)
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["new_player", "registration"]
    await admin.put("/api/v1/flags/new_player", json={"enabled": True, "percentage": 0})
    assert (await admin.get("/api/v1/me/features")).json()["items"] == ["registration"]
    assert (await admin.delete("/api/v1/flags/new_player")).status_code == 204
    assert (await admin.delete("/api/v1/flags/new_player")).status_code == 404


async def test_registration_can_be_closed(admin: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": "four words make sense"}
    assert (await admin.post("/api/v1/auth/register", json=body)).status_code == 202
    await admin.put("/api/v1/flags/registration", json={"enabled": False})
    closed = await admin.post("/api/v1/auth/register", json=body)
    assert (closed.status_code, "no registrations" in closed.json()["detail"]) == (403, True)
