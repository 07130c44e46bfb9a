"""HTTP for the connection of a channel, what it does by itself, and what is left of the quota."""

from __future__ import annotations

from datetime import datetime, time
from html import escape
from typing import Annotated, Literal, Self
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse

from ytempire.accounts.http.gate import (
    ACCESS_COOKIE,
    MeInPerson,
    SignedIn,
    entrance_of,
    sessions_of_request,
    signed_in,
)
from ytempire.channels import service as channels
from ytempire.kit.errors import YtempireError
from ytempire.kit.etags import etag_of, is_known, require_match
from ytempire.kit.http import PROBLEMS
from ytempire.youtube import automation, connecting, connections, health, reports
from ytempire.youtube.automation import AutomationView, Slot
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.dressed import DRESSED, PARTS, Part
from ytempire.youtube.errors import ConsentUnusable
from ytempire.youtube.quota import BucketState
from ytempire.youtube.reports import ProjectQuota
from ytempire.youtube.service import YouTube
from ytempire.youtube.sharing import Share

LOOPBACK = ("127.0.0.1", "localhost", "::1")

router = APIRouter(prefix="/api/v1", tags=["youtube"], dependencies=[SignedIn], responses=PROBLEMS)
pages = APIRouter()


def youtube_of(request: Request) -> YouTube:
    youtube: YouTube = request.app.state.youtube
    return youtube


class ConnectionOut(BaseModel):
    """How a channel is connected. Nothing of it is real where `is_sandbox` says so."""

    channel_id: UUID
    is_sandbox: bool
    status: Literal["connected", "expiring", "expired", "revoked"]
    youtube_channel_id: str
    title: str
    handle: str | None
    thumbnail_url: str | None
    description: str | None
    country: str | None
    default_language: str | None
    scopes: list[str]
    missing: list[str] = Field(description="what the person did not allow, in words")
    refresh_expires_at: datetime | None = Field(description="when the consent ends; null: it has no end of its own")
    connected_at: datetime
    checked_at: datetime
    last_error: str | None = Field(description="what was wrong when it was last tried; null: nothing")
    subscriber_count: int | None = Field(description="null: hidden, or not read for 30 days; so with the others")
    view_count: int | None
    video_count: int | None
    fetched_at: datetime | None = Field(description="when the counts were read")

    @classmethod
    def of(cls, view: ConnectionView) -> Self:
        return cls.model_validate(view, from_attributes=True)


class NewConnection(BaseModel):
    project_id: UUID | None = Field(default=None, description="null: the channel's own, else the installation's")


class BegunConnection(BaseModel):
    authorization_url: str = Field(description="YouTube's consent page: send the person there")
    is_sandbox: bool
    expires_at: datetime


@router.get("/channels/{channel_id}/connection")
async def get_connection(request: Request, channel_id: UUID) -> ConnectionOut | None:
    """Null: it never was connected."""
    async with sessions_of_request(request).begin() as session:
        await channels.get_channel(session, channel_id)
        found = await connections.find_connection(session, channel_id)
        return ConnectionOut.of(found) if found else None


@router.post("/channels/{channel_id}/connection", status_code=201)
async def begin_connection(request: Request, me: MeInPerson, channel_id: UUID, body: NewConnection) -> BegunConnection:
    """Begin to connect, or to connect again. Whoever began comes back to /oauth/youtube/callback within ten minutes."""
    begun = await connecting.begin(
        youtube_of(request),
        sessions_of_request(request),
        me,
        channel_id,
        page=_page_of(request),
        project_id=body.project_id,
    )
    return BegunConnection(authorization_url=begun.address, is_sandbox=begun.is_sandbox, expires_at=begun.expires_at)


def _page_of(request: Request) -> str:
    """Where whoever asks has our page open, as far as that is this machine; else the address in the settings.

    The cookie of `localhost` does not come along to 127.0.0.1, and an installed client may be sent back to either.
    """
    asked = request.url
    if asked.hostname in LOOPBACK:
        return f"{asked.scheme}://{asked.netloc}"
    return entrance_of(request).settings.api.page_address


