"""The sandbox held to Google's own description: every method and every part of it is answered, or refused as Google's.

`sandboxUnsupported` is the one word of the sandbox's own. What Google has is never said to be unknown, and our
framework's answers (`{"detail": "Not Found"}`) never come from below the APIs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import ApiClient, SandboxServer, described, plain
from tests.sandbox.discovery_check import disagreements, methods_of, parts_of
from ytempire.sandbox.app import OPERATIONS
from ytempire.sandbox.authentication import READ, SCOPES, UPLOAD
from ytempire.settings import Sandbox

DOCUMENTS = {
    "youtube": json.loads(described("youtube.v3.json")),
    "youtubeAnalytics": json.loads(described("youtubeAnalytics.v2.json")),
}
METHODS = {
    (api, method["id"].removeprefix(f"{api}.")): method
    for api, document in DOCUMENTS.items()
    for method in methods_of(document)
}
SERVED = {(one.api, one.name) for one in OPERATIONS}
LISTS = sorted(name for api, name in SERVED if api == "youtube" and name.endswith(".list"))
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# what n8n's YouTube node asks for as "all of it"
ALL_OF_IT = {
    "videos.list": "contentDetails,id,liveStreamingDetails,localizations,player,recordingDetails,snippet,statistics,"
    "status,topicDetails",
    "channels.list": "brandingSettings,contentDetails,contentOwnerDetails,id,localizations,snippet,statistics,status,"
    "topicDetails",
    "playlists.list": "contentDetails,id,localizations,player,snippet,status",
    "playlistItems.list": "contentDetails,id,snippet,status",
}


def ask(api_client: ApiClient, api: str, name: str, query: dict[str, str], body: Any = None) -> httpx.Response:
    method = METHODS[api, name]
    path = method["path"].replace("{id}", "x")
    return plain().request(
        method["httpMethod"],
        f"{api_client.sandbox_server.base}/{path}",
        params=query,
        json=body if "request" in method else None,
        headers={"Authorization": f"Bearer {api_client.tokens['access_token']}"},
    )


def reason(answer: httpx.Response) -> str | None:
    """Of a refusal, which must have Google's form; None where it was answered."""
    if answer.is_success:
        return None
    error = answer.json()["error"]
    assert (error["code"], bool(error["message"])) == (answer.status_code, True)
    (detail,) = error["errors"]
    assert {"message", "domain", "reason"} <= set(detail)
    said: str = detail["reason"]
    return said


@pytest.fixture(scope="module")
def anybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    """One person for all that changes nothing, with a video, a playlist and all scopes."""
    sandbox_server = SandboxServer(tmp_path_factory.mktemp("contract") / "sandbox", Sandbox())
    sandbox_server.start()
    api_client = ApiClient.of(sandbox_server, quotas={"units": 1_000_000})
    api_client.upload()
    body = {"snippet": {"title": "Seas"}, "status": {"privacyStatus": "public"}}
    api_client.youtube.playlists().insert(part="snippet,status", body=body).execute()
    sandbox_server.advance(60)
    yield api_client
    sandbox_server.stop()


def filters(api_client: ApiClient, name: str) -> dict[str, str]:
    video_id = api_client.sandbox_server.state()["videos"][0]["id"]
    wanted: dict[str, dict[str, str]] = {
        "videos.list": {"id": video_id},
        "channels.list": {"mine": "true"},
        "playlists.list": {"mine": "true"},
        "playlistItems.list": {"playlistId": api_client.channel["uploads_playlist"]},
        "search.list": {"q": "tides", "type": "video"},
        "captions.list": {"videoId": video_id},
        "videoCategories.list": {"regionCode": "US"},
        "i18nLanguages.list": {},
    }
    return wanted[name]


def test_served_operations_match_discovery_documents() -> None:
    assert set(METHODS) >= SERVED
    for one in OPERATIONS:
        method = METHODS[one.api, one.name]
        assert (one.verb, one.path) == (method["httpMethod"], "/" + method["path"]), one.name
        assert one.parameters <= set(method["parameters"]), one.name
        assert one.scopes == set(method["scopes"]), one.name


@pytest.mark.parametrize(("api", "name"), METHODS)
def test_method_with_each_part_is_answered_or_refused_as_google(anybody: ApiClient, api: str, name: str) -> None:
    known = parts_of(DOCUMENTS[api], METHODS[api, name])
    for query in [{"part": part} for part in known] or [{}]:
        said = reason(ask(anybody, api, name, query, body={}))
        assert said not in ("unknownPart", "notFound", "backendError"), (name, query)
        if (api, name) not in SERVED:
            assert said == "sandboxUnsupported", (name, query)
    if known:
        refused = ask(anybody, api, name, {"part": "id,nonsense"}, body={})
        assert reason(refused) == "unknownPart", name
        assert refused.json()["error"]["errors"][0]["domain"] == "youtube.part"


