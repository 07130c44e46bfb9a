"""What other domains ask of channels."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.channels.models import Channel
from ytempire.channels.persona import Persona
from ytempire.channels.personas import PERSONAS
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, NotFound


@dataclass(frozen=True)
class ChannelView:
    id: UUID
    name: str
    status: str
    persona: Persona


def _view(row: Channel) -> ChannelView:
    return ChannelView(row.id, row.name, row.status, Persona.model_validate(row.persona))


async def ensure_shipped_channels(session: AsyncSession, *, owner_id: UUID) -> None:
    """Make the demo workspace's channels, one for each shipped persona, where they are missing."""
    for persona in PERSONAS.values():
        await session.execute(
            insert(Channel)
            .values(owner_id=owner_id, name=persona.name, persona=persona.model_dump(mode="json"))
            .on_conflict_do_nothing()
        )


async def list_channels(session: AsyncSession) -> list[ChannelView]:
    return [_view(row) for row in await session.scalars(select(Channel).order_by(Channel.created_at, Channel.name))]


async def get_channel(session: AsyncSession, channel_id: UUID) -> ChannelView:
    row = await session.get(Channel, channel_id)
    if row is None:
        raise NotFound(f"There is no channel {channel_id}.")
    return _view(row)


async def get_channel_by_name(session: AsyncSession, name: str) -> ChannelView:
    row = await session.scalar(select(Channel).where(func.lower(Channel.name) == name.lower()))
    if row is None:
        known = ", ".join(channel.name for channel in await list_channels(session))
        raise NotFound(f"There is no channel named “{name}”.", hint=f"Known channels: {known}.")
    return _view(row)


def require_active(channel: ChannelView) -> None:
    """Videos belong to active channels (rule A7)."""
    if channel.status != "active":
        raise Conflict(f"The channel “{channel.name}” is {channel.status}.", hint="Activate it first.")
