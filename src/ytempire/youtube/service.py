"""The client of YouTube that everybody shares: calls and uploads for a channel, through the gates.

A call looks whether the channel may make it, renews the access token if it must, reserves quota, asks, and settles:
each look and each note is a short transaction of the platform's, and none is open while YouTube is asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from googleapiclient.http import HttpRequest

from ytempire.channels import credentials
from ytempire.channels import service as channels
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.youtube import connections, projects, tokens
from ytempire.youtube.clock_mapping import ClockMapping, ClockSegment
from ytempire.youtube.connections import PROVIDER, ConnectionView
from ytempire.youtube.error_mapping import TROUBLE_S, YouTubeErrorResponse, map_error, map_no_response
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRetryLater,
)
from ytempire.youtube.methods import METHODS
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.reservations import ProtectedUnits
from ytempire.youtube.tokens import Tokens
from ytempire.youtube.transport import Apis, HttpResponse, HttpTransport, NoResponse, NotSent, apis_at
from ytempire.youtube.uploads import Uploaded, range_of, read_progress

CHUNK_S = 600.0  # 8 MiB over a line of 120 kbit/s

Build = Callable[[Apis], HttpRequest]
"""Makes a request of Google's client: `lambda apis: apis.data.videos().list(part="status", id=video_id)`."""


@dataclass(frozen=True)
class _Caller:
    """For whom a call is made."""

    channel_id: UUID
    project: Project
    tokens: Tokens


