"""Consents of speakers: a cloned voice is used only where its speaker has agreed, which somebody has recorded.

A consent is never deleted: that there was one when a video was made stays provable. It is revoked, and from then on no
voice step uses the voice.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from ytempire.channels.models import VoiceConsent
from ytempire.channels.speech_keys import SpeechProvider
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, subject_id, translate_constraint_errors
from ytempire.kit.errors import Conflict, InvalidInput, NotFound

AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


class ConsentMissing(Conflict):
    """The voice is a clone of a person of whom no consent is recorded, or of whom it was revoked."""

    code = "voice_consent_missing"


async def list_consents(session: AsyncSession, channel_id: UUID) -> list[VoiceConsent]:
    """Return all consents of a channel, revoked ones too, newest first."""
    query = select(VoiceConsent).where(VoiceConsent.channel_id == channel_id).order_by(VoiceConsent.id.desc())
    return list(await session.scalars(query))


async def record_consent(
    session: AsyncSession,
    channel_id: UUID,
    *,
    provider: SpeechProvider,
    voice: str,
    speaker: str,
    given_how: str,
    given_on: date,
) -> VoiceConsent:
    """Record that a speaker agreed, in the name of whoever asks. Raises InvalidInput and Conflict."""
    if given_on > (clock.now() + AHEAD).date():
        raise InvalidInput("The day of the consent is in the future.", hint="Record it once it has been given.")
    row = VoiceConsent(
        channel_id=channel_id,
        provider=provider,
        voice=voice,
        speaker=speaker,
        given_how=given_how,
        given_on=given_on,
    )
    session.add(row)
    recorded = Conflict(
        f"A consent for the voice “{voice}” is recorded already.", hint="Revoke it before you record another one."
    )
    with translate_constraint_errors({"voice_consents_channel_id_provider_voice_key": recorded}):
        await session.flush()
    await session.refresh(row)
    return row


async def revoke_consent(session: AsyncSession, channel_id: UUID, consent_id: UUID) -> VoiceConsent:
    """Revoke a consent; one that is revoked stays as it is. Raises NotFound."""
    row: VoiceConsent | None = await session.scalar(
        select(VoiceConsent)
        .where(VoiceConsent.channel_id == channel_id, VoiceConsent.id == consent_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound(f"This channel has no consent {consent_id}.")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = clock.now(), await session.scalar(select(subject_id))
        await session.flush()
    return row


async def require_consent(session: AsyncSession, channel_id: UUID, provider: str, voice: str) -> UUID:
    """Return the consent under which a channel uses a cloned voice. Raises ConsentMissing."""
    consent_id: UUID | None = await session.scalar(
        select(VoiceConsent.id).where(
            VoiceConsent.channel_id == channel_id,
            VoiceConsent.provider == provider,
            VoiceConsent.voice == voice,
            VoiceConsent.revoked_at.is_(None),
        )
    )
    if consent_id is None:
        raise ConsentMissing(
            f"The voice “{voice}” is a clone, and no consent of its speaker is recorded for this channel.",
            hint="Record it (ytempire voices record-consent) and retry the run, or choose another voice.",
        )
    return consent_id