@router.post("/channels/{channel_id}/connection/check")
async def check_connection(request: Request, channel_id: UUID) -> ConnectionOut:
    """Ask YouTube now whether the connection works, and for the channel's counts. Costs a unit of quota."""
    async with sessions_of_request(request).begin() as session:
        await channels.require_channel(session, channel_id, "write")
        await connections.get_connection(session, channel_id)
    return ConnectionOut.of(await health.check(youtube_of(request), channel_id))


@router.delete("/channels/{channel_id}/connection", status_code=204)
async def end_connection(request: Request, me: MeInPerson, channel_id: UUID) -> None:
    """Take the consent back at YouTube and forget the tokens. Which YouTube channel it is stays known."""
    await connecting.disconnect(youtube_of(request), sessions_of_request(request), me, channel_id)


# --- the way back from the consent page ---

_UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # the address holds a code


@pages.get(connecting.CALLBACK, include_in_schema=False)
async def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str | None, Query(max_length=2000)] = None,
    error: Annotated[str | None, Query(max_length=200)] = None,
    here: bool = False,
) -> Response:
    """Finish what `begin_connection` began, for the same person.

    Our cookie does not come with a request that another site sends somebody to us with. A page of ours that leads to
    the same address does the rest.
    """
    if ACCESS_COOKIE not in request.cookies and not here:
        again = {**request.query_params, "here": "true"}
        address = escape(f"{connecting.CALLBACK}?{urlencode(again)}")
        return HTMLResponse(
            f'<!doctype html><title>YTEMPIRE</title><meta http-equiv="refresh" content="0;url={address}">'
            f'<p><a href="{address}">Go on</a></p>',
            headers=_UNSEEN,
        )
    try:
        me = await signed_in(request)
        view = await connecting.finish(youtube_of(request), me, state=state, code=code, error=error)
    except ConsentUnusable as refusal:
        channel_id = await connecting.find_channel_of(youtube_of(request), me, state)
        if channel_id is None:
            return _refused(refusal)
        to = f"/channels/{channel_id}?refused={refusal.reason}"
        return RedirectResponse(to, status_code=303, headers=_UNSEEN)
    except YtempireError as refusal:
        return _refused(refusal)
    return RedirectResponse(f"/channels/{view.channel_id}", status_code=303, headers=_UNSEEN)


def _refused(refusal: YtempireError) -> HTMLResponse:
    said = f"<p>{escape(refusal.message)}</p>" + (f"<p>{escape(refusal.hint)}</p>" if refusal.hint else "")
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>YTEMPIRE: not connected</title>'
        f'<h1>The channel was not connected</h1>{said}<p><a href="/channels">To the channels</a></p></html>',
        status_code=refusal.status,
        headers=_UNSEEN,
    )


# --- what a channel does by itself ---


def _whole_minute(value: time) -> time:
    if value.second or value.microsecond or value.tzinfo is not None:
        raise ValueError("is not a time of day such as 18:30")
    return value


class SlotBody(BaseModel):
    weekday: int = Field(ge=0, le=6, description="0 is Monday")
    local_time: Annotated[time, AfterValidator(_whole_minute)] = Field(description="on the channel's clocks: 18:30")


class AutomationChange(BaseModel):
    videos_per_day: int = Field(ge=0, le=10)
    publish_by_itself: bool
    slots: list[SlotBody] = Field(max_length=70, description="ten for each weekday at most")
    agreed_to: str | None = Field(
        default=None, max_length=50, description="the version of `consent_text` that I agree to; to begin with"
    )


class AutomationOut(BaseModel):
    channel_id: UUID
    time_zone: str
    videos_per_day: int
    publish_by_itself: bool
    may_publish: bool = Field(description="whether it does: a consent to an older text is none")
    slots: list[SlotBody]
    consent_at: datetime | None
    consent_by: UUID | None
    consent_version: str | None
    consent_text: str = automation.CONSENT_TEXT
    present_version: str = automation.CONSENT_VERSION
    updated_at: datetime

    @classmethod
    def of(cls, view: AutomationView) -> Self:
        return cls.model_validate(view, from_attributes=True)


