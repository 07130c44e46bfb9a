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
from tests.production.factories import ARTICLE
from tests.publishing.publisher import Publisher, picture
from tests.publishing.test_edits import ask, confirm, update
from tests.users import PERSONA
from ytempire.kit import clock
from ytempire.openapi import document
from ytempire.publishing.automation import CONSENT_VERSION
from ytempire.publishing.edit_worker import apply_edit

Level = Literal["read", "write", "admin"]
LEVELS: tuple[Level, ...] = ("read", "write", "admin")
CHANGING = ("post", "put", "patch", "delete")
ADA = "ada@example.com"

# Not about a channel: one's own account and the things that are only one's own ...
OWN = re.compile(
    r"/api/v1/(auth|me|notifications|notification-preferences|personas|templates)(/|$)|/api/v1/ingest/quarantine/|/api/v1/channels$"
)
# ... and what administrators of the installation do.
ADMINISTRATION = re.compile(r"/api/v1/(alert-rules|categories|settings|flags|outbox|users)(/|$)")


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
async def walking(publisher: Publisher, cache_url: str, level: Level) -> AsyncIterator[Walk]:
    settings = settings_for(publisher.youtube_env.database, cache_url, publisher.youtube_env.home)
    publisher.execute("UPDATE core.permissions SET level = %s", level)
    publisher.execute("INSERT INTO core.users (email, email_verified_at) VALUES (%s, now())", ADA)
    async with client_of(settings) as operator, client_of(settings, person="admin") as admin:
        yield Walk(level, operator, admin)


async def of_runs(walk: Walk, channel: str) -> None:
    order = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "channel_id": channel, "allow_duplicate": True}
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


async def of_publications(walk: Walk, publisher: Publisher) -> None:
    video, publication = {"video_id": publisher.video_id}, "/videos/{video_id}/publication"
    later = (clock.now() + timedelta(days=2)).isoformat()
    await walk.act("write", "POST", publication, {"publish_at": later}, **video)
    await walk.act("write", "PUT", f"{publication}/publish_at", {"publish_at": later}, **video)
    await walk.act("write", "DELETE", publication, **video)
    await walk.act("write", "POST", publication, {"privacy": "unlisted"}, **video)
    thumbnail = "/videos/{video_id}/thumbnail"
    await walk.act("write", "POST", thumbnail, content=picture(), **video)
    await walk.act("write", "PUT", thumbnail, {"name": "thumbnail-1.jpg"}, **video)
    jobs = (await walk.operator.get("/api/v1/jobs")).json()["items"]
    assert ("publishing.upload_video", str(publisher.video_id)) in {(one["job_type"], one["video_id"]) for one in jobs}
    assert (await publisher.until_settled()).status == "live"
    again = await walk.act("write", "POST", f"{publication}/attachments", {"parts": ["captions", "thumbnail"]}, **video)
    assert (again["captions_status"], again["thumbnail_status"]) == ("pending", "pending")
    assert (await publisher.until_settled()).captions_status == "done"
    planned = await walk.act("write", "PATCH", publication, {"privacy": "private"}, **video)
    await apply_edit(publisher.runtime, planned["id"])
    assert publisher.at_youtube()[0]["privacy"] == "private"
    asked = await walk.act("admin", "POST", f"{publication}/deletion", {"reason": "It is wrong."}, **video)
    there = {"youtube_video_id": (await publisher.view()).youtube_video_id}
    confirmation = f"{publication}/deletion/{{edit_id}}/confirmation"
    await walk.act("admin", "POST", confirmation, there, edit_id=asked["id"], **video)
    await apply_edit(publisher.runtime, asked["id"])
    assert publisher.at_youtube()[0]["deleted"] is True


async def of_channels(walk: Walk, channel: str) -> None:
    one, route = {"channel_id": channel}, "/channels/{channel_id}"
    await walk.act("admin", "PATCH", route, {"description": "What it is about."}, **one)
    plan = {"videos_per_day": 1, "auto_publish": True, "slots": [], "accepted_consent_version": CONSENT_VERSION}
    await walk.act("admin", "PUT", f"{route}/automation", plan, **one)
    await walk.act("admin", "PUT", f"{route}/credentials/{{provider}}", {"secret": "s"}, provider="webhook", **one)
    await walk.act("admin", "DELETE", f"{route}/credentials/{{provider}}", provider="webhook", **one)
    given = {
        "provider": "elevenlabs",
        "voice": "v",
        "speaker": "Ada",
        "given_how": "a letter",
        "given_on": "2026-11-01",
    }
    consent = await walk.act("admin", "POST", f"{route}/voice-consents", given, **one)
    revoked = {"consent_id": consent["id"], **one}
    await walk.act("admin", "POST", f"{route}/voice-consents/{{consent_id}}/revocation", **revoked)
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


