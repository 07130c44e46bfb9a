"""The person at this machine: commands act in their name, with an administrator's rights."""

from __future__ import annotations

from ytempire.accounts import service as accounts
from ytempire.kit.database import AsyncEngine, Sessions, sessions_of
from ytempire.kit.subject import SYSTEM, Subject


async def operator_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions of the first administrator. Whoever may read the data folder may do this anyway."""
    async with sessions_of(engine, SYSTEM).begin() as session:
        operator_id = await accounts.ensure_local_operator(session)
    return sessions_of(engine, Subject(operator_id, "admin"))
