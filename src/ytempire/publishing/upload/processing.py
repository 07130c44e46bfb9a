"""Follow what YouTube makes of the video file, until it is live or has failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ytempire.kit import clock
from ytempire.publishing import decisions, leases, metadata
from ytempire.publishing.decisions import NextState
from ytempire.publishing.metadata import Values
from ytempire.publishing.upload.progress import UploadProgress
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.projects import ServiceClock


class Processing:
    """One look at a video that YouTube has and is not live yet."""

    def __init__(self, runtime: PublishingRuntime, progress: UploadProgress) -> None:
        self._sessions, self._youtube, self._progress = runtime.sessions, runtime.youtube, progress

    async def follow(self) -> NextState:
        """Look how far YouTube is, and note what it shows."""
        progress = self._progress
        progress.step = "processing"
        answer = await self._youtube.call(
            progress.lease.channel_id,
            lambda apis: apis.data.videos().list(
                part="snippet,status,processingDetails", id=progress.lease.youtube_video_id
            ),
        )
        now = await progress.now()
        if not answer.get("items"):
            return self._handle_missing()
        remote = decisions.parse_remote_state(answer["items"][0])
        if remote.state == "failed":
            return NextState(
                "failed",
                None,
                0,
                progress.error_document(remote.reason, remote.message, "Mend the video file, and publish again."),
            )
        if remote.state == "processing":
            wait = decisions.next_look_s(remote.left_s, progress.lease.retry_count) / now.speed
            return NextState("processing", wait, progress.lease.retry_count + 1)
        publish_at = progress.lease.publish_at
        edits = await self._note_processed(answer["items"][0], now)
        if remote.publish_at is not None and publish_at is not None and "visibility" not in edits:
            remote = await self._keep_time(answer["items"][0], publish_at, now)
        if remote.publish_at is not None and remote.publish_at > now.at:
            left = (remote.publish_at - now.at).total_seconds() / now.speed
            return NextState("processing", min(left, decisions.BACKOFF.longest_s))
        progress.live_since = clock.now() if publish_at is None else min(publish_at, clock.now())
        requested_privacy = "public" if publish_at is not None else progress.lease.privacy
        if remote.privacy == requested_privacy or "visibility" in edits:  # an edit is said as one
            return NextState("live", None)
        message = f"It is {remote.privacy} at YouTube, and not {requested_privacy}."
        return NextState(
            "live",
            None,
            0,
            progress.error_document("privacyDiffers", message, "A project without Google's audit keeps all private."),
        )

    async def _note_processed(self, item: Mapping[str, Any], now: ServiceClock) -> Values:
        """Note what it is at YouTube; return what was edited there.

        A privacy that Google's rules gave it is no edit.
        """
        progress = self._progress
        if progress.lease.processed_at is None:
            shown = metadata.parse_remote_values({"status": item["status"]}, marker=progress.lease.marker)["visibility"]
            baseline = {"visibility": shown, **(progress.lease.baseline or {})}
            if shown in metadata.PRIVACIES:  # another time is nobody's rule: somebody moved it there
                baseline["visibility"] = shown
            await progress.record(
                youtube_privacy=item["status"]["privacyStatus"], processed_at=clock.now(), baseline=baseline
            )
        async with self._sessions.begin() as session:
            progress.lease = await leases.record_remote_state(session, progress.lease, item, now)
        return progress.lease.remote_edits

    async def _keep_time(
        self, item: Mapping[str, Any], publish_at: datetime, now: ServiceClock
    ) -> decisions.RemoteState:
        """Tell the time anew where YouTube's clock was wound on or ran faster since: a time is meant by our clock.

        One that is not what was told last is somebody's, there or by a change that is being made just now.
        """
        progress = self._progress
        has = metadata.parse_remote_values(item, marker=progress.lease.marker)["visibility"]
        if not metadata.is_same("visibility", has, (progress.lease.baseline or {}).get("visibility")):
            return decisions.parse_remote_state(item)
        is_to_come = publish_at > clock.now()
        wanted = metadata.visibility("private", now.to_service_time(publish_at)) if is_to_come else "public"
        if metadata.is_same("visibility", has, wanted):
            return decisions.parse_remote_state(item)
        body = metadata.build_update_body(item, {"visibility": wanted}, marker=progress.lease.marker)
        changed = await self._youtube.call(
            progress.lease.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
        )
        shown = metadata.parse_remote_values(changed, marker=progress.lease.marker)
        baseline = {**(progress.lease.baseline or {}), "visibility": shown["visibility"]}
        await progress.record(
            baseline=baseline, baseline_at=clock.now(), youtube_privacy=changed["status"]["privacyStatus"]
        )
        return decisions.parse_remote_state({**item, **changed})

    def _handle_missing(self) -> NextState:
        """Decide on a video that YouTube made and does not list: for a moment that may be, then somebody deleted it."""
        progress = self._progress
        retry_count = progress.lease.retry_count + 1
        if retry_count >= decisions.GONE_AFTER:
            message = "YouTube had the video, and does not know it any more: somebody deleted it there."
            return NextState(
                "failed",
                None,
                0,
                progress.error_document("videoMissing", message, "Publish it again if that was a mistake."),
            )
        message = "YouTube does not list the video just now."
        return NextState(
            "processing",
            decisions.BACKOFF.delay_s(retry_count),
            retry_count,
            progress.error_document("videoNotListed", message, None),
        )
