"""Videos: what may be said of them, who sees them, when they are ready and when they become public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.conftest import ApiClient, SandboxServer, client, plain, video
from ytempire.settings import Sandbox

HOUR = 3600


def reason(caught: pytest.ExceptionInfo[HttpError]) -> str:
    found: str = caught.value.error_details[0]["reason"]
    return found


def in_hours(sandbox_server: SandboxServer, hours: float) -> str:
    now = datetime.fromtimestamp(sandbox_server.control("GET", "/clock")["seconds"], UTC)
    return (now + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def stranger(sandbox_server: SandboxServer, api_client: ApiClient) -> ApiClient:
    return ApiClient.joining(sandbox_server, sandbox_server.channel("Somebody else"), api_client.project)


class TestInsert:
    @pytest.mark.parametrize(
        ("snippet", "said"),
        [
            ({"title": ""}, "invalidTitle"),
            ({"title": "x" * 101}, "invalidTitle"),
            ({"title": "a < b"}, "invalidTitle"),
            ({"title": "x", "description": "y" * 5001}, "invalidDescription"),
            ({"title": "x", "description": "é" * 2501}, "invalidDescription"),
            ({"title": "x", "description": "<b>"}, "invalidDescription"),
            ({"title": "x", "tags": ["t" * 400, "u" * 100]}, "invalidTags"),
            ({"title": "x", "tags": ["two words " + "t" * 489]}, "invalidTags"),
            ({"title": "x", "categoryId": "21"}, "invalidCategoryId"),
            ({"title": "x", "categoryId": "999"}, "invalidCategoryId"),
        ],
    )
    def test_insert_invalid_metadata_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, snippet: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().insert(
                part="snippet", body={"snippet": snippet}, media_body=api_client.insert("", video()).resumable
            ).execute()
        assert caught.value.status_code == 400
        assert reason(caught) == said
        assert sandbox_server.state()["sessions"] == []

    def test_insert_with_500_characters_of_tags_is_accepted(self, api_client: ApiClient) -> None:
        body = {"snippet": {"title": "x", "tags": ["t" * 400, "u" * 99], "categoryId": "27"}}
        media = api_client.insert("", video()).resumable
        assert api_client.youtube.videos().insert(part="snippet", body=body, media_body=media).execute()["id"]

    def test_insert_with_part_not_named_is_refused(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().insert(
                part="snippet",
                body={"snippet": {"title": "x"}, "status": {"privacyStatus": "private"}},
                media_body=api_client.insert("", video()).resumable,
            ).execute()
        assert reason(caught) == "unexpectedPart"

    @pytest.mark.parametrize(
        "status", [{"privacyStatus": "secret"}, {"embeddable": "yes"}, {"surprise": 1}, {"publishAt": "tomorrow"}]
    )
    def test_insert_with_invalid_status_is_refused(self, api_client: ApiClient, status: dict[str, Any]) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.upload(**({"privacyStatus": "private"} | status))
        assert caught.value.status_code == 400

    def test_insert_without_privacy_is_public(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.youtube.videos().insert(
            part="snippet,status",
            body={"snippet": {"title": "x"}, "status": {"embeddable": False}},
            media_body=api_client.insert("", video()).resumable,
        )
        assert made.execute()["status"]["privacyStatus"] == "public"

    def test_insert_beyond_daily_channel_limit_is_refused(self, tmp_path: Any) -> None:
        sandbox_server = SandboxServer(tmp_path / "few", Sandbox(uploads_per_channel_daily=2))
        sandbox_server.start()
        try:
            api_client = ApiClient.of(sandbox_server)
            api_client.upload(), api_client.upload()
            with pytest.raises(HttpError) as caught:
                api_client.upload()
            assert (caught.value.status_code, reason(caught)) == (400, "uploadLimitExceeded")
            sandbox_server.advance(24 * HOUR + 1)
            assert api_client.upload()["id"]
        finally:
            sandbox_server.stop()

    def test_insert_by_unaudited_project_is_private(self, sandbox_server: SandboxServer) -> None:
        api_client = ApiClient.of(sandbox_server, audited=False)
        made = api_client.upload(privacyStatus="public")
        assert made["status"]["privacyStatus"] == "private"
        sandbox_server.advance(HOUR)
        assert api_client.get(made["id"])["status"]["privacyStatus"] == "private"


class TestProcessing:
    def test_processing_has_states_and_progress(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        during = api_client.get(made["id"], "status,processingDetails")
        assert during["status"]["uploadStatus"] == "uploaded"
        assert during["processingDetails"]["processingStatus"] == "processing"
        sandbox_server.advance(10)
        half = api_client.get(made["id"], "processingDetails")["processingDetails"]["processingProgress"]
        assert 40 <= int(half["partsProcessed"]) < 100
        sandbox_server.advance(15)
        after = api_client.get(made["id"], "status,processingDetails,fileDetails")
        assert after["status"]["uploadStatus"] == "processed"
        assert after["processingDetails"]["processingStatus"] == "succeeded"
        assert after["fileDetails"]["durationMs"] == "95000"

    def test_processing_duplicate_file_is_rejected(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video()
        api_client.upload(media=video_file)
        again = api_client.upload(media=video_file)
        sandbox_server.advance(60)
        status = api_client.get(again["id"], "status")["status"]
        assert (status["uploadStatus"], status["rejectionReason"]) == ("rejected", "duplicate")

    def test_processing_file_that_is_no_video_fails(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload(media=b"A text, however long, is not a film. " * 100)
        sandbox_server.advance(60)
        status = api_client.get(made["id"], "status")["status"]
        assert (status["uploadStatus"], status["failureReason"]) == ("failed", "invalidFile")

    @pytest.mark.parametrize(("kind", "detail"), [("failed", "failureReason"), ("rejected", "rejectionReason")])
    def test_processing_fault_fails_one_video(
        self, sandbox_server: SandboxServer, api_client: ApiClient, kind: str, detail: str
    ) -> None:
        sandbox_server.fault("processing", kind)
        first, second = api_client.upload(), api_client.upload()
        sandbox_server.advance(60)
        status = api_client.get(first["id"], "status")["status"]
        assert status["uploadStatus"] == kind
        assert status[detail]
        assert api_client.get(second["id"], "status")["status"]["uploadStatus"] == "processed"


class TestWhoSees:
    @pytest.mark.parametrize(("privacy", "others"), [("public", True), ("unlisted", True), ("private", False)])
    def test_visibility_by_id_depends_on_privacy(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient, privacy: str, others: bool
    ) -> None:
        made = api_client.upload(privacyStatus=privacy)
        listed = stranger.youtube.videos().list(part="id", id=made["id"])
        assert listed.execute()["items"] == []  # not ready
        sandbox_server.advance(60)
        assert bool(listed.execute()["items"]) is others
        assert api_client.get(made["id"])["id"] == made["id"]

    def test_visibility_in_uploads_playlist_depends_on_privacy(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient
    ) -> None:
        made = [api_client.upload(privacyStatus=privacy)["id"] for privacy in ("private", "unlisted", "public")]
        playlist = api_client.channel["uploads_playlist"]

        def seen(by: ApiClient) -> list[str]:
            answer = by.youtube.playlistItems().list(part="contentDetails", playlistId=playlist, maxResults=50)
            return [item["contentDetails"]["videoId"] for item in answer.execute()["items"]]

        assert seen(api_client) == []  # the playlist is a little late
        sandbox_server.advance(60)
        assert seen(api_client) == made[::-1]
        assert seen(stranger) == [made[2]]

    def test_owner_parts_are_forbidden_to_others(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient
    ) -> None:
        made = api_client.upload(
            selfDeclaredMadeForKids=False, publishAt=in_hours(sandbox_server, 1), privacyStatus="private"
        )
        other = api_client.upload()
        sandbox_server.advance(60)
        assert "publishAt" in api_client.get(made["id"])["status"]
        with pytest.raises(HttpError) as caught:
            stranger.get(other["id"], "fileDetails")
        assert reason(caught) == "forbidden"

    def test_delete_removes_own_video_only(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient
    ) -> None:
        made = api_client.upload()
        sandbox_server.advance(60)
        with pytest.raises(HttpError) as caught:
            stranger.youtube.videos().delete(id=made["id"]).execute()
        assert (caught.value.status_code, reason(caught)) == (403, "forbidden")
        assert api_client.youtube.videos().delete(id=made["id"]).execute() == ""
        assert api_client.youtube.videos().list(part="id", id=made["id"]).execute()["items"] == []
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().delete(id=made["id"]).execute()
        assert (caught.value.status_code, reason(caught)) == (404, "videoNotFound")


class TestPublishAt:
    def test_publish_at_makes_video_public_at_time(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient
    ) -> None:
        at = in_hours(sandbox_server, 2)
        made = api_client.upload(privacyStatus="private", publishAt=at)
        assert made["status"]["publishAt"] == at
        sandbox_server.advance(HOUR)
        assert api_client.get(made["id"])["status"]["privacyStatus"] == "private"
        assert stranger.youtube.videos().list(part="id", id=made["id"]).execute()["items"] == []
        sandbox_server.advance(HOUR)
        seen = stranger.get(made["id"])
        assert seen["status"]["privacyStatus"] == "public"
        assert seen["snippet"]["publishedAt"] == at

    @pytest.mark.parametrize(("privacy", "hours"), [("public", 2), ("unlisted", 2), ("private", -1)])
    def test_publish_at_requires_private_and_future(
        self, sandbox_server: SandboxServer, api_client: ApiClient, privacy: str, hours: int
    ) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.upload(privacyStatus=privacy, publishAt=in_hours(sandbox_server, hours))
        assert reason(caught) == "invalidPublishAt"

    def test_publish_at_of_public_video_is_refused(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        sandbox_server.advance(60)
        body = {"id": made["id"], "status": {"privacyStatus": "private", "publishAt": in_hours(sandbox_server, 1)}}
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().update(part="status", body=body).execute()
        assert reason(caught) == "invalidPublishAt"

    def test_publish_at_can_be_removed(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload(privacyStatus="private", publishAt=in_hours(sandbox_server, 2))
        body = {"id": made["id"], "status": {"privacyStatus": "private"}}
        api_client.youtube.videos().update(part="status", body=body).execute()
        sandbox_server.advance(3 * HOUR)
        assert api_client.get(made["id"])["status"]["privacyStatus"] == "private"


class TestUpdate:
    def test_update_replaces_part_whole(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        body = {"id": made["id"], "snippet": {"title": "New", "categoryId": "28"}}
        changed = api_client.youtube.videos().update(part="snippet", body=body).execute()
        assert changed["snippet"]["title"] == "New"
        assert changed["snippet"]["description"] == ""
        assert "tags" not in changed["snippet"]
        assert changed["etag"] != made["etag"]
        assert api_client.get(made["id"])["status"]["privacyStatus"] == "public"

    @pytest.mark.parametrize("missing", ["title", "categoryId"])
    def test_update_without_title_or_category_is_refused(self, api_client: ApiClient, missing: str) -> None:
        made = api_client.upload()
        snippet = {"title": "New", "categoryId": "28"}
        del snippet[missing]
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().update(part="snippet", body={"id": made["id"], "snippet": snippet}).execute()
        assert reason(caught) in ("invalidTitle", "invalidCategoryId")

    def test_update_of_foreign_video_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, stranger: ApiClient
    ) -> None:
        made = api_client.upload()
        body = {"id": made["id"], "snippet": {"title": "Mine now", "categoryId": "28"}}
        with pytest.raises(HttpError) as caught:
            stranger.youtube.videos().update(part="snippet", body=body).execute()
        assert caught.value.status_code == 404  # not even ready: nobody else knows of it
        sandbox_server.advance(60)
        with pytest.raises(HttpError) as caught:
            stranger.youtube.videos().update(part="snippet", body=body).execute()
        assert caught.value.status_code == 403


class TestAnswers:
    def test_list_returns_only_requested_parts(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        assert set(api_client.get(made["id"], "statistics")) == {"kind", "etag", "id", "statistics"}
        with pytest.raises(HttpError) as caught:
            api_client.get(made["id"], "snippet,nonsense")
        assert (caught.value.status_code, reason(caught)) == (400, "unknownPart")

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ("items(id)", {"items": [{"id": "ID"}]}),
            ("items/id,kind", {"items": [{"id": "ID"}], "kind": "youtube#videoListResponse"}),
            ("items(id,snippet(title)),pageInfo/totalResults", None),
            ("items/*/title", None),
        ],
    )
    def test_list_with_fields_returns_partial_response(self, api_client: ApiClient, fields: str, expected: Any) -> None:
        made = api_client.upload("Title")
        answer = api_client.youtube.videos().list(part="snippet", id=made["id"], fields=fields).execute()
        if expected is not None:
            assert answer == {**expected, "items": [{"id": made["id"]}]}
        elif "pageInfo" in fields:
            assert answer == {
                "items": [{"id": made["id"], "snippet": {"title": "Title"}}],
                "pageInfo": {"totalResults": 1},
            }
        else:
            assert answer["items"][0]["snippet"] == {"title": "Title"}

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ("items(id", "items(id"),
            ("items)", "items)"),
            ("items(,)", "items(,)"),
            ("a b!", "a b!"),
            ("nonsense", "nonsense"),
            ("items(id,nonsense)", "nonsense"),
            ("items/snippet/nonsense", "nonsense"),
            ("items(id,snippet(title,nonsense/url))", "nonsense"),
            ("items/id/nonsense", "nonsense"),
            ("pageInfo/nonsense,items", "nonsense"),
            ("Items", "Items"),
        ],
    )
    def test_list_with_invalid_fields_is_refused(self, api_client: ApiClient, fields: str, named: str) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().list(part="id", id="x", fields=fields).execute()
        assert (caught.value.status_code, caught.value.reason) == (400, f"Invalid field selection {named}")
        detail = caught.value.error_details[0]
        assert (detail["reason"], detail["location"], detail["domain"]) == ("invalidParameter", "fields", "global")

    def test_list_with_fields_supports_maps_and_wildcards(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        listing = api_client.youtube.videos().list
        for fields in ("*", "items/*", "items(id,localizations/zh-CN/title)", "items(snippet/thumbnails/*/url)"):
            answer = listing(part="id,snippet,localizations", id=made["id"], fields=fields).execute()
            assert len(answer["items"]) == 1

    def test_update_with_invalid_fields_is_refused_before_writing(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = api_client.upload()
        body = {"id": made["id"], "status": {"privacyStatus": "private"}}
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().update(part="status", body=body, fields="nonsense").execute()
        assert reason(caught) == "invalidParameter"
        assert api_client.get(made["id"])["status"]["privacyStatus"] == "public"
        with pytest.raises(HttpError) as caught:
            request = api_client.insert("Again", video())
            request.uri += "&fields=items"  # of a list, and an upload answers with one video
            request.execute()
        assert reason(caught) == "invalidParameter"
        assert len(sandbox_server.state()["sessions"]) == 1

    def test_list_with_more_than_50_ids_is_refused(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().list(part="id", id=",".join(f"sb{number:09}" for number in range(51))).execute()
        assert caught.value.status_code == 400

    def test_list_with_matching_etag_is_not_modified(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = api_client.upload()
        address = f"{sandbox_server.base}/youtube/v3/videos?part=snippet&id={made['id']}"
        headers = {"Authorization": f"Bearer {api_client.tokens['access_token']}"}
        tag = plain().get(address, headers=headers).headers["etag"]
        for known in (tag, f"W/{tag}", f'"a", {tag}', f'"a,b" ,W/{tag},"c"', "*", f'W/"x",{tag}'):
            answer = plain().get(address, headers=headers | {"If-None-Match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag), known
        for unknown in ('"a"', f'"a{tag[1:]}', tag.strip('"'), f'"{tag}', '"*"', "W/", ""):
            assert plain().get(address, headers=headers | {"If-None-Match": unknown}).status_code == 200, unknown
        several = [*headers.items(), ("If-None-Match", '"a"'), ("If-None-Match", tag)]
        assert plain().get(address, headers=several).status_code == 304
        changed = {"id": made["id"], "snippet": {"title": "New", "categoryId": "28"}}
        api_client.youtube.videos().update(part="snippet", body=changed).execute()
        assert plain().get(address, headers=headers | {"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("part=id&id=x&nonsense=1", "badRequest"),
            ("part=id&id=x&alt=proto", "sandboxUnsupported"),
            ("part=id&id=x&onBehalfOfContentOwner=y", "sandboxUnsupported"),
            ("part=id", "missingRequiredParameter"),
            ("id=x", "required"),
            ("part=id&id=x&chart=mostPopular", "incompatibleParameters"),
            ("part=id&chart=mostPopular&maxResults=51", "invalidParameter"),
            ("part=id&chart=mostPopular&pageToken=!!!", "invalidPageToken"),
        ],
    )
    def test_list_with_invalid_parameters_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, query: str, said: str
    ) -> None:
        answer = plain().get(
            f"{sandbox_server.base}/youtube/v3/videos?{query}",
            headers={"Authorization": f"Bearer {api_client.tokens['access_token']}"},
        )
        assert answer.status_code == 400
        assert answer.json()["error"]["errors"][0]["reason"] == said

    def test_list_most_popular_is_sorted_and_paginated(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = [api_client.upload(f"Film {number}")["id"] for number in range(3)]
        sandbox_server.control("PATCH", f"/videos/{made[1]}", {"quality": 3})
        sandbox_server.advance(3 * 24 * HOUR)
        youtube = client(sandbox_server, "youtube.v3.json", None, api_client.project["api_key"])
        first = youtube.videos().list(part="id", chart="mostPopular", maxResults=2).execute()
        assert first["items"][0]["id"] == made[1]
        second = youtube.videos().list(part="id", chart="mostPopular", maxResults=2, pageToken=first["nextPageToken"])
        assert len(second.execute()["items"]) == 1