class YouTube:
    """One for a process; use as a context. `platform` is the platform's own sessions (`SYSTEM`)."""

    def __init__(self, platform: Sessions, keys: KeyRing) -> None:
        self.platform = platform
        self.keys = keys
        self.http = HttpTransport()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)

    # --- what other domains call ---

    async def call(self, channel_id: UUID, build: Build, *, protected: ProtectedUnits | None = None) -> dict[str, Any]:
        """Make one call for a channel; what YouTube answered. `protected`: so much of the bucket is not touched.

        Raises YouTubeRetryLater (QuotaExhausted among them), YouTubeRefused (NotConnected, ChannelStopped), and for
        what changes something YouTubeOutcomeUnknown. A paused channel may still read; a suspended or archived one does
        nothing.
        """
        caller = await self._caller(channel_id)
        request = build(await asyncio.to_thread(apis_at, caller.project.api_root))
        return await self._content(caller, request, await self._call_with_quota(caller, request, protected=protected))

    async def start_upload_session(self, channel_id: UUID, build: Build) -> str:
        """Start the session of a resumable upload: its URI, before the first byte is sent. Keep it before going on.

        `build` gives an `uploads.MediaDescription` as `media_body`. Raises as `call` does, but YouTubeRetryLater for
        YouTubeOutcomeUnknown: a session without a byte is no video. The URI opens the upload: it is kept sealed, and
        never logged.
        """
        caller = await self._caller(channel_id)
        request = build(await asyncio.to_thread(apis_at, caller.project.api_root))
        media = request.resumable
        announced = {"X-Upload-Content-Type": media.mimetype(), "X-Upload-Content-Length": str(media.size())}
        response = await self._call_with_quota(caller, request, announced, is_idempotent=True)
        session_uri = response.get("location")
        if session_uri is None:
            raise YouTubeOutcomeUnknown("YouTube began an upload without saying where.", reason="noLocation")
        return session_uri

    async def send_chunk(self, channel_id: UUID, session_uri: str, *, first: int, chunk: bytes, size: int) -> Uploaded:
        """Send bytes of a video file from `first` on. All but the last chunk are multiples of `uploads.BLOCK`.

        Raises YouTubeOutcomeUnknown when no answer came: ask with `query_upload`, and go on from there. Raises
        UploadSessionExpired for a session that is there no more, ChannelStopped, and YouTubeRetryLater or
        YouTubeRefused as `call` does.
        """
        return await self._in_session(channel_id, session_uri, range_of(first, len(chunk), size), chunk, size)

    async def query_upload(self, channel_id: UUID, session_uri: str, *, size: int) -> Uploaded:
        """How much of a video file has come, or what was made of it.

        Raises as `send_chunk` does, but YouTubeRetryLater for YouTubeOutcomeUnknown.
        """
        return await self._in_session(channel_id, session_uri, range_of(0, 0, size), b"", size)

    async def connection(self, channel_id: UUID) -> ConnectionView:
        """Which YouTube channel it is, its uploads playlist, whether it is the sandbox. Raises NotConnected."""
        async with self.platform.begin() as session:
            return await connections.require_usable(session, channel_id)

    async def now(self, project: Project) -> ServiceClock:
        """The time by which a project's quota and consents run.

        Raises YouTubeRetryLater where the sandbox does not say it.
        """
        if project.api_root is None:
            return ServiceClock(clock.now())
        try:
            response = await self.http.send(project, "GET", f"{project.api_root}sandbox/clock")
        except (NotSent, NoResponse) as error:
            raise YouTubeRetryLater(f"The sandbox: {error.message}", reason="noAnswer", after_s=TROUBLE_S) from error
        if response.status != 200:
            message = f"The sandbox does not say what time it is: it answers {response.status}."
            raise YouTubeRetryLater(message, reason="backendError", after_s=TROUBLE_S)
        time = json.loads(response.content)
        segments = [ClockSegment(segment["real"], segment["seconds"], segment["factor"]) for segment in time["history"]]
        return ServiceClock(datetime.fromtimestamp(time["seconds"], UTC), time["factor"], ClockMapping(segments))

    async def project_of(self, channel_id: UUID) -> Project:
        """The project that a channel is connected with. Raises NotConnected."""
        async with self.platform.begin() as session:
            connection = await connections.require_usable(session, channel_id)
            return await projects.get_project(session, self.keys, connection.project_id)

    async def now_of(self, channel_id: UUID) -> ServiceClock:
        """Its time. Raises NotConnected and YouTubeRetryLater."""
        return await self.now(await self.project_of(channel_id))

    # --- how ---

    async def _caller(self, channel_id: UUID) -> _Caller:
        async with self.platform.begin() as session:
            connection = await connections.require_usable(session, channel_id)
            project = await projects.get_project(session, self.keys, connection.project_id)
            secret = await credentials.find_credential(session, self.keys, channel_id, PROVIDER)
        stored = Tokens.parse(secret or "")  # none: somebody removed the credential by hand
        return _Caller(
            channel_id, project, stored if stored.is_fresh else await self._renewed(channel_id, project, stored)
        )

    async def _renewed(self, channel_id: UUID, project: Project, stored: Tokens) -> Tokens:
        """Raises NotConnected, and marks the connection, when the consent has ended."""
        try:
            renewed = await tokens.refresh(self.http, project, stored)
        except NotConnected as error:
            async with self.platform.begin() as session:
                await connections.mark_ended(session, self.keys, channel_id, stored, error.message)
            raise
        async with self.platform.begin() as session:
            await connections.store_tokens(session, self.keys, channel_id, before=stored, now=renewed)
        return renewed

    async def call_with_tokens(self, channel_id: UUID, project: Project, fresh: Tokens, build: Build) -> dict[str, Any]:
        """A call with tokens that are not stored yet: who it is that consented."""
        request = build(await asyncio.to_thread(apis_at, project.api_root))
        caller = _Caller(channel_id, project, fresh)
        return await self._content(caller, request, await self._call_with_quota(caller, request))

    async def _content(self, caller: _Caller, request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
        """What was answered.

        Raises YouTubeOutcomeUnknown, or YouTubeRetryLater for what only reads, where a success does not hold it.
        """
        resource = _resource(request, response)
        if resource is not None:
            return resource
        message = f"YouTube answered {response.status}, and not with what was asked for."
        now = await self.now(caller.project)
        raise map_no_response(message, reason="unreadable", is_write=request.method != "GET", now=now)

    async def _call_with_quota(
        self,
        caller: _Caller,
        request: HttpRequest,
        more_headers: Mapping[str, str] | None = None,
        *,
        is_idempotent: bool = False,
        protected: ProtectedUnits | None = None,
    ) -> HttpResponse:
        """Reserve, ask, settle."""
        name = request.methodId.partition(".")[2]
        method, is_write = METHODS[name], request.method != "GET"
        headers = {**_headers(request), **(more_headers or {})}
        now = await self.now(caller.project)
        async with self.platform.begin() as session:
            await _require_may(session, caller.channel_id, is_write=is_write)
            is_write = is_write and not is_idempotent
            reservation = await reservations.reserve(
                session, caller.project, method, name, channel_id=caller.channel_id, now=now, protected=protected
            )

        async def settle(outcome: reservations.Outcome, reason: str | None = None, *, used_up: bool = False) -> None:
            async with self.platform.begin() as session:
                await reservations.settle(session, reservation, outcome, reason=reason)
                if used_up:
                    await reservations.mark_exhausted(session, reservation)

        try:
            response = await self._with_token(
                caller,
                lambda bearer: self.http.send(
                    caller.project, request.method, request.uri, headers={**headers, **bearer}, content=request.body
                ),
            )
        except NotSent as error:
            await settle("not_sent", "noConnection")
            raise now.later(error.message, reason="noConnection", after_s=TROUBLE_S) from error
        except NoResponse as error:
            await settle("unknown", "noAnswer")
            raise map_no_response(error.message, reason="noAnswer", is_write=is_write, now=now) from error
        except BaseException:  # cancelled, or the consent ended meanwhile
            await asyncio.shield(settle("unknown"))
            raise
        if response.status < 300:
            await settle("success")
            return response
        error_response = YouTubeErrorResponse.from_response(
            response.status, response.content, retry_after=response.get("retry-after")
        )
        await settle(
            "unknown" if error_response.status >= 500 else "refused",
            error_response.reason or None,
            used_up=error_response.is_used_up,
        )
        raise map_error(error_response, is_write=is_write, now=now, method=name)

    async def _with_token(
        self, caller: _Caller, send: Callable[[Mapping[str, str]], Awaitable[HttpResponse]]
    ) -> HttpResponse:
        """Send with the access token, and once more with a new one when it is refused: nothing was done then."""
        response = await send(_bearer(caller.tokens))
        if response.status == 401:
            response = await send(_bearer(await self._renewed(caller.channel_id, caller.project, caller.tokens)))
        return response

    async def _in_session(
        self, channel_id: UUID, session_uri: str, content_range: str, chunk: bytes, size: int
    ) -> Uploaded:
        """Costs no quota: the session was paid for when it began. The channel is looked at each time."""
        caller = await self._caller(channel_id)
        async with self.platform.begin() as session:
            await _require_may(session, channel_id, is_write=True)
        headers = {"Content-Range": content_range, "Content-Length": str(len(chunk))}
        is_write = bool(chunk)
        now = await self.now(caller.project)
        try:
            response = await self._with_token(
                caller,
                lambda bearer: self.http.send(
                    caller.project, "PUT", session_uri, headers={**headers, **bearer}, content=chunk, within_s=CHUNK_S
                ),
            )
        except NotSent as error:
            raise now.later(error.message, reason="noConnection", after_s=TROUBLE_S) from error
        except NoResponse as error:
            raise map_no_response(error.message, reason="noAnswer", is_write=is_write, now=now) from error
        progress = read_progress(response.status, response.get("range"), response.content, size)
        if progress is not None:
            return progress
        if response.status in (404, 410):
            raise UploadSessionExpired("The session of this upload is there no more.", reason="uploadSessionExpired")
        if response.status < 400:
            message = f"YouTube answered {response.status} to a chunk of a video file, with nothing that can be read."
            raise map_no_response(message, reason="unreadable", is_write=is_write, now=now)
        error_response = YouTubeErrorResponse.from_response(
            response.status, response.content, retry_after=response.get("retry-after")
        )
        raise map_error(error_response, is_write=is_write, now=now)


_INSERT_METHODS = (".insert", ".update")


def _resource(request: HttpRequest, response: HttpResponse) -> dict[str, Any] | None:
    """None: it holds none. Google's client gives back the text of a page as well."""
    if response.status == 204:
        return {}
    try:
        resource = request.postproc(response, response.content)
    except ValueError:  # no UTF-8
        return None
    return resource if _is_resource(request.methodId, resource) else None


def _is_resource(method: str, resource: object) -> bool:
    """An object that is no error; with an id where something was made, and a list where one was asked for."""
    if not isinstance(resource, dict) or not resource or "error" in resource:
        return False
    if method.endswith(_INSERT_METHODS):
        return isinstance(resource.get("id"), str) and resource["id"] != ""
    return not method.endswith(".list") or isinstance(resource.get("items", []), list)


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.headers.items() if name.lower() != "content-length"}


def _bearer(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.access_token}"}


async def _require_may(session: AsyncSession, channel_id: UUID, *, is_write: bool) -> None:
    """Raises ChannelStopped."""
    channel = await channels.get_channel(session, channel_id)
    if channel.status == "active" or (channel.status == "paused" and not is_write):
        return
    raise ChannelStopped(
        f"The channel “{channel.name}” is {channel.status}.", reason="channelStopped", hint="Activate it first."
    )
