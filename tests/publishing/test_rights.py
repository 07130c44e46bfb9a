"""What an operator may do with a channel: every changing request of the API, at each level of permission."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.people import PERSONA
from tests.production.factories import ARTICLE
from tests.publishing.conftest import Studio, picture
from tests.publishing.test_changes import ask, confirm, update
from ytempire.kit import clock
from ytempire.openapi import document
from ytempire.publishing.changing import change
from ytempire.youtube.automation import CONSENT_VERSION

Level = Literal["read", "write", "admin"]
LEVELS: tuple[Level, ...] = ("read", "write", "admin")
CHANGING = ("post", "put", "patch", "delete")
ADA = "ada@example.com"

# Not about a channel: one's own account and the things that are only one's own ...
OWN = re.compile(
    r"/api/v1/(auth|me|notifications|personas|templates)(/|$)|/api/v1/ingest/quarantine/|/api/v1/channels$"
)
# ... and what administrators of the installation do.
ADMINISTRATION = re.compile(r"/api/v1/(categories|configuration|flags|users)(/|$)")


@dataclass
class Walk:
    """Acts one after the other; one that the level does not allow is refused, and done by the administrator."""

    level: Level
    operator: httpx.AsyncClient
    admin: httpx.AsyncClient
    walked: set[tuple[str, str]] = field(default_factory=set)

    async def act(
        self, needs: Level, method: str, route: str, body: Any = None, *, content: bytes | None = None, **names: Any
    ) -> Any:
        self.walked.add((method.lower(), f"/api/v1{route}"))
        path = "/api/v1" + route.format(**names)
        answer = await self.operator.request(method, path, json=body, content=content)
        if LEVELS.index(self.level) < LEVELS.index(needs):
            assert (answer.status_code, "forbidden" in answer.text) == (403, True), (method, route, answer.text)
            answer = await self.admin.request(method, path, json=body, content=content)
        assert answer.is_success, (method, route, answer.text)
        return answer.json() if answer.content else None


@asynccontextmanager
async def walking(studio: Studio, cache_url: str, level: Level) -> AsyncIterator[Walk]:
    settings = settings_for(studio.world.database, cache_url, studio.world.home)
    studio.execute("UPDATE core.permissions SET level = %s", level)
    studio.execute("INSERT INTO core.users (email, email_verified_at) VALUES (%s, now())", ADA)
    async with client_of(settings) as operator, client_of(settings, person="admin") as admin:
        yield Walk(level, operator, admin)


async def of_runs(walk: Walk, channel: str) -> None:
    order = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "channel_id": channel, "again": True}
    run = await walk.act("write", "POST", "/runs", order)
    listed = (await walk.operator.get("/api/v1/jobs")).json()["items"]
    assert run["video_id"] in {one["video_id"] for one in listed}
    await walk.act("write", "POST", "/runs/{run_id}/cancel", run_id=run["id"])
    await walk.act("write", "POST", "/runs/{run_id}/retry", {}, run_id=run["id"])
    await walk.act("write", "POST", "/runs/{run_id}/cancel", run_id=run["id"])


async def of_videos(walk: Walk, video: str) -> None:
    later = (clock.now() + timedelta(days=2)).isoformat()
    await walk.act("write", "PATCH", "/videos/{video_id}", {"title": "Another title"}, video_id=video)
    await walk.act("write", "POST", "/videos/{video_id}/versions/{version}/restore", video_id=video, version=1)
    await walk.act("write", "PUT", "/videos/{video_id}/schedule", {"at": later}, video_id=video)
    await walk.act("write", "DELETE", "/videos/{video_id}/schedule", video_id=video)
    await walk.act("write", "POST", "/videos/{video_id}/archive", video_id=video)
    await walk.act("write", "POST", "/videos/{video_id}/unarchive", video_id=video)


async def of_publications(walk: Walk, studio: Studio) -> None:
    video, publication = {"video_id": studio.video_id}, "/videos/{video_id}/publication"
    later = (clock.now() + timedelta(days=2)).isoformat()
    await walk.act("write", "POST", publication, {"publish_at": later}, **video)
    await walk.act("write", "PUT", f"{publication}/publish_at", {"publish_at": later}, **video)
    await walk.act("write", "DELETE", publication, **video)
    await walk.act("write", "POST", publication, {"privacy": "unlisted"}, **video)
    thumbnail = "/videos/{video_id}/thumbnail"
    await walk.act("write", "POST", thumbnail, content=picture(), **video)
    await walk.act("write", "PUT", thumbnail, {"name": "thumbnail-1.jpg"}, **video)
    jobs = (await walk.operator.get("/api/v1/jobs")).json()["items"]
    assert ("publishing.upload_video", str(studio.video_id)) in {(one["job_type"], one["video_id"]) for one in jobs}
    assert (await studio.until_settled()).status == "live"
    again = await walk.act("write", "POST", f"{publication}/attachments", {"parts": ["captions", "thumbnail"]}, **video)
    assert (again["captions_status"], again["thumbnail_status"]) == ("pending", "pending")
    assert (await studio.until_settled()).captions_status == "done"
    planned = await walk.act("write", "PATCH", publication, {"privacy": "private"}, **video)
    await change(studio.runtime, planned["id"])
    assert studio.at_youtube()[0]["privacy"] == "private"
    asked = await walk.act("admin", "POST", f"{publication}/removal", {"reason": "It is wrong."}, **video)
    there = {"youtube_video_id": (await studio.view()).youtube_video_id}
    confirmation = f"{publication}/removal/{{change_id}}/confirmation"
    await walk.act("admin", "POST", confirmation, there, change_id=asked["id"], **video)
    await change(studio.runtime, asked["id"])
    assert studio.at_youtube()[0]["deleted"] is True


async def of_channels(walk: Walk, channel: str) -> None:
    one, route = {"channel_id": channel}, "/channels/{channel_id}"
    await walk.act("admin", "PATCH", route, {"description": "What it is about."}, **one)
    plan = {"videos_per_day": 1, "publish_by_itself": True, "slots": [], "agreed_to": CONSENT_VERSION}
    await walk.act("admin", "PUT", f"{route}/automation", plan, **one)
    await walk.act("admin", "PUT", f"{route}/credentials/{{provider}}", {"secret": "s"}, provider="webhook", **one)
    await walk.act("admin", "DELETE", f"{route}/credentials/{{provider}}", provider="webhook", **one)
    await walk.act("write", "POST", f"{route}/connection/check", **one)
    shared = await walk.act("admin", "POST", f"{route}/permissions", {"email": ADA, "level": "read"}, **one)
    other = {"user_id": shared["user_id"], **one}
    await walk.act("admin", "PUT", f"{route}/permissions/{{user_id}}", {"level": "write"}, **other)
    await walk.act("admin", "DELETE", f"{route}/permissions/{{user_id}}", **other)
    await walk.act("admin", "DELETE", f"{route}/connection", **one)
    await walk.act("admin", "POST", f"{route}/connection", {}, **one)


async def of_events(walk: Walk, channel: str, video: str) -> None:
    """A key's scope opens the door; whose video it is, the pipeline asks."""
    window = {"since": "2026-01-01", "until": "2026-01-02", "channel_id": channel}
    await walk.act("write", "POST", "/ingest/rebuild", window)


