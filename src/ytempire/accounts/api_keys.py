"""API keys: a program's way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from ytempire.accounts.errors import NotSignedIn
from ytempire.accounts.models import ApiKey, User
from ytempire.accounts.opaque_tokens import hash_token, new_secret
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions, translate_constraint_errors
from ytempire.kit.errors import Conflict, InvalidInput, NotFound

PREFIX = "yt_"
SHOWN = 11  # characters of a key that a list shows


@dataclass(frozen=True)
class ApiKeyIdentity:
    """Whose key it was, and what it may do."""

    key_id: UUID
    user_id: UUID
    role: str
    scopes: tuple[str, ...]
    hourly_limit: int


async def create_key(
    session: AsyncSession,
    user_id: UUID,
    *,
    name: str,
    scopes: list[str],
    hourly_limit: int,
    expires_at: datetime | None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once. Raises InvalidInput and Conflict."""
    if expires_at is not None and expires_at <= clock.now():
        raise InvalidInput("This key would have expired already.", hint="Give a time in the future, or none.")
    secret = PREFIX + new_secret()
    row = ApiKey(
        user_id=user_id,
        name=name,
        prefix=secret[:SHOWN],
        key_hash=hash_token(secret),
        scopes=sorted(set(scopes)),
        hourly_limit=hourly_limit,
        expires_at=expires_at,
    )
    session.add(row)
    taken = Conflict(f"You have a key named “{name}” already.", hint="Choose another name.")
    with translate_constraint_errors({"api_keys_user_id_name_key": taken}):
        await session.flush()
    return row, secret


async def list_keys(session: AsyncSession, user_id: UUID) -> list[ApiKey]:
    rows = await session.scalars(
        select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None)).order_by(ApiKey.id.desc())
    )
    return list(rows)


async def revoke_key(session: AsyncSession, user_id: UUID, key_id: UUID) -> None:
    """Raises NotFound."""
    revoked = await session.scalar(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiKey.id)
    )
    if revoked is None:
        raise NotFound("There is no such key.")


async def authenticate_key(platform: Sessions, secret: str) -> ApiKeyIdentity:
    """Who holds this key. Raises NotSignedIn for an unknown, expired or revoked one."""
    now = clock.now()
    async with platform.begin() as session:
        row = (
            await session.execute(
                select(ApiKey, User.role)
                .join(User, User.id == ApiKey.user_id)
                .where(ApiKey.key_hash == hash_token(secret), ApiKey.revoked_at.is_(None), User.status == "active")
            )
        ).one_or_none()
        if row is None or (row.ApiKey.expires_at is not None and row.ApiKey.expires_at <= now):
            raise NotSignedIn("This API key is not valid.", hint="Make a new one on your profile.")
        key: ApiKey = row.ApiKey
        # once a minute is exact enough for a person, and a write for each request is not
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
            key.last_used_at = now
        return ApiKeyIdentity(key.id, key.user_id, row.role, tuple(key.scopes), key.hourly_limit)
