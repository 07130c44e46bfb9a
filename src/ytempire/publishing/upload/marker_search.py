"""Find the video that an upload became among the channel's uploads, by the tag that marks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ytempire.publishing.upload.progress import UploadProgress
from ytempire.youtube.errors import YouTubeRefused
from ytempire.youtube.service import YouTube

PAGE = 50  # the most that a list of YouTube gives


async def find_by_marker(youtube: YouTube, progress: UploadProgress) -> Mapping[str, Any] | None:
    """Find the video with our tag among the channel's uploads, newest first, back to before it was ordered."""
    lease = progress.lease
    playlist = (await youtube.connection(lease.channel_id)).uploads_playlist_id
    since = (await progress.now()).to_service_time(lease.created_at) - timedelta(hours=1)  # clocks differ
    token: str | None = None
    while True:
        page = await _list_uploads_page(youtube, lease.channel_id, playlist, token)
        items = page.get("items", [])
        ids = ",".join(item["contentDetails"]["videoId"] for item in items)
        if ids:
            listed = await youtube.call(
                lease.channel_id,
                lambda apis, ids=ids: apis.data.videos().list(part="snippet", id=ids),  # type: ignore[misc]
            )
            for video in listed.get("items", []):
                if lease.marker in (tag.lower() for tag in video["snippet"].get("tags", [])):
                    marked_video: Mapping[str, Any] = video
                    return marked_video
        token = page.get("nextPageToken")
        if token is None or not items or datetime.fromisoformat(items[-1]["snippet"]["publishedAt"]) < since:
            return None


async def _list_uploads_page(youtube: YouTube, channel_id: UUID, playlist: str, token: str | None) -> Mapping[str, Any]:
    try:
        return await youtube.call(
            channel_id,
            lambda apis: apis.data.playlistItems().list(
                part="snippet,contentDetails", playlistId=playlist, maxResults=PAGE, pageToken=token
            ),
        )
    except YouTubeRefused as refusal:
        if refusal.reason != "playlistNotFound":  # as YouTube has it for a channel without uploads
            raise
        return {}
