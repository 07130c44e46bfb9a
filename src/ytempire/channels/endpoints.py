"""HTTP for channels and their credentials."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, SecretStr

from ytempire.accounts.http.authentication import (
    Authenticated,
    InteractiveUser,
    account_services_of,
    read_pool_of_request,
    sessions_of_request,
)
from ytempire.channels import credentials, list_queries, service
from ytempire.channels.access import Access
from ytempire.channels.models import Credential
from ytempire.channels.persona import Persona
from ytempire.channels.service import ChannelView
from ytempire.channels.speech_keys import KEY_SETTINGS, checked_key
from ytempire.channels.strategy import Strategy
from ytempire.kit.clock import Timestamp
from ytempire.kit.cursors import decode_cursor
from ytempire.kit.etags import etag_of, is_not_modified, require_match
from ytempire.kit.http import PROBLEMS
from ytempire.kit.read_pool import json_page
from ytempire.kit.text import PROSE, Name, SingleLineText
from ytempire.kit.time_zones import TimeZone

router = APIRouter(prefix="/api/v1", tags=["channels"], dependencies=[Authenticated], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=100)]
Status = Literal["active", "paused", "suspended", "archived"]


ChannelName = Annotated[Name, Field(max_length=100)]
Description = Annotated[str, Field(max_length=5000, pattern=PROSE)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]


class _Channel(BaseModel):
    """What a list and a single channel both say."""

    id: UUID
    owner_id: UUID | None = Field(description="null for analysts")
    name: str
    description: str
    category: str | None
    status: Status
    time_zone: str
    persona_id: UUID
    accent: str = Field(description="the brand's colour")
    created_at: datetime
    updated_at: datetime
    access: Access = Field(description="what I may do with it: admin includes write, which includes read")


class ChannelOut(_Channel):
    persona: Persona
    strategy: Strategy

    @classmethod
    def from_view(cls, view: ChannelView) -> Self:
        own = {name: getattr(view, name) for name in cls.model_fields if name != "accent"}
        return cls(**own, accent=view.persona.brand.accent)


class ListedChannel(_Channel):
    owner: str | None = Field(description="the owner's name; null where they are a stranger to whoever asks")
    persona_name: str
    connection: Literal["connected", "expiring", "expired", "revoked"] | None = Field(
        description="to YouTube; null: it never was connected"
    )
    is_sandbox: bool | None = Field(description="it is connected to the local YouTube, where nothing is real")


class ChannelPage(BaseModel):
    items: list[ListedChannel]
    next_cursor: str | None


class NewChannel(BaseModel):
    name: ChannelName
    persona_id: UUID
    description: Description = ""
    category: Slug | None = None
    time_zone: TimeZone = "UTC"
    strategy: Strategy = Strategy()


class ChannelChange(BaseModel):
    """What is left out stays as it is."""

    name: ChannelName | None = None
    persona_id: UUID | None = None
    description: Description | None = None
    category: Slug | None = Field(default=None, description="null: none")
    time_zone: TimeZone | None = None
    strategy: Strategy | None = Field(default=None, description="whole: what it leaves out is empty from then on")
    status: Status | None = Field(
        default=None, description="suspended and archived cancel its runs and take back what is scheduled"
    )

    def given_fields(self) -> dict[str, Any]:
        fields = self.model_dump(include=self.model_fields_set)
        return {name: value for name, value in fields.items() if value is not None or name == "category"}


@router.get("/channels", response_model=ChannelPage)
async def list_channels(
    request: Request, limit: Limit = 100, cursor: Cursor = None, archived: bool = False
) -> Response:
    """Channels that I may see, oldest first: those that are archived, or all others."""
    reader = read_pool_of_request(request).for_one_query()
    rows = await list_queries.list_channels(reader, limit=limit + 1, after=decode_cursor(cursor), archived=archived)
    return json_page(rows, limit=limit)


@router.post("/channels", status_code=201)
async def create_channel(request: Request, response: Response, body: NewChannel) -> ChannelOut:
    async with sessions_of_request(request).begin() as session:
        view = await service.create_channel(session, **body.model_dump())
    response.headers["Location"] = f"/api/v1/channels/{view.id}"
    response.headers["ETag"] = etag_of(view.updated_at, view.access)
    return ChannelOut.from_view(view)


@router.get("/channels/{channel_id}", response_model=ChannelOut)
async def get_channel(request: Request, response: Response, channel_id: UUID) -> ChannelOut | Response:
    async with sessions_of_request(request).begin() as session:
        view = await service.get_channel(session, channel_id)
    if is_not_modified(request, response, etag_of(view.updated_at, view.access)):
        return Response(status_code=304, headers=dict(response.headers))
    return ChannelOut.from_view(view)


@router.patch("/channels/{channel_id}")
async def update_channel(request: Request, response: Response, channel_id: UUID, body: ChannelChange) -> ChannelOut:
    """Change a channel; with `If-Match` only if nobody changed it meanwhile."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = None
        changes = body.given_fields()
        if not changes or "if-match" in request.headers:
            view = await service.get_channel(session, channel_id)
            expected_updated_at = require_match(request, view.updated_at)
        if changes:
            view = await service.update_channel(session, channel_id, changes, expected_updated_at=expected_updated_at)
    response.headers["ETag"] = etag_of(view.updated_at, view.access)
    return ChannelOut.from_view(view)


Provider = Literal["youtube", "webhook", "openai", "elevenlabs", "google"]


class CredentialOut(BaseModel):
    """What is known of a credential; the secret itself is never shown."""

    provider: Provider
    label: str
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Credential) -> Self:
        return cls.model_validate(row, from_attributes=True)


class CredentialPage(BaseModel):
    items: list[CredentialOut]


class NewCredential(BaseModel):
    secret: Annotated[SecretStr, Field(min_length=1, max_length=credentials.MAX_SECRET_LENGTH)]
    label: Annotated[SingleLineText, Field(max_length=200)] = Field(
        default="", description="whose or what for, in your words"
    )
    expires_at: Annotated[Timestamp | None, Field(description="with its time zone")] = None


@router.get("/channels/{channel_id}/credentials")
async def list_credentials(request: Request, channel_id: UUID) -> CredentialPage:
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        rows = await credentials.list_credentials(session, channel_id)
    return CredentialPage(items=[CredentialOut.from_row(row) for row in rows])


@router.put("/channels/{channel_id}/credentials/{provider}")
async def set_credential(
    request: Request, me: InteractiveUser, channel_id: UUID, provider: Provider, body: NewCredential
) -> CredentialOut:
    """Keep a secret for this channel in place of the one before. It is sealed, and never shown again."""
    secret = body.secret.get_secret_value()
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        row = await credentials.set_credential(
            session,
            account_services_of(request).keys,
            channel_id,
            provider,
            checked_key(secret) if provider in KEY_SETTINGS else secret,
            label=body.label,
            expires_at=body.expires_at,
        )
        return CredentialOut.from_row(row)


@router.delete("/channels/{channel_id}/credentials/{provider}", status_code=204)
async def delete_credential(request: Request, me: InteractiveUser, channel_id: UUID, provider: Provider) -> None:
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        await credentials.delete_credential(session, channel_id, provider)
