"""What opens a channel's accounts elsewhere. Sealed, bound to its channel, and never shown again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.channels.models import Credential
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound

MAX_SECRET_LENGTH = 10_000  # characters; YouTube's tokens have some 500, keys of services 40 to 160


def credential_associated_data(channel_id: UUID, provider: str) -> str:
    """What a credential's envelope is bound to: it opens for no other channel and no other provider."""
    return f"core.credentials/secret/{channel_id}/{provider}"


async def list_credentials(session: AsyncSession, channel_id: UUID) -> list[Credential]:
    return list(
        await session.scalars(
            select(Credential).where(Credential.channel_id == channel_id).order_by(Credential.provider)
        )
    )


async def set_credential(
    session: AsyncSession,
    keys: KeyRing,
    channel_id: UUID,
    provider: str,
    secret: str,
    *,
    label: str,
    expires_at: datetime | None,
) -> Credential:
    """Keep it in place of the one before."""
    sealed = keys.seal(secret.encode(), associated_data=credential_associated_data(channel_id, provider))
    values = {"secret": sealed, "label": label, "expires_at": expires_at}
    row: Credential | None = await session.scalar(
        insert(Credential)
        .values(channel_id=channel_id, provider=provider, **values)
        .on_conflict_do_update(index_elements=["channel_id", "provider"], set_=values)
        .returning(Credential)
    )
    assert row is not None
    await session.refresh(row)
    return row


async def replace_credential(
    session: AsyncSession, keys: KeyRing, channel_id: UUID, provider: str, *, before: str, secret: str
) -> bool:
    """Keep `secret` where `before` is kept now; False: another one is there by now, or none, and stays."""
    row = await session.scalar(
        select(Credential)
        .where(Credential.channel_id == channel_id, Credential.provider == provider)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    associated_data = credential_associated_data(channel_id, provider)
    if row is None or keys.open(row.secret, associated_data=associated_data).decode() != before:
        return False
    row.secret = keys.seal(secret.encode(), associated_data=associated_data)
    await session.flush()
    return True


async def open_credential(session: AsyncSession, keys: KeyRing, channel_id: UUID, provider: str) -> str:
    """The secret, for a call to its provider. Raises NotFound."""
    secret = await find_credential(session, keys, channel_id, provider)
    if secret is None:
        raise NotFound(f"This channel has no {provider} credential.", hint="Connect the channel first.")
    return secret


async def find_credential(session: AsyncSession, keys: KeyRing, channel_id: UUID, provider: str) -> str | None:
    row = await session.scalar(
        select(Credential).where(Credential.channel_id == channel_id, Credential.provider == provider)
    )
    return (
        None
        if row is None
        else keys.open(row.secret, associated_data=credential_associated_data(channel_id, provider)).decode()
    )


async def delete_credential(session: AsyncSession, channel_id: UUID, provider: str) -> None:
    """Raises NotFound."""
    credential_id = await session.scalar(
        delete(Credential)
        .where(Credential.channel_id == channel_id, Credential.provider == provider)
        .returning(Credential.id)
    )
    if credential_id is None:
        raise NotFound(f"This channel has no {provider} credential.")
