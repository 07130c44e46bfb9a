"""Consents of speakers over HTTP: recorded once, listed, revoked, and never changed."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg
import pytest

from tests.channels.test_endpoints import channel, client
from tests.conftest import Database
from ytempire.channels.voice_consents import ConsentMissing, require_consent
from ytempire.kit.database import Sessions, conninfo

__all__ = ["client"]
ADA: dict[str, Any] = {
    "provider": "elevenlabs",
    "voice": "v2",
    "speaker": "Ada",
    "given_how": "a signed letter, in the folder of contracts",
    "given_on": "2026-11-01",
}


async def test_consent_holds_until_it_is_revoked(client: httpx.AsyncClient, platform: Sessions) -> None:
    new = await channel(client)
    path = f"/api/v1/channels/{new['id']}/voice-consents"
    recorded = await client.post(path, json=ADA)
    assert recorded.status_code == 201
    assert {name: recorded.json()[name] for name in ADA} == ADA
    assert recorded.json()["revoked_at"] is None
    assert (await client.post(path, json=ADA)).status_code == 409
    async with platform() as session:
        assert str(await require_consent(session, new["id"], "elevenlabs", "v2")) == recorded.json()["id"]
        with pytest.raises(ConsentMissing, match="“v3” is a clone"):
            await require_consent(session, new["id"], "elevenlabs", "v3")
    revocation = f"{path}/{recorded.json()['id']}/revocation"
    first, again = [(await client.post(revocation)).json() for _ in range(2)]
    assert first["revoked_by"] == recorded.json()["recorded_by"]
    assert first == again
    async with platform() as session:
        with pytest.raises(ConsentMissing):
            await require_consent(session, new["id"], "elevenlabs", "v2")
    assert (await client.post(path, json=ADA)).status_code == 201
    assert [row["revoked_at"] is None for row in (await client.get(path)).json()["items"]] == [True, False]


@pytest.mark.parametrize(
    "wrong", [{"given_on": "2199-01-01"}, {"speaker": " "}, {"provider": "espeak"}, {"given_how": " \n"}]
)
async def test_consent_that_cannot_be_is_refused(client: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    path = f"/api/v1/channels/{(await channel(client))['id']}/voice-consents"
    assert (await client.post(path, json=ADA | wrong)).status_code == 422


async def test_recorded_consent_cannot_be_changed_or_deleted(client: httpx.AsyncClient, database: Database) -> None:
    new = await channel(client)
    await client.post(f"/api/v1/channels/{new['id']}/voice-consents", json=ADA)
    for statement in ("UPDATE core.voice_consents SET speaker = 'Eve'", "DELETE FROM core.voice_consents"):
        with (
            psycopg.connect(conninfo(database.app_url)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)
