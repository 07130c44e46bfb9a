"""recordingDetails and localizations: written with an upload and afterwards, and read in a language (`hl`)."""

from __future__ import annotations

import sqlite3
from io import BytesIO
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.sandbox.conftest import Person, Served, plain, video
from tests.sandbox.test_videos import reason

SNIPPET = {"title": "Tides", "description": "The moon.", "categoryId": "27", "defaultLanguage": "en"}
GERMAN = {"title": "Gezeiten", "description": "Der Mond."}


def insert(person: Person, **body: Any) -> dict[str, Any]:
    media = MediaIoBaseUpload(BytesIO(video()), "video/mp4", resumable=True)
    made: dict[str, Any] = person.youtube.videos().insert(part=",".join(body), body=body, media_body=media).execute()
    return made


def update(person: Person, video_id: str, **body: Any) -> dict[str, Any]:
    changed: dict[str, Any] = (
        person.youtube.videos().update(part=",".join(body), body={"id": video_id, **body}).execute()
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
    def test_with_the_upload(self, person: Person, sent: str, kept: str) -> None:
        made = insert(person, snippet=SNIPPET, recordingDetails={"recordingDate": sent})
        assert made["recordingDetails"] == {"recordingDate": kept}
        assert person.get(made["id"], "recordingDetails")["recordingDetails"] == {"recordingDate": kept}

    def test_afterwards_and_taken_back(self, person: Person) -> None:
        made = person.upload()
        assert person.get(made["id"], "recordingDetails")["recordingDetails"] == {}
        date = {"recordingDate": "2024-05-01T00:00:00Z"}
        assert update(person, made["id"], recordingDetails=date)["recordingDetails"] == date
        update(person, made["id"], status={"privacyStatus": "private"})
        assert person.get(made["id"], "recordingDetails")["recordingDetails"] == date
        assert update(person, made["id"], recordingDetails={})["recordingDetails"] == {}

    def test_a_place_is_taken_and_dropped_as_at_google(self, person: Person) -> None:
        details = {"location": {"latitude": 53.5, "longitude": 10.0}, "locationDescription": "Hamburg"}
        assert insert(person, snippet=SNIPPET, recordingDetails=details)["recordingDetails"] == {}

    @pytest.mark.parametrize("text", ["yesterday", "2024-05-01T00:00:00", "2024-13-01T00:00:00Z", "2024-05-01", ""])
    def test_a_date_that_is_none(self, served: Served, person: Person, text: str) -> None:
        made = person.upload()
        for act in (
            lambda: insert(person, snippet=SNIPPET, recordingDetails={"recordingDate": text}),
            lambda: update(person, made["id"], recordingDetails={"recordingDate": text}),
        ):
            with pytest.raises(HttpError) as caught:
                act()
            assert (caught.value.status_code, reason(caught)) == (400, "invalidRecordingDetails")
        assert len(served.state()["sessions"]) == 1

    @pytest.mark.parametrize("details", [{"recordingDate": 5}, {"when": "x"}, "2024-05-01T00:00:00Z"])
    def test_details_that_are_none(self, person: Person, details: Any) -> None:
        with pytest.raises(HttpError) as caught:
            insert(person, snippet=SNIPPET, recordingDetails=details)
        assert caught.value.status_code == 400


class TestLocalizations:
    def test_with_the_upload(self, person: Person) -> None:
        made = insert(person, snippet=SNIPPET, localizations={"de": GERMAN})
        own = {"title": SNIPPET["title"], "description": SNIPPET["description"]}
        assert made["localizations"] == {"en": own, "de": GERMAN}
        assert made["snippet"]["localized"] == own

    def test_afterwards_replaced_whole_and_taken_back(self, person: Person) -> None:
        made = insert(person, snippet=SNIPPET)
        update(person, made["id"], localizations={"de": GERMAN, "fr": {"title": "Marées"}})
        seen = person.get(made["id"], "localizations")["localizations"]
        assert (set(seen), seen["fr"]) == ({"en", "de", "fr"}, {"title": "Marées", "description": ""})
        seen["es"] = {"title": "Mareas", "description": ""}
        del seen["fr"]
        assert set(update(person, made["id"], localizations=seen)["localizations"]) == {"en", "de", "es"}
        assert set(update(person, made["id"], localizations={})["localizations"]) == {"en"}

    def test_without_a_default_language(self, person: Person) -> None:
        plain_snippet = {name: value for name, value in SNIPPET.items() if name != "defaultLanguage"}
        with pytest.raises(HttpError) as caught:
            insert(person, snippet=plain_snippet, localizations={"de": GERMAN})
        assert (caught.value.status_code, reason(caught)) == (400, "defaultLanguageNotSet")
        made = insert(person, snippet=plain_snippet)
        assert "localizations" not in person.get(made["id"], "localizations")
        with pytest.raises(HttpError) as caught:
            update(person, made["id"], localizations={"de": GERMAN})
        assert reason(caught) == "defaultLanguageNotSet"
        update(person, made["id"], snippet=SNIPPET, localizations={"de": GERMAN})
        with pytest.raises(HttpError) as caught:  # a part is replaced whole: this takes the default language away
            update(person, made["id"], snippet=plain_snippet)
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
    def test_texts_that_are_refused(self, person: Person, localizations: Any) -> None:
        made = insert(person, snippet=SNIPPET)
        with pytest.raises(HttpError) as caught:
            update(person, made["id"], localizations=localizations)
        assert (caught.value.status_code, reason(caught)) == (400, "invalidVideoMetadata")

    def test_a_default_language_that_is_none(self, person: Person) -> None:
        with pytest.raises(HttpError) as caught:
            insert(person, snippet=SNIPPET | {"defaultLanguage": "nb"})
        assert (caught.value.status_code, reason(caught)) == (400, "invalidVideoMetadata")

    def test_what_google_does_not_let_be_set(self, person: Person) -> None:
        made = person.upload()
        shown = update(person, made["id"], paidProductPlacementDetails={}, liveStreamingDetails={})
        assert shown["paidProductPlacementDetails"] == {"hasPaidProductPlacement": False}
        with pytest.raises(HttpError) as caught:
            update(person, made["id"], paidProductPlacementDetails={"hasPaidProductPlacement": True})
        assert reason(caught) == "sandboxUnsupported"


class TestLanguages:
    @pytest.mark.parametrize(
        ("hl", "title"),
        [("de", "Gezeiten"), ("de_AT", "Gezeiten"), ("DE", "Gezeiten"), ("fr", "Tides"), ("en", "Tides")],
    )
    def test_a_video_in_a_language(self, person: Person, hl: str, title: str) -> None:
        made = insert(person, snippet=SNIPPET, localizations={"de": GERMAN})
        (seen,) = person.youtube.videos().list(part="snippet", id=made["id"], hl=hl).execute()["items"]
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
    def test_a_language_that_is_none(self, served: Served, person: Person, of: str, query: dict[str, str]) -> None:
        answer = plain().get(
            f"{served.base}/youtube/v3/{of}",
            params={"part": "snippet", "hl": "xx", **query},
            headers={"Authorization": f"Bearer {person.tokens['access_token']}"},
        )
        (detail,) = answer.json()["error"]["errors"]
        assert (answer.status_code, detail["reason"], detail["location"]) == (400, "invalidParameter", "hl")

    def test_channels_and_playlists_have_one_text(self, person: Person) -> None:
        (mine,) = person.youtube.channels().list(part="snippet,localizations", mine=True, hl="de").execute()["items"]
        assert mine["snippet"]["localized"]["title"] == mine["snippet"]["title"]
        body = {"snippet": {"title": "Seas", "defaultLanguage": "en", "tags": ["tides"]}}
        made = person.youtube.playlists().insert(part="snippet,localizations", body=body).execute()
        assert made["localizations"] == {"en": {"title": "Seas", "description": ""}}
        assert made["snippet"]["tags"] == ["tides"]
        (seen,) = person.youtube.playlists().list(part="snippet,player", mine=True, hl="de").execute()["items"]
        assert (seen["snippet"]["localized"]["title"], "SANDBOX" in plain().get(player(seen)).text) == ("Seas", True)

    def test_the_languages_that_there_are(self, person: Person) -> None:
        listed = person.youtube.i18nLanguages().list(part="snippet", hl="en_US").execute()["items"]
        assert {"de": "German", "zh-TW": "Chinese (Taiwan)", "iw": "Hebrew"}.items() <= {
            one["id"]: one["snippet"]["name"] for one in listed
        }.items()

    @pytest.mark.parametrize("of", ["i18nLanguages", "videoCategories"])
    def test_names_that_the_sandbox_has_in_english_only(self, person: Person, of: str) -> None:
        listing = getattr(person.youtube, of)().list
        more = {"regionCode": "US"} if of == "videoCategories" else {}
        assert listing(part="snippet", hl="en_GB", **more).execute()["items"]
        with pytest.raises(HttpError) as caught:
            listing(part="snippet", hl="de", **more).execute()
        assert reason(caught) == "sandboxUnsupported"


def player(playlist: dict[str, Any]) -> str:
    address: str = playlist["player"]["embedHtml"].partition('src="')[2].partition('"')[0]
    return address


def test_a_folder_of_an_earlier_version_goes_on(served: Served, person: Person) -> None:
    made = person.upload()
    served.stop()
    with sqlite3.connect(served.folder / "sandbox.sqlite") as database:
        for table in ("videos", "playlists"):
            database.execute(f"ALTER TABLE {table} DROP COLUMN extras")
    database.close()
    served.start()
    again = Person(served, person.channel, person.project, person.tokens)
    date = {"recordingDate": "2024-05-01T00:00:00Z"}
    assert update(again, made["id"], recordingDetails=date)["recordingDetails"] == date
