"""Channels, personas, categories and credentials over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.users import PERSONA as PERSONA_NAME
from ytempire.channels.credentials import open_credential
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.channels.endpoints import ListedChannel
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, conninfo

PERSONA = DEFAULT_PERSONA.model_copy(update={"name": "Mine"}).model_dump(mode="json")


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/{path}/{document['id']}"
    return document


async def channel(client: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    return await made(client, "channels", {"name": "New", "persona_id": await own_persona(client), **given})


async def own_persona(client: httpx.AsyncClient) -> str:
    items = (await client.get("/api/v1/personas")).json()["items"]
    [persona] = [one for one in items if one["definition"]["name"] == PERSONA_NAME]
    return str(persona["id"])


class TestChannels:
    async def test_channel_is_created_updated_and_archived(self, client: httpx.AsyncClient) -> None:
        new = await channel(client, category="education", time_zone="Asia/Kolkata", description="About.")
        assert (new["status"], new["category"], new["persona"]["name"]) == ("active", "education", PERSONA_NAME)
        changed = await client.patch(f"/api/v1/channels/{new['id']}", json={"name": "Newer", "category": None})
        assert (changed.json()["name"], changed.json()["category"]) == ("Newer", None)
        assert changed.json()["description"] == "About."
        archived = await client.patch(f"/api/v1/channels/{new['id']}", json={"status": "archived"})
        assert archived.json()["status"] == "archived"
        names = [one["name"] for one in (await client.get("/api/v1/channels")).json()["items"]]
        assert names == ["Clear Signal"]
        listed = (await client.get("/api/v1/channels", params={"archived": True})).json()["items"]
        assert [(one["name"], one["access"]) for one in listed] == [("Newer", "owner")]
        # its name is free again, so that it cannot come back while another has it
        other = await channel(client, name="Newer")
        refused = await client.patch(f"/api/v1/channels/{new['id']}", json={"status": "active"})
        assert (refused.status_code, "named" in refused.json()["detail"]) == (409, True)
        await client.patch(f"/api/v1/channels/{other['id']}", json={"name": "Newest"})
        back = await client.patch(f"/api/v1/channels/{new['id']}", json={"status": "active"})
        assert back.json()["status"] == "active"
        assert (await client.get("/api/v1/channels", params={"archived": True})).json()["items"] == []

    async def test_channel_list_item_equals_channel(self, client: httpx.AsyncClient) -> None:
        """PostgreSQL writes the list, pydantic the channel."""
        new = await channel(client, category="education", time_zone="Asia/Kolkata", description='A "quote".')
        whole = (await client.get(f"/api/v1/channels/{new['id']}")).json()
        listed = (await client.get("/api/v1/channels")).json()["items"][-1]
        assert listed.keys() == ListedChannel.model_fields.keys()
        linked = {"connection": None, "is_sandbox": None}
        said = {**whole, "owner": "Ordinary operator", "persona_name": whole["persona"]["name"], **linked}
        assert ListedChannel.model_validate(listed) == ListedChannel.model_validate(said)

    async def test_channel_list_pages_are_consecutive(self, client: httpx.AsyncClient) -> None:
        for name in ("The Long View", "Field Notes"):
            await channel(client, name=name)
        first = (await client.get("/api/v1/channels", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/channels", params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [one["name"] for one in first["items"] + rest["items"]] == [
            "Clear Signal",
            "The Long View",
            "Field Notes",
        ]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize(
        ("body", "status", "saying"),
        [
            ({"name": "field NOTES"}, 409, "There is a channel named “field NOTES” already."),
            ({"name": "\u200b"}, 422, "visible"),
            ({"category": "cooking"}, 422, "There is no such category."),
            ({"persona_id": str(uuid4())}, 422, "no such persona"),
            ({"time_zone": "Mars/Olympus"}, 422, "not the name of a time zone"),
        ],
    )
    async def test_channel_with_invalid_fields_is_refused_with_reason(
        self, client: httpx.AsyncClient, body: dict[str, Any], status: int, saying: str
    ) -> None:
        await channel(client, name="Field Notes")
        persona_id = await own_persona(client)
        answer = await client.post("/api/v1/channels", json={"name": "New", "persona_id": persona_id, **body})
        assert (answer.status_code, saying in answer.json()["detail"]) == (status, True), answer.text

    async def test_channel_update_with_stale_etag_is_refused(self, client: httpx.AsyncClient) -> None:
        path = f"/api/v1/channels/{(await channel(client))['id']}"
        seen = (await client.get(path)).headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": seen})).status_code == 304
        first = await client.patch(path, json={"description": "first"}, headers={"If-Match": seen})
        assert first.status_code == 200
        assert first.headers["etag"] != seen
        late = await client.patch(path, json={"description": "late"}, headers={"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
        assert (await client.get(path)).json()["description"] == "first"

    async def test_channel_strategy_is_replaced_whole_with_current_etag(self, client: httpx.AsyncClient) -> None:
        new = await channel(client, strategy={"topics": ["Bees", "bees", "honey"]})
        assert new["strategy"] == {"audience": "", "topics": ["Bees", "honey"], "avoid": []}
        path = f"/api/v1/channels/{new['id']}"
        seen = {"If-Match": (await client.get(path)).headers["etag"]}
        changed = await client.patch(path, headers=seen, json={"strategy": {"audience": "Keepers", "avoid": ["wasps"]}})
        assert changed.json()["strategy"] == {"audience": "Keepers", "topics": [], "avoid": ["wasps"]}
        late = await client.patch(path, headers=seen, json={"strategy": {}})
        assert late.status_code == 412
        assert (await client.get(path)).json() == changed.json()
        bad = await client.patch(path, json={"strategy": {"avoid": ["a" * 101]}})
        assert bad.status_code == 422


class TestPersonas:
    async def test_persona_in_use_cannot_be_deleted(self, client: httpx.AsyncClient) -> None:
        persona = await made(client, "personas", PERSONA)
        await channel(client, persona_id=persona["id"])
        answer = await client.delete(f"/api/v1/personas/{persona['id']}")
        assert (answer.status_code, answer.json()["detail"]) == (409, "A channel speaks with this persona.")

    async def test_style_of_voice_is_for_engines_that_have_one(self, client: httpx.AsyncClient) -> None:
        for engine, status in (("elevenlabs", 201), ("google", 422), ("espeak", 422)):
            persona = {**PERSONA, "name": engine, "voice": {"engine": engine, "style": 0.4}}
            answer = await client.post("/api/v1/personas", json=persona)
            assert answer.status_code == status
            assert ("elevenlabs has one" in answer.text) == (status == 422)

    async def test_persona_is_replaced_and_deleted(self, client: httpx.AsyncClient) -> None:
        persona = await made(client, "personas", PERSONA)
        path = f"/api/v1/personas/{persona['id']}"
        etag = (await client.get(path)).headers["etag"]
        changed = await client.put(path, json={**PERSONA, "sign_off": "Bye."}, headers={"If-Match": etag})
        assert changed.json()["definition"]["sign_off"] == "Bye."
        assert (await client.put(path, json=PERSONA, headers={"If-Match": etag})).status_code == 412
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404


class TestCategories:
    async def test_categories_are_seeded_and_editable_by_administrators_only(
        self, client: httpx.AsyncClient, database: Database, cache_url: str, tmp_path: Path
    ) -> None:
        items = (await client.get("/api/v1/categories")).json()["items"]
        figures = {one["slug"]: one["cpm_usd"] for one in items}
        assert figures["finance"] == "18.50"
        assert figures["lifestyle"] is None
        change = {"url": "/api/v1/categories/lifestyle", "json": {"cpm_usd": "5.25"}}
        assert (await client.patch(**change)).status_code == 403
        async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as admin:
            assert (await admin.patch(**change)).json()["cpm_usd"] == "5.25"
            assert (await admin.patch("/api/v1/categories/cooking", json={"cpm_usd": "1"})).status_code == 404
            # digits that a float does not have are refused, and not dropped
            for said, status in ((b"5.123456", 200), (b"5.00000000000000001", 422), (b"1e400", 422)):
                body = b'{"cpm_usd": ' + said + b"}"
                answer = await admin.patch(change["url"], content=body, headers={"Content-Type": "application/json"})
                assert answer.status_code == status, said


class TestCredentials:
    async def test_credentials_are_sealed_and_never_returned(
        self, client: httpx.AsyncClient, database: Database, sessions: Sessions, tmp_path: Path
    ) -> None:
        new = await channel(client)
        path = f"/api/v1/channels/{new['id']}/credentials"
        for secret in ("the first secret", "the second secret"):
            answer = await client.put(f"{path}/youtube", json={"secret": secret, "label": "main account"})
            assert answer.status_code == 200
            assert secret not in answer.text
        beyond = await client.put(f"{path}/youtube", json={"secret": "x", "expires_at": "9999-12-31T23:59:59-12:00"})
        assert beyond.status_code == 422
        listed = await client.get(path)
        assert [one["label"] for one in listed.json()["items"]] == ["main account"]
        assert "secret" not in listed.text
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            stored = owner.execute("SELECT secret FROM core.credentials").fetchone()
            assert stored is not None
            assert b"secret" not in stored[0]
        keys = KeyRing.from_file(tmp_path / "keys.json")
        async with sessions() as session:
            assert await open_credential(session, keys, new["id"], "youtube") == "the second secret"
        assert (await client.delete(f"{path}/youtube")).status_code == 204
        assert (await client.delete(f"{path}/youtube")).status_code == 404

    async def test_keys_of_speech_services_are_credentials(self, client: httpx.AsyncClient) -> None:
        path = f"/api/v1/channels/{(await channel(client))['id']}/credentials"
        for provider in ("elevenlabs", "google", "openai"):
            stored = await client.put(f"{path}/{provider}", json={"secret": f"key of {provider}"})
            assert stored.status_code == 200
            assert "key of" not in stored.text
        listed = await client.get(path)
        assert [row["provider"] for row in listed.json()["items"]] == ["elevenlabs", "google", "openai"]
        assert "key of" not in listed.text
        assert (await client.put(f"{path}/azure", json={"secret": "x"})).status_code == 422
