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
from tests.publishing.conftest import SRT, Studio
from tests.publishing.test_uploading import assert_once
from tests.sandbox.conftest import plain
from ytempire.channels import credentials
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.publishing.uploading import upload
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


async def set_up(studio: Studio, entry: dict[str, Any]) -> None:
    """The sandbox answers so, once."""
    kind = "captions_failed" if entry["status"] == 200 else f"{entry['status']}:{reason_of(entry)}"
    if "<a href" in entry.get("message", ""):
        kind = "quota_exceeded"  # in Google's own words, which hold such a link
    if entry["op"] == "token":
        await expire(studio)
    twice = 2 if entry["status"] == 401 and entry["op"] != "token" else 1  # a new token is tried first
    studio.world.served.fault("oauth.token" if entry["op"] == "token" else entry["op"], kind, remaining=twice)


async def held(studio: Studio, session: AsyncSession) -> Tokens:
    keys = studio.world.youtube.keys
    return Tokens.of(await credentials.open_credential(session, keys, studio.world.channel_id, PROVIDER))


async def expire(studio: Studio) -> None:
    """Let the access token of the channel be over, so that the next call asks for another."""
    async with studio.world.youtube.platform.begin() as session:
        kept = await held(studio, session)
        over = replace(kept, access_expires_at=clock.now())
        await connections.keep_tokens(
            session, studio.world.youtube.keys, studio.world.channel_id, before=kept, now=over
        )


def asked_s(studio: Studio, operation: str) -> float:
    """How long from now a thumbnail or captions are not tried."""
    step = "thumbnail" if operation == "thumbnails.set" else "captions"
    until: str = studio.row()["last_error"]["asked"][step]["until"]
    return (datetime.fromisoformat(until) - clock.now()).total_seconds()


def shown(view: Any) -> str:
    return f"{view.last_error['message']} {view.last_error['hint'] or ''}"


@pytest.mark.parametrize("entry", [*ANSWERS, *RELATIVES, *OTHERS], ids=lambda one: f"{one['op']}-{reason_of(one)}")
async def test_it_waits_says_what_to_do_and_goes_on(studio: Studio, entry: dict[str, Any]) -> None:
    await studio.order()
    await set_up(studio, entry)
    view = await studio.attempt()
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
        studio.world.served.advance(24 * 3600)
    assert_once(studio, await studio.until_settled())


async def test_the_owner_is_told_once(studio: Studio) -> None:
    await studio.order()
    studio.world.served.fault("videos.insert", "403:accessNotConfigured", remaining=2)
    await studio.attempt()
    await studio.attempt()
    [(title, message)] = studio.world.rows(
        "SELECT title, message FROM core.notifications WHERE kind = 'publication_waiting'"
    )
    assert "waits for you" in title
    assert SAYS["accessNotConfigured"] in message


async def test_a_video_that_stays_away_is_given_up_for_its_captions(studio: Studio) -> None:
    await studio.order()
    studio.world.served.fault("captions.insert", "404:videoNotFound", remaining=None)
    assert (await studio.attempt()).captions_status == "pending"
    studio.world.served.advance(3700)
    view = await studio.until_settled()
    assert (view.status, view.captions_status) == ("live", "failed")


@pytest.mark.parametrize(
    "operation", ["videos.insert", "upload.chunk", "thumbnails.set", "captions.insert", "oauth.token"]
)
@pytest.mark.parametrize("kind", ["429:rateLimitExceeded:900", "403:forbidden:900", "503:backendError:@900"])
async def test_nothing_is_tried_before_the_named_time(studio: Studio, operation: str, kind: str) -> None:
    if operation == "thumbnails.set" and kind.startswith("403"):
        pytest.skip("a thumbnail that is forbidden waits for its owner")
    await studio.order()
    if operation == "oauth.token":
        await expire(studio)
    studio.world.served.fault(operation, kind)
    await studio.attempt()
    [(wait,)] = studio.world.rows("SELECT extract(epoch FROM next_try_at - updated_at)::float FROM core.publications")
    if operation in ("thumbnails.set", "captions.insert"):  # the film itself is looked at meanwhile
        studio.execute("UPDATE core.publications SET next_try_at = now()")
        await upload(studio.runtime, (await studio.view()).id)
        assert studio.world.calls_at_youtube("videos.list") == 2
        assert studio.world.calls_at_youtube(operation) == 0  # the one that was refused is not counted
        assert 890 < asked_s(studio, operation) < 910
    else:
        assert 890 < wait < 910
    assert_once(studio, await studio.until_settled())


