"""Send the video file in chunks: begin a session, go on where an earlier attempt was, and find what was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ytempire.publishing import decisions, delegated_access, metadata, upload_queue
from ytempire.publishing.queries import about_session
from ytempire.publishing.upload.insert_values import insert_values
from ytempire.publishing.upload.marker_search import find_by_marker
from ytempire.publishing.upload.progress import UploadProgress
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
)
from ytempire.youtube.uploads import MediaDescription, Uploaded

CHUNK_BYTES = 8 * 1024 * 1024  # what Google recommends: 32 blocks, lost at most when a connection breaks
MAX_CONSECUTIVE_QUERIES = 3  # chunks that bring nothing further, before it is left for later


class VideoFile:
    """The file of one publication, on its way to YouTube."""

    def __init__(self, runtime: PublishingRuntime, progress: UploadProgress) -> None:
        self._runtime, self._youtube, self._progress = runtime, runtime.youtube, progress

    async def upload_or_resume(self) -> Mapping[str, Any]:
        """Return the video that the video file became: its id, and of its parts what YouTube said."""
        lease = self._progress.lease
        await delegated_access.require_access(self._runtime.sessions, lease.requested_by, lease.channel_id, "write")
        video_file = await asyncio.to_thread(self._runtime.store.get, lease.file_sha256, lease.size_bytes)
        if lease.session_uri is None:
            return await self._send(video_file, await self._begin(), 0)
        session_uri = self._runtime.keys.open(lease.session_uri, associated_data=about_session(lease.id)).decode()
        try:
            at = await self._query_session(session_uri)
            return at.video_resource or await self._send(video_file, session_uri, at.received)
        except UploadSessionExpired as gone:
            return await self._recover_lost_session(video_file, gone)
        except (NotConnected, ChannelStopped):
            raise
        except YouTubeRefused as refusal:
            if not self._progress.in_doubt:
                raise
            return await self._recover_lost_session(video_file, refusal)

    async def _begin(self) -> str:
        """Begin a session, and store its address before it is used.

        Raises YouTubeRetryLater where today's quota is for others.
        """
        progress = self._progress
        progress.step = "begin"
        lease = progress.lease
        project = await self._youtube.project_of(lease.channel_id)
        now = await self._youtube.now(project)
        async with self._runtime.sessions.begin() as session:
            await upload_queue.require_upload_day(session, project, now, lease.id)
        local_values, service_values = await insert_values(self._runtime.sessions, lease, progress.video, now)
        body = metadata.build_insert_body(service_values, marker=lease.marker)
        announced = MediaDescription(size=lease.size_bytes, media_type="video/mp4")
        session_uri = await self._youtube.start_upload_session(
            lease.channel_id,
            lambda apis: apis.data.videos().insert(part="snippet,status", body=body, media_body=announced),
        )
        sealed = self._runtime.keys.seal(session_uri.encode(), associated_data=about_session(lease.id))
        await progress.record(
            session_uri=sealed,
            bytes_sent=0,
            last_chunk_at=None,
            status="uploading",
            last_sent=local_values,
            baseline=service_values,
        )
        return session_uri

    async def _send(self, video_file: Path, session_uri: str, received: int) -> Mapping[str, Any]:
        """Send what is missing; return the video that it became. Raises UploadSessionExpired."""
        progress = self._progress
        size, fruitless = progress.lease.size_bytes, 0
        while True:
            progress.step = "send"
            chunk = await asyncio.to_thread(_read_chunk, video_file, received)
            if received + len(chunk) >= size and progress.lease.last_chunk_at is None:
                await progress.record(last_chunk_at=(await progress.now()).at)
            progress.in_doubt = progress.lease.last_chunk_at is not None
            try:
                at = await self._youtube.send_chunk(
                    progress.lease.channel_id, session_uri, first=received, chunk=chunk, size=size
                )
            except YouTubeOutcomeUnknown as doubt:
                progress.in_doubt = True
                if doubt.after_s is not None:  # it named a time, before which it is not to be asked
                    raise
                progress.report("upload_outcome_unknown", reason=doubt.reason)
                at = await self._query_session(session_uri)
            if at.video_resource is not None:
                return at.video_resource
            fruitless = 0 if at.received > received else fruitless + 1
            if fruitless >= MAX_CONSECUTIVE_QUERIES:
                raise YouTubeOutcomeUnknown(
                    "YouTube takes nothing more of the video file, and does not say why.", reason="noProgress"
                )
            received = at.received
            await progress.record(bytes_sent=received, status="uploading")

    async def _query_session(self, session_uri: str) -> Uploaded:
        self._progress.step = "ask"
        lease = self._progress.lease
        return await self._youtube.query_upload(lease.channel_id, session_uri, size=lease.size_bytes)

    async def _recover_lost_session(self, video_file: Path, why: YouTubeRefused) -> Mapping[str, Any]:
        """Look whether it became a video after all. Only when it cannot have, another session begins, or it failed."""
        progress = self._progress
        progress.step = "look"
        video = await find_by_marker(self._youtube, progress)
        if video is not None:
            return video
        now = await progress.now()
        if not decisions.is_certainly_absent(progress.lease.last_chunk_at, now.at):
            raise YouTubeOutcomeUnknown(
                "The upload's session is gone, and the channel's uploads do not show the video yet.",
                reason="notListedYet",
            )
        progress.in_doubt = False
        if not isinstance(why, UploadSessionExpired):
            raise why
        await progress.record(session_uri=None, bytes_sent=0, last_chunk_at=None)
        progress.report("upload_restarted")
        try:
            return await self._send(video_file, await self._begin(), 0)
        except UploadSessionExpired as again:
            # one session after the other: not without a pause, and not without looking
            raise YouTubeRetryLater(
                "The upload's session was gone as soon as it began.", reason="uploadSessionExpired"
            ) from again


def _read_chunk(video_file: Path, first: int) -> bytes:
    with video_file.open("rb") as file:
        file.seek(first)
        return file.read(CHUNK_BYTES)
