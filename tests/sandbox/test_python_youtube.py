"""python-youtube, whose calls ask for parts of their own where they are given none."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pyyoutube import Api, Client, PyYouTubeException
from pyyoutube.media import Media
from pyyoutube.models import Video, VideoRecordingDetails, VideoSnippet, VideoStatus

from tests.sandbox.conftest import BLOCK, ApiClient, SandboxServer, plain, video
from tests.sandbox.test_oauth import BACK

CLIENT = ("client_id", "client_secret")


def at(sandbox_server: SandboxServer, client: Client) -> Client:
    """The addresses are attributes of the client: this is all that it takes to turn it to the sandbox."""
    client.BASE_URL, client.BASE_UPLOAD_URL = (
        f"{sandbox_server.base}/youtube/v3/",
        f"{sandbox_server.base}/upload/youtube/v3/",
    )
    client.AUTHORIZATION_URL = f"{sandbox_server.base}/o/oauth2/v2/auth"
    client.EXCHANGE_ACCESS_TOKEN_URL, client.REVOKE_TOKEN_URL = (
        f"{sandbox_server.base}/token",
        f"{sandbox_server.base}/revoke",
    )
    return client


@pytest.fixture
def mine(sandbox_server: SandboxServer, api_client: ApiClient) -> Iterator[Client]:
    client = at(sandbox_server, Client(access_token=api_client.tokens["access_token"]))
    yield client
    client.session.close()


@pytest.fixture
def anybodys(sandbox_server: SandboxServer, api_client: ApiClient) -> Iterator[Client]:
    client = at(sandbox_server, Client(api_key=api_client.project["api_key"]))
    yield client
    client.session.close()


def refused(caught: pytest.ExceptionInfo[PyYouTubeException]) -> tuple[int, str]:
    error = caught.value.response.json()["error"]
    return error["code"], error["errors"][0]["reason"]


def test_default_parts_of_public_resources_are_answered(
    sandbox_server: SandboxServer, api_client: ApiClient, anybodys: Client
) -> None:
    made = api_client.upload()
    body = {"snippet": {"title": "Seas"}, "status": {"privacyStatus": "public"}}
    playlist = api_client.youtube.playlists().insert(part="snippet,status", body=body).execute()
    snippet = {"playlistId": playlist["id"], "resourceId": {"kind": "youtube#video", "videoId": made["id"]}}
    api_client.youtube.playlistItems().insert(part="snippet", body={"snippet": snippet}).execute()
    sandbox_server.advance(60)
    (seen,) = anybodys.videos.list(video_id=made["id"]).items
    assert (seen.snippet.title, seen.contentDetails.get_video_seconds_duration()) == ("Ocean tides", 95)
    assert seen.topicDetails.topicCategories == ["https://en.wikipedia.org/wiki/Knowledge"]
    assert "iframe" in seen.player.embedHtml
    (channel,) = anybodys.channels.list(channel_id=api_client.channel["id"]).items
    assert (channel.snippet.title, channel.statistics.videoCount) == ("Tides", 1)
    (listed,) = anybodys.playlists.list(channel_id=api_client.channel["id"]).items
    assert (listed.snippet.title, listed.contentDetails.itemCount) == ("Seas", 1)
    (item,) = anybodys.playlistItems.list(playlist_id=playlist["id"]).items
    assert item.contentDetails.videoId == made["id"]
    assert anybodys.videoCategories.list(region_code="US").items[0].snippet.title
    assert "de" in {one.id for one in anybodys.i18nLanguages.list().items}
    (found,) = anybodys.search.list(q="tides", type="video").items
    assert found.id.videoId == made["id"]


def test_default_parts_of_own_resources_are_answered(api_client: ApiClient, mine: Client) -> None:
    made = api_client.upload(privacyStatus="private")
    assert mine.channels.list(mine=True).items[0].id == api_client.channel["id"]
    assert mine.playlists.list(mine=True).items == []
    assert mine.videos.list(video_id=made["id"]).items[0].status.privacyStatus == "private"
    assert mine.captions.list(video_id=made["id"]).items == []


def test_video_is_uploaded_updated_and_deleted_with_recording_date(sandbox_server: SandboxServer, mine: Client) -> None:
    video_file = video(3 * BLOCK)
    wanted = Video(
        snippet=VideoSnippet(title="Tides", description="The moon.", categoryId="27"),
        status=VideoStatus(privacyStatus="private"),
        recordingDetails=VideoRecordingDetails(recordingDate="2024-05-01T00:00:00Z"),
    )
    upload = mine.videos.insert(
        body=wanted,
        media=Media(fd=BytesIO(video_file), mimetype="video/mp4", chunk_size=BLOCK),
        parts=["snippet", "status", "recordingDetails"],
    )
    answer = None
    while answer is None:
        _, answer = upload.next_chunk()
    made = Video.from_dict(answer)
    assert made.recordingDetails.recordingDate == "2024-05-01T00:00:00Z"
    assert sandbox_server.state()["videos"][0]["size"] == len(video_file)
    made.snippet.title = "Tides again"
    changed = mine.videos.update(body=Video(id=made.id, snippet=made.snippet), parts=["snippet"])
    assert changed.snippet.title == "Tides again"
    assert mine.videos.delete(video_id=made.id) is True


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.comments.list(comment_id="x"),
        lambda client: client.commentThreads.list(video_id="x"),
        lambda client: client.activities.list(mine=True),
        lambda client: client.subscriptions.list(mine=True),
        lambda client: client.channelSections.list(mine=True),
        lambda client: client.i18nRegions.list(),
        lambda client: client.members.list(),
        lambda client: client.membershipsLevels.list(),
        lambda client: client.videoAbuseReportReasons.list(),
        lambda client: client.videos.rate(video_id="x", rating="like"),
        lambda client: client.videos.get_rating(video_id="x"),
        lambda client: client.watermarks.unset(channel_id="x"),
    ],
)
def test_unsupported_call_is_sandbox_unsupported(mine: Client, call: object) -> None:
    assert callable(call)
    with pytest.raises(PyYouTubeException) as caught:
        call(mine)
    assert refused(caught) == (400, "sandboxUnsupported")


def test_consent_of_client_includes_profile_scope(sandbox_server: SandboxServer) -> None:
    channel, project = sandbox_server.channel(), sandbox_server.project()
    (config,) = project["client_config"].values()
    client = at(sandbox_server, Client(**{name: config[name] for name in CLIENT}))
    address, state = client.get_authorize_url(redirect_uri=BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    sent = plain().post(
        str(httpx.URL(address).join("/o/oauth2/v2/auth/decision")),
        data={**asked, "channel": channel["id"], "decision": "allow"},
    )
    token = client.generate_access_token(
        authorization_response=sent.headers["location"], redirect_uri=BACK, state=state
    )
    assert client.channels.list(mine=True).items[0].id == channel["id"]
    profile = Api(access_token=token.access_token)
    profile.USER_INFO_URL = f"{sandbox_server.base}/oauth2/v1/userinfo"
    assert profile.get_profile().name == "A person of this sandbox"
    assert client.refresh_access_token(token.refresh_token).access_token != token.access_token
    assert client.revoke_access_token(token.refresh_token) is True
    for session in (client.session, profile.session):
        session.close()
