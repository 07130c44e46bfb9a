"""Who acts in tests: an ordinary operator, as nearly everybody is who uses an installation.

Administrators act only where the test is about them.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from ytempire.accounts import service as accounts
from ytempire.accounts.models import Permission, User
from ytempire.channels import service as channels
from ytempire.channels.default_personas import personas_with
from ytempire.channels.models import PersonaModel
from ytempire.kit import clock
from ytempire.kit.database import AsyncEngine, AsyncSession, Sessions, connect, sessions_of
from ytempire.kit.subject import SYSTEM, Subject

ADDRESS = "operator@example.com"
PERSONA = "Plain Words"
Person = Literal["operator", "admin"]


async def prepare_operator(database_url: str) -> None:
    """An operator with a persona and no channel of their own, let into the installation's first one by its owner."""
    engine = connect(database_url, pool_size=1)
    try:
        async with sessions_of(engine, SYSTEM).begin() as session:
            operator = User(full_name="Ordinary operator", email=ADDRESS, email_verified_at=clock.now())
            session.add(operator)
            await session.flush()
            channel = (await channels.list_channels(session))[0]
            owner = channel.owner_id
            persona = personas_with("espeak")[0].model_copy(update={"name": PERSONA})
            session.add(PersonaModel(owner_id=operator.id, name=PERSONA, definition=persona.model_dump(mode="json")))
            session.add(Permission(user_id=operator.id, channel_id=channel.id, level="admin", granted_by=owner))
    finally:
        await engine.dispose()


async def subject_named(session: AsyncSession, person: Person) -> Subject:
    """Of them, as the platform's session sees them."""
    if person == "admin":
        return Subject(await accounts.ensure_local_operator(session), "admin")
    return await accounts.subject_of(
        session, (await session.scalars(select(User.id).where(User.email == ADDRESS))).one()
    )


async def sessions_as(engine: AsyncEngine, person: Person) -> Sessions:
    """Sessions whose transactions act for them."""
    async with sessions_of(engine, SYSTEM).begin() as session:
        subject = await subject_named(session, person)
    return sessions_of(engine, subject)
