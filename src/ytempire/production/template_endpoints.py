"""HTTP for templates: here and not beside channels, because a template shows how its runs went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.channels import templates
from ytempire.channels.models import Template
from ytempire.channels.template_settings import Rate, TemplateSettings, VisualSettings, VoiceSettings
from ytempire.channels.templates import TemplateText
from ytempire.kit.etags import etag_of, require_match
from ytempire.kit.exact_json import ExactNumberRoute
from ytempire.kit.http import PROBLEMS
from ytempire.kit.text import Name
from ytempire.production.template_usage import UNUSED, TemplateUsage, get_usage, read_usage

router = APIRouter(
    prefix="/api/v1",
    tags=["channels"],
    dependencies=[Authenticated],
    responses=PROBLEMS,
    route_class=ExactNumberRoute,
)


class TemplateBody(TemplateText, TemplateSettings):
    """Title, description and tags of videos, with variables, and how these videos are made.

    The variables are {title}, {topic}, {channel}, {date}, {summary} and {credits}.
    """

    name: Annotated[Name, Field(max_length=100)]
    shared: bool = Field(default=False, description="everybody here may use it")

    @property
    def template_text(self) -> TemplateText:
        return TemplateText(**{name: getattr(self, name) for name in TemplateText.model_fields})

    @property
    def template_settings(self) -> TemplateSettings:
        return TemplateSettings(**{name: getattr(self, name) for name in TemplateSettings.model_fields})


class TemplateOut(BaseModel):
    id: UUID
    owner_id: UUID
    name: str
    title: str
    description: str
    tags: list[str]
    shared: bool
    niche: str | None
    style: str | None
    seconds: int | None
    retention_target: Rate | None
    engagement_target: Rate | None
    script_template: str | None
    voice_settings: VoiceSettings | None
    visual_settings: VisualSettings | None
    times_used: int = Field(description="runs ordered with it, of those that I may see")
    average_score: Rate | None = Field(description="of the scripts of these runs, 0 to 1; null without any")
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Template, usage: TemplateUsage) -> Self:
        columns = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**columns, times_used=usage.times_used, average_score=usage.average_score)


class TemplatePage(BaseModel):
    items: list[TemplateOut]


@router.get("/templates")
async def list_templates(request: Request) -> TemplatePage:
    """Templates of mine, and those that others share."""
    async with sessions_of_request(request).begin() as session:
        rows = await templates.list_templates(session)
        usage = await read_usage(session, [row.id for row in rows])
    return TemplatePage(items=[TemplateOut.from_row(row, usage.get(row.id, UNUSED)) for row in rows])


@router.post("/templates", status_code=201)
async def create_template(request: Request, response: Response, body: TemplateBody) -> TemplateOut:
    async with sessions_of_request(request).begin() as session:
        row = await templates.create_template(
            session, body.name, body.template_text, body.template_settings, shared=body.shared
        )
        await session.refresh(row)
    response.headers["Location"] = f"/api/v1/templates/{row.id}"
    response.headers["ETag"] = etag_of(row.updated_at)
    return TemplateOut.from_row(row, UNUSED)


@router.get("/templates/{template_id}")
async def get_template(request: Request, response: Response, template_id: UUID) -> TemplateOut:
    async with sessions_of_request(request).begin() as session:
        row = await templates.get_template(session, template_id)
        usage = await get_usage(session, row.id)
    response.headers["ETag"] = etag_of(row.updated_at)
    return TemplateOut.from_row(row, usage)


@router.put("/templates/{template_id}")
async def update_template(request: Request, response: Response, template_id: UUID, body: TemplateBody) -> TemplateOut:
    """Replace a template. Runs that were ordered with it keep their copy."""
    async with sessions_of_request(request).begin() as session:
        row = await templates.get_template(session, template_id)
        expected_updated_at = require_match(request, row.updated_at)
        row = await templates.update_template(
            session,
            row,
            body.name,
            body.template_text,
            body.template_settings,
            shared=body.shared,
            expected_updated_at=expected_updated_at,
        )
        usage = await get_usage(session, row.id)
    response.headers["ETag"] = etag_of(row.updated_at)
    return TemplateOut.from_row(row, usage)


@router.delete("/templates/{template_id}", status_code=204)
async def delete_template(request: Request, template_id: UUID) -> None:
    async with sessions_of_request(request).begin() as session:
        await templates.delete_template(session, template_id)
