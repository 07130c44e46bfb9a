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
from ytempire.youtube import connections, projects, quota, tokens
from ytempire.youtube.answers import TROUBLE_S, Refusal, meaning_of, no_answer
from ytempire.youtube.connections import PROVIDER, ConnectionView
from ytempire.youtube.errors import ChannelStopped, Later, NotConnected, Unknown, UploadGone
from ytempire.youtube.methods import METHODS
from ytempire.youtube.projects import Moment, Project
from ytempire.youtube.quota import Leaving
from ytempire.youtube.timeline import Stretch, Timeline
from ytempire.youtube.tokens import Tokens
from ytempire.youtube.uploads import Uploaded, range_of, read_progress
from ytempire.youtube.wire import Answer, Apis, NoAnswer, NotSent, Wire, apis_at

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
        self.wire = Wire()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.__aexit__(kind, error, trace)

    # --- what other domains call ---

    async def call(self, channel_id: UUID, build: Build, *, leaving: Leaving | None = None) -> dict[str, Any]:
        """Make one call for a channel; what YouTube answered. `leaving`: so much of the bucket is not touched.

        Raises Later (QuotaExhausted among them), Never (NotConnected, ChannelStopped), and for what changes something
        Unknown. A paused channel may still read; a suspended or archived one does nothing.
        """
        caller = await self._caller(channel_id)
        request = build(await asyncio.to_thread(apis_at, caller.project.api_root))
        return await self._content(caller, request, await self._spend(caller, request, leaving=leaving))

    async def begin_upload(self, channel_id: UUID, build: Build) -> str:
        """Begin the session of a resumable upload: its address, before the first byte is sent. Keep it before going on.

        `build` gives an `uploads.Announced` as `media_body`. Raises as `call` does, but Later for Unknown: a session
        without a byte is no video. The address opens the upload: it is kept sealed, and never logged.
        """
        caller = await self._caller(channel_id)
        request = build(await asyncio.to_thread(apis_at, caller.project.api_root))
        media = request.resumable
        announced = {"X-Upload-Content-Type": media.mimetype(), "X-Upload-Content-Length": str(media.size())}
        answer = await self._spend(caller, request, announced, is_repeatable=True)
        address = answer.get("location")
        if address is None:
            raise Unknown("YouTube began an upload without saying where.", reason="noLocation")
        return address

    async def send_chunk(self, channel_id: UUID, address: str, *, first: int, chunk: bytes, size: int) -> Uploaded:
        """Send bytes of a film from `first` on. All but the last piece are multiples of `uploads.BLOCK`.

        Raises Unknown when no answer came: ask with `ask_upload`, and go on from there. Raises UploadGone for a session
        that is there no more, ChannelStopped, and Later or Never as `call` does.
        """
        return await self._in_session(channel_id, address, range_of(first, len(chunk), size), chunk, size)

    async def ask_upload(self, channel_id: UUID, address: str, *, size: int) -> Uploaded:
        """How much of a film has come, or what was made of it. Raises as `send_chunk` does, but Later for Unknown."""
        return await self._in_session(channel_id, address, range_of(0, 0, size), b"", size)

    async def connection(self, channel_id: UUID) -> ConnectionView:
        """Which YouTube channel it is, its uploads playlist, whether it is the sandbox. Raises NotConnected."""
        async with self.platform.begin() as session:
            return await connections.require_usable(session, channel_id)

    async def now(self, project: Project) -> Moment:
        """The time by which a project's quota and consents run. Raises Later where the sandbox does not say it."""
        if project.api_root is None:
            return Moment(clock.now())
        try:
            answer = await self.wire.send(project, "GET", f"{project.api_root}sandbox/clock")
        except (NotSent, NoAnswer) as error:
            raise Later(f"The sandbox: {error.message}", reason="noAnswer", after_s=TROUBLE_S) from error
        if answer.status != 200:
            said = f"The sandbox does not say what time it is: it answers {answer.status}."
            raise Later(said, reason="backendError", after_s=TROUBLE_S)
        time = json.loads(answer.content)
        stretches = [Stretch(one["real"], one["seconds"], one["factor"]) for one in time["history"]]
        return Moment(datetime.fromtimestamp(time["seconds"], UTC), time["factor"], Timeline(stretches))

    async def project_of(self, channel_id: UUID) -> Project:
        """The project that a channel is connected with. Raises NotConnected."""
        async with self.platform.begin() as session:
            connection = await connections.require_usable(session, channel_id)
            return await projects.get_project(session, self.keys, connection.project_id)

    async def now_of(self, channel_id: UUID) -> Moment:
        """Its time. Raises NotConnected and Later."""
        return await self.now(await self.project_of(channel_id))

    # --- how ---

    async def _caller(self, channel_id: UUID) -> _Caller:
        async with self.platform.begin() as session:
            connection = await connections.require_usable(session, channel_id)
            project = await projects.get_project(session, self.keys, connection.project_id)
            secret = await credentials.find_credential(session, self.keys, channel_id, PROVIDER)
        kept = Tokens.of(secret or "")  # none: somebody removed the credential by hand
        return _Caller(channel_id, project, kept if kept.is_fresh else await self._renewed(channel_id, project, kept))

    async def _renewed(self, channel_id: UUID, project: Project, kept: Tokens) -> Tokens:
        """Raises NotConnected, and marks the connection, when the consent has ended."""
        try:
            renewed = await tokens.refresh(self.wire, project, kept)
        except NotConnected as error:
            async with self.platform.begin() as session:
                await connections.mark_ended(session, self.keys, channel_id, kept, error.message)
            raise
        async with self.platform.begin() as session:
            await connections.keep_tokens(session, self.keys, channel_id, before=kept, now=renewed)
        return renewed

    async def ask_as(self, channel_id: UUID, project: Project, fresh: Tokens, build: Build) -> dict[str, Any]:
        """A call with tokens that are not stored yet: who it is that consented."""
        request = build(await asyncio.to_thread(apis_at, project.api_root))
        caller = _Caller(channel_id, project, fresh)
        return await self._content(caller, request, await self._spend(caller, request))

    async def _content(self, caller: _Caller, request: HttpRequest, answer: Answer) -> dict[str, Any]:
        """What was answered. Raises Unknown, or Later for what only reads, where a success does not hold it."""
        found = _resource(request, answer)
        if found is not None:
            return found
        said = f"YouTube answered {answer.status}, and not with what was asked for."
        now = await self.now(caller.project)
        raise no_answer(said, reason="unreadable", is_write=request.method != "GET", now=now)

    async def _spend(
        self,
        caller: _Caller,
        request: HttpRequest,
        more_headers: Mapping[str, str] | None = None,
        *,
        is_repeatable: bool = False,
        leaving: Leaving | None = None,
    ) -> Answer:
        """Reserve, ask, settle."""
        name = request.methodId.partition(".")[2]
        method, is_write = METHODS[name], request.method != "GET"
        headers = {**_headers(request), **(more_headers or {})}
        now = await self.now(caller.project)
        async with self.platform.begin() as session:
            await _require_may(session, caller.channel_id, is_write=is_write)
            is_write = is_write and not is_repeatable
            held = await quota.reserve(
                session, caller.project, method, name, channel_id=caller.channel_id, now=now, leaving=leaving
            )

        async def settle(outcome: quota.Outcome, reason: str | None = None, *, used_up: bool = False) -> None:
            async with self.platform.begin() as session:
                await quota.settle(session, held, outcome, reason=reason)
                if used_up:
                    await quota.mark_exhausted(session, held)

        try:
            answer = await self._with_token(
                caller,
                lambda bearer: self.wire.send(
                    caller.project, request.method, request.uri, headers={**headers, **bearer}, content=request.body
                ),
            )
        except NotSent as error:
            await settle("not_sent", "noConnection")
            raise now.later(error.message, reason="noConnection", after_s=TROUBLE_S) from error
        except NoAnswer as error:
            await settle("unknown", "noAnswer")
            raise no_answer(error.message, reason="noAnswer", is_write=is_write, now=now) from error
        except BaseException:  # cancelled, or the consent ended meanwhile
            await asyncio.shield(settle("unknown"))
            raise
        if answer.status < 300:
            await settle("success")
            return answer
        refusal = Refusal.of(answer.status, answer.content, retry_after=answer.get("retry-after"))
        await settle(
            "unknown" if refusal.status >= 500 else "refused", refusal.reason or None, used_up=refusal.is_used_up
        )
        raise meaning_of(refusal, is_write=is_write, now=now, method=name)

    async def _with_token(self, caller: _Caller, send: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Answer:
        """Send with the access token, and once more with a new one when it is refused: nothing was done then."""
        answer = await send(_bearer(caller.tokens))
        if answer.status == 401:
            answer = await send(_bearer(await self._renewed(caller.channel_id, caller.project, caller.tokens)))
        return answer

    async def _in_session(
        self, channel_id: UUID, address: str, content_range: str, chunk: bytes, size: int
    ) -> Uploaded:
        """Costs no quota: the session was paid for when it began. The channel is looked at each time."""
        caller = await self._caller(channel_id)
        async with self.platform.begin() as session:
            await _require_may(session, channel_id, is_write=True)
        headers = {"Content-Range": content_range, "Content-Length": str(len(chunk))}
        is_write = bool(chunk)
        now = await self.now(caller.project)
        try:
            answer = await self._with_token(
                caller,
                lambda bearer: self.wire.send(
                    caller.project, "PUT", address, headers={**headers, **bearer}, content=chunk, within_s=CHUNK_S
                ),
            )
        except NotSent as error:
            raise now.later(error.message, reason="noConnection", after_s=TROUBLE_S) from error
        except NoAnswer as error:
            raise no_answer(error.message, reason="noAnswer", is_write=is_write, now=now) from error
        progress = read_progress(answer.status, answer.get("range"), answer.content, size)
        if progress is not None:
            return progress
        if answer.status in (404, 410):
            raise UploadGone("The session of this upload is there no more.", reason="uploadGone")
        if answer.status < 400:
            said = f"YouTube answered {answer.status} to a piece of a film, with nothing that can be read."
            raise no_answer(said, reason="unreadable", is_write=is_write, now=now)
        refusal = Refusal.of(answer.status, answer.content, retry_after=answer.get("retry-after"))
        raise meaning_of(refusal, is_write=is_write, now=now)


_MAKES = (".insert", ".update")


def _resource(request: HttpRequest, answer: Answer) -> dict[str, Any] | None:
    """None: it holds none. Google's client gives back the text of a page as well."""
    if answer.status == 204:
        return {}
    try:
        given = request.postproc(answer, answer.content)
    except ValueError:  # no UTF-8
        return None
    return given if _is_resource(request.methodId, given) else None


def _is_resource(method: str, given: object) -> bool:
    """An object that is no error; with an id where something was made, and a list where one was asked for."""
    if not isinstance(given, dict) or not given or "error" in given:
        return False
    if method.endswith(_MAKES):
        return isinstance(given.get("id"), str) and given["id"] != ""
    return not method.endswith(".list") or isinstance(given.get("items", []), list)


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.headers.items() if name.lower() != "content-length"}


def _bearer(held: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {held.access_token}"}


async def _require_may(session: AsyncSession, channel_id: UUID, *, is_write: bool) -> None:
    """Raises ChannelStopped."""
    channel = await channels.get_channel(session, channel_id)
    if channel.status == "active" or (channel.status == "paused" and not is_write):
        return
    raise ChannelStopped(
        f"The channel “{channel.name}” is {channel.status}.", reason="channelStopped", hint="Activate it first."
    )
