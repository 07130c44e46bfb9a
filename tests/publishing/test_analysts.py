"""What an analyst reads: figures of every channel, and nothing about a person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.publishing.publisher import Publisher
from tests.users import ADDRESS
from ytempire.kit import clock
from ytempire.kit.analyst_views import rewrite_for_analyst
from ytempire.openapi import document

ADMINISTRATION = "what administrators of the installation do"
PEOPLE = "who may do what, and who did it"
STORAGE = "how sums are stored, which they read through views"
ALERTS = "who acts on what is wrong, and what they wrote about it"
SECRETS = "what opens accounts elsewhere"
DELIVERIES = "lines as operators sent them"
CONTENT = "videos, images and texts are no metrics"
REFUSED = {
    "/alerts": ALERTS,
    "/ingest/check": STORAGE,
    "/alert-rules": ALERTS,
    "/audit": ADMINISTRATION,
    "/settings": ADMINISTRATION,
    "/database/health": ADMINISTRATION,
    "/flags": ADMINISTRATION,
    "/emails": ADMINISTRATION,
    "/users": ADMINISTRATION,
    "/outbox/blocked-facts": ADMINISTRATION,
    "/channels/{channel_id}/permissions": PEOPLE,
    "/videos/{video_id}/publication/edits": PEOPLE,
    "/channels/{channel_id}/credentials": SECRETS,
    "/channels/{channel_id}/voice-consents": PEOPLE,
    "/ingest/batches": DELIVERIES,
    "/ingest/health": DELIVERIES,
    "/ingest/quarantine": DELIVERIES,
    "/jobs": "the queue of operators' work",
    "/runs/{run_id}/log": CONTENT,
    "/search": "it looks in scripts",
    "/templates": CONTENT,
    "/templates/{template_id}": CONTENT,
    "/videos/{video_id}/files/{name}": CONTENT,
    "/videos/{video_id}/versions": CONTENT,
}
"""What an analyst is refused, and why."""

# ones own account, by which they are somebody
OWN = ("/me", "/me/sessions", "/me/api-keys", "/me/features", "/notifications")


@pytest.fixture
async def analyst(live: Publisher, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Where everything has something in it."""
    settings = settings_for(live.youtube_env.database, cache_url, live.youtube_env.home)
    await live.automate()
    waiting = await live.finish()
    async with client_of(settings) as operator:
        said = {"video_id": str(live.video_id), "channel_id": str(live.youtube_env.channel_id), "views": 7}
        event = {**said, "timestamp": clock.now().isoformat()}
        assert (await operator.post("/api/v1/ingest/metrics", json=event)).status_code == 202
        assert (await operator.patch(f"/api/v1/videos/{live.video_id}", json={"title": "Night"})).is_success
        later = {"publish_at": (clock.now() + timedelta(days=2)).isoformat()}
        assert (await operator.post(f"/api/v1/videos/{waiting}/publication", json=later)).status_code == 202
    live.execute("UPDATE core.users SET role = 'analyst' WHERE email = %s", ADDRESS)
    async with client_of(settings_for(live.youtube_env.database, cache_url, live.youtube_env.home)) as client:
        yield client


def routes() -> list[str]:
    paths = json.loads(document())["paths"]
    return [path.removeprefix("/api/v1") for path, methods in paths.items() if "get" in methods]


def names(publisher: Publisher) -> dict[str, Any]:
    [(run,)] = publisher.youtube_env.rows(f"SELECT id FROM core.runs WHERE video_id = '{publisher.video_id}'")
    [(persona,)] = publisher.youtube_env.rows(
        f"SELECT persona_id FROM core.channels WHERE id = '{publisher.youtube_env.channel_id}'"
    )
    return {
        "video_id": publisher.video_id, "channel_id": publisher.youtube_env.channel_id, "run_id": run,
        "persona_id": persona, "template_id": persona, "name": "captions.srt",
        "engine": "kokoro", "voice": "af_heart",
    }  # fmt: skip


def people(publisher: Publisher) -> list[str]:
    rows = publisher.youtube_env.rows(
        "SELECT id::text, email::text, nullif(full_name, '') FROM core.users WHERE role <> 'service'"
    )
    return [word for row in rows for word in row if word]


async def test_analyst_response_has_no_personal_data_or_is_refused(live: Publisher, analyst: httpx.AsyncClient) -> None:
    assert set(routes()) >= set(REFUSED)
    known, told, answers = names(live), people(live), {}
    for route in routes():
        asked = {"q": "night"} if route == "/search" else None
        path = route if route.startswith("/.") else "/api/v1" + route
        answers[route] = await analyst.get(path.format(**known), params=asked)
    statuses = {route: answer.status_code for route, answer in answers.items()}
    assert statuses == {route: 403 if route in REFUSED else 200 for route in statuses}
    for route, answer in answers.items():
        if route not in OWN:
            assert [word for word in told if word in answer.text] == [], route


async def test_analyst_figures_cover_all_channels(live: Publisher, analyst: httpx.AsyncClient) -> None:
    shown = (await analyst.get("/api/v1/channels")).json()["items"]
    assert [(len(shown),)] == live.youtube_env.rows("SELECT count(*) FROM core.channels")
    assert {one["access"] for one in shown} == {"read"}
    videos = (await analyst.get("/api/v1/videos")).json()["items"]
    assert str(live.video_id) in {one["id"] for one in videos}
    published = (await analyst.get(f"/api/v1/videos/{live.video_id}/publication")).json()
    assert (published["status"], published["last_error"]) == ("live", None)


async def test_analyst_write_request_is_refused(live: Publisher, analyst: httpx.AsyncClient) -> None:
    here = f"/api/v1/videos/{live.video_id}"
    for method, path, body in (
        ("PATCH", here, {"title": "Mine"}),
        ("PATCH", f"{here}/publication", {"privacy": "private"}),
        ("POST", f"{here}/archive", None),
        (
            "POST",
            "/api/v1/runs",
            {"source_name": "a.md", "source_text": "A text.", "channel_id": str(live.youtube_env.channel_id)},
        ),
        ("POST", "/api/v1/channels", {"name": "Mine", "persona_id": str(live.video_id)}),
    ):
        answer = await analyst.request(method, path, json=body)
        assert (answer.status_code, "forbidden" in answer.text or "analysts" in answer.text) == (403, True), answer.text
    assert live.youtube_env.rows(f"SELECT status FROM core.videos WHERE id = '{live.video_id}'") == [("published",)]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("SELECT core.videos.title FROM core.videos", "SELECT masked.videos.title FROM masked.videos"),
        ("FROM analytics.video_daily d JOIN core.channels c", "FROM masked.video_daily d JOIN masked.channels c"),
        ("SELECT core.sees_all()", "SELECT masked.sees_all()"),
        ("score.value, hardcore.x, jobs.y", "score.value, hardcore.x, jobs.y"),
    ],
)
def test_rewrite_for_analyst_uses_masked_views(said: str, asked: str) -> None:
    assert rewrite_for_analyst(said) == asked
