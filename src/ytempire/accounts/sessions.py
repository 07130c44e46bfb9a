"""Sessions: a sign-in and its chain of refresh tokens, each of which works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from ytempire.accounts import lockout
from ytempire.accounts.errors import NotSignedIn
from ytempire.accounts.models import RefreshToken, Session, User
from ytempire.accounts.opaque_tokens import hash_token, new_secret
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import NotFound
from ytempire.kit.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class ClientInfo:
    """Where a sign-in came from, as far as the connection says."""

    ip_address: str | None = None
    user_agent: str = ""
    request_id: str | None = None


@dataclass(frozen=True)
class IssuedSession:
    """A session just opened or renewed, with the one refresh token that works next."""

    id: UUID
    user_id: UUID
    role: str
    refresh_token: str
    expires_at: datetime


async def open_session(session: AsyncSession, user: User, client: ClientInfo, *, lifetime: timedelta) -> IssuedSession:
    """For somebody who has shown who they are. Needs the platform's session."""
    # before the account's row is written: the order in which both are locked
    await lockout.clear_failures(session, user.email)
    now = clock.now()
    row = Session(
        user_id=user.id,
        ip_address=client.ip_address,
        user_agent=client.user_agent[:500],
        created_at=now,
        refreshed_at=now,
        expires_at=now + lifetime,
    )
    session.add(row)
    user.last_sign_in_at = now
    await session.flush()
    return IssuedSession(row.id, user.id, user.role, await _next_token(session, row.id), row.expires_at)


async def refresh(platform: Sessions, token: str, *, lifetime: timedelta) -> IssuedSession:
    """Use a refresh token up and hand out the next. A token that comes a second time ends its session.

    Whoever holds the copy, thief or owner, is out then, and the owner signs in again. Raises NotSignedIn.
    """
    async with platform.begin() as session:
        renewed = await _refresh(session, token, lifetime)
    if renewed is None:  # after the commit: the session's end must stand although the caller gets an error
        raise NotSignedIn("This sign-in has ended.", hint="Sign in again.")
    return renewed


async def _refresh(session: AsyncSession, token: str, lifetime: timedelta) -> IssuedSession | None:
    used = await session.get(RefreshToken, hash_token(token), with_for_update=True)
    if used is None:
        return None
    row = await session.get_one(Session, used.session_id, with_for_update=True)
    user = await session.get_one(User, row.user_id)
    now = clock.now()
    if used.used_at is not None:
        if row.revoked_at is None:
            log.warning("refresh_token_reused", session_id=str(row.id), user_id=str(row.user_id))
            row.revoked_at, row.revoke_reason = now, "reuse"
        return None
    used.used_at = now
    if row.revoked_at is not None or row.expires_at <= now or user.status != "active":
        return None
    row.refreshed_at, row.expires_at = now, now + lifetime
    await session.flush()
    return IssuedSession(row.id, user.id, user.role, await _next_token(session, row.id), row.expires_at)


async def _next_token(session: AsyncSession, session_id: UUID) -> str:
    token = new_secret()
    session.add(RefreshToken(token_hash=hash_token(token), session_id=session_id))
    await session.flush()
    return token


async def list_sessions(session: AsyncSession, user_id: UUID) -> list[Session]:
    """Living sessions, the most recently used first."""
    rows = await session.scalars(
        select(Session)
        .where(Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > clock.now())
        .order_by(Session.refreshed_at.desc())
    )
    return list(rows)


async def revoke_session(session: AsyncSession, user_id: UUID, session_id: UUID, *, reason: str) -> None:
    """End one session at once: its access tokens are refused from the next request on. Raises NotFound."""
    ended = await session.scalar(
        update(Session)
        .where(Session.id == session_id, Session.user_id == user_id, Session.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoke_reason=reason)
        .returning(Session.id)
    )
    if ended is None:
        raise NotFound("There is no such session.")


async def revoke_all(
    session: AsyncSession, user_id: UUID, *, reason: str, except_session_id: UUID | None = None
) -> None:
    """End all sessions of somebody, except the session that asks for it."""
    ending = update(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None))
    if except_session_id is not None:
        ending = ending.where(Session.id != except_session_id)
    await session.execute(ending.values(revoked_at=clock.now(), revoke_reason=reason))
