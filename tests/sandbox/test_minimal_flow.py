"""One person, one video: consent, upload, what is listed, what the uploads playlist shows."""

from __future__ import annotations

from tests.sandbox.conftest import ApiClient, SandboxServer, video


def test_upload_is_listed_and_in_uploads_playlist(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    made = api_client.upload("Ocean tides and the moon", containsSyntheticMedia=True)
    assert made["status"]["uploadStatus"] == "uploaded"
    sandbox_server.advance(60)
    seen = api_client.get(made["id"])
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
    (channel,) = api_client.youtube.channels().list(part="contentDetails", mine=True).execute()["items"]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = api_client.youtube.playlistItems().list(part="snippet,status,contentDetails", playlistId=uploads).execute()
    assert [item["contentDetails"]["videoId"] for item in items["items"]] == [made["id"]]
    assert items["items"][0]["snippet"]["title"] == "Ocean tides and the moon"


def test_upload_in_chunks_is_stored_byte_for_byte(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    video_file = video(1_300_000)
    request = api_client.insert("In chunks", video_file, chunk=256 * 1024)
    made, steps = None, 0
    while made is None:
        _, made = request.next_chunk()
        steps += 1
    assert steps == 5
    (kept,) = sandbox_server.state()["videos"]
    assert (kept["id"], kept["size"]) == (made["id"], len(video_file))
    folder = sandbox_server.folder / "media"
    (session,) = sandbox_server.state()["sessions"]
    assert (folder / session["id"]).read_bytes() == video_file
