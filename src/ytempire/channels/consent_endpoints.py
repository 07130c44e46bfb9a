"""HTTP for consents of speakers to the use of their cloned voices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, InteractiveUser, sessions_of_request
from ytempire.channels import service, voice_consents
from ytempire.channels.models import VoiceConsent
from ytempire.channels.speech_keys import SpeechProvider
from ytempire.kit.http import PROBLEMS
from ytempire.kit.text import MultiLineText, Name

router = APIRouter(prefix="/api/v1", tags=["channels"], dependencies=[Authenticated], responses=PROBLEMS)


class NewVoiceConsent(BaseModel):
    provider: SpeechProvider
    voice: Annotated[Name, Field(max_length=100)] = Field(description="the provider's id of the cloned voice")
    speaker: Annotated[Name, Field(max_length=200)] = Field(description="whose voice it is")
    given_how: Annotated[MultiLineText, Field(min_length=1, max_length=2000)] = Field(
        description="how the speaker agreed, for example a signed letter and where it is kept"
    )
    given_on: date


class VoiceConsentOut(NewVoiceConsent):
    id: UUID
    recorded_at: datetime
    recorded_by: UUID
    revoked_at: datetime | None
    revoked_by: UUID | None

    @classmethod
    def from_row(cls, row: VoiceConsent) -> Self:
        return cls.model_validate(row, from_attributes=True)


class VoiceConsentPage(BaseModel):
    items: list[VoiceConsentOut]


@router.get("/channels/{channel_id}/voice-consents")
async def list_voice_consents(request: Request, channel_id: UUID) -> VoiceConsentPage:
    """All consents of a channel, revoked ones too, newest first."""
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        rows = await voice_consents.list_consents(session, channel_id)
    return VoiceConsentPage(items=[VoiceConsentOut.from_row(row) for row in rows])


@router.post("/channels/{channel_id}/voice-consents", status_code=201)
async def record_voice_consent(
    request: Request, me: InteractiveUser, channel_id: UUID, body: NewVoiceConsent
) -> VoiceConsentOut:
    """Record that a speaker agreed to the use of their cloned voice on this channel."""
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        row = await voice_consents.record_consent(session, channel_id, **body.model_dump())
        return VoiceConsentOut.from_row(row)


@router.post("/channels/{channel_id}/voice-consents/{consent_id}/revocation")
async def revoke_voice_consent(
    request: Request, me: InteractiveUser, channel_id: UUID, consent_id: UUID
) -> VoiceConsentOut:
    """Revoke a consent: no voice step uses the voice from now on. What was revoked stays revoked."""
    async with sessions_of_request(request).begin() as session:
        await service.require_channel(session, channel_id, "admin")
        return VoiceConsentOut.from_row(await voice_consents.revoke_consent(session, channel_id, consent_id))
