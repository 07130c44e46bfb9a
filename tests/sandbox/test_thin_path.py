"""One person, one video: consent, upload, what is listed, what the uploads playlist shows."""

from __future__ import annotations

from tests.sandbox.conftest import Person, Served, video


def test_an_upload_is_listed_and_stands_in_the_uploads_playlist(served: Served, person: Person) -> None:
    made = person.upload("Ocean tides and the moon", containsSyntheticMedia=True)
    assert made["status"]["uploadStatus"] == "uploaded"
    served.advance(60)
    seen = person.get(made["id"])
    assert seen["status"] == {
        "uploadStatus": "processed",
        "privacyStatus": "public",
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
        "madeForKids": False,
        "containsSyntheticMedia": True,
    }
    assert seen["contentDetails"]["duration"] == "PT1M35S"
    assert seen["contentDetails"]["definition"] == "hd"
    (channel,) = person.youtube.channels().list(part="contentDetails", mine=True).execute()["items"]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = person.youtube.playlistItems().list(part="snippet,status,contentDetails", playlistId=uploads).execute()
    assert [item["contentDetails"]["videoId"] for item in items["items"]] == [made["id"]]
    assert items["items"][0]["snippet"]["title"] == "Ocean tides and the moon"


def test_a_film_in_chunks_arrives_byte_for_byte(served: Served, person: Person) -> None:
    film = video(1_300_000)
    request = person.insert("In chunks", film, chunk=256 * 1024)
    made, steps = None, 0
    while made is None:
        _, made = request.next_chunk()
        steps += 1
    assert steps == 5
    (kept,) = served.state()["videos"]
    assert (kept["id"], kept["size"]) == (made["id"], len(film))
    folder = served.folder / "media"
    (session,) = served.state()["sessions"]
    assert (folder / session["id"]).read_bytes() == film
