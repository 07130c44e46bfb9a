"""HTTP for what a channel does by itself."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, InteractiveUser, sessions_of_request
from ytempire.kit.etags import etag_of, is_not_modified, require_match
from ytempire.kit.http import PROBLEMS
from ytempire.publishing import automation
from ytempire.publishing.automation import AutomationView, PublishingSlot

router = APIRouter(prefix="/api/v1", tags=["youtube"], dependencies=[Authenticated], responses=PROBLEMS)


def _whole_minute(value: time) -> time:
    if value.second or value.microsecond or value.tzinfo is not None:
        raise ValueError("is not a time of day such as 18:30")
    return value


class SlotBody(BaseModel):
    weekday: int = Field(ge=0, le=6, description="0 is Monday")
    local_time: Annotated[time, AfterValidator(_whole_minute)] = Field(description="on the channel's clocks: 18:30")


class AutomationChange(BaseModel):
    videos_per_day: int = Field(ge=0, le=10)
    auto_publish: bool
    slots: list[SlotBody] = Field(max_length=70, description="ten for each weekday at most")
    accepted_consent_version: str | None = Field(
        default=None, max_length=50, description="the version of `consent_text` that I agree to; to begin with"
    )


class AutomationOut(BaseModel):
    channel_id: UUID
    time_zone: str
    videos_per_day: int
    auto_publish: bool
    can_publish: bool = Field(description="whether it does: a consent to an older text is none")
    slots: list[SlotBody]
    consent_at: datetime | None
    consent_by: UUID | None
    consent_version: str | None
    consent_text: str = automation.CONSENT_TEXT
    current_consent_version: str = automation.CONSENT_VERSION
    updated_at: datetime

    @classmethod
    def from_view(cls, view: AutomationView) -> Self:
        return cls.model_validate(view, from_attributes=True)


@router.get("/channels/{channel_id}/automation", response_model=AutomationOut)
async def get_automation(request: Request, response: Response, channel_id: UUID) -> AutomationOut | Response:
    """What the channel does by itself, and the text that somebody agrees to before it publishes so."""
    async with sessions_of_request(request).begin() as session:
        view = await automation.get_automation(session, channel_id)
    if is_not_modified(request, response, etag_of(view.updated_at)):
        return Response(status_code=304, headers=dict(response.headers))
    return AutomationOut.from_view(view)


@router.put("/channels/{channel_id}/automation")
async def set_automation(
    request: Request, response: Response, me: InteractiveUser, channel_id: UUID, body: AutomationChange
) -> AutomationOut:
    """Replace it; with `If-Match` only if nobody changed it meanwhile."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await automation.get_automation(session, channel_id)).updated_at)
        view = await automation.set_automation(
            session,
            me,
            channel_id,
            videos_per_day=body.videos_per_day,
            auto_publish=body.auto_publish,
            slots=[PublishingSlot(slot.weekday, slot.local_time) for slot in body.slots],
            accepted_consent_version=body.accepted_consent_version,
            expected_updated_at=expected_updated_at,
        )
    response.headers["ETag"] = etag_of(view.updated_at)
    return AutomationOut.from_view(view)