async def of_alerts(walk: Walk, publisher: Publisher) -> None:
    publisher.execute(
        "SELECT core.open_alert('cost_stop', 'x', %s, NULL, 'Stopped', '', NULL, '{}', now())",
        publisher.youtube_env.channel_id,
    )
    [alert] = (await walk.operator.get("/api/v1/alerts", params={"state": "active"})).json()["items"]
    await walk.act("write", "POST", "/alerts/{alert_id}/acknowledge", alert_id=alert["id"])


@pytest.mark.parametrize("level", LEVELS)
async def test_operator_requests_are_allowed_by_permission_level(
    publisher: Publisher, cache_url: str, level: Level
) -> None:
    channel = str(publisher.youtube_env.channel_id)
    other = str(await publisher.finish())
    async with walking(publisher, cache_url, level) as walk:
        await of_runs(walk, channel)
        await of_videos(walk, other)
        await of_publications(walk, publisher)
        await of_events(walk, channel, other)
        await walk.act("write", "DELETE", "/videos/{video_id}", video_id=other)
        await of_alerts(walk, publisher)
        await of_channels(walk, channel)
        assert routes_about_channels() == walk.walked


async def test_operator_publishes_on_own_channel(publisher: Publisher, cache_url: str) -> None:
    """Made by an operator over HTTP, connected, and published to."""
    youtube_env = publisher.youtube_env
    async with client_of(settings_for(youtube_env.database, cache_url, youtube_env.home)) as client:
        personas = (await client.get("/api/v1/personas")).json()["items"]
        [mine] = [one["id"] for one in personas if one["definition"]["name"] == PERSONA]
        made = await client.post("/api/v1/channels", json={"name": "Mine", "persona_id": mine})
        assert (made.status_code, made.json()["access"]) == (201, "owner"), made.text
        channel_id = UUID(made.json()["id"])
        await youtube_env.connect(channel_id, counterpart=youtube_env.sandbox_server.channel("Mine")["id"])
        publisher.video_id = await publisher.finish(channel_id=channel_id)
        ordered = await client.post(f"/api/v1/videos/{publisher.video_id}/publication", json={})
        assert ordered.status_code == 202, ordered.text
    assert (await publisher.until_settled()).status == "live"


class TestRightsThatEnd:
    """Between the order and the worker."""

    async def test_upload_after_permission_revoked_fails_unsent(self, publisher: Publisher) -> None:
        await publisher.order()
        publisher.execute("UPDATE core.permissions SET level = 'read'")
        failed = await publisher.attempt()
        assert failed.status == "failed"
        assert (failed.last_error or {})["reason"] == "accessRevoked"
        assert publisher.at_youtube() == []

    async def test_publication_edit_after_permission_revoked_fails_unsent(self, publisher: Publisher) -> None:
        await publisher.order()
        assert (await publisher.until_settled()).status == "live"
        planned = await update(publisher, {"privacy": "unlisted"})
        publisher.execute("UPDATE core.permissions SET level = 'read'")
        await apply_edit(publisher.runtime, planned.id)
        assert publisher.youtube_env.rows(CHANGES) == [("failed", "accessRevoked")]
        publisher.execute("UPDATE core.permissions SET level = 'admin'")
        asked = await ask(publisher)
        await confirm(publisher, asked, (await publisher.view()).youtube_video_id or "")
        publisher.execute("UPDATE core.permissions SET level = 'write'")
        await apply_edit(publisher.runtime, asked.id)
        assert publisher.youtube_env.rows(CHANGES) == [("failed", "accessRevoked")] * 2
        assert [(one["privacy"], one["deleted"]) for one in publisher.at_youtube()] == [("public", False)]


CHANGES = "SELECT status, last_error ->> 'reason' FROM core.publication_edits"


def routes_about_channels() -> set[tuple[str, str]]:
    paths = json.loads(document())["paths"]
    return {
        (method, path)
        for path, methods in paths.items()
        for method in methods
        if method in CHANGING and not OWN.search(path) and not ADMINISTRATION.search(path)
    } - {("post", "/api/v1/ingest/metrics")}  # asked with a key; tests/ingest
