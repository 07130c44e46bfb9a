"""Users, as an administrator changes them; and the trail that all changes leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, tuple_

from ytempire.accounts import sessions
from ytempire.accounts.models import Email, User
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, NotFound
from ytempire.kit.locks import Lock, lock


async def list_users(session: AsyncSession, *, limit: int, before: UUID | None, query: str = "") -> list[User]:
    """People, newest first; the platform itself is none. Each word of `query` is in name or address."""
    statement = select(User).where(User.role != "service").order_by(User.id.desc()).limit(limit)
    for word in query.split():
        statement = statement.where(
            or_(User.full_name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
        )
    return list(await session.scalars(statement.where(User.id < before) if before else statement))


async def change_user(
    session: AsyncSession, user_id: UUID, *, role: str | None, status: str | None, segments: list[str] | None = None
) -> User:
    """Give another role or other segments, suspend or reactivate. Suspending ends all sessions.

    Raises NotFound, Conflict.
    """
    # two changes at once must not leave the installation without an administrator
    await lock(session, Lock.LAST_ADMINISTRATOR)
    user = await session.get(User, user_id, with_for_update=True)
    if user is None or user.role == "service":
        raise NotFound(f"There is no user {user_id}.")
    if user.status == "deleted":
        raise Conflict("This account was deleted.")
    user.role, user.status = role or user.role, status or user.status
    user.segments = user.segments if segments is None else list(dict.fromkeys(segments))
    await session.flush()
    left = await session.scalar(select(func.count()).where(User.role == "admin", User.status == "active"))
    if not left:
        raise Conflict("This is the last administrator.", hint="Make somebody else an administrator first.")
    if user.status == "suspended":
        await sessions.revoke_all(session, user_id, reason="suspended")
    await session.refresh(user)
    return user


async def list_emails(session: AsyncSession, *, limit: int, before: tuple[datetime, UUID] | None = None) -> list[Email]:
    """Return emails, newest first."""
    place = tuple_(Email.created_at, Email.id)
    statement = select(Email).order_by(Email.created_at.desc(), Email.id.desc()).limit(limit)
    return list(await session.scalars(statement.where(place < before) if before else statement))


async def count_pending_emails(session: AsyncSession) -> int:
    """Return how many emails were not sent yet."""
    return await session.scalar(select(func.count()).where(Email.sent_at.is_(None))) or 0


@dataclass(frozen=True)
class AuditChange:
    """One line of the trail. Personal values are readable until the person is erased; secrets are only named."""

    id: UUID
    occurred_at: datetime
    table_name: str
    row_key: str
    action: str
    user_id: UUID | None
    user_name: str | None
    role: str | None
    session_id: UUID | None
    request_id: str | None
    ip_address: str | None
    changed: list[str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None


_TRAIL = """
    SELECT c.id, c.occurred_at, c.table_name, c.row_key, c.action, c.user_id, c.role, c.session_id, c.request_id,
           host(c.ip_address) AS ip_address, c.changed, coalesce(nullif(u.full_name, ''), u.email) AS user_name,
           c.old || coalesce(p.old, '{}') AS old, c.new || coalesce(p.new, '{}') AS new
    FROM audit.trail c
    LEFT JOIN audit.personal_values p ON p.change_id = c.id
    LEFT JOIN core.users u ON u.id = c.user_id
    WHERE (CAST(:table_name AS text) IS NULL OR c.table_name = :table_name)
      AND (CAST(:row_key AS text) IS NULL OR c.row_key = :row_key)
      AND (CAST(:user_id AS uuid) IS NULL OR c.user_id = :user_id)
      AND (CAST(:before_at AS timestamptz) IS NULL OR (c.occurred_at, c.id) < (:before_at, CAST(:before_id AS uuid)))
    ORDER BY c.occurred_at DESC, c.id DESC
    LIMIT :limit
"""


async def list_changes(
    session: AsyncSession,
    *,
    limit: int,
    table_name: str | None = None,
    row_key: str | None = None,
    user_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> list[AuditChange]:
    """The trail, newest first."""
    rows = await session.execute(
        text(_TRAIL),
        {
            "limit": limit,
            "table_name": table_name,
            "row_key": row_key,
            "user_id": user_id,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
        },
    )
    return [AuditChange(**row) for row in rows.mappings()]
