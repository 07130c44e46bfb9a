"""Channels: what other domains ask of them, and what a person changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from ytempire.channels.access import Access, access_to_channel, allows
from ytempire.channels.default_personas import personas_with
from ytempire.channels.models import Channel, PersonaModel
from ytempire.channels.persona import Persona
from ytempire.channels.strategy import Strategy
from ytempire.kit.database import AsyncSession, translate_constraint_errors
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, YtempireError
from ytempire.kit.etags import stale
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.settings import DefaultEngine

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


# A view needs no row of SQLAlchemy's: those cost as much again as the statement. And putting a statement together takes
# longer than running it, so those that are run all the time are made once.
_CHANNEL, _PERSONA = Channel.__table__, PersonaModel.__table__


@cache
def _view_columns() -> tuple[Any, ...]:
    return *_CHANNEL.columns, _PERSONA.c.definition, access_to_channel().label("access")


@cache
def _channels() -> Select[*tuple[Any, ...]]:
    return select(*_view_columns()).join_from(_CHANNEL, _PERSONA, _PERSONA.c.id == _CHANNEL.c.persona_id)


@cache
def _channel_by_id() -> Select[*tuple[Any, ...]]:
    return _channels().where(_CHANNEL.c.id == bindparam("channel_id"))


@lru_cache(maxsize=256)
def _update_statement(names: frozenset[str], is_guarded: bool) -> ReturningUpdate[*tuple[Any, ...]]:
    """Set these columns of a channel, and return it as it is then; with the persona that it had."""
    statement = (
        update(Channel.__table__)  # type: ignore[arg-type]  # it is a table, typed as what may be selected from
        .where(_CHANNEL.c.id == bindparam("channel_id"), _PERSONA.c.id == _CHANNEL.c.persona_id)
        .values({name: bindparam(f"new_{name}", type_=_CHANNEL.c[name].type) for name in names})
    )
    if is_guarded:
        statement = statement.where(_CHANNEL.c.updated_at == bindparam("expected_updated_at"))
    return statement.returning(*_view_columns())


_COMPUTED_FIELDS = ("persona", "strategy", "access")
_OWN_FIELDS = tuple(name for name in ChannelView.__dataclass_fields__ if name not in _COMPUTED_FIELDS)


def _view(row: Row[*tuple[Any, ...]]) -> ChannelView:
    columns = row._mapping
    return ChannelView(
        **{name: columns[name] for name in _OWN_FIELDS},
        persona=Persona.model_validate(columns["definition"]),
        strategy=Strategy.model_validate(columns["strategy"]),
        access=columns["access"],
    )


async def ensure_default_channels(session: AsyncSession, *, owner_id: UUID, engine: DefaultEngine) -> None:
    """Make the demo workspace's channels, one for each default persona, where they are missing.

    `engine` speaks for those that are made.
    """
    for persona in personas_with(engine):
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
    query = _channels().where(_CHANNEL.c.status != "archived").order_by(_CHANNEL.c.id)
    return [_view(row) for row in (await session.execute(query)).all()]


async def find_default_channel(session: AsyncSession) -> ChannelView | None:
    """The oldest that whoever asks may make videos for."""
    query = _channels().where(_CHANNEL.c.status != "archived", access_to_channel() != "read").order_by(_CHANNEL.c.id)
    row = (await session.execute(query.limit(1))).one_or_none()
    return _view(row) if row else None


async def get_channel(session: AsyncSession, channel_id: UUID) -> ChannelView:
    row = (await session.execute(_channel_by_id(), {"channel_id": channel_id})).one_or_none()
    if row is None:
        raise NotFound(f"There is no channel {channel_id}.")
    return _view(row)


async def require_channel(session: AsyncSession, channel_id: UUID, needed: Access) -> ChannelView:
    """The channel, for something that needs this access. Raises NotFound, and Forbidden where they have less."""
    channel = await get_channel(session, channel_id)
    if not allows(channel.access, needed):
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    return channel


async def get_channel_by_name(session: AsyncSession, name: str) -> ChannelView:
    """One that is not archived, by its name or, where several owners use that name, by its id."""
    rows = (
        await session.execute(
            _channels().where(func.lower(_CHANNEL.c.name) == name.lower(), _CHANNEL.c.status != "archived").limit(2)
        )
    ).all()
    if len(rows) > 1:
        raise Conflict(f"Several channels are named “{name}”.", hint="Rename one of them.")
    if not rows:
        known = ", ".join(channel.name for channel in await list_channels(session))
        raise NotFound(f"There is no channel named “{name}”.", hint=f"Known channels: {known}.")
    return _view(rows[0])


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
    statement = _update_statement(frozenset(changes), expected_updated_at is not None)
    parameters = {"channel_id": channel_id, "expected_updated_at": expected_updated_at} | {
        f"new_{name}": value for name, value in changes.items()
    }
    with translate_constraint_errors(_refusals(str(changes.get("name", "")))):
        row = (await session.execute(statement, parameters)).one_or_none()
    if row is None:
        unchanged = await get_channel(session, channel_id)
        if expected_updated_at is not None and unchanged.updated_at != expected_updated_at:
            raise stale()
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    # of another persona the statement has not the definition
    return await get_channel(session, channel_id) if "persona_id" in changes else _view(row)


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
