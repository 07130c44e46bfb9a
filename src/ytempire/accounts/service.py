"""Issue a link, turn it into a session once, recognise a session."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from ytempire.accounts.models import Session, SignInLink
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError


class NotSignedIn(YtempireError):
    status = 401
    code = "not_signed_in"


def _hash(secret: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess
    return hashlib.sha256(secret.encode()).digest()


async def issue_link_code(session: AsyncSession, *, lifetime: timedelta) -> str:
    code = secrets.token_urlsafe(32)
    session.add(SignInLink(code_hash=_hash(code), expires_at=clock.now() + lifetime))
    await session.flush()
    return code


async def redeem_link_code(session: AsyncSession, code: str, *, session_lifetime: timedelta) -> str:
    """Use the link up and open a session; returns the session's token. Raises NotSignedIn."""
    used = await session.scalar(
        update(SignInLink)
        .where(SignInLink.code_hash == _hash(code), SignInLink.used_at.is_(None), SignInLink.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(SignInLink.id)
    )
    if used is None:
        raise NotSignedIn(
            "This link was used already or is too old.", hint="Run `ytempire status --link` for a new one."
        )
    token = secrets.token_urlsafe(32)
    session.add(Session(token_hash=_hash(token), expires_at=clock.now() + session_lifetime))
    await session.flush()
    return token


async def require_session(session: AsyncSession, token: str | None) -> None:
    if token is not None:
        found = await session.scalar(
            select(Session.id).where(Session.token_hash == _hash(token), Session.expires_at > clock.now())
        )
        if found is not None:
            return
    raise NotSignedIn("You are not signed in.", hint="Run `ytempire status --link` and open the link that it prints.")
