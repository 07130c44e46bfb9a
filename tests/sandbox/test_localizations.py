"""recordingDetails and localizations: written with an upload and afterwards, and read in a language (`hl`)."""

from __future__ import annotations

import sqlite3
from io import BytesIO
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.sandbox.conftest import ApiClient, SandboxServer, plain, video
from tests.sandbox.test_videos import reason

SNIPPET = {"title": "Tides", "description": "The moon.", "categoryId": "27", "defaultLanguage": "en"}
GERMAN = {"title": "Gezeiten", "description": "Der Mond."}


def insert(api_client: ApiClient, **body: Any) -> dict[str, Any]:
    media = MediaIoBaseUpload(BytesIO(video()), "video/mp4", resumable=True)
    made: dict[str, Any] = (
        api_client.youtube.videos().insert(part=",".join(body), body=body, media_body=media).execute()
    )
    return made


def update(api_client: ApiClient, video_id: str, **body: Any) -> dict[str, Any]:
    changed: dict[str, Any] = (
        api_client.youtube.videos().update(part=",".join(body), body={"id": video_id, **body}).execute()
    )
    return changed


class TestRecordingDetails:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("2024-05-01T00:00:00.000Z", "2024-05-01T00:00:00Z"),  # as n8n and youtubeuploader write it
            ("2024-05-01T02:30:00+02:30", "2024-05-01T00:00:00Z"),
            ("1969-07-20T20:17:40Z", "1969-07-20T20:17:40Z"),
        ],
    )
    def test_recording_details_are_set_with_upload(self, api_client: ApiClient, sent: str, kept: str) -> None:
        made = insert(api_client, snippet=SNIPPET, recordingDetails={"recordingDate": sent})
        assert made["recordingDetails"] == {"recordingDate": kept}
        assert api_client.get(made["id"], "recordingDetails")["recordingDetails"] == {"recordingDate": kept}

    def test_recording_details_are_updated_and_removed(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        assert api_client.get(made["id"], "recordingDetails")["recordingDetails"] == {}
        date = {"recordingDate": "2024-05-01T00:00:00Z"}
        assert update(api_client, made["id"], recordingDetails=date)["recordingDetails"] == date
        update(api_client, made["id"], status={"privacyStatus": "private"})
        assert api_client.get(made["id"], "recordingDetails")["recordingDetails"] == date
        assert update(api_client, made["id"], recordingDetails={})["recordingDetails"] == {}

    def test_recording_location_is_accepted_and_dropped(self, api_client: ApiClient) -> None:
        details = {"location": {"latitude": 53.5, "longitude": 10.0}, "locationDescription": "Hamburg"}
        assert insert(api_client, snippet=SNIPPET, recordingDetails=details)["recordingDetails"] == {}

    @pytest.mark.parametrize("text", ["yesterday", "2024-05-01T00:00:00", "2024-13-01T00:00:00Z", "2024-05-01", ""])
    def test_recording_date_invalid_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, text: str
    ) -> None:
        made = api_client.upload()
        for act in (
            lambda: insert(api_client, snippet=SNIPPET, recordingDetails={"recordingDate": text}),
            lambda: update(api_client, made["id"], recordingDetails={"recordingDate": text}),
        ):
            with pytest.raises(HttpError) as caught:
                act()
            assert (caught.value.status_code, reason(caught)) == (400, "invalidRecordingDetails")
        assert len(sandbox_server.state()["sessions"]) == 1

    @pytest.mark.parametrize("details", [{"recordingDate": 5}, {"when": "x"}, "2024-05-01T00:00:00Z"])
    def test_recording_details_of_wrong_shape_are_refused(self, api_client: ApiClient, details: Any) -> None:
        with pytest.raises(HttpError) as caught:
            insert(api_client, snippet=SNIPPET, recordingDetails=details)
        assert caught.value.status_code == 400


