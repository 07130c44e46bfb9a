"""Channels, playlists, captions, thumbnails, categories, search: what stands around a video."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload
from PIL import Image

from tests.sandbox.conftest import ApiClient, SandboxServer, plain
from tests.sandbox.test_videos import reason

CAPTIONS = "1\n00:00:00,000 --> 00:00:02,000\nThe moon pulls the sea – it does.\n".encode()


def picture(size: tuple[int, int] = (1280, 720), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def media(content: bytes, kind: str, *, resumable: bool = False) -> MediaIoBaseUpload:
    return MediaIoBaseUpload(BytesIO(content), kind, resumable=resumable)


class TestChannels:
    def test_channel_list_mine_returns_all_parts(self, api_client: ApiClient) -> None:
        parts = "id,snippet,contentDetails,statistics,status,brandingSettings"
        (mine,) = api_client.youtube.channels().list(part=parts, mine=True).execute()["items"]
        assert mine["id"].startswith("UCsandbox")
        assert len(mine["id"]) == 24
        assert mine["statistics"] == {
            "viewCount": "0",
            "subscriberCount": "1000",
            "hiddenSubscriberCount": False,
            "videoCount": "0",
        }
        by_handle = api_client.youtube.channels().list(part="id", forHandle=mine["snippet"]["customUrl"]).execute()
        assert by_handle["items"][0]["id"] == mine["id"]

    def test_channel_description_of_own_channel_only_can_be_changed(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        body = {"id": api_client.channel["id"], "brandingSettings": {"channel": {"description": "New"}}}
        api_client.youtube.channels().update(part="brandingSettings", body=body).execute()
        (mine,) = api_client.youtube.channels().list(part="snippet", mine=True).execute()["items"]
        assert mine["snippet"]["description"] == "New"
        with pytest.raises(HttpError) as caught:
            other = sandbox_server.channel("Other")["id"]
            api_client.youtube.channels().update(part="brandingSettings", body={"id": other}).execute()
        assert caught.value.status_code == 403


class TestUploadsPlaylist:
    def test_uploads_playlist_pages_are_stable_during_uploads(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = [api_client.upload(f"Film {number}")["id"] for number in range(7)]
        sandbox_server.advance(60)
        items = api_client.youtube.playlistItems()
        request = items.list(part="contentDetails", playlistId=api_client.channel["uploads_playlist"], maxResults=3)
        seen: list[str] = []
        while request is not None:
            answer = request.execute()
            seen += [item["contentDetails"]["videoId"] for item in answer["items"]]
            api_client.upload()
            sandbox_server.advance(60)
            request = items.list_next(request, answer)
        assert seen == made[::-1]

    def test_uploads_playlist_item_is_found_by_video_and_id(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        made = [api_client.upload()["id"] for _ in range(3)]
        sandbox_server.advance(60)
        answer = api_client.youtube.playlistItems().list(
            part="snippet,status", playlistId=api_client.channel["uploads_playlist"], videoId=made[0]
        )
        (item,) = answer.execute()["items"]
        assert item["snippet"]["resourceId"]["videoId"] == made[0]
        by_id = api_client.youtube.playlistItems().list(part="snippet", id=item["id"]).execute()["items"]
        assert by_id[0]["snippet"] == item["snippet"]

    def test_uploads_playlist_cannot_be_edited(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        snippet = {
            "playlistId": api_client.channel["uploads_playlist"],
            "resourceId": {"kind": "youtube#video", "videoId": made["id"]},
        }
        with pytest.raises(HttpError) as caught:
            api_client.youtube.playlistItems().insert(part="snippet", body={"snippet": snippet}).execute()
        assert caught.value.status_code == 403

    def test_playlist_items_of_unknown_playlist_are_not_found(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.playlistItems().list(part="id", playlistId="UUnobody").execute()
        assert (caught.value.status_code, reason(caught)) == (404, "playlistNotFound")


class TestPlaylists:
    def test_playlist_is_created_filled_listed_emptied_and_deleted(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        youtube, made = api_client.youtube, api_client.upload()
        body = {"snippet": {"title": "Seas"}, "status": {"privacyStatus": "public"}}
        playlist = youtube.playlists().insert(part="snippet,status", body=body).execute()
        snippet = {"playlistId": playlist["id"], "resourceId": {"kind": "youtube#video", "videoId": made["id"]}}
        item = youtube.playlistItems().insert(part="snippet", body={"snippet": snippet}).execute()
        assert item["snippet"]["position"] == 0
        (mine,) = youtube.playlists().list(part="snippet,contentDetails", mine=True).execute()["items"]
        assert mine["contentDetails"]["itemCount"] == 1
        youtube.playlistItems().delete(id=item["id"]).execute()
        assert youtube.playlistItems().list(part="id", playlistId=playlist["id"]).execute()["items"] == []
        youtube.playlists().delete(id=playlist["id"]).execute()
        assert youtube.playlists().list(part="id", mine=True).execute()["items"] == []

    def test_playlist_of_other_channel_cannot_be_deleted(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        body = {"snippet": {"title": "Seas"}, "status": {"privacyStatus": "public"}}
        playlist = api_client.youtube.playlists().insert(part="snippet,status", body=body).execute()
        other = ApiClient.joining(sandbox_server, sandbox_server.channel("Other"), api_client.project)
        with pytest.raises(HttpError) as caught:
            other.youtube.playlists().delete(id=playlist["id"]).execute()
        assert caught.value.status_code == 403


class TestCaptions:
    def insert(self, api_client: ApiClient, video_id: str, name: str = "", *, resumable: bool = False) -> Any:
        snippet = {"videoId": video_id, "language": "en", "name": name}
        return api_client.youtube.captions().insert(
            part="snippet",
            body={"snippet": snippet},
            media_body=media(CAPTIONS, "application/octet-stream", resumable=resumable),
        )

    @pytest.mark.parametrize("resumable", [False, True])
    def test_captions_are_downloaded_as_uploaded(
        self, sandbox_server: SandboxServer, api_client: ApiClient, resumable: bool
    ) -> None:
        made = api_client.upload()
        track = self.insert(api_client, made["id"], resumable=resumable).execute()
        assert track["snippet"]["language"] == "en"
        (listed,) = api_client.youtube.captions().list(part="snippet", videoId=made["id"]).execute()["items"]
        assert listed["id"] == track["id"]
        assert api_client.youtube.captions().download(id=track["id"]).execute() == CAPTIONS
        assert api_client.get(made["id"], "contentDetails")["contentDetails"]["caption"] == "true"

    def test_captions_are_replaced_and_deleted(self, api_client: ApiClient) -> None:
        youtube = api_client.youtube
        track = self.insert(api_client, api_client.upload()["id"]).execute()
        youtube.captions().update(
            part="snippet", body={"id": track["id"]}, media_body=media(b"other words", "text/plain", resumable=True)
        ).execute()
        assert youtube.captions().download(id=track["id"]).execute() == b"other words"
        drafted = youtube.captions().update(part="snippet", body={"id": track["id"], "snippet": {"isDraft": True}})
        assert drafted.execute()["snippet"]["isDraft"] is True
        youtube.captions().delete(id=track["id"]).execute()
        with pytest.raises(HttpError) as caught:
            youtube.captions().download(id=track["id"]).execute()
        assert reason(caught) == "captionNotFound"

    def test_captions_with_same_name_are_conflict(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        self.insert(api_client, made["id"]).execute()
        with pytest.raises(HttpError) as caught:
            self.insert(api_client, made["id"]).execute()
        assert (caught.value.status_code, reason(caught)) == (409, "captionExists")
        assert self.insert(api_client, made["id"], "Another").execute()["id"]


class TestThumbnails:
    @pytest.mark.parametrize("resumable", [False, True])
    def test_thumbnail_is_served_at_urls_of_video(self, api_client: ApiClient, resumable: bool) -> None:
        made = api_client.upload()
        before = plain().get(made["snippet"]["thumbnails"]["high"]["url"])
        api_client.youtube.thumbnails().set(
            videoId=made["id"], media_body=media(picture(), "image/jpeg", resumable=resumable)
        ).execute()
        address = made["snippet"]["thumbnails"]["high"]["url"]
        after = plain().get(address)
        assert after.content != before.content
        with Image.open(BytesIO(after.content)) as image:
            assert image.size == (480, 360)
        assert api_client.get(made["id"], "contentDetails")["contentDetails"]["hasCustomThumbnail"] is True

    def test_thumbnail_invalid_or_too_large_is_refused(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        with pytest.raises(HttpError) as caught:
            api_client.youtube.thumbnails().set(videoId=made["id"], media_body=media(b"text", "image/png")).execute()
        assert reason(caught) == "invalidImage"
        with pytest.raises(HttpError) as caught:
            large = media(bytes(2 * 1024 * 1024 + 1), "image/jpeg", resumable=True)
            api_client.youtube.thumbnails().set(videoId=made["id"], media_body=large).execute()
        assert caught.value.status_code == 413


class TestCategories:
    def test_video_categories_are_listed_by_region_and_id(self, api_client: ApiClient) -> None:
        listed = api_client.youtube.videoCategories().list(part="snippet", regionCode="US").execute()["items"]
        assert {"27": "Education", "20": "Gaming"}.items() <= {
            entry["id"]: entry["snippet"]["title"] for entry in listed if entry["snippet"]["assignable"]
        }.items()
        (one,) = api_client.youtube.videoCategories().list(part="snippet", id="10").execute()["items"]
        assert one["snippet"]["title"] == "Music"


class TestSearch:
    def test_search_finds_words_in_public_videos(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        tides = api_client.upload("Why tides come twice a day")
        api_client.upload("A secret about tides", privacyStatus="private")
        api_client.upload("Bridges")
        sandbox_server.advance(60)
        answer = api_client.youtube.search().list(part="snippet", q="twice tides", type="video", order="relevance")
        found = [entry["id"]["videoId"] for entry in answer.execute()["items"]]
        assert found[0] == tides["id"]
        assert len(found) == 2  # the description of each video speaks of the moon, the tags of tides
        mine = (
            api_client.youtube.search().list(part="snippet", q="secret", type="video", forMine=True).execute()["items"]
        )
        assert "A secret about tides" in {entry["snippet"]["title"] for entry in mine}
        assert api_client.quotas["search.list"]["used"] == 2


class TestPages:
    def test_watch_page_plays_public_video(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made, hidden = (
            api_client.upload("<Moon> & sea".replace("<", "(").replace(">", ")")),
            api_client.upload("Hidden", privacyStatus="private"),
        )
        sandbox_server.advance(60)
        front = plain().get(f"{sandbox_server.base}/")
        assert "(Moon) &amp; sea" in front.text
        assert "Hidden" not in front.text
        page = plain().get(f"{sandbox_server.base}/watch", params={"v": made["id"]})
        assert "SANDBOX" in page.text
        video_file = plain().get(f"{sandbox_server.base}/media/{made['id']}", headers={"Range": "bytes=4-7"})
        assert (video_file.status_code, video_file.content) == (206, b"ftyp")
        assert plain().get(f"{sandbox_server.base}/watch", params={"v": hidden["id"]}).status_code == 404
        assert page.headers["x-sandbox"] == "ytempire"

    def test_control_request_from_other_origin_is_refused(self, sandbox_server: SandboxServer) -> None:
        """What a browser sends across origins without asking first is not JSON, and is not read as such."""
        sent = plain().post(
            f"{sandbox_server.base}/sandbox/faults",
            content=b'{"kind": "slow"}',
            headers={"Content-Type": "text/plain", "Origin": "https://evil.example"},
        )
        assert sent.status_code == 422
        assert sandbox_server.control("GET", "/faults") == []

    def test_control_request_with_foreign_host_is_refused(self, sandbox_server: SandboxServer) -> None:
        assert plain().get(f"{sandbox_server.base}/sandbox/state", headers={"Host": "evil.example"}).status_code == 400
