"""Frame one attempt: claim the publication, keep its lease while parts act, and settle what came of it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from ytempire.kit import clock
from ytempire.kit.errors import YtempireError
from ytempire.kit.leases import LeaseLost, heartbeats
from ytempire.kit.logs import get_logger
from ytempire.publishing import decisions, leases, metadata, service
from ytempire.publishing.decisions import NextState
from ytempire.publishing.leases import UploadJob
from ytempire.publishing.upload.attachments import Attachments
from ytempire.publishing.upload.processing import Processing
from ytempire.publishing.upload.progress import UploadProgress
from ytempire.publishing.upload.retry_times import RetryTimes
from ytempire.publishing.upload.video_file import VideoFile
from ytempire.publishing.worker_runtime import PublishingRuntime

log = get_logger(__name__)


async def upload(runtime: PublishingRuntime, publication_id: UUID) -> None:
    """Make one attempt, if it is due and in nobody else's hands."""
    async with runtime.sessions.begin() as session:
        job = await leases.claim(session, publication_id, lease_duration=runtime.lease_duration)
    if job is not None:
        await _Attempt(runtime, job).run()


class _Attempt:
    """One attempt, from claim to settlement."""

    def __init__(self, runtime: PublishingRuntime, job: UploadJob) -> None:
        self._runtime = runtime
        self._lease_at_start = job.lease
        self._progress = UploadProgress(runtime.sessions, runtime.youtube, job)
        self._retry_times = RetryTimes(job.lease)

    async def run(self) -> None:
        """Act until it is settled, the lease is lost, or the worker stops; then it is given back at once."""
        try:
            async with heartbeats(self._renew_lease, self._runtime.heartbeat) as lost:
                act = asyncio.create_task(self._act())
                ends = [asyncio.create_task(event.wait()) for event in (lost, self._runtime.stopping)]
                try:
                    await asyncio.wait({act, *ends}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in (act, *ends):
                        task.cancel()
                    await asyncio.wait({act, *ends})
                await self._settle(act)
        except LeaseLost:
            self._progress.report("lease_lost", task=service.UPLOAD_VIDEO)

    async def _renew_lease(self) -> bool:
        async with self._runtime.sessions.begin() as session:
            return await leases.heartbeat(session, self._progress.lease)

    async def _settle(self, act: asyncio.Task[NextState]) -> None:
        progress = self._progress
        if act.cancelled():
            after = NextState(progress.lease.status, 0.0, progress.lease.retry_count)
        elif (error := act.exception()) is None:
            after = act.result()
        elif isinstance(error, LeaseLost) or not isinstance(error, Exception):
            raise error
        else:
            after = decisions.after_error(
                error,
                progress.lease.status,
                retry_count=progress.lease.retry_count,
                step=progress.step,
                in_doubt=progress.in_doubt,
            )
            if not isinstance(error, YtempireError):
                log.error("publication_attempt_failed", publication=str(progress.lease.id), exc_info=error)
        after = self._retry_times.keep(after)
        async with self._runtime.sessions.begin() as session:
            await leases.settle(
                session, progress.lease, after, lease_at_start=self._lease_at_start, live_since=progress.live_since
            )
        progress.report("publication_settled", status=after.status, after_s=after.after_s, error=after.error)

    async def _act(self) -> NextState:
        progress = self._progress
        if progress.lease.youtube_video_id is None:
            made = await VideoFile(self._runtime, progress).upload_or_resume()
            progress.in_doubt = False
            shown = metadata.parse_remote_values(made, marker=progress.lease.marker)
            await progress.record(
                youtube_video_id=made["id"],
                baseline={**(progress.lease.baseline or {}), **shown},
                baseline_at=clock.now(),
                status="processing",
                session_uri=None,
                bytes_sent=progress.lease.size_bytes,
                retry_count=0,
                last_error=None,
            )
        attachments = Attachments(self._runtime, progress, self._retry_times)
        waits = [await attachments.set_thumbnail(), await attachments.add_captions()]
        after = (
            await Processing(self._runtime, progress).follow()
            if progress.lease.status == "processing"
            else NextState("live", None, progress.lease.retry_count)
        )
        return _next_with_attachments(after, [wait for wait in waits if wait is not None], self._kept_error())

    def _kept_error(self) -> dict[str, Any] | None:
        """Return why thumbnail or captions failed for good: said as long as nothing else is."""
        lease = self._progress.lease
        error = lease.last_error
        columns = {"thumbnail": lease.thumbnail_status, "captions": lease.captions_status}
        return error if error is not None and columns.get(error["step"]) == "failed" else None


def _next_with_attachments(
    after: NextState, attachments: list[NextState], attachment_error: dict[str, Any] | None
) -> NextState:
    """Combine the video file's own next look with that of what is still to be done beside it: the sooner counts.

    A trouble of the video file's is said before one of a thumbnail's.
    """
    waits = [state.after_s for state in (after, *attachments) if state.after_s is not None]
    if after.status == "failed":
        return after
    error = after.error or next((state.error for state in attachments if state.error), attachment_error)
    return NextState(
        after.status,
        min(waits, default=None),
        max([after.retry_count, *(state.retry_count for state in attachments)]),
        error,
    )
