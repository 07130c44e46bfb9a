"""Channels: what other domains ask of them, and what a person changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert

from ytempire.channels.access import Access, access_to_channel, allows
from ytempire.channels.default_personas import PERSONAS
from ytempire.channels.models import Channel, PersonaModel
from ytempire.channels.persona import Persona
from ytempire.channels.strategy import Strategy
from ytempire.kit.database import AsyncSession, translate_constraint_errors
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, YtempireError
from ytempire.kit.row_updates import NOT_PERMITTED, update_row

FIRST_CURSOR = UUID(int=0)


@dataclass(frozen=True)
class ChannelView:
    id: UUID
    owner_id: UUID
    name: str
    description: str
    category: str | None
    status: str
    time_zone: str
    persona_id: UUID
    persona: Persona
    strategy: Strategy
    created_at: datetime
    updated_at: datetime
    access: Access


@cache  # putting it together takes longer than running it
def _channels() -> Select[Channel, PersonaModel, Access]:
    access = access_to_channel().label("access")
    return select(Channel, PersonaModel, access).join(PersonaModel, PersonaModel.id == Channel.persona_id)


_COMPUTED_FIELDS = ("persona", "strategy", "access")


def _view(row: Channel, persona: PersonaModel, access: Access) -> ChannelView:
    own = {name: getattr(row, name) for name in ChannelView.__dataclass_fields__ if name not in _COMPUTED_FIELDS}
    return ChannelView(
        **own,
        persona=Persona.model_validate(persona.definition),
        strategy=Strategy.model_validate(row.strategy),
        access=access,
    )


async def ensure_default_channels(session: AsyncSession, *, owner_id: UUID) -> None:
    """Make the demo workspace's channels, one for each default persona, where they are missing."""
    for persona in PERSONAS.values():
        await session.execute(
            insert(PersonaModel)
            .values(owner_id=owner_id, name=persona.name, definition=persona.model_dump(mode="json"))
            .on_conflict_do_nothing()
        )
        # one that its owner archived or renamed stays so: their persona is used already
        await session.execute(
            text("""
                INSERT INTO core.channels (owner_id, name, persona_id)
                SELECT p.owner_id, p.name, p.id FROM core.personas p
                WHERE p.owner_id = :owner_id AND lower(p.name) = lower(:name)
                  AND NOT EXISTS (SELECT FROM core.channels c WHERE c.persona_id = p.id)
                ON CONFLICT DO NOTHING"""),
            {"owner_id": owner_id, "name": persona.name},
        )


async def list_channels(session: AsyncSession) -> list[ChannelView]:
    """Those that are not archived, oldest first."""
    query = _channels().where(Channel.status != "archived").order_by(Channel.id)
    return [_view(*row) for row in (await session.execute(query)).all()]


async def find_default_channel(session: AsyncSession) -> ChannelView | None:
    """The oldest that whoever asks may make videos for."""
    query = _channels().where(Channel.status != "archived", access_to_channel() != "read").order_by(Channel.id)
    row = (await session.execute(query.limit(1))).one_or_none()
    return _view(*row) if row else None


async def get_channel(session: AsyncSession, channel_id: UUID) -> ChannelView:
    return _view(*await _get(session, channel_id))


async def require_channel(session: AsyncSession, channel_id: UUID, needed: Access) -> ChannelView:
    """The channel, for something that needs this access. Raises NotFound, and Forbidden where they have less."""
    channel = await get_channel(session, channel_id)
    if not allows(channel.access, needed):
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    return channel


async def _get(session: AsyncSession, channel_id: UUID) -> tuple[Channel, PersonaModel, Access]:
    row = (await session.execute(_channels().where(Channel.id == channel_id))).one_or_none()
    if row is None:
        raise NotFound(f"There is no channel {channel_id}.")
    return row[0], row[1], row[2]


async def get_channel_by_name(session: AsyncSession, name: str) -> ChannelView:
    """One that is not archived, by its name or, where several owners use that name, by its id."""
    rows = (
        await session.execute(
            _channels().where(func.lower(Channel.name) == name.lower(), Channel.status != "archived").limit(2)
        )
    ).all()
    if len(rows) > 1:
        raise Conflict(f"Several channels are named “{name}”.", hint="Rename one of them.")
    if not rows:
        known = ", ".join(channel.name for channel in await list_channels(session))
        raise NotFound(f"There is no channel named “{name}”.", hint=f"Known channels: {known}.")
    return _view(*rows[0])


def require_active(channel: ChannelView) -> None:
    """Videos belong to active channels (rule A7)."""
    if channel.status != "active":
        raise Conflict(f"The channel “{channel.name}” is {channel.status}.", hint="Activate it first.")


async def lock_active_channel(session: AsyncSession, channel_id: UUID) -> None:
    """Raises Conflict unless the channel is active, and keeps it so until the transaction ends.

    To be called before a run or a video of it is locked: suspending a channel locks in this order.
    """
    await session.execute(select(func.core.require_active_channel(channel_id)))


async def create_channel(session: AsyncSession, *, name: str, persona_id: UUID, **columns: Any) -> ChannelView:
    """A new channel of whoever asks. Raises Conflict for a name that they use, NotFound for what it names."""
    row = Channel(name=name, persona_id=persona_id, **columns)
    session.add(row)
    with translate_constraint_errors(_refusals(name)):
        await session.flush()
    return await get_channel(session, row.id)


async def update_channel(
    session: AsyncSession, channel_id: UUID, changes: Mapping[str, Any], *, expected_updated_at: datetime | None = None
) -> ChannelView:
    """Set these columns. Suspending or archiving stops its videos (`core.cancel_channel_work`).

    `expected_updated_at`: only if it was last changed then.
    Raises NotFound, Forbidden, PreconditionFailed and Conflict.
    """
    row, persona, access = await _get(session, channel_id)
    with translate_constraint_errors(_refusals(str(changes.get("name", "")))):
        await update_row(session, row, changes, expected_updated_at=expected_updated_at)
    if row.persona_id != persona.id:
        return await get_channel(session, channel_id)
    return _view(row, persona, access)


def _refusals(name: str) -> dict[str, YtempireError]:
    return {
        "channels_owner_id_name_key": Conflict(
            f"There is a channel named “{name}” already.", hint="Choose another name."
        ),
        "channels_persona_id_owner_id_fkey": InvalidInput(
            "The channel's owner has no such persona.", hint="Make one: POST /api/v1/personas."
        ),
        "channels_category_fkey": InvalidInput("There is no such category.", hint="See GET /api/v1/categories."),
    }
