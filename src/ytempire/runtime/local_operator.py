"""The person at this machine: commands act in their name, with an administrator's rights."""

from __future__ import annotations

from ytempire.accounts import service as accounts
from ytempire.kit.database import AsyncEngine, Sessions, sessions_of
from ytempire.kit.subject import SYSTEM, Subject


async def local_operator(engine: AsyncEngine) -> Subject:
    """The first administrator. Whoever may read the data folder may act as them anyway."""
    async with sessions_of(engine, SYSTEM).begin() as session:
        return Subject(await accounts.ensure_local_operator(session), "admin")


async def operator_sessions(engine: AsyncEngine) -> Sessions:
    return sessions_of(engine, await local_operator(engine))
