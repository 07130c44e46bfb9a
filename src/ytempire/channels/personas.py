"""Personas of one owner: a channel speaks with one of them, and a run keeps a copy of what it was when it began."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from ytempire.channels.models import PersonaModel
from ytempire.channels.persona import Persona
from ytempire.kit.database import AsyncSession, translate_constraint_errors
from ytempire.kit.errors import Conflict, NotFound, YtempireError
from ytempire.kit.row_updates import delete_row, update_row


async def list_personas(session: AsyncSession) -> list[PersonaModel]:
    return list(await session.scalars(select(PersonaModel).order_by(PersonaModel.id)))


async def get_own_persona(session: AsyncSession, owner_id: UUID, name: str | None = None) -> PersonaModel:
    """The owner's persona of this name, or their first. Raises NotFound, with the names of those that there are."""
    own = [persona for persona in await list_personas(session) if persona.owner_id == owner_id]
    for persona in own:
        if name is None or persona.name.casefold() == name.casefold():
            return persona
    names = ", ".join(persona.name for persona in own)
    there_are = f"There are: {names}." if own else "Create one on the page, under Channels."
    raise NotFound(f"You have no persona “{name}”." if name else "You have no persona yet.", hint=there_are)


async def get_persona(session: AsyncSession, persona_id: UUID) -> PersonaModel:
    row = await session.get(PersonaModel, persona_id)
    if row is None:
        raise NotFound(f"There is no persona {persona_id}.")
    return row


async def create_persona(session: AsyncSession, persona: Persona) -> PersonaModel:
    """A new persona of whoever asks. Raises Conflict for a name that they use."""
    row = PersonaModel(name=persona.name, definition=persona.model_dump(mode="json"))
    session.add(row)
    with translate_constraint_errors(_taken(persona.name)):
        await session.flush()
    return row


async def update_persona(
    session: AsyncSession, row: PersonaModel, persona: Persona, *, expected_updated_at: datetime | None = None
) -> PersonaModel:
    """Replace it; runs that began keep what they began with. Raises Forbidden, PreconditionFailed and Conflict."""
    values = {"name": persona.name, "definition": persona.model_dump(mode="json")}
    with translate_constraint_errors(_taken(persona.name)):
        return await update_row(session, row, values, expected_updated_at=expected_updated_at)


async def delete_persona(session: AsyncSession, persona_id: UUID) -> None:
    """Raises NotFound, Forbidden, and Conflict while a channel uses it."""
    in_use = Conflict("A channel speaks with this persona.", hint="Give that channel another persona first.")
    with translate_constraint_errors({"channels_persona_id_owner_id_fkey": in_use}):
        await delete_row(session, await get_persona(session, persona_id))


def _taken(name: str) -> dict[str, YtempireError]:
    return {
        "personas_owner_id_name_key": Conflict(
            f"You have a persona named “{name}” already.", hint="Choose another name."
        )
    }
