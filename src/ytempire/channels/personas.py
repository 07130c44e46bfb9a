"""Personas of one owner: a channel speaks with one of them, and a run keeps a copy of what it was when it began."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from ytempire.channels.models import PersonaRow
from ytempire.channels.persona import Persona
from ytempire.kit.database import AsyncSession, said_plainly
from ytempire.kit.errors import Conflict, NotFound, YtempireError
from ytempire.kit.rows import change_row, remove_row


async def list_personas(session: AsyncSession) -> list[PersonaRow]:
    return list(await session.scalars(select(PersonaRow).order_by(PersonaRow.id)))


async def get_own_persona(session: AsyncSession, owner_id: UUID, name: str | None = None) -> PersonaRow:
    """The owner's persona of this name, or their first. Raises NotFound, with the names of those that there are."""
    own = [one for one in await list_personas(session) if one.owner_id == owner_id]
    for one in own:
        if name is None or one.name.casefold() == name.casefold():
            return one
    there_are = f"There are: {', '.join(one.name for one in own)}." if own else "Make one on the page, under Channels."
    raise NotFound(f"You have no persona “{name}”." if name else "You have no persona yet.", hint=there_are)


async def get_persona(session: AsyncSession, persona_id: UUID) -> PersonaRow:
    row = await session.get(PersonaRow, persona_id)
    if row is None:
        raise NotFound(f"There is no persona {persona_id}.")
    return row


async def add_persona(session: AsyncSession, persona: Persona) -> PersonaRow:
    """A new persona of whoever asks. Raises Conflict for a name that they use."""
    row = PersonaRow(name=persona.name, definition=persona.model_dump(mode="json"))
    session.add(row)
    with said_plainly(_taken(persona.name)):
        await session.flush()
    return row


async def change_persona(
    session: AsyncSession, row: PersonaRow, persona: Persona, *, seen: datetime | None = None
) -> PersonaRow:
    """Replace it; runs that began keep what they began with. Raises Forbidden, PreconditionFailed and Conflict."""
    values = {"name": persona.name, "definition": persona.model_dump(mode="json")}
    with said_plainly(_taken(persona.name)):
        return await change_row(session, row, values, seen=seen)


async def remove_persona(session: AsyncSession, persona_id: UUID) -> None:
    """Raises NotFound, Forbidden, and Conflict while a channel uses it."""
    in_use = Conflict("A channel speaks with this persona.", hint="Give that channel another persona first.")
    with said_plainly({"channels_persona_id_owner_id_fkey": in_use}):
        await remove_row(session, await get_persona(session, persona_id))


def _taken(name: str) -> dict[str, YtempireError]:
    return {
        "personas_owner_id_name_key": Conflict(
            f"You have a persona named “{name}” already.", hint="Choose another name."
        )
    }
