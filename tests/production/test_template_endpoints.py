"""Templates over HTTP: what they set, what is refused, and how often they were used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.database.lock_waits import wait_until_blocking
from tests.production.factories import ARTICLE
from ytempire.kit.database import conninfo

WORDS = {
    "name": "House style",
    "title": "{title} | {channel}",
    "description": "{summary}\n\n{credits}",
    "tags": ["a b"],
}
SETTINGS = {
    "niche": "astronomy",
    "style": "explainer",
    "seconds": 45,
    "retention_target": 0.45,
    "engagement_target": 0.035,
    "script_template": "Begin with the oldest observation.\nEnd with what is still unknown.",
    "voice_settings": {"engine": "espeak", "voice": None, "words_per_minute": 140, "pitch": None, "style": None},
    "visual_settings": {"accent": None, "family": None, "motif": "waves", "transitions": ["fade", "dissolve"]},
}
ORDER = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "allow_duplicate": True}


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def create_template(client: httpx.AsyncClient, **settings: Any) -> dict[str, Any]:
    response = await client.post("/api/v1/templates", json={**WORDS, **settings})
    assert response.status_code == 201, response.text
    template: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/api/v1/templates/{template['id']}"
    return template


async def order(client: httpx.AsyncClient, template: dict[str, Any], **options: Any) -> dict[str, Any]:
    body = {**ORDER, "options": {"template_id": template["id"], **options}}
    response = await client.post("/api/v1/runs", json=body)
    assert response.status_code == 202, response.text
    run: dict[str, Any] = response.json()
    return run


def set_score(database: Database, run: dict[str, Any], score: str) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.videos SET script_score = %s WHERE id = %s", [score, run["video_id"]])


class TestTemplates:
    async def test_template_is_created_replaced_and_deleted(self, client: httpx.AsyncClient) -> None:
        template = await create_template(client)
        path = f"/api/v1/templates/{template['id']}"
        changed = await client.put(path, json={**WORDS, "title": "{date}: {title}"})
        assert changed.json()["title"] == "{date}: {title}"
        again = await client.post("/api/v1/templates", json=WORDS)
        assert (again.status_code, again.json()["code"]) == (409, "conflict")
        assert (await client.delete(path)).status_code == 204
        assert (await client.get("/api/v1/templates")).json()["items"] == []

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_template_deleted_concurrently_is_not_found(
        self, client: httpx.AsyncClient, database: Database, method: str
    ) -> None:
        template = await create_template(client)
        body = WORDS if method == "PUT" else None
        async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as other:
            await other.execute("DELETE FROM core.templates")
            asking = asyncio.create_task(client.request(method, f"/api/v1/templates/{template['id']}", json=body))
            await wait_until_blocking(other)
            await other.commit()
        assert (await asking).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"title": "{subject}"},
            {"title": "{title"},
            {"title": "{title:>100000000}"},
            {"title": "{title.__class__}"},
            {"title": "{title!r}"},
            {"title": "{}"},
            {"description": "no credit"},
        ],
    )
    async def test_template_with_unknown_variable_is_refused(
        self, client: httpx.AsyncClient, body: dict[str, str]
    ) -> None:
        answer = await client.post("/api/v1/templates", json={**WORDS, **body})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


class TestTemplateSettings:
    async def test_template_settings_are_stored_shown_and_cleared(self, client: httpx.AsyncClient) -> None:
        template = await create_template(client, **SETTINGS)
        assert {name: template[name] for name in SETTINGS} == SETTINGS
        path = f"/api/v1/templates/{template['id']}"
        assert (await client.get(path)).json() == template
        cleared = (await client.put(path, json={**WORDS, "voice_settings": {}})).json()
        assert [cleared[name] for name in SETTINGS] == [None] * len(SETTINGS)

    @pytest.mark.parametrize(
        "settings",
        [
            {"seconds": 9},
            {"seconds": 901},
            {"retention_target": 1.01},
            {"engagement_target": -0.1},
            {"engagement_target": 0.00001},
            {"script_template": "a" * 2001},
            {"niche": " "},
            {"voice_settings": {"words_per_minute": 119}},
            {"voice_settings": {"engine": "kokoro", "style": 0.5}},
            {"voice_settings": {"volume": 3}},
            {"visual_settings": {"motif": "stars"}},
            {"visual_settings": {"accent": "blue"}},
        ],
    )
    async def test_template_with_invalid_settings_is_refused(
        self, client: httpx.AsyncClient, settings: dict[str, Any]
    ) -> None:
        response = await client.post("/api/v1/templates", json={**WORDS, **settings})
        assert (response.status_code, response.json()["code"]) == (422, "invalid_input")


class TestUsage:
    async def test_template_without_runs_has_no_average_score(self, client: httpx.AsyncClient) -> None:
        template = await create_template(client)
        assert (template["times_used"], template["average_score"]) == (0, None)
        [listed] = (await client.get("/api/v1/templates")).json()["items"]
        assert listed == template

    async def test_template_usage_counts_its_runs_and_averages_their_scores(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        template, other = await create_template(client), await create_template(client, name="Other")
        for score in ("0.800", "0.905", None):
            run = await order(client, template)
            if score is not None:
                set_score(database, run, score)
        set_score(database, await order(client, other), "0.100")
        shown = (await client.get(f"/api/v1/templates/{template['id']}")).json()
        assert (shown["times_used"], shown["average_score"]) == (3, 0.853)
        listed = (await client.get("/api/v1/templates")).json()["items"]
        assert {item["name"]: item["times_used"] for item in listed} == {"House style": 3, "Other": 1}
        replaced = (await client.put(f"/api/v1/templates/{template['id']}", json=WORDS)).json()
        assert replaced["times_used"] == 3

    async def test_template_usage_counts_only_visible_runs(
        self, client: httpx.AsyncClient, database: Database, cache_url: str, tmp_path: Path
    ) -> None:
        async with client_of(settings_for(database, cache_url, tmp_path), person="admin") as admin:
            template = await create_template(admin, shared=True)
            [persona, *_] = (await admin.get("/api/v1/personas")).json()["items"]
            new = {"name": "Private", "persona_id": persona["id"]}
            channel = (await admin.post("/api/v1/channels", json=new)).json()
            body = {**ORDER, "options": {"template_id": template["id"]}, "channel_id": channel["id"]}
            assert (await admin.post("/api/v1/runs", json=body)).status_code == 202
            own_view = (await admin.get(f"/api/v1/templates/{template['id']}")).json()
        others_view = (await client.get(f"/api/v1/templates/{template['id']}")).json()
        assert (own_view["times_used"], others_view["times_used"]) == (1, 0)
