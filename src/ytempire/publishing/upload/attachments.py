"""Send what belongs beside the video file: its thumbnail and its captions. That they fail never fails a video."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal
from uuid import UUID

from googleapiclient.http import MediaInMemoryUpload

from ytempire.kit.database import AsyncSession
from ytempire.production import queries as videos
from ytempire.production.queries import ArtifactView
from ytempire.publishing import decisions, leases, service, upload_queue
from ytempire.publishing.decisions import NextState
from ytempire.publishing.upload.progress import UploadProgress
from ytempire.publishing.upload.retry_times import RetryTimes
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.errors import YouTubeOutcomeUnknown, YouTubeRefused, YouTubeRetryLater, error_document
from ytempire.youtube.quota.costs import CAPTIONS, CAPTIONS_REPLACE_PARTS, THUMBNAIL, UploadPart
from ytempire.youtube.quota.reservations import ProtectedUnits
from ytempire.youtube.service import Build

StatusColumn = Literal["thumbnail_status", "captions_status"]
FindFile = Callable[[AsyncSession, UUID], Awaitable[ArtifactView | None]]
CallError = YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown


class Attachments:
    """Thumbnail and captions of one video at YouTube."""

    def __init__(self, runtime: PublishingRuntime, progress: UploadProgress, retry_times: RetryTimes) -> None:
        self._runtime, self._youtube = runtime, runtime.youtube
        self._progress, self._retry_times = progress, retry_times

    async def set_thumbnail(self) -> NextState | None:
        """Send the chosen picture, if it waits. Returns what is still to be done, and when; None: nothing."""
        return await self._send_if_pending(
            "thumbnail", "thumbnail_status", _find_thumbnail, "image/jpeg", self._send_thumbnail
        )

    async def add_captions(self) -> NextState | None:
        """Send the captions, if they wait. Returns what is still to be done, and when; None: nothing."""
        return await self._send_if_pending(
            "captions", "captions_status", _find_captions, "application/octet-stream", self._send_captions
        )

    async def _send_if_pending(
        self,
        step: str,
        column: StatusColumn,
        find_file: FindFile,
        media_type: str,
        send: Callable[[MediaInMemoryUpload], Awaitable[None]],
    ) -> NextState | None:
        progress = self._progress
        if getattr(progress.lease, column) != "pending":
            return None
        progress.step = step
        if (waits := self._retry_times.find_wait(step, progress.lease)) is not None:
            return waits
        async with self._runtime.sessions.begin() as session:
            file = await find_file(session, progress.lease.video_id)
        if file is None:  # its run is made again, and has drawn or written none yet
            await progress.record(**{column: "skipped"})
            return None
        media = await self._read_media(file, media_type)
        try:
            await send(media)
        except (YouTubeRetryLater, YouTubeRefused, YouTubeOutcomeUnknown) as refusal:
            error = await self._tolerate_listing_delay(refusal)
            became = decisions.attachment_status_after(error)
            if became == "pending":
                return self._next_try(error)
            await self._record_status(column, became, file, find_file)
            return NextState(progress.lease.status, None, 0, error_document(error, step))
        await self._record_status(column, "done", file, find_file)
        return None

    def _next_try(self, error: CallError) -> NextState:
        progress = self._progress
        after = decisions.after_error(
            error, progress.lease.status, retry_count=progress.lease.retry_count, step=progress.step, in_doubt=False
        )
        if decisions.has_retry_time(error) and after.after_s is not None:
            self._retry_times.postpone(progress.step, after.after_s, after.error)
        return after

    async def _send_thumbnail(self, media: MediaInMemoryUpload) -> None:
        await self._call_with_allocation(
            lambda apis: apis.data.thumbnails().set(videoId=self._progress.lease.youtube_video_id, media_body=media),
            THUMBNAIL,
        )

    async def _send_captions(self, media: MediaInMemoryUpload) -> None:
        """Send a new track. Where one of ours is there, an answer was lost or these are others: it gets the text.

        Raises YouTubeRefused for captions that YouTube took and cannot use.
        """
        progress = self._progress
        snippet = {"videoId": progress.lease.youtube_video_id, "language": progress.video.language, "name": ""}
        try:
            made = await self._call_with_allocation(
                lambda apis: apis.data.captions().insert(part="snippet", body={"snippet": snippet}, media_body=media),
                CAPTIONS,
            )
        except YouTubeRefused as refusal:
            if refusal.reason != "captionExists":
                raise
            made = await self._change_captions(media, refusal)
        decisions.require_captions_accepted(made)

    async def _change_captions(self, media: MediaInMemoryUpload, exists: YouTubeRefused) -> dict[str, Any]:
        looked, changed = CAPTIONS_REPLACE_PARTS
        listed = await self._call_with_allocation(
            lambda apis: apis.data.captions().list(part="snippet", videoId=self._progress.lease.youtube_video_id),
            looked,
        )
        track = decisions.own_track(listed.get("items", []), self._progress.video.language)
        if track is None:
            raise exists
        return await self._call_with_allocation(
            lambda apis: apis.data.captions().update(part="snippet", body={"id": track}, media_body=media), changed
        )

    async def _read_media(self, file: ArtifactView, media_type: str) -> MediaInMemoryUpload:
        path = await asyncio.to_thread(self._runtime.store.get, file.sha256, file.size_bytes)
        return MediaInMemoryUpload(await asyncio.to_thread(path.read_bytes), mimetype=media_type)

    async def _call_with_allocation(self, build: Build, part: UploadPart) -> dict[str, Any]:
        protected = await self._protected_units(part.units)
        return await self._youtube.call(self._progress.lease.channel_id, build, protected=protected)

    async def _protected_units(self, units: int) -> ProtectedUnits:
        project = await self._youtube.project_of(self._progress.lease.channel_id)
        now = await self._youtube.now(project)
        async with self._runtime.sessions.begin() as session:
            return await upload_queue.protected_units(session, project, now, units)

    async def _tolerate_listing_delay(self, error: CallError) -> CallError:
        """Make "not found" of a video that has just come an error that passes: it may not be found for a while."""
        came_at = self._progress.lease.last_chunk_at
        if not isinstance(error, YouTubeRefused) or error.reason not in decisions.NOT_FOUND or came_at is None:
            return error
        if (await self._progress.now()).at - came_at >= decisions.LISTING_DELAY:
            return error
        message = f"YouTube has the video file, and does not find it yet for its {self._progress.step}."
        return YouTubeRetryLater(message, reason="videoNotFound", hint="It is tried again by itself.")

    async def _record_status(self, column: StatusColumn, became: str, sent: ArtifactView, find_file: FindFile) -> None:
        """Note the status only if the file is still the one that was sent: another that came waits for its turn."""
        progress = self._progress
        async with self._runtime.sessions.begin() as session:
            # whoever chooses another one now, waits
            progress.lease = await leases.record_progress(session, progress.lease, {})
            if await find_file(session, progress.lease.video_id) == sent:
                progress.lease = await leases.record_progress(session, progress.lease, {column: became})


async def _find_thumbnail(session: AsyncSession, video_id: UUID) -> ArtifactView | None:
    video = await videos.get_video(session, video_id)
    return video.files.get(video.thumbnail)


async def _find_captions(session: AsyncSession, video_id: UUID) -> ArtifactView | None:
    return (await videos.get_video(session, video_id)).files.get(service.CAPTIONS)