@pytest.mark.parametrize("level", LEVELS)
async def test_a_granted_operator_does_what_the_level_says(studio: Studio, cache_url: str, level: Level) -> None:
    channel = str(studio.world.channel_id)
    other = str(await studio.finish())
    async with walking(studio, cache_url, level) as walk:
        await of_runs(walk, channel)
        await of_videos(walk, other)
        await of_publications(walk, studio)
        await of_events(walk, channel, other)
        await walk.act("write", "DELETE", "/videos/{video_id}", video_id=other)
        await of_channels(walk, channel)
        assert routes_about_channels() == walk.walked


async def test_ones_own_channel_goes_all_the_way(studio: Studio, cache_url: str) -> None:
    """Made by an operator over HTTP, connected, and published to."""
    world = studio.world
    async with client_of(settings_for(world.database, cache_url, world.home)) as client:
        personas = (await client.get("/api/v1/personas")).json()["items"]
        [mine] = [one["id"] for one in personas if one["definition"]["name"] == PERSONA]
        made = await client.post("/api/v1/channels", json={"name": "Mine", "persona_id": mine})
        assert (made.status_code, made.json()["access"]) == (201, "owner"), made.text
        channel_id = UUID(made.json()["id"])
        await world.connect(channel_id, counterpart=world.served.channel("Mine")["id"])
        studio.video_id = await studio.finish(channel_id=channel_id)
        ordered = await client.post(f"/api/v1/videos/{studio.video_id}/publication", json={})
        assert ordered.status_code == 202, ordered.text
    assert (await studio.until_settled()).status == "live"


class TestRightsThatEnd:
    """Between the order and the worker."""

    async def test_an_upload_that_has_not_begun_is_not_begun(self, studio: Studio) -> None:
        await studio.order()
        studio.execute("UPDATE core.permissions SET level = 'read'")
        failed = await studio.attempt()
        assert failed.status == "failed"
        assert (failed.last_error or {})["reason"] == "accessRevoked"
        assert studio.at_youtube() == []

    async def test_a_change_and_a_removal_are_not_made(self, studio: Studio) -> None:
        await studio.order()
        assert (await studio.until_settled()).status == "live"
        planned = await update(studio, {"privacy": "unlisted"})
        studio.execute("UPDATE core.permissions SET level = 'read'")
        await change(studio.runtime, planned.id)
        assert studio.world.rows(CHANGES) == [("failed", "accessRevoked")]
        studio.execute("UPDATE core.permissions SET level = 'admin'")
        asked = await ask(studio)
        await confirm(studio, asked, (await studio.view()).youtube_video_id or "")
        studio.execute("UPDATE core.permissions SET level = 'write'")
        await change(studio.runtime, asked.id)
        assert studio.world.rows(CHANGES) == [("failed", "accessRevoked")] * 2
        assert [(one["privacy"], one["deleted"]) for one in studio.at_youtube()] == [("public", False)]


CHANGES = "SELECT status, last_error ->> 'reason' FROM core.publication_changes"


def routes_about_channels() -> set[tuple[str, str]]:
    paths = json.loads(document())["paths"]
    return {
        (method, path)
        for path, methods in paths.items()
        for method in methods
        if method in CHANGING and not OWN.search(path) and not ADMINISTRATION.search(path)
    } - {("post", "/api/v1/ingest/metrics")}  # asked with a key; tests/analytics