@pytest.mark.parametrize("operation", ["videos.list", "upload.chunk", "thumbnails.set", "captions.insert"])
@pytest.mark.parametrize("kind", ["html", "empty", "list", "no_id", "error_inside"])
async def test_a_200_without_what_was_asked_for_is_no_success(studio: Studio, operation: str, kind: str) -> None:
    if kind == "no_id" and operation in ("thumbnails.set", "videos.list"):
        pytest.skip("their answers have no id")
    await studio.order()
    studio.world.served.fault(operation, kind)
    first = await studio.attempt()
    assert (first.last_error or {}).get("reason") in (None, "unreadable")
    view = await studio.until_settled()
    assert studio.happened() == 1
    assert_once(studio, view)
    listed = await studio.world.youtube.call(
        studio.world.channel_id,
        lambda apis: apis.data.videos().list(part="contentDetails", id=view.youtube_video_id),
    )
    there = listed["items"][0]["contentDetails"]
    assert (there["caption"], there["hasCustomThumbnail"]) == ("true", True)


@pytest.mark.parametrize("kind", ["html", "empty", "no_id"])
async def test_a_session_without_an_address_is_begun_anew(studio: Studio, kind: str) -> None:
    await studio.order()
    studio.world.served.fault("videos.insert", kind)
    view = await studio.attempt()
    assert (view.status, (view.last_error or {})["reason"]) == ("planned", "noLocation")
    assert_once(studio, await studio.until_settled())


@pytest.mark.parametrize("kind", ["html", "empty", "list", "no_access_token", "odd_expiry"])
async def test_a_token_of_the_wrong_shape_is_said_in_words(studio: Studio, kind: str) -> None:
    await studio.order()
    await expire(studio)
    studio.world.served.fault("oauth.token", kind)
    view = await studio.attempt()
    assert (view.last_error or {})["reason"] == "unreadable"
    assert "sign-in gave an answer that cannot be read" in shown(view)
    assert_once(studio, await studio.until_settled())


class TestSendAgain:
    async def test_changed_captions_replace_the_track(self, studio: Studio, cache_url: str) -> None:
        await studio.order()
        assert_once(studio, await studio.until_settled())
        make_captions_anew(studio, SRT.replace(b"dark", b"bright"))
        assert (await send_again(studio, cache_url, ["captions"])).status_code == 202
        view = await studio.until_settled()
        assert (view.status, view.captions_status, view.last_error) == ("live", "done", None)
        assert await tracks(studio) == [SRT.replace(b"dark", b"bright")]
        assert studio.world.calls_at_youtube("thumbnails.set") == 1

    async def test_what_was_refused_is_taken_then(self, studio: Studio, cache_url: str) -> None:
        await studio.order()
        studio.world.served.fault("captions.insert", "400:invalidMetadata")
        studio.world.served.fault("thumbnails.set", "400:invalidImage")
        view = await studio.until_settled()
        assert (view.thumbnail_status, view.captions_status) == ("failed", "failed")
        assert (await send_again(studio, cache_url, ["captions", "thumbnail"])).status_code == 202
        assert_once(studio, await studio.until_settled())
        assert await tracks(studio) == [SRT]

    async def test_not_before_youtube_has_it(self, studio: Studio, cache_url: str) -> None:
        await studio.order()
        answer = await send_again(studio, cache_url, ["captions"])
        assert (answer.status_code, "planned" in answer.json()["detail"]) == (409, True), answer.text
        assert (await send_again(studio, cache_url, [])).status_code == 422


async def send_again(studio: Studio, cache_url: str, parts: list[str]) -> httpx.Response:
    async with client_of(settings_for(studio.world.database, cache_url, studio.world.home)) as client:
        return await client.post(f"/api/v1/videos/{studio.video_id}/publication/attachments", json={"parts": parts})


def make_captions_anew(studio: Studio, content: bytes) -> None:
    """As a run does that is made again."""
    kept = studio.store.put_bytes(content)
    changed = "UPDATE core.workflow_artifacts SET sha256 = %s, size_bytes = %s WHERE name = 'captions.srt'"
    studio.execute(changed, kept.sha256, kept.size_bytes)


async def tracks(studio: Studio) -> list[bytes]:
    """The captions that YouTube has of the one video."""
    [video] = studio.at_youtube()
    async with studio.world.youtube.platform.begin() as session:
        bearer = {"Authorization": f"Bearer {(await held(studio, session)).access_token}"}
    address = f"{studio.world.served.base}/youtube/v3/captions"
    listed = plain().get(address, params={"part": "id", "videoId": video["id"]}, headers=bearer).json()
    return [plain().get(f"{address}/{one['id']}", headers=bearer).content for one in listed["items"]]