@router.get("/channels/{channel_id}/automation", response_model=AutomationOut)
async def get_automation(request: Request, response: Response, channel_id: UUID) -> AutomationOut | Response:
    """What the channel does by itself, and the text that somebody agrees to before it publishes so."""
    async with sessions_of_request(request).begin() as session:
        view = await automation.get_automation(session, channel_id)
    if is_known(request, response, etag_of(view.updated_at)):
        return Response(status_code=304, headers=dict(response.headers))
    return AutomationOut.of(view)


@router.put("/channels/{channel_id}/automation")
async def set_automation(
    request: Request, response: Response, me: MeInPerson, channel_id: UUID, body: AutomationChange
) -> AutomationOut:
    """Replace it; with `If-Match` only if nobody changed it meanwhile."""
    async with sessions_of_request(request).begin() as session:
        seen = require_match(request, (await automation.get_automation(session, channel_id)).updated_at)
        view = await automation.set_automation(
            session,
            me,
            channel_id,
            videos_per_day=body.videos_per_day,
            publish_by_itself=body.publish_by_itself,
            slots=[Slot(one.weekday, one.local_time) for one in body.slots],
            agreed_to=body.agreed_to,
            seen=seen,
        )
    response.headers["ETag"] = etag_of(view.updated_at)
    return AutomationOut.of(view)


# --- quota ---


class BucketOut(BaseModel):
    bucket: str
    used: int
    allowed: int
    left: int
    exhausted: bool = Field(description="YouTube said that nothing is left, whatever we counted")
    kept_for_reading: int = Field(description="of what is left today, what uploads leave to the reading of figures")
    kept_for_reading_daily: int = Field(description="the same of a whole day")
    resets_at: datetime

    @classmethod
    def of(cls, state: BucketState, reading: Share) -> Self:
        return cls(
            bucket=state.bucket,
            used=state.used,
            allowed=state.allowed,
            left=state.left,
            exhausted=state.exhausted,
            kept_for_reading=min(state.left, reading.today.get(state.bucket, 0)),
            kept_for_reading_daily=reading.daily.get(state.bucket, 0),
            resets_at=state.resets_at,
        )


class ProjectQuotaOut(BaseModel):
    """One API project of this installation, and what is left of its quota today."""

    id: UUID
    name: str
    is_sandbox: bool
    is_testing: bool
    declared_client: str | None
    buckets: list[BucketOut] = Field(description="empty where the project's clock does not answer")
    trouble: str | None

    @classmethod
    def of(cls, found: ProjectQuota) -> Self:
        return cls(
            id=found.id,
            name=found.name,
            is_sandbox=found.is_sandbox,
            is_testing=found.is_testing,
            declared_client=found.declared_client,
            buckets=[BucketOut.of(one, found.reading) for one in found.buckets],
            trouble=found.trouble,
        )


class DressedPart(BaseModel):
    method: str = Field(description="as Google names it")
    times: int
    bucket: str
    units: int

    @classmethod
    def of(cls, part: Part) -> Self:
        return cls.model_validate(part, from_attributes=True)


class DressedUpload(BaseModel):
    """A video with all that is set beside it."""

    cost: dict[str, int] = Field(description="by bucket")
    parts: list[DressedPart]


class QuotaOut(BaseModel):
    items: list[ProjectQuotaOut]
    dressed: DressedUpload = DressedUpload(cost=dict(DRESSED), parts=[DressedPart.of(one) for one in PARTS])


@router.get("/youtube/quota")
async def get_quota(request: Request) -> QuotaOut:
    """What is left today, of each API project and bucket. It is the installation's, and the same for everybody."""
    return QuotaOut(items=[ProjectQuotaOut.of(one) for one in await reports.quota_today(youtube_of(request))])
