"""To the consent page and back, against the sandbox's own: each way that can go wrong, and none loses anything."""

from __future__ import annotations

from tests.youtube.conftest import World


async def test_a_channel_is_connected_and_asked(world: World) -> None:
    view = await world.connect()
    assert (view.status, view.is_sandbox, view.title) == ("connected", True, "Clear Signal")
    assert view.youtube_channel_id == world.counterpart["id"]
    assert view.uploads_playlist_id == world.counterpart["uploads_playlist"]
    assert view.refresh_expires_at is None
    answer = await world.youtube.call(
        world.channel_id, lambda apis: apis.data.channels().list(part="snippet", mine=True)
    )
    assert answer["items"][0]["snippet"]["title"] == "Clear Signal"
    assert world.rows("SELECT method, units, outcome FROM core.youtube_calls ORDER BY id") == [
        ("channels.list", 1, "success"),
        ("channels.list", 1, "success"),
    ]
    assert world.rows("SELECT bucket, used FROM core.youtube_quota") == [("units", 2)]
    assert world.used() == 2
