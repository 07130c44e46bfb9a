"""Tokens that work once: sign-in links, address verification, password reset."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, update

from ytempire.accounts.errors import OneTimeTokenInvalid
from ytempire.accounts.models import AccountToken
from ytempire.accounts.opaque_tokens import hash_token, new_secret
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession

Purpose = Literal["sign_in_link", "verify_email", "reset_password"]


async def issue(session: AsyncSession, user_id: UUID, purpose: Purpose, *, lifetime: timedelta) -> str:
    """A new token for this purpose; only the last one works. Needs the platform's session."""
    if purpose != "sign_in_link":
        await void(session, user_id, purpose)
    token = new_secret()
    session.add(
        AccountToken(token_hash=hash_token(token), purpose=purpose, user_id=user_id, expires_at=clock.now() + lifetime)
    )
    await session.flush()
    return token


async def void(session: AsyncSession, user_id: UUID, purpose: Purpose) -> None:
    """Tokens of this purpose that are on their way work no more."""
    await session.execute(delete(AccountToken).where(AccountToken.user_id == user_id, AccountToken.purpose == purpose))


async def redeem(session: AsyncSession, token: str, purpose: Purpose) -> UUID:
    """Use a token up; whose it is. Two that come at once: one wins. Raises OneTimeTokenInvalid."""
    user_id: UUID | None = await session.scalar(
        update(AccountToken)
        .where(
            AccountToken.token_hash == hash_token(token),
            AccountToken.purpose == purpose,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > clock.now(),
        )
        .values(used_at=clock.now())
        .returning(AccountToken.user_id)
    )
    if user_id is None:
        raise OneTimeTokenInvalid("This link was used already or is too old.", hint="Ask for a new one.")
    return user_id
