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
from ytempire.kit.logs import get_logger
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries as videos
from ytempire.production.queries import ArtifactView
from ytempire.publishing import acceptance, claims, decisions, metadata, rights, service, waiting
from ytempire.publishing.claims import ClaimLost, Work
from ytempire.publishing.decisions import Next
from ytempire.publishing.errors import NotPublishable
from ytempire.publishing.metadata import Values
from ytempire.publishing.queries import about_session
from ytempire.youtube import automation
from ytempire.youtube.automation import ConsentNeeded
from ytempire.youtube.dressed import CAPTIONS, CAPTIONS_AGAIN, THUMBNAIL, Part
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, Unknown, UploadGone, described
from ytempire.youtube.projects import Moment
from ytempire.youtube.quota import Leaving
from ytempire.youtube.service import Build, YouTube
from ytempire.youtube.uploads import Announced, Uploaded

log = get_logger(__name__)

PIECE = 8 * 1024 * 1024  # what Google recommends: 32 blocks, lost at most when a connection breaks
PAGE = 50  # the most that a list of YouTube gives
ASKED_IN_A_ROW = 3  # pieces that bring nothing further, before it is left for later


@dataclass
class PublishingRuntime:
    """What the worker process offers to uploads; one for each process."""

    sessions: Sessions  # the platform's own
    queue: procrastinate.App
    store: ObjectStore
    keys: KeyRing
    youtube: YouTube
    heartbeat: timedelta
    lease: timedelta
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


async def upload(runtime: PublishingRuntime, publication_id: UUID) -> None:
    async with runtime.sessions.begin() as session:
        work = await claims.claim(session, publication_id, lease=runtime.lease)
    if work is not None:
        await _Attempt(runtime, work).run()