class TestLocalizations:
    def test_localizations_are_set_with_upload(self, api_client: ApiClient) -> None:
        made = insert(api_client, snippet=SNIPPET, localizations={"de": GERMAN})
        own = {"title": SNIPPET["title"], "description": SNIPPET["description"]}
        assert made["localizations"] == {"en": own, "de": GERMAN}
        assert made["snippet"]["localized"] == own

    def test_localizations_are_replaced_whole_and_removed(self, api_client: ApiClient) -> None:
        made = insert(api_client, snippet=SNIPPET)
        update(api_client, made["id"], localizations={"de": GERMAN, "fr": {"title": "Marées"}})
        seen = api_client.get(made["id"], "localizations")["localizations"]
        assert (set(seen), seen["fr"]) == ({"en", "de", "fr"}, {"title": "Marées", "description": ""})
        seen["es"] = {"title": "Mareas", "description": ""}
        del seen["fr"]
        assert set(update(api_client, made["id"], localizations=seen)["localizations"]) == {"en", "de", "es"}
        assert set(update(api_client, made["id"], localizations={})["localizations"]) == {"en"}

    def test_localizations_without_default_language_are_refused(self, api_client: ApiClient) -> None:
        plain_snippet = {name: value for name, value in SNIPPET.items() if name != "defaultLanguage"}
        with pytest.raises(HttpError) as caught:
            insert(api_client, snippet=plain_snippet, localizations={"de": GERMAN})
        assert (caught.value.status_code, reason(caught)) == (400, "defaultLanguageNotSet")
        made = insert(api_client, snippet=plain_snippet)
        assert "localizations" not in api_client.get(made["id"], "localizations")
        with pytest.raises(HttpError) as caught:
            update(api_client, made["id"], localizations={"de": GERMAN})
        assert reason(caught) == "defaultLanguageNotSet"
        update(api_client, made["id"], snippet=SNIPPET, localizations={"de": GERMAN})
        with pytest.raises(HttpError) as caught:  # a part is replaced whole: this takes the default language away
            update(api_client, made["id"], snippet=plain_snippet)
        assert reason(caught) == "defaultLanguageNotSet"

    @pytest.mark.parametrize(
        "localizations",
        [
            {"de": {"title": ""}},
            {"de": {"description": "no title"}},
            {"de": {"title": "x" * 101}},
            {"de": {"title": "a < b"}},
            {"de": {"title": "x", "description": "é" * 2501}},
            {"nb": {"title": "x"}},  # YouTube's word is `no`
            {"german": {"title": "x"}},
            {"xx": {"title": "x"}},
        ],
    )
    def test_localizations_with_invalid_texts_are_refused(self, api_client: ApiClient, localizations: Any) -> None:
        made = insert(api_client, snippet=SNIPPET)
        with pytest.raises(HttpError) as caught:
            update(api_client, made["id"], localizations=localizations)
        assert (caught.value.status_code, reason(caught)) == (400, "invalidVideoMetadata")

    def test_default_language_unknown_is_refused(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            insert(api_client, snippet=SNIPPET | {"defaultLanguage": "nb"})
        assert (caught.value.status_code, reason(caught)) == (400, "invalidVideoMetadata")

    def test_read_only_details_cannot_be_set(self, api_client: ApiClient) -> None:
        made = api_client.upload()
        shown = update(api_client, made["id"], paidProductPlacementDetails={}, liveStreamingDetails={})
        assert shown["paidProductPlacementDetails"] == {"hasPaidProductPlacement": False}
        with pytest.raises(HttpError) as caught:
            update(api_client, made["id"], paidProductPlacementDetails={"hasPaidProductPlacement": True})
        assert reason(caught) == "sandboxUnsupported"


class TestLanguages:
    @pytest.mark.parametrize(
        ("hl", "title"),
        [("de", "Gezeiten"), ("de_AT", "Gezeiten"), ("DE", "Gezeiten"), ("fr", "Tides"), ("en", "Tides")],
    )
    def test_video_with_hl_returns_localized_title(self, api_client: ApiClient, hl: str, title: str) -> None:
        made = insert(api_client, snippet=SNIPPET, localizations={"de": GERMAN})
        (seen,) = api_client.youtube.videos().list(part="snippet", id=made["id"], hl=hl).execute()["items"]
        assert (seen["snippet"]["localized"]["title"], seen["snippet"]["title"]) == (title, "Tides")

    @pytest.mark.parametrize(
        ("of", "query"),
        [
            ("videos", {"id": "x"}),
            ("channels", {"mine": "true"}),
            ("playlists", {"mine": "true"}),
            ("i18nLanguages", {}),
        ],
    )
    def test_hl_unknown_language_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, of: str, query: dict[str, str]
    ) -> None:
        answer = plain().get(
            f"{sandbox_server.base}/youtube/v3/{of}",
            params={"part": "snippet", "hl": "xx", **query},
            headers={"Authorization": f"Bearer {api_client.tokens['access_token']}"},
        )
        (detail,) = answer.json()["error"]["errors"]
        assert (answer.status_code, detail["reason"], detail["location"]) == (400, "invalidParameter", "hl")

    def test_channels_and_playlists_with_hl_return_default_text(self, api_client: ApiClient) -> None:
        (mine,) = (
            api_client.youtube.channels().list(part="snippet,localizations", mine=True, hl="de").execute()["items"]
        )
        assert mine["snippet"]["localized"]["title"] == mine["snippet"]["title"]
        body = {"snippet": {"title": "Seas", "defaultLanguage": "en", "tags": ["tides"]}}
        made = api_client.youtube.playlists().insert(part="snippet,localizations", body=body).execute()
        assert made["localizations"] == {"en": {"title": "Seas", "description": ""}}
        assert made["snippet"]["tags"] == ["tides"]
        (seen,) = api_client.youtube.playlists().list(part="snippet,player", mine=True, hl="de").execute()["items"]
        assert (seen["snippet"]["localized"]["title"], "SANDBOX" in plain().get(player(seen)).text) == ("Seas", True)

    def test_i18n_languages_are_listed_with_english_names(self, api_client: ApiClient) -> None:
        listed = api_client.youtube.i18nLanguages().list(part="snippet", hl="en_US").execute()["items"]
        assert {"de": "German", "zh-TW": "Chinese (Taiwan)", "iw": "Hebrew"}.items() <= {
            one["id"]: one["snippet"]["name"] for one in listed
        }.items()

    @pytest.mark.parametrize("of", ["i18nLanguages", "videoCategories"])
    def test_names_in_other_language_than_english_are_unsupported(self, api_client: ApiClient, of: str) -> None:
        listing = getattr(api_client.youtube, of)().list
        more = {"regionCode": "US"} if of == "videoCategories" else {}
        assert listing(part="snippet", hl="en_GB", **more).execute()["items"]
        with pytest.raises(HttpError) as caught:
            listing(part="snippet", hl="de", **more).execute()
        assert reason(caught) == "sandboxUnsupported"


def player(playlist: dict[str, Any]) -> str:
    address: str = playlist["player"]["embedHtml"].partition('src="')[2].partition('"')[0]
    return address


def test_database_of_earlier_version_is_upgraded(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    made = api_client.upload()
    sandbox_server.stop()
    with sqlite3.connect(sandbox_server.folder / "sandbox.sqlite") as database:
        for table in ("videos", "playlists"):
            database.execute(f"ALTER TABLE {table} DROP COLUMN extras")
    database.close()
    sandbox_server.start()
    again = ApiClient(sandbox_server, api_client.channel, api_client.project, api_client.tokens)
    date = {"recordingDate": "2024-05-01T00:00:00Z"}
    assert update(again, made["id"], recordingDetails=date)["recordingDetails"] == date
