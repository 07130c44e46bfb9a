"""Who may do what with a channel that is not theirs, as its owner and its administrators say.

What is changed is changed with their own rights. Names and addresses of others are the platform's to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts.authenticator import normalize_email
from ytempire.accounts.models import Permission, User
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound

_CHANNEL_ADMIN = text("""
    SELECT core.sees_all() OR c.id = ANY ((SELECT core.channel_ids('admin'))::uuid[]) AS may, c.owner_id
    FROM core.channels c WHERE c.id = :channel_id
""")


@dataclass(frozen=True)
class ChannelPermission:
    """A permission, and whose it is."""

    user_id: UUID
    channel_id: UUID
    level: str
    email: str | None
    full_name: str
    granted_at: datetime


async def require_channel_admin(session: AsyncSession, channel_id: UUID) -> UUID:
    """Raises NotFound and Forbidden unless whoever asks may share the channel; whose it is."""
    row = (await session.execute(_CHANNEL_ADMIN, {"channel_id": channel_id})).one_or_none()
    if row is None:
        raise NotFound(f"There is no channel {channel_id}.")
    if not row.may:
        raise Forbidden("Only its owner and its administrators may share this channel.", hint="Ask its owner.")
    owner: UUID = row.owner_id
    return owner


async def list_permissions(session: AsyncSession, channel_id: UUID) -> list[Permission]:
    """Who may do what with a channel, besides its owner. Raises NotFound and Forbidden."""
    await require_channel_admin(session, channel_id)
    query = select(Permission).where(Permission.channel_id == channel_id).order_by(Permission.granted_at)
    return list(await session.scalars(query))


async def with_user_names(platform: AsyncSession, permissions: list[Permission]) -> list[ChannelPermission]:
    """The same with names and addresses."""
    ids = [permission.user_id for permission in permissions]
    people = {user.id: user for user in await platform.scalars(select(User).where(User.id.in_(ids)))}
    return [
        ChannelPermission(
            permission.user_id,
            permission.channel_id,
            permission.level,
            person.email,
            person.full_name,
            permission.granted_at,
        )
        for permission in permissions
        if (person := people.get(permission.user_id)) is not None
    ]


async def find_active_user(platform: AsyncSession, email: str) -> UUID:
    """Who has this address and uses it. Raises InvalidInput."""
    person: UUID | None = await platform.scalar(
        select(User.id).where(
            User.email == normalize_email(email),
            User.role != "service",
            User.status == "active",
            User.email_verified_at.is_not(None),
        )
    )
    if person is None:
        raise InvalidInput("Nobody here comes in with this address.", hint="They must register first.")
    return person


async def grant_permission(
    session: AsyncSession, *, user_id: UUID, channel_id: UUID, level: str, granted_by: UUID
) -> Permission:
    """Give or change a permission. Raises NotFound, Forbidden, and Conflict for the channel's owner."""
    if await require_channel_admin(session, channel_id) == user_id:
        raise Conflict("The channel is theirs already.")
    await session.execute(
        insert(Permission)
        .values(user_id=user_id, channel_id=channel_id, level=level, granted_by=granted_by)
        .on_conflict_do_update(
            index_elements=["user_id", "channel_id"],
            set_={"level": level, "granted_by": granted_by, "granted_at": func.now()},
        )
    )
    return await session.get_one(Permission, (user_id, channel_id), populate_existing=True)


async def revoke_permission(session: AsyncSession, *, user_id: UUID, channel_id: UUID) -> None:
    """Raises NotFound and Forbidden."""
    await require_channel_admin(session, channel_id)
    gone = await session.scalar(
        delete(Permission)
        .where(Permission.user_id == user_id, Permission.channel_id == channel_id)
        .returning(Permission.user_id)
    )
    if gone is None:
        raise NotFound("There is no such permission.")