class _Attempt:
    """One attempt, from claim to settlement."""

    def __init__(self, runtime: PublishingRuntime, work: Work) -> None:
        self.runtime, self.youtube = runtime, runtime.youtube
        self.held, self.video = work.held, work.video
        self.begun = work.held
        self.step = "begin"
        self.in_doubt = self.held.last_piece_at is not None and self.held.youtube_video_id is None
        self.lost = asyncio.Event()
        self.live_since: datetime | None = None
        # by step: until when a thumbnail or captions are not tried, though the film is looked at meanwhile, and why
        self.asked: dict[str, dict[str, Any]] = dict((work.held.last_error or {}).get("asked", {}))

    async def run(self) -> None:
        """Until it is settled, the claim is lost, or the worker stops; then it is given back at once."""
        pulse = asyncio.create_task(self._pulse())
        act = asyncio.create_task(self._act())
        ends = [asyncio.create_task(one.wait()) for one in (self.lost, self.runtime.stopping)]
        try:
            await asyncio.wait({act, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if not act.done():
                act.cancel()
                await asyncio.wait({act})
            await self._settle(act)
        except ClaimLost:
            self._report("claim_lost")
        finally:
            tasks = (pulse, act, *ends)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)  # a heartbeat in its transaction holds the row

    async def _settle(self, act: asyncio.Task[Next]) -> None:
        if act.cancelled():
            after = Next(self.held.status, 0.0, self.held.waits)
        elif (error := act.exception()) is None:
            after = act.result()
        elif isinstance(error, ClaimLost) or not isinstance(error, Exception):
            raise error
        else:
            after = decisions.after_error(
                error, self.held.status, waits=self.held.waits, step=self.step, in_doubt=self.in_doubt
            )
            if not isinstance(error, YtempireError):
                log.error("publication_failed_unexpectedly", publication=str(self.held.id), exc_info=error)
        after = self._with_asked(after)
        async with self.runtime.sessions.begin() as session:
            await claims.settle(session, self.held, after, begun=self.begun, live_since=self.live_since)
        self._report("publication_settled", status=after.status, after_s=after.after_s, error=after.error)

    def _with_asked(self, after: Next) -> Next:
        """Keep what is not to be tried before its time for the next attempt."""
        asked = {step: one for step, one in self.asked.items() if datetime.fromisoformat(one["until"]) > clock.now()}
        if not asked:
            return after
        error = after.error or next(iter(asked.values()))["error"]
        return replace(after, error={**error, "asked": asked})

    def _still_asked(self) -> Next | None:
        """What this step waits for; None: it may be tried."""
        asked = self.asked.get(self.step)
        left_s = (datetime.fromisoformat(asked["until"]) - clock.now()).total_seconds() if asked else 0.0
        return Next(self.held.status, left_s, self.held.waits, asked["error"]) if asked and left_s > 0 else None

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(self.runtime.heartbeat.total_seconds())
            try:
                async with self.runtime.sessions.begin() as session:
                    if not await claims.heartbeat(session, self.held):
                        self.lost.set()
            except Exception:  # the database is away: the act goes on, the settlement will tell
                log.warning("heartbeat_failed", publication=str(self.held.id), exc_info=True)

    def _report(self, event: str, **said: Any) -> None:
        log.info(event, publication=str(self.held.id), step=self.step, **said)

    async def _note(self, **values: Any) -> None:
        async with self.runtime.sessions.begin() as session:
            self.held = await claims.note(session, self.held, values)

    async def _now(self) -> Moment:
        """By YouTube's clock, which the sandbox may have wound on."""
        return await self.youtube.now_of(self.held.channel_id)

    async def _act(self) -> Next:
        if self.held.youtube_video_id is None:
            made = await self._bring()
            self.in_doubt = False
            shown = metadata.shown_in(made, marker=self.held.marker)
            await self._note(
                youtube_video_id=made["id"],
                baseline={**(self.held.baseline or {}), **shown},
                baseline_at=clock.now(),
                status="processing",
                session_address=None,
                bytes_sent=self.held.size_bytes,
                waits=0,
                last_error=None,
            )
        beside = [await self._set_thumbnail(), await self._add_captions()]
        after = await self._follow() if self.held.status == "processing" else Next("live", None, self.held.waits)
        return _with_beside(after, [one for one in beside if one is not None], self._kept_error())

    def _kept_error(self) -> dict[str, Any] | None:
        """Why thumbnail or captions failed for good: said as long as nothing else is."""
        said = self.held.last_error
        columns = {"thumbnail": self.held.thumbnail_status, "captions": self.held.captions_status}
        return said if said is not None and columns.get(said["step"]) == "failed" else None

    # --- the film ---

    async def _bring(self) -> Mapping[str, Any]:
        """The video that the film became: its id, and of its parts what YouTube said."""
        await rights.require_access(self.runtime.sessions, self.held.ordered_by, self.held.channel_id, "write")
        film = await asyncio.to_thread(self.runtime.store.get, self.held.file_sha256, self.held.size_bytes)
        if self.held.session_address is None:
            return await self._send(film, await self._begin(), 0)
        address = self.runtime.keys.open(self.held.session_address, about=about_session(self.held.id)).decode()
        try:
            at = await self._ask(address)
            return at.made or await self._send(film, address, at.received)
        except UploadGone as gone:
            return await self._after_loss(film, gone)
        except (NotConnected, ChannelStopped):
            raise
        except Never as refusal:
            if not self.in_doubt:
                raise
            return await self._after_loss(film, refusal)

    async def _begin(self) -> str:
        """Begin a session, and store its address before it is used. Raises Later where today's quota is for others."""
        self.step = "begin"
        project = await self.youtube.project_of(self.held.channel_id)
        now = await self.youtube.now(project)
        async with self.runtime.sessions.begin() as session:
            await waiting.require_turn(session, project, now, self.held.id)
        said, told = await self._metadata(now)
        body = metadata.parts_of(told, marker=self.held.marker)
        announced = Announced(size=self.held.size_bytes, media_type="video/mp4")
        address = await self.youtube.begin_upload(
            self.held.channel_id,
            lambda apis: apis.data.videos().insert(part="snippet,status", body=body, media_body=announced),
        )
        sealed = self.runtime.keys.seal(address.encode(), about=about_session(self.held.id))
        await self._note(
            session_address=sealed, bytes_sent=0, last_piece_at=None, status="uploading", sent=said, baseline=told
        )
        return address

    async def _metadata(self, now: Moment) -> tuple[Values, Values]:
        """What YouTube is told, by our clock and by its own.

        Raises NotPublishable for what was changed since to what YouTube refuses.
        """
        held, video = self.held, self.video
        if held.is_automatic:
            async with self.runtime.sessions.begin() as session:
                if not await automation.may_publish_by_itself(session, held.channel_id):
                    raise ConsentNeeded(
                        "The channel does not publish by itself any more.", hint="Agree to it again, or cancel this."
                    )
        # a time that came while it waited: then it is public at once, as it would be by now
        is_late = held.publish_at is not None and held.publish_at <= clock.now()
        publish_at, privacy = (None, "public") if is_late else (held.publish_at, held.privacy)
        wanted = service.wanted_of(
            video, marker=held.marker, category_id=held.category_id, privacy=privacy, publish_at=publish_at
        )
        if found := acceptance.findings(wanted, clock.now()):
            raise NotPublishable(found)
        said = {
            "title": video.title,
            "description": video.description,
            "tags": video.tags,
            "language": video.language,
            "category_id": held.category_id,
            "privacy": privacy,
            "licence": held.licence,
            "made_for_kids": held.made_for_kids,
            "synthetic_media": held.synthetic_media,
        }
        there = now.theirs(publish_at) if publish_at else None
        return metadata.values_of(said, publish_at=publish_at), metadata.values_of(said, publish_at=there)

    async def _send(self, film: Path, address: str, received: int) -> Mapping[str, Any]:
        """Send what is missing; the video that it became. Raises UploadGone."""
        size, fruitless = self.held.size_bytes, 0
        while True:
            self.step = "send"
            piece = await asyncio.to_thread(_read, film, received)
            if received + len(piece) >= size and self.held.last_piece_at is None:
                await self._note(last_piece_at=(await self._now()).at)
            self.in_doubt = self.held.last_piece_at is not None
            try:
                at = await self.youtube.send_chunk(
                    self.held.channel_id, address, first=received, chunk=piece, size=size
                )
            except Unknown as doubt:
                self.in_doubt = True
                if doubt.after_s is not None:  # it named a time, before which it is not to be asked
                    raise
                self._report("upload_in_doubt", reason=doubt.reason)
                at = await self._ask(address)
            if at.made is not None:
                return at.made
            fruitless = 0 if at.received > received else fruitless + 1
            if fruitless >= ASKED_IN_A_ROW:
                raise Unknown("YouTube takes nothing more of the film, and does not say why.", reason="noProgress")
            received = at.received
            await self._note(bytes_sent=received, status="uploading")

    async def _ask(self, address: str) -> Uploaded:
        self.step = "ask"
        return await self.youtube.ask_upload(self.held.channel_id, address, size=self.held.size_bytes)

    # --- when the session is gone ---

    async def _after_loss(self, film: Path, why: Never) -> Mapping[str, Any]:
        """Look whether it became a video after all. Only when it cannot have, another session begins, or it failed."""
        self.step = "look"
        found = await self._find_by_marker()
        if found is not None:
            return found
        now = await self._now()
        if not decisions.is_certainly_absent(self.held.last_piece_at, now.at):
            raise Unknown(
                "The upload's session is gone, and the channel's uploads do not show the video yet.",
                reason="notListedYet",
            )
        self.in_doubt = False
        if not isinstance(why, UploadGone):
            raise why
        await self._note(session_address=None, bytes_sent=0, last_piece_at=None)
        self._report("upload_begun_anew")
        try:
            return await self._send(film, await self._begin(), 0)
        except UploadGone as again:
            # one session after the other: not without a pause, and not without looking
            raise Later("The upload's session was gone as soon as it began.", reason="uploadGone") from again

    async def _find_by_marker(self) -> Mapping[str, Any] | None:
        """The video with our tag among the channel's uploads, newest first, back to before it was ordered."""
        playlist = (await self.youtube.connection(self.held.channel_id)).uploads_playlist_id
        since = (await self._now()).theirs(self.held.created_at) - timedelta(hours=1)  # clocks differ
        token: str | None = None
        while True:
            page = await self._page(playlist, token)
            items = page.get("items", [])
            ids = ",".join(item["contentDetails"]["videoId"] for item in items)
            if ids:
                listed = await self.youtube.call(
                    self.held.channel_id,
                    lambda apis, ids=ids: apis.data.videos().list(part="snippet", id=ids),  # type: ignore[misc]
                )
                for video in listed.get("items", []):
                    if self.held.marker in (tag.lower() for tag in video["snippet"].get("tags", [])):
                        found: Mapping[str, Any] = video
                        return found
            token = page.get("nextPageToken")
            if token is None or not items or datetime.fromisoformat(items[-1]["snippet"]["publishedAt"]) < since:
                return None

    async def _page(self, playlist: str, token: str | None) -> Mapping[str, Any]:
        try:
            return await self.youtube.call(
                self.held.channel_id,
                lambda apis: apis.data.playlistItems().list(
                    part="snippet,contentDetails", playlistId=playlist, maxResults=PAGE, pageToken=token
                ),
            )
        except Never as refusal:
            if refusal.reason != "playlistNotFound":  # as YouTube has it for a channel without uploads
                raise
            return {}

    # --- beside the film ---

    async def _set_thumbnail(self) -> Next | None:
        """What is still to be done, and when; None: nothing."""
        if self.held.thumbnail_status != "pending":
            return None
        self.step = "thumbnail"
        if (waits := self._still_asked()) is not None:
            return waits
        async with self.runtime.sessions.begin() as session:
            picture = await self._chosen_picture(session)
        if picture is None:  # its run is made again, and has drawn none yet
            await self._note(thumbnail_status="skipped")
            return None
        media = await self._media(picture, "image/jpeg")

        async def send() -> None:
            await self._spend(
                lambda apis: apis.data.thumbnails().set(videoId=self.held.youtube_video_id, media_body=media), THUMBNAIL
            )

        return await self._beside("thumbnail_status", send, picture, self._chosen_picture)

    async def _chosen_picture(self, session: AsyncSession) -> ArtifactView | None:
        video = await videos.get_video(session, self.held.video_id)
        return video.files.get(video.thumbnail)

    async def _add_captions(self) -> Next | None:
        if self.held.captions_status != "pending":
            return None
        self.step = "captions"
        if (waits := self._still_asked()) is not None:
            return waits
        async with self.runtime.sessions.begin() as session:
            captions = await self._present_captions(session)
        if captions is None:  # as of a picture
            await self._note(captions_status="skipped")
            return None
        media = await self._media(captions, "application/octet-stream")
        return await self._beside(
            "captions_status", lambda: self._send_captions(media), captions, self._present_captions
        )

    async def _present_captions(self, session: AsyncSession) -> ArtifactView | None:
        return (await videos.get_video(session, self.held.video_id)).files.get(service.CAPTIONS)

    async def _send_captions(self, media: MediaInMemoryUpload) -> None:
        """As a new track. Where one of ours is there, an answer was lost or these are other captions: it gets the text.

        Raises Never for captions that YouTube took and cannot use.
        """
        snippet = {"videoId": self.held.youtube_video_id, "language": self.video.language, "name": ""}
        try:
            made = await self._spend(
                lambda apis: apis.data.captions().insert(part="snippet", body={"snippet": snippet}, media_body=media),
                CAPTIONS,
            )
        except Never as refusal:
            if refusal.reason != "captionExists":
                raise
            made = await self._change_captions(media, refusal)
        decisions.require_taken(made)

    async def _change_captions(self, media: MediaInMemoryUpload, exists: Never) -> dict[str, Any]:
        looked, changed = CAPTIONS_AGAIN
        listed = await self._spend(
            lambda apis: apis.data.captions().list(part="snippet", videoId=self.held.youtube_video_id), looked
        )
        track = decisions.own_track(listed.get("items", []), self.video.language)
        if track is None:
            raise exists
        return await self._spend(
            lambda apis: apis.data.captions().update(part="snippet", body={"id": track}, media_body=media), changed
        )

    async def _media(self, file: ArtifactView, media_type: str) -> MediaInMemoryUpload:
        path = await asyncio.to_thread(self.runtime.store.get, file.sha256, file.size_bytes)
        return MediaInMemoryUpload(await asyncio.to_thread(path.read_bytes), mimetype=media_type)

    async def _spend(self, build: Build, part: Part) -> dict[str, Any]:
        return await self.youtube.call(self.held.channel_id, build, leaving=await self._leaving(part.units))

    async def _beside(
        self,
        column: str,
        send: Callable[[], Awaitable[None]],
        sent: ArtifactView,
        present: Callable[[AsyncSession], Awaitable[ArtifactView | None]],
    ) -> Next | None:
        try:
            await send()
        except (Later, Never, Unknown) as refusal:
            error = await self._as_it_lags(refusal)
            became = decisions.beside_after(error)
            if became == "pending":
                after = decisions.after_error(
                    error, self.held.status, waits=self.held.waits, step=self.step, in_doubt=False
                )
                if decisions.names_a_time(error) and after.after_s is not None:
                    until = clock.now() + timedelta(seconds=after.after_s)
                    self.asked[self.step] = {"until": until.isoformat(), "error": after.error}
                return after
            await self._note_beside(column, became, sent, present)
            return Next(self.held.status, None, 0, described(error, self.step))
        await self._note_beside(column, "done", sent, present)
        return None

    async def _as_it_lags(self, error: Later | Never | Unknown) -> Later | Never | Unknown:
        """A video that has just come may not be found there for a while."""
        came_at = self.held.last_piece_at
        if not isinstance(error, Never) or error.reason not in decisions.NOT_FOUND or came_at is None:
            return error
        if (await self._now()).at - came_at >= decisions.LAGS_FOR:
            return error
        said = f"YouTube has the film, and does not find it yet for its {self.step}."
        return Later(said, reason="videoNotFound", hint="It is tried again by itself.")

    async def _note_beside(
        self,
        column: str,
        became: str,
        sent: ArtifactView,
        present: Callable[[AsyncSession], Awaitable[ArtifactView | None]],
    ) -> None:
        """Only if it is still the one that was sent: another that came meanwhile waits for its turn."""
        async with self.runtime.sessions.begin() as session:
            self.held = await claims.note(session, self.held, {})  # whoever chooses another one now, waits
            if await present(session) == sent:
                self.held = await claims.note(session, self.held, {column: became})

    async def _leaving(self, units: int) -> Leaving:
        project = await self.youtube.project_of(self.held.channel_id)
        now = await self.youtube.now(project)
        async with self.runtime.sessions.begin() as session:
            return await waiting.leaving_for_reading(session, project, now, units)

    # --- what YouTube makes of it ---

    async def _follow(self) -> Next:
        self.step = "processing"
        answer = await self.youtube.call(
            self.held.channel_id,
            lambda apis: apis.data.videos().list(
                part="snippet,status,processingDetails", id=self.held.youtube_video_id
            ),
        )
        now = await self._now()
        if not answer.get("items"):
            return self._missing()
        seen = decisions.seen(answer["items"][0])
        if seen.state == "failed":
            return Next("failed", None, 0, self._said(seen.reason, seen.message, "Mend the film, and publish again."))
        if seen.state == "processing":
            wait = decisions.next_look_s(seen.left_s, self.held.waits) / now.factor
            return Next("processing", wait, self.held.waits + 1)
        publish_at = self.held.publish_at
        edits = await self._note_processed(answer["items"][0], now)
        if seen.publish_at is not None and publish_at is not None and "visibility" not in edits:
            seen = await self._keep_time(answer["items"][0], publish_at, now)
        if seen.publish_at is not None and seen.publish_at > now.at:
            left = (seen.publish_at - now.at).total_seconds() / now.factor
            return Next("processing", min(left, decisions.LONGEST_WAIT_S))
        self.live_since = clock.now() if publish_at is None else min(publish_at, clock.now())
        asked = "public" if publish_at is not None else self.held.privacy
        if seen.privacy == asked or "visibility" in edits:  # an edit is said as one
            return Next("live", None)
        said = f"It is {seen.privacy} at YouTube, and not {asked}."
        return Next(
            "live", None, 0, self._said("privacyDiffers", said, "A project without Google's audit keeps all private.")
        )

    async def _note_processed(self, item: Mapping[str, Any], now: Moment) -> Values:
        """Note what it is at YouTube; what was edited there. A privacy that Google's rules gave it is no edit."""
        if self.held.processed_at is None:
            shown = metadata.shown_in({"status": item["status"]}, marker=self.held.marker)["visibility"]
            baseline = {"visibility": shown, **(self.held.baseline or {})}
            if shown in metadata.PRIVACIES:  # another time is nobody's rule: somebody moved it there
                baseline["visibility"] = shown
            await self._note(
                youtube_privacy=item["status"]["privacyStatus"], processed_at=clock.now(), baseline=baseline
            )
        async with self.runtime.sessions.begin() as session:
            self.held = await claims.note_shown(session, self.held, item, now)
        return self.held.edits

    async def _keep_time(self, item: Mapping[str, Any], publish_at: datetime, now: Moment) -> decisions.Seen:
        """A time is meant by our clock: where YouTube's was wound on or ran faster since it was told, tell it anew.

        One that is not what was told last is somebody's, there or by a change that is being made just now.
        """
        has = metadata.shown_in(item, marker=self.held.marker)["visibility"]
        if not metadata.is_same("visibility", has, (self.held.baseline or {}).get("visibility")):
            return decisions.seen(item)
        is_to_come = publish_at > clock.now()
        wanted = metadata.visibility("private", now.theirs(publish_at)) if is_to_come else "public"
        if metadata.is_same("visibility", has, wanted):
            return decisions.seen(item)
        body = metadata.body_of(item, {"visibility": wanted}, marker=self.held.marker)
        changed = await self.youtube.call(
            self.held.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
        )
        shown = metadata.shown_in(changed, marker=self.held.marker)
        baseline = {**(self.held.baseline or {}), "visibility": shown["visibility"]}
        await self._note(baseline=baseline, baseline_at=clock.now(), youtube_privacy=changed["status"]["privacyStatus"])
        return decisions.seen({**item, **changed})

    def _missing(self) -> Next:
        """YouTube does not list what it made: for a moment that may be, then somebody has taken it away."""
        waits = self.held.waits + 1
        if waits >= decisions.GONE_AFTER:
            said = "YouTube had the video, and does not know it any more: somebody deleted it there."
            return Next("failed", None, 0, self._said("videoGone", said, "Publish it again if that was a mistake."))
        said = "YouTube does not list the video just now."
        return Next("processing", decisions.growing_wait(waits), waits, self._said("videoNotListed", said, None))

    def _said(self, reason: str, message: str, hint: str | None) -> dict[str, Any]:
        return {"step": self.step, "reason": reason, "message": message, "hint": hint}


def _with_beside(after: Next, beside: list[Next], kept: dict[str, Any] | None) -> Next:
    """The film's own next look, and that of what is still to be done beside it: the sooner. A trouble of the film's
    is said before one of a thumbnail's.
    """
    waits = [one.after_s for one in (after, *beside) if one.after_s is not None]
    if after.status == "failed":
        return after
    error = after.error or next((one.error for one in beside if one.error), kept)
    return Next(after.status, min(waits, default=None), max([after.waits, *(one.waits for one in beside)]), error)


def _read(film: Path, first: int) -> bytes:
    with film.open("rb") as file:
        file.seek(first)
        return file.read(PIECE)
