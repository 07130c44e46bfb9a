"""HTTP for the connection of a channel, and what is left of the quota."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Annotated, Literal, Self
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse

from ytempire.accounts.http.authentication import (
    ACCESS_COOKIE,
    Authenticated,
    InteractiveUser,
    account_services_of,
    require_user,
    sessions_of_request,
)
from ytempire.channels import service as channels
from ytempire.kit.errors import YtempireError
from ytempire.kit.http import PROBLEMS
from ytempire.youtube import connection_check, connections, oauth_flow
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.errors import ConsentUnusable
from ytempire.youtube.methods import UNITS
from ytempire.youtube.quota.claims import ClaimedUnits
from ytempire.youtube.quota.costs import COMPLETE_UPLOAD_COST, UPLOAD_PARTS, UploadPart
from ytempire.youtube.quota.reservations import BucketState
from ytempire.youtube.quota.status import ProjectQuota, list_project_quota
from ytempire.youtube.service import YouTube

LOOPBACK = ("127.0.0.1", "localhost", "::1")

router = APIRouter(prefix="/api/v1", tags=["youtube"], dependencies=[Authenticated], responses=PROBLEMS)
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
    def from_view(cls, view: ConnectionView) -> Self:
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
        connection = await connections.find_connection(session, channel_id)
        return ConnectionOut.from_view(connection) if connection else None


@router.post("/channels/{channel_id}/connection", status_code=201)
async def begin_connection(
    request: Request, me: InteractiveUser, channel_id: UUID, body: NewConnection
) -> BegunConnection:
    """Begin to connect, or to connect again. Whoever began comes back to /oauth/youtube/callback within ten minutes."""
    authorization = await oauth_flow.start_authorization(
        youtube_of(request),
        sessions_of_request(request),
        me,
        channel_id,
        page=_page_of(request),
        project_id=body.project_id,
    )
    return BegunConnection(
        authorization_url=authorization.url, is_sandbox=authorization.is_sandbox, expires_at=authorization.expires_at
    )


def _page_of(request: Request) -> str:
    """Where whoever asks has our page open, as far as that is this machine; else the address in the settings.

    The cookie of `localhost` does not come along to 127.0.0.1, and an installed client may be sent back to either.
    """
    url = request.url
    if url.hostname in LOOPBACK:
        return f"{url.scheme}://{url.netloc}"
    return account_services_of(request).settings.api.page_url


@router.post("/channels/{channel_id}/connection/check")
async def check_connection(request: Request, channel_id: UUID) -> ConnectionOut:
    """Ask YouTube now whether the connection works, and for the channel's counts. Costs a unit of quota."""
    async with sessions_of_request(request).begin() as session:
        await channels.require_channel(session, channel_id, "write")
        await connections.get_connection(session, channel_id)
    return ConnectionOut.from_view(await connection_check.check(youtube_of(request), channel_id))


@router.delete("/channels/{channel_id}/connection", status_code=204)
async def end_connection(request: Request, me: InteractiveUser, channel_id: UUID) -> None:
    """Take the consent back at YouTube and forget the tokens. Which YouTube channel it is stays known."""
    await oauth_flow.disconnect(youtube_of(request), sessions_of_request(request), me, channel_id)


# --- the way back from the consent page ---

_UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # the address holds a code


@pages.get(oauth_flow.CALLBACK, include_in_schema=False)
async def oauth_callback(
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
        url = escape(f"{oauth_flow.CALLBACK}?{urlencode(again)}")
        return HTMLResponse(
            f'<!doctype html><title>YTEMPIRE</title><meta http-equiv="refresh" content="0;url={url}">'
            f'<p><a href="{url}">Go on</a></p>',
            headers=_UNSEEN,
        )
    try:
        me = await require_user(request)
        view = await oauth_flow.complete_authorization(youtube_of(request), me, state=state, code=code, error=error)
    except ConsentUnusable as refusal:
        channel_id = await oauth_flow.find_channel_of(youtube_of(request), me, state)
        if channel_id is None:
            return _refused(refusal)
        to = f"/channels/{channel_id}?refused={refusal.reason}"
        return RedirectResponse(to, status_code=303, headers=_UNSEEN)
    except YtempireError as refusal:
        return _refused(refusal)
    return RedirectResponse(f"/channels/{view.channel_id}", status_code=303, headers=_UNSEEN)


def _refused(refusal: YtempireError) -> HTMLResponse:
    paragraphs = f"<p>{escape(refusal.message)}</p>" + (f"<p>{escape(refusal.hint)}</p>" if refusal.hint else "")
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>YTEMPIRE: not connected</title>'
        f'<h1>The channel was not connected</h1>{paragraphs}<p><a href="/channels">To the channels</a></p></html>',
        status_code=refusal.status,
        headers=_UNSEEN,
    )


# --- quota ---


class BucketOut(BaseModel):
    bucket: str
    used: int
    allowed: int
    left: int
    exhausted: bool = Field(description="YouTube said that nothing is left, whatever we counted")
    collection_allocation_today: int = Field(description="of what is left today, what uploads leave to data collection")
    collection_allocation_daily: int = Field(description="the same of a whole day")
    resets_at: datetime

    @classmethod
    def from_bucket(cls, state: BucketState, claims: Mapping[str, ClaimedUnits]) -> Self:
        claimed = claims["collection"] if state.bucket == UNITS else ClaimedUnits(daily=0, today=0)
        return cls(
            bucket=state.bucket,
            used=state.used,
            allowed=state.allowed,
            left=state.left,
            exhausted=state.exhausted,
            collection_allocation_today=min(state.left, claimed.today),
            collection_allocation_daily=claimed.daily,
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
    error: str | None

    @classmethod
    def from_quota(cls, quota: ProjectQuota) -> Self:
        return cls(
            id=quota.id,
            name=quota.name,
            is_sandbox=quota.is_sandbox,
            is_testing=quota.is_testing,
            declared_client=quota.declared_client,
            buckets=[BucketOut.from_bucket(state, quota.claims) for state in quota.buckets],
            error=quota.error_message,
        )


class UploadPartOut(BaseModel):
    method: str = Field(description="as Google names it")
    times: int
    bucket: str
    units: int

    @classmethod
    def from_part(cls, part: UploadPart) -> Self:
        return cls.model_validate(part, from_attributes=True)


class CompleteUploadOut(BaseModel):
    """A video with all that is set beside it."""

    cost: dict[str, int] = Field(description="by bucket")
    parts: list[UploadPartOut]


class QuotaOut(BaseModel):
    items: list[ProjectQuotaOut]
    complete_upload: CompleteUploadOut = CompleteUploadOut(
        cost=dict(COMPLETE_UPLOAD_COST), parts=[UploadPartOut.from_part(one) for one in UPLOAD_PARTS]
    )


@router.get("/youtube/quota")
async def get_quota(request: Request) -> QuotaOut:
    """What is left today, of each API project and bucket. It is the installation's, and the same for everybody."""
    return QuotaOut(
        items=[
            ProjectQuotaOut.from_quota(project_quota) for project_quota in await list_project_quota(youtube_of(request))
        ]
    )