@pytest.mark.parametrize("name", LISTS)
def test_list_response_of_each_part_matches_schema(anybody: ApiClient, name: str) -> None:
    document, method, given = DOCUMENTS["youtube"], METHODS["youtube", name], filters(anybody, name)
    for part in parts_of(document, method):
        answer = ask(anybody, "youtube", name, {"part": part, **given})
        assert reason(answer) in (None, "sandboxUnsupported"), part
        if answer.is_success:
            assert disagreements(document, method["response"], answer.json(), name) == []


@pytest.mark.parametrize("name", ALL_OF_IT)
def test_list_with_all_parts_together_returns_items(anybody: ApiClient, name: str) -> None:
    answer = ask(anybody, "youtube", name, {"part": ALL_OF_IT[name], **filters(anybody, name)})
    assert (answer.status_code, bool(answer.json()["items"])) == (200, True), answer.text


@pytest.mark.parametrize(
    "path",
    [
        "youtube/v3",
        "youtube/v3/",
        "youtube/v3/nonsense",
        "youtube/v3/videos/",
        "youtube/v3/videos/x/y",
        "youtube/v4/videos",
        "v2/nonsense",
        "v2/reports/",
        "upload/youtube/v3/nonsense",
        "resumable/upload/youtube/v3/videos/x",
        "batch",
        "batch/youtube/v3",
        "v1/jobs",
        "discovery/v1/apis/youtube/v3/rest",
        "$discovery/rest",
    ],
)
@pytest.mark.parametrize("verb", VERBS)
def test_unknown_path_is_not_found_or_unsupported(served_once: SandboxServer, path: str, verb: str) -> None:
    answer = plain().request(verb, f"{served_once.base}/{path}")
    assert reason(answer) == ("sandboxUnsupported" if path.startswith(("batch", "v1/")) else "notFound")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("path", ["youtube/v3/videos", "youtube/v3/search", "youtube/v3/comments", "v2/reports"])
def test_unsupported_verb_is_refused_as_google(served_once: SandboxServer, path: str, verb: str) -> None:
    assert reason(plain().request(verb, f"{served_once.base}/{path}")) in ("notFound", "required", "forbidden")


@pytest.fixture(scope="module")
def served_once(anybody: ApiClient) -> SandboxServer:
    return anybody.sandbox_server


@pytest.mark.parametrize("root", ["upload", "resumable/upload"])
def test_unsupported_upload_is_sandbox_unsupported(anybody: ApiClient, root: str) -> None:
    answer = plain().post(
        f"{anybody.sandbox_server.base}/{root}/youtube/v3/channelBanners/insert?uploadType=media",
        content=bytes(300_000),
        headers={"Authorization": f"Bearer {anybody.tokens['access_token']}", "Content-Type": "image/png"},
    )
    assert reason(answer) == "sandboxUnsupported"


@pytest.mark.parametrize(
    ("order", "said"),
    [("rating", "sandboxUnsupported"), ("videoCount", "sandboxUnsupported"), ("x", "invalidParameter")],
)
def test_search_order_valid_at_google_is_not_called_invalid(anybody: ApiClient, order: str, said: str) -> None:
    query = {"part": "id", "type": "video", "order": order}
    assert reason(ask(anybody, "youtube", "search.list", query)) == said


def test_unsupported_request_is_refused_in_order_of_google(
    sandbox_server: SandboxServer, api_client: ApiClient
) -> None:
    assert plain().get(f"{sandbox_server.base}/youtube/v3/comments?part=id").status_code == 403  # nobody
    uploader = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [UPLOAD])
    assert reason(ask(uploader, "youtube", "comments.list", {"part": "id"})) == "insufficientPermissions"
    assert reason(ask(api_client, "youtube", "comments.list", {"part": "id", "nonsense": "1"})) == "badRequest"
    before = api_client.quotas["units"]["used"]
    assert reason(ask(api_client, "youtube", "comments.list", {"part": "snippet", "id": "x"})) == "sandboxUnsupported"
    assert api_client.quotas["units"]["used"] - before == 1  # as any invalid request


def test_scopes_of_discovery_documents_are_all_known() -> None:
    for document in DOCUMENTS.values():
        assert set(document["auth"]["oauth2"]["scopes"]) <= set(SCOPES)


def test_partner_parts_require_partner_scope(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    (mine,) = api_client.youtube.channels().list(part="auditDetails,contentOwnerDetails", mine=True).execute()["items"]
    assert mine["contentOwnerDetails"] == {}
    assert mine["auditDetails"]["communityGuidelinesGoodStanding"] is True
    without = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [READ])
    assert reason(ask(without, "youtube", "channels.list", {"part": "auditDetails", "mine": "true"})) == (
        "insufficientPermissions"
    )
    assert ask(without, "youtube", "channels.list", {"part": "status", "mine": "true"}).is_success


def test_topic_details_follow_from_category(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    made = api_client.upload()
    assert api_client.get(made["id"], "topicDetails")["topicDetails"] == {
        "topicCategories": ["https://en.wikipedia.org/wiki/Knowledge"]
    }
    sandbox_server.advance(60)
    (mine,) = api_client.youtube.channels().list(part="topicDetails", mine=True).execute()["items"]
    assert mine["topicDetails"]["topicCategories"] == ["https://en.wikipedia.org/wiki/Knowledge"]
