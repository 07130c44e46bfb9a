"""Bring a publication one attempt further: begin, send, ask, look, beside, follow. Between two notes it may be killed
anywhere; whoever goes on reads the row and asks YouTube.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import procrastinate
from googleapiclient.http import MediaInMemoryUpload

from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import YtempireError
from ytempire.kit.leases import LeaseLost, heartbeats
from ytempire.kit.logs import get_logger
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries as videos
from ytempire.production.queries import ArtifactView
from ytempire.publishing import (
    automation,
    decisions,
    delegated_access,
    leases,
    metadata,
    service,
    upload_queue,
    youtube_rules,
)
from ytempire.publishing.automation import ConsentRequired
from ytempire.publishing.decisions import NextState
from ytempire.publishing.errors import NotPublishable
from ytempire.publishing.leases import UploadJob
from ytempire.publishing.metadata import Values
from ytempire.publishing.queries import about_session
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
    error_document,
)
from ytempire.youtube.projects import ServiceClock
from ytempire.youtube.quota.costs import CAPTIONS, CAPTIONS_REPLACE_PARTS, THUMBNAIL, UploadPart
from ytempire.youtube.quota.reservations import ProtectedUnits
from ytempire.youtube.service import Build, YouTube
from ytempire.youtube.uploads import MediaDescription, Uploaded

log = get_logger(__name__)

CHUNK_BYTES = 8 * 1024 * 1024  # what Google recommends: 32 blocks, lost at most when a connection breaks
PAGE = 50  # the most that a list of YouTube gives
MAX_CONSECUTIVE_QUERIES = 3  # pieces that bring nothing further, before it is left for later


@dataclass
class PublishingRuntime:
    """What the worker process offers to uploads; one for each process."""

    sessions: Sessions  # the platform's own
    queue: procrastinate.App
    store: ObjectStore
    keys: KeyRing
    youtube: YouTube
    heartbeat: timedelta
    lease_duration: timedelta
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


async def upload(runtime: PublishingRuntime, publication_id: UUID) -> None:
    async with runtime.sessions.begin() as session:
        job = await leases.claim(session, publication_id, lease_duration=runtime.lease_duration)
    if job is not None:
        await _Attempt(runtime, job).run()


class _Attempt:
    """One attempt, from claim to settlement."""

    def __init__(self, runtime: PublishingRuntime, job: UploadJob) -> None:
        self.runtime, self.youtube = runtime, runtime.youtube
        self.lease, self.video = job.lease, job.video
        self.lease_at_start = job.lease
        self.step = "begin"
        self.in_doubt = self.lease.last_chunk_at is not None and self.lease.youtube_video_id is None
        self.live_since: datetime | None = None
        # by step: until when a thumbnail or captions are not tried, though the film is looked at meanwhile, and why
        self.asked: dict[str, dict[str, Any]] = dict((job.lease.last_error or {}).get("asked", {}))

    async def run(self) -> None:
        """Until it is settled, the lease is lost, or the worker stops; then it is given back at once."""
        try:
            async with heartbeats(self._renew_lease, self.runtime.heartbeat) as lost:
                act = asyncio.create_task(self._act())
                ends = [asyncio.create_task(event.wait()) for event in (lost, self.runtime.stopping)]
                try:
                    await asyncio.wait({act, *ends}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in (act, *ends):
                        task.cancel()
                    await asyncio.wait({act, *ends})
                await self._settle(act)
        except LeaseLost:
            self._report("lease_lost", task=service.UPLOAD_VIDEO)

    async def _renew_lease(self) -> bool:
        async with self.runtime.sessions.begin() as session:
            return await leases.heartbeat(session, self.lease)

    async def _settle(self, act: asyncio.Task[NextState]) -> None:
        if act.cancelled():
            after = NextState(self.lease.status, 0.0, self.lease.retry_count)
        elif (error := act.exception()) is None:
            after = act.result()
        elif isinstance(error, LeaseLost) or not isinstance(error, Exception):
            raise error
        else:
            after = decisions.after_error(
                error, self.lease.status, retry_count=self.lease.retry_count, step=self.step, in_doubt=self.in_doubt
            )
            if not isinstance(error, YtempireError):
                log.error("publication_attempt_failed", publication=str(self.lease.id), exc_info=error)
        after = self._keep_retry_time(after)
        async with self.runtime.sessions.begin() as session:
            await leases.settle(
                session, self.lease, after, lease_at_start=self.lease_at_start, live_since=self.live_since
            )
        self._report("publication_settled", status=after.status, after_s=after.after_s, error=after.error)

    def _keep_retry_time(self, after: NextState) -> NextState:
        """Keep what is not to be tried before its time for the next attempt."""
        asked = {step: one for step, one in self.asked.items() if datetime.fromisoformat(one["until"]) > clock.now()}
        if not asked:
            return after
        error = after.error or next(iter(asked.values()))["error"]
        return replace(after, error={**error, "asked": asked})

    def _pending_retry_time(self) -> NextState | None:
        """What this step waits for; None: it may be tried."""
        asked = self.asked.get(self.step)
        left_s = (datetime.fromisoformat(asked["until"]) - clock.now()).total_seconds() if asked else 0.0
        return (
            NextState(self.lease.status, left_s, self.lease.retry_count, asked["error"])
            if asked and left_s > 0
            else None
        )

    def _report(self, event: str, **said: Any) -> None:
        log.info(event, publication=str(self.lease.id), step=self.step, **said)

    async def _record_progress(self, **values: Any) -> None:
        async with self.runtime.sessions.begin() as session:
            self.lease = await leases.record_progress(session, self.lease, values)

    async def _now(self) -> ServiceClock:
        """By YouTube's clock, which the sandbox may have wound on."""
        return await self.youtube.now_of(self.lease.channel_id)

    async def _act(self) -> NextState:
        if self.lease.youtube_video_id is None:
            made = await self._upload_or_resume()
            self.in_doubt = False
            shown = metadata.parse_remote_values(made, marker=self.lease.marker)
            await self._record_progress(
                youtube_video_id=made["id"],
                baseline={**(self.lease.baseline or {}), **shown},
                baseline_at=clock.now(),
                status="processing",
                session_uri=None,
                bytes_sent=self.lease.size_bytes,
                retry_count=0,
                last_error=None,
            )
        attachments = [await self._set_thumbnail(), await self._add_captions()]
        after = (
            await self._follow()
            if self.lease.status == "processing"
            else NextState("live", None, self.lease.retry_count)
        )
        return _next_with_attachments(after, [one for one in attachments if one is not None], self._kept_error())

    def _kept_error(self) -> dict[str, Any] | None:
        """Why thumbnail or captions failed for good: said as long as nothing else is."""
        said = self.lease.last_error
        columns = {"thumbnail": self.lease.thumbnail_status, "captions": self.lease.captions_status}
        return said if said is not None and columns.get(said["step"]) == "failed" else None

    # --- the film ---

    async def _upload_or_resume(self) -> Mapping[str, Any]:
        """The video that the film became: its id, and of its parts what YouTube said."""
        await delegated_access.require_access(
            self.runtime.sessions, self.lease.requested_by, self.lease.channel_id, "write"
        )
        video_file = await asyncio.to_thread(self.runtime.store.get, self.lease.file_sha256, self.lease.size_bytes)
        if self.lease.session_uri is None:
            return await self._send(video_file, await self._begin(), 0)
        session_uri = self.runtime.keys.open(
            self.lease.session_uri, associated_data=about_session(self.lease.id)
        ).decode()
        try:
            at = await self._query_session(session_uri)
            return at.video_resource or await self._send(video_file, session_uri, at.received)
        except UploadSessionExpired as gone:
            return await self._recover_lost_session(video_file, gone)
        except (NotConnected, ChannelStopped):
            raise
        except YouTubeRefused as refusal:
            if not self.in_doubt:
                raise
            return await self._recover_lost_session(video_file, refusal)

    async def _begin(self) -> str:
        """Begin a session, and store its address before it is used.

        Raises YouTubeRetryLater where today's quota is for others.
        """
        self.step = "begin"
        project = await self.youtube.project_of(self.lease.channel_id)
        now = await self.youtube.now(project)
        async with self.runtime.sessions.begin() as session:
            await upload_queue.require_upload_day(session, project, now, self.lease.id)
        said, service_values = await self._metadata(now)
        body = metadata.build_insert_body(service_values, marker=self.lease.marker)
        announced = MediaDescription(size=self.lease.size_bytes, media_type="video/mp4")
        session_uri = await self.youtube.start_upload_session(
            self.lease.channel_id,
            lambda apis: apis.data.videos().insert(part="snippet,status", body=body, media_body=announced),
        )
        sealed = self.runtime.keys.seal(session_uri.encode(), associated_data=about_session(self.lease.id))
        await self._record_progress(
            session_uri=sealed,
            bytes_sent=0,
            last_chunk_at=None,
            status="uploading",
            last_sent=said,
            baseline=service_values,
        )
        return session_uri

    async def _metadata(self, now: ServiceClock) -> tuple[Values, Values]:
        """What YouTube is told, by our clock and by its own.

        Raises NotPublishable for what was changed since to what YouTube refuses.
        """
        lease, video = self.lease, self.video
        if lease.is_automatic:
            async with self.runtime.sessions.begin() as session:
                if not await automation.is_auto_publish_allowed(session, lease.channel_id):
                    raise ConsentRequired(
                        "The channel does not publish by itself any more.", hint="Agree to it again, or cancel this."
                    )
        # a time that came while it waited: then it is public at once, as it would be by now
        is_late = lease.publish_at is not None and lease.publish_at <= clock.now()
        publish_at, privacy = (None, "public") if is_late else (lease.publish_at, lease.privacy)
        wanted = service.desired_video(
            video, marker=lease.marker, category_id=lease.category_id, privacy=privacy, publish_at=publish_at
        )
        if found := youtube_rules.find_violations(wanted, clock.now()):
            raise NotPublishable(found)
        said = {
            "title": video.title,
            "description": video.description,
            "tags": video.tags,
            "language": video.language,
            "category_id": lease.category_id,
            "privacy": privacy,
            "licence": lease.licence,
            "made_for_kids": lease.made_for_kids,
            "synthetic_media": lease.synthetic_media,
        }
        there = now.to_service_time(publish_at) if publish_at else None
        return metadata.local_values(said, publish_at=publish_at), metadata.local_values(said, publish_at=there)

    async def _send(self, video_file: Path, session_uri: str, received: int) -> Mapping[str, Any]:
        """Send what is missing; the video that it became. Raises UploadSessionExpired."""
        size, fruitless = self.lease.size_bytes, 0
        while True:
            self.step = "send"
            chunk = await asyncio.to_thread(_read_chunk, video_file, received)
            if received + len(chunk) >= size and self.lease.last_chunk_at is None:
                await self._record_progress(last_chunk_at=(await self._now()).at)
            self.in_doubt = self.lease.last_chunk_at is not None
            try:
                at = await self.youtube.send_chunk(
                    self.lease.channel_id, session_uri, first=received, chunk=chunk, size=size
                )
            except YouTubeOutcomeUnknown as doubt:
                self.in_doubt = True
                if doubt.after_s is not None:  # it named a time, before which it is not to be asked
                    raise
                self._report("upload_outcome_unknown", reason=doubt.reason)
                at = await self._query_session(session_uri)
            if at.video_resource is not None:
                return at.video_resource
            fruitless = 0 if at.received > received else fruitless + 1
            if fruitless >= MAX_CONSECUTIVE_QUERIES:
                raise YouTubeOutcomeUnknown(
                    "YouTube takes nothing more of the film, and does not say why.", reason="noProgress"
                )
            received = at.received
            await self._record_progress(bytes_sent=received, status="uploading")

    async def _query_session(self, session_uri: str) -> Uploaded:
        self.step = "ask"
        return await self.youtube.query_upload(self.lease.channel_id, session_uri, size=self.lease.size_bytes)

    # --- when the session is gone ---

    async def _recover_lost_session(self, video_file: Path, why: YouTubeRefused) -> Mapping[str, Any]:
        """Look whether it became a video after all. Only when it cannot have, another session begins, or it failed."""
        self.step = "look"
        found = await self._find_by_marker()
        if found is not None:
            return found
        now = await self._now()
        if not decisions.is_certainly_absent(self.lease.last_chunk_at, now.at):
            raise YouTubeOutcomeUnknown(
                "The upload's session is gone, and the channel's uploads do not show the video yet.",
                reason="notListedYet",
            )
        self.in_doubt = False
        if not isinstance(why, UploadSessionExpired):
            raise why
        await self._record_progress(session_uri=None, bytes_sent=0, last_chunk_at=None)
        self._report("upload_restarted")
        try:
            return await self._send(video_file, await self._begin(), 0)
        except UploadSessionExpired as again:
            # one session after the other: not without a pause, and not without looking
            raise YouTubeRetryLater(
                "The upload's session was gone as soon as it began.", reason="uploadSessionExpired"
            ) from again

    async def _find_by_marker(self) -> Mapping[str, Any] | None:
        """The video with our tag among the channel's uploads, newest first, back to before it was ordered."""
        playlist = (await self.youtube.connection(self.lease.channel_id)).uploads_playlist_id
        since = (await self._now()).to_service_time(self.lease.created_at) - timedelta(hours=1)  # clocks differ
        token: str | None = None
        while True:
            page = await self._list_uploads_page(playlist, token)
            items = page.get("items", [])
            ids = ",".join(item["contentDetails"]["videoId"] for item in items)
            if ids:
                listed = await self.youtube.call(
                    self.lease.channel_id,
                    lambda apis, ids=ids: apis.data.videos().list(part="snippet", id=ids),  # type: ignore[misc]
                )
                for video in listed.get("items", []):
                    if self.lease.marker in (tag.lower() for tag in video["snippet"].get("tags", [])):
                        found: Mapping[str, Any] = video
                        return found
            token = page.get("nextPageToken")
            if token is None or not items or datetime.fromisoformat(items[-1]["snippet"]["publishedAt"]) < since:
                return None

    async def _list_uploads_page(self, playlist: str, token: str | None) -> Mapping[str, Any]:
        try:
            return await self.youtube.call(
                self.lease.channel_id,
                lambda apis: apis.data.playlistItems().list(
                    part="snippet,contentDetails", playlistId=playlist, maxResults=PAGE, pageToken=token
                ),
            )
        except YouTubeRefused as refusal:
            if refusal.reason != "playlistNotFound":  # as YouTube has it for a channel without uploads
                raise
            return {}

    # --- beside the film ---

    async def _set_thumbnail(self) -> NextState | None:
        """What is still to be done, and when; None: nothing."""
        if self.lease.thumbnail_status != "pending":
            return None
        self.step = "thumbnail"
        if (waits := self._pending_retry_time()) is not None:
            return waits
        async with self.runtime.sessions.begin() as session:
            picture = await self._chosen_picture(session)
        if picture is None:  # its run is made again, and has drawn none yet
            await self._record_progress(thumbnail_status="skipped")
            return None
        media = await self._media(picture, "image/jpeg")

        async def send() -> None:
            await self._call_with_allocation(
                lambda apis: apis.data.thumbnails().set(videoId=self.lease.youtube_video_id, media_body=media),
                THUMBNAIL,
            )

        return await self._send_attachment("thumbnail_status", send, picture, self._chosen_picture)

    async def _chosen_picture(self, session: AsyncSession) -> ArtifactView | None:
        video = await videos.get_video(session, self.lease.video_id)
        return video.files.get(video.thumbnail)

    async def _add_captions(self) -> NextState | None:
        if self.lease.captions_status != "pending":
            return None
        self.step = "captions"
        if (waits := self._pending_retry_time()) is not None:
            return waits
        async with self.runtime.sessions.begin() as session:
            captions = await self._present_captions(session)
        if captions is None:  # as of a picture
            await self._record_progress(captions_status="skipped")
            return None
        media = await self._media(captions, "application/octet-stream")
        return await self._send_attachment(
            "captions_status", lambda: self._send_captions(media), captions, self._present_captions
        )

    async def _present_captions(self, session: AsyncSession) -> ArtifactView | None:
        return (await videos.get_video(session, self.lease.video_id)).files.get(service.CAPTIONS)

    async def _send_captions(self, media: MediaInMemoryUpload) -> None:
        """As a new track. Where one of ours is there, an answer was lost or these are other captions: it gets the text.

        Raises YouTubeRefused for captions that YouTube took and cannot use.
        """
        snippet = {"videoId": self.lease.youtube_video_id, "language": self.video.language, "name": ""}
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
            lambda apis: apis.data.captions().list(part="snippet", videoId=self.lease.youtube_video_id), looked
        )
        track = decisions.own_track(listed.get("items", []), self.video.language)
        if track is None:
            raise exists
        return await self._call_with_allocation(
            lambda apis: apis.data.captions().update(part="snippet", body={"id": track}, media_body=media), changed
        )

    async def _media(self, file: ArtifactView, media_type: str) -> MediaInMemoryUpload:
        path = await asyncio.to_thread(self.runtime.store.get, file.sha256, file.size_bytes)
        return MediaInMemoryUpload(await asyncio.to_thread(path.read_bytes), mimetype=media_type)

    async def _call_with_allocation(self, build: Build, part: UploadPart) -> dict[str, Any]:
        return await self.youtube.call(self.lease.channel_id, build, protected=await self._protected_units(part.units))

    async def _send_attachment(
        self,
        column: str,
        send: Callable[[], Awaitable[None]],
        sent: ArtifactView,
        present: Callable[[AsyncSession], Awaitable[ArtifactView | None]],
    ) -> NextState | None:
        try:
            await send()
        except (YouTubeRetryLater, YouTubeRefused, YouTubeOutcomeUnknown) as refusal:
            error = await self._tolerate_listing_delay(refusal)
            became = decisions.attachment_status_after(error)
            if became == "pending":
                after = decisions.after_error(
                    error, self.lease.status, retry_count=self.lease.retry_count, step=self.step, in_doubt=False
                )
                if decisions.has_retry_time(error) and after.after_s is not None:
                    until = clock.now() + timedelta(seconds=after.after_s)
                    self.asked[self.step] = {"until": until.isoformat(), "error": after.error}
                return after
            await self._record_attachment(column, became, sent, present)
            return NextState(self.lease.status, None, 0, error_document(error, self.step))
        await self._record_attachment(column, "done", sent, present)
        return None

    async def _tolerate_listing_delay(
        self, error: YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown
    ) -> YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown:
        """A video that has just come may not be found there for a while."""
        came_at = self.lease.last_chunk_at
        if not isinstance(error, YouTubeRefused) or error.reason not in decisions.NOT_FOUND or came_at is None:
            return error
        if (await self._now()).at - came_at >= decisions.LISTING_DELAY:
            return error
        said = f"YouTube has the film, and does not find it yet for its {self.step}."
        return YouTubeRetryLater(said, reason="videoNotFound", hint="It is tried again by itself.")

    async def _record_attachment(
        self,
        column: str,
        became: str,
        sent: ArtifactView,
        present: Callable[[AsyncSession], Awaitable[ArtifactView | None]],
    ) -> None:
        """Only if it is still the one that was sent: another that came meanwhile waits for its turn."""
        async with self.runtime.sessions.begin() as session:
            self.lease = await leases.record_progress(session, self.lease, {})  # whoever chooses another one now, waits
            if await present(session) == sent:
                self.lease = await leases.record_progress(session, self.lease, {column: became})

    async def _protected_units(self, units: int) -> ProtectedUnits:
        project = await self.youtube.project_of(self.lease.channel_id)
        now = await self.youtube.now(project)
        async with self.runtime.sessions.begin() as session:
            return await upload_queue.protected_units(session, project, now, units)

    # --- what YouTube makes of it ---

    async def _follow(self) -> NextState:
        self.step = "processing"
        answer = await self.youtube.call(
            self.lease.channel_id,
            lambda apis: apis.data.videos().list(
                part="snippet,status,processingDetails", id=self.lease.youtube_video_id
            ),
        )
        now = await self._now()
        if not answer.get("items"):
            return self._handle_missing()
        remote = decisions.parse_remote_state(answer["items"][0])
        if remote.state == "failed":
            return NextState(
                "failed",
                None,
                0,
                self._error_document(remote.reason, remote.message, "Mend the film, and publish again."),
            )
        if remote.state == "processing":
            wait = decisions.next_look_s(remote.left_s, self.lease.retry_count) / now.speed
            return NextState("processing", wait, self.lease.retry_count + 1)
        publish_at = self.lease.publish_at
        edits = await self._note_processed(answer["items"][0], now)
        if remote.publish_at is not None and publish_at is not None and "visibility" not in edits:
            remote = await self._keep_time(answer["items"][0], publish_at, now)
        if remote.publish_at is not None and remote.publish_at > now.at:
            left = (remote.publish_at - now.at).total_seconds() / now.speed
            return NextState("processing", min(left, decisions.BACKOFF.longest_s))
        self.live_since = clock.now() if publish_at is None else min(publish_at, clock.now())
        asked = "public" if publish_at is not None else self.lease.privacy
        if remote.privacy == asked or "visibility" in edits:  # an edit is said as one
            return NextState("live", None)
        said = f"It is {remote.privacy} at YouTube, and not {asked}."
        return NextState(
            "live",
            None,
            0,
            self._error_document("privacyDiffers", said, "A project without Google's audit keeps all private."),
        )

    async def _note_processed(self, item: Mapping[str, Any], now: ServiceClock) -> Values:
        """Note what it is at YouTube; what was edited there. A privacy that Google's rules gave it is no edit."""
        if self.lease.processed_at is None:
            shown = metadata.parse_remote_values({"status": item["status"]}, marker=self.lease.marker)["visibility"]
            baseline = {"visibility": shown, **(self.lease.baseline or {})}
            if shown in metadata.PRIVACIES:  # another time is nobody's rule: somebody moved it there
                baseline["visibility"] = shown
            await self._record_progress(
                youtube_privacy=item["status"]["privacyStatus"], processed_at=clock.now(), baseline=baseline
            )
        async with self.runtime.sessions.begin() as session:
            self.lease = await leases.record_remote_state(session, self.lease, item, now)
        return self.lease.remote_edits

    async def _keep_time(
        self, item: Mapping[str, Any], publish_at: datetime, now: ServiceClock
    ) -> decisions.RemoteState:
        """A time is meant by our clock: where YouTube's was wound on or ran faster since it was told, tell it anew.

        One that is not what was told last is somebody's, there or by a change that is being made just now.
        """
        has = metadata.parse_remote_values(item, marker=self.lease.marker)["visibility"]
        if not metadata.is_same("visibility", has, (self.lease.baseline or {}).get("visibility")):
            return decisions.parse_remote_state(item)
        is_to_come = publish_at > clock.now()
        wanted = metadata.visibility("private", now.to_service_time(publish_at)) if is_to_come else "public"
        if metadata.is_same("visibility", has, wanted):
            return decisions.parse_remote_state(item)
        body = metadata.build_update_body(item, {"visibility": wanted}, marker=self.lease.marker)
        changed = await self.youtube.call(
            self.lease.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
        )
        shown = metadata.parse_remote_values(changed, marker=self.lease.marker)
        baseline = {**(self.lease.baseline or {}), "visibility": shown["visibility"]}
        await self._record_progress(
            baseline=baseline, baseline_at=clock.now(), youtube_privacy=changed["status"]["privacyStatus"]
        )
        return decisions.parse_remote_state({**item, **changed})

    def _handle_missing(self) -> NextState:
        """YouTube does not list what it made: for a moment that may be, then somebody has taken it away."""
        retry_count = self.lease.retry_count + 1
        if retry_count >= decisions.GONE_AFTER:
            said = "YouTube had the video, and does not know it any more: somebody deleted it there."
            return NextState(
                "failed", None, 0, self._error_document("videoMissing", said, "Publish it again if that was a mistake.")
            )
        said = "YouTube does not list the video just now."
        return NextState(
            "processing",
            decisions.BACKOFF.delay_s(retry_count),
            retry_count,
            self._error_document("videoNotListed", said, None),
        )

    def _error_document(self, reason: str, message: str, hint: str | None) -> dict[str, Any]:
        return {"step": self.step, "reason": reason, "message": message, "hint": hint}


def _next_with_attachments(after: NextState, attachments: list[NextState], kept: dict[str, Any] | None) -> NextState:
    """The film's own next look, and that of what is still to be done beside it: the sooner. A trouble of the film's
    is said before one of a thumbnail's.
    """
    waits = [one.after_s for one in (after, *attachments) if one.after_s is not None]
    if after.status == "failed":
        return after
    error = after.error or next((one.error for one in attachments if one.error), kept)
    return NextState(
        after.status,
        min(waits, default=None),
        max([after.retry_count, *(one.retry_count for one in attachments)]),
        error,
    )


def _read_chunk(video_file: Path, first: int) -> bytes:
    with video_file.open("rb") as file:
        file.seek(first)
        return file.read(CHUNK_BYTES)
