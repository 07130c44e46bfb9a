"""What a person can repair waits, and a 200 that says otherwise is no success: each over HTTP, from order to end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.publishing.publisher import SRT, Publisher
from tests.publishing.upload.outcome import assert_once
from tests.relay import relay
from tests.sandbox.conftest import plain
from ytempire.channels import credentials
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.publishing.upload.attempt import upload
from ytempire.youtube import connections
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.tokens import Tokens

ANSWERS = json.loads((Path(__file__).parent.parent / "data" / "faults" / "32-youtube-answers.json").read_text())

# By `right` of the table: the words that the person reads, or where it is only tried again, none.
SAYS = {
    "accessNotConfigured": "https://console.cloud.google.com/apis/library/youtube.googleapis.com",
    "invalid_client": "https://console.cloud.google.com/apis/credentials",
    "youtubeSignupRequired": "has no YouTube channel",
    "quotaExceeded": "the quota is used up",
    "videoNotFound": "does not find it yet",
    "failed": "could not use them",
    "forbidden": "https://www.youtube.com/verify",
}
RELATIVES = [
    {"op": "token", "status": status, "error": error}
    for status, error in [(401, "unauthorized_client"), (401, "deleted_client"), (403, "disabled_client")]
]
OTHERS = [
    {"op": "videos.insert", "status": 403, "reason": "channelClosed"},
    {"op": "videos.insert", "status": 403, "reason": "channelSuspended"},
    {"op": "upload.chunk", "status": 403, "reason": "accessNotConfigured"},
    {"op": "upload.chunk", "status": 403, "reason": "quotaExceeded"},
    {"op": "thumbnails.set", "status": 404, "reason": "videoNotFound"},
    {"op": "captions.insert", "status": 403, "reason": "dailyLimitExceeded"},
]


def reason_of(entry: dict[str, Any]) -> str:
    said: str = entry.get("reason") or entry.get("error") or "failed"
    return said


async def set_up(publisher: Publisher, entry: dict[str, Any]) -> None:
    """The sandbox answers so, once."""
    kind = "captions_failed" if entry["status"] == 200 else f"{entry['status']}:{reason_of(entry)}"
    if "<a href" in entry.get("message", ""):
        kind = "quota_exceeded"  # in Google's own words, which hold such a link
    if entry["op"] == "token":
        await expire(publisher)
    twice = 2 if entry["status"] == 401 and entry["op"] != "token" else 1  # a new token is tried first
    publisher.youtube_env.sandbox_server.fault(
        "oauth.token" if entry["op"] == "token" else entry["op"], kind, remaining=twice
    )


async def stored_tokens(publisher: Publisher, session: AsyncSession) -> Tokens:
    keys = publisher.youtube_env.youtube.keys
    return Tokens.parse(await credentials.open_credential(session, keys, publisher.youtube_env.channel_id, PROVIDER))


async def expire(publisher: Publisher) -> None:
    """Let the access token of the channel be over, so that the next call asks for another."""
    async with publisher.youtube_env.youtube.platform.begin() as session:
        kept = await stored_tokens(publisher, session)
        over = replace(kept, access_expires_at=clock.now())
        await connections.store_tokens(
            session, publisher.youtube_env.youtube.keys, publisher.youtube_env.channel_id, before=kept, now=over
        )


def target_seconds(publisher: Publisher, operation: str) -> float:
    """How long from now a thumbnail or captions are not tried."""
    step = "thumbnail" if operation == "thumbnails.set" else "captions"
    until: str = publisher.row()["last_error"]["asked"][step]["until"]
    return (datetime.fromisoformat(until) - clock.now()).total_seconds()


def shown(view: Any) -> str:
    return f"{view.last_error['message']} {view.last_error['hint'] or ''}"


@pytest.mark.parametrize("entry", [*ANSWERS, *RELATIVES, *OTHERS], ids=lambda one: f"{one['op']}-{reason_of(one)}")
async def test_repairable_error_waits_with_hint_and_goes_on(publisher: Publisher, entry: dict[str, Any]) -> None:
    await publisher.order()
    await set_up(publisher, entry)
    view = await publisher.attempt()
    assert view.status != "failed", view.last_error
    assert view.last_error is not None
    assert SAYS.get(reason_of(entry), "") in shown(view)
    assert "<" not in shown(view)
    if reason_of(entry) == "failed":
        assert view.captions_status == "failed"
        return
    assert view.next_try_at is not None
    assert "failed" not in (view.thumbnail_status, view.captions_status)
    if "Limit" in reason_of(entry) or "quota" in reason_of(entry):
        publisher.youtube_env.sandbox_server.advance(24 * 3600)
    assert_once(publisher, await publisher.until_settled())


async def test_repairable_error_notifies_owner_once(publisher: Publisher) -> None:
    await publisher.order()
    publisher.youtube_env.sandbox_server.fault("videos.insert", "403:accessNotConfigured", remaining=2)
    await publisher.attempt()
    await publisher.attempt()
    await relay(publisher.youtube_env.database)
    [(title, message)] = publisher.youtube_env.rows(
        "SELECT title, message FROM core.notifications WHERE kind = 'publication_action_required'"
    )
    assert "waits for you" in title
    assert SAYS["accessNotConfigured"] in message


async def test_captions_of_video_missing_for_long_fail(publisher: Publisher) -> None:
    await publisher.order()
    publisher.youtube_env.sandbox_server.fault("captions.insert", "404:videoNotFound", remaining=None)
    assert (await publisher.attempt()).captions_status == "pending"
    publisher.youtube_env.sandbox_server.advance(3700)
    view = await publisher.until_settled()
    assert (view.status, view.captions_status) == ("live", "failed")


@pytest.mark.parametrize(
    "operation", ["videos.insert", "upload.chunk", "thumbnails.set", "captions.insert", "oauth.token"]
)
@pytest.mark.parametrize("kind", ["429:rateLimitExceeded:900", "403:forbidden:900", "503:backendError:@900"])
async def test_retry_waits_until_time_named_by_youtube(publisher: Publisher, operation: str, kind: str) -> None:
    if operation == "thumbnails.set" and kind.startswith("403"):
        pytest.skip("a thumbnail that is forbidden waits for its owner")
    await publisher.order()
    if operation == "oauth.token":
        await expire(publisher)
    publisher.youtube_env.sandbox_server.fault(operation, kind)
    await publisher.attempt()
    [(wait,)] = publisher.youtube_env.rows(
        "SELECT extract(epoch FROM next_try_at - updated_at)::float FROM core.publications"
    )
    if operation in ("thumbnails.set", "captions.insert"):  # the video itself is looked at meanwhile
        publisher.execute("UPDATE core.publications SET next_try_at = now()")
        await upload(publisher.runtime, (await publisher.view()).id)
        assert publisher.youtube_env.calls_at_youtube("videos.list") == 2
        assert publisher.youtube_env.calls_at_youtube(operation) == 0  # the one that was refused is not counted
        assert 890 < target_seconds(publisher, operation) < 910
    else:
        assert 890 < wait < 910
    assert_once(publisher, await publisher.until_settled())


@pytest.mark.parametrize("operation", ["videos.list", "upload.chunk", "thumbnails.set", "captions.insert"])
@pytest.mark.parametrize("kind", ["html", "empty", "list", "no_id", "error_inside"])
async def test_response_200_with_unusable_body_is_retried(publisher: Publisher, operation: str, kind: str) -> None:
    if kind == "no_id" and operation in ("thumbnails.set", "videos.list"):
        pytest.skip("their answers have no id")
    await publisher.order()
    publisher.youtube_env.sandbox_server.fault(operation, kind)
    first = await publisher.attempt()
    assert (first.last_error or {}).get("reason") in (None, "unreadable")
    view = await publisher.until_settled()
    assert publisher.happened() == 1
    assert_once(publisher, view)
    listed = await publisher.youtube_env.youtube.call(
        publisher.youtube_env.channel_id,
        lambda apis: apis.data.videos().list(part="contentDetails", id=view.youtube_video_id),
    )
    there = listed["items"][0]["contentDetails"]
    assert (there["caption"], there["hasCustomThumbnail"]) == ("true", True)


@pytest.mark.parametrize("kind", ["html", "empty", "no_id"])
async def test_upload_session_without_location_is_opened_again(publisher: Publisher, kind: str) -> None:
    await publisher.order()
    publisher.youtube_env.sandbox_server.fault("videos.insert", kind)
    view = await publisher.attempt()
    assert (view.status, (view.last_error or {})["reason"]) == ("planned", "noLocation")
    assert_once(publisher, await publisher.until_settled())


@pytest.mark.parametrize("kind", ["html", "empty", "list", "no_access_token", "odd_expiry"])
async def test_token_response_of_wrong_shape_is_explained_and_retried(publisher: Publisher, kind: str) -> None:
    await publisher.order()
    await expire(publisher)
    publisher.youtube_env.sandbox_server.fault("oauth.token", kind)
    view = await publisher.attempt()
    assert (view.last_error or {})["reason"] == "unreadable"
    assert "sign-in gave an answer that cannot be read" in shown(view)
    assert_once(publisher, await publisher.until_settled())


class TestSendAgain:
    async def test_resend_changed_captions_replaces_track(self, publisher: Publisher, cache_url: str) -> None:
        await publisher.order()
        assert_once(publisher, await publisher.until_settled())
        make_captions_anew(publisher, SRT.replace(b"dark", b"bright"))
        assert (await resend_attachments(publisher, cache_url, ["captions"])).status_code == 202
        view = await publisher.until_settled()
        assert (view.status, view.captions_status, view.last_error) == ("live", "done", None)
        assert await tracks(publisher) == [SRT.replace(b"dark", b"bright")]
        assert publisher.youtube_env.calls_at_youtube("thumbnails.set") == 1

    async def test_resend_refused_attachments_uploads_them(self, publisher: Publisher, cache_url: str) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("captions.insert", "400:invalidMetadata")
        publisher.youtube_env.sandbox_server.fault("thumbnails.set", "400:invalidImage")
        view = await publisher.until_settled()
        assert (view.thumbnail_status, view.captions_status) == ("failed", "failed")
        assert (await resend_attachments(publisher, cache_url, ["captions", "thumbnail"])).status_code == 202
        assert_once(publisher, await publisher.until_settled())
        assert await tracks(publisher) == [SRT]

    async def test_resend_before_upload_is_refused(self, publisher: Publisher, cache_url: str) -> None:
        await publisher.order()
        answer = await resend_attachments(publisher, cache_url, ["captions"])
        assert (answer.status_code, "planned" in answer.json()["detail"]) == (409, True), answer.text
        assert (await resend_attachments(publisher, cache_url, [])).status_code == 422


async def resend_attachments(publisher: Publisher, cache_url: str, parts: list[str]) -> httpx.Response:
    async with client_of(settings_for(publisher.youtube_env.database, cache_url, publisher.youtube_env.home)) as client:
        return await client.post(f"/api/v1/videos/{publisher.video_id}/publication/attachments", json={"parts": parts})


def make_captions_anew(publisher: Publisher, content: bytes) -> None:
    """As a run does that is made again."""
    kept = publisher.store.put_bytes(content)
    changed = "UPDATE core.run_artifacts SET sha256 = %s, size_bytes = %s WHERE name = 'captions.srt'"
    publisher.execute(changed, kept.sha256, kept.size_bytes)


async def tracks(publisher: Publisher) -> list[bytes]:
    """The captions that YouTube has of the one video."""
    [video] = publisher.at_youtube()
    async with publisher.youtube_env.youtube.platform.begin() as session:
        bearer = {"Authorization": f"Bearer {(await stored_tokens(publisher, session)).access_token}"}
    address = f"{publisher.youtube_env.sandbox_server.base}/youtube/v3/captions"
    listed = plain().get(address, params={"part": "id", "videoId": video["id"]}, headers=bearer).json()
    return [plain().get(f"{address}/{one['id']}", headers=bearer).content for one in listed["items"]]
