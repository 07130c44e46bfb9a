"""What other domains ask about people, and the person at this machine."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from ytempire.accounts.models import User
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, lock
from ytempire.kit.subject import Subject


async def subject_of(session: AsyncSession, user_id: UUID) -> Subject:
    """The subject that this user is now; their role may have changed since they ordered something."""
    user = await session.get_one(User, user_id)
    return Subject(user.id, user.role)  # type: ignore[arg-type]  # the table's check holds it to the four roles


async def ensure_local_operator(session: AsyncSession) -> UUID:
    """The first administrator: made without address or password on the first start, for the person at this machine.

    Needs the platform's session.
    """
    await lock(session, Lock.LOCAL_OPERATOR)
    first = await session.scalar(
        select(User.id).where(User.role == "admin", User.status == "active").order_by(User.created_at, User.id).limit(1)
    )
    if first is not None:
        return first
    operator = User(full_name="Operator", role="admin")
    session.add(operator)
    await session.flush()
    return operator.id
