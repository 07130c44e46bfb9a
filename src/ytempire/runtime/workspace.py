"""The demo workspace: what a fresh database is given so that the first start has something to show."""

from __future__ import annotations

from ytempire.accounts import service as accounts
from ytempire.channels import service as channels
from ytempire.configuration import flags
from ytempire.costs import default_prices
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.settings import DefaultEngine


async def prepare_workspace(database_url: str, *, voice_engine: DefaultEngine) -> None:
    """Make the operator, flags, channels, prices and budgets that ship with the project, where they are missing.

    `voice_engine` speaks for channels that are made.
    """
    engine = connect(database_url, pool_size=1)
    try:
        async with sessions_of(engine, SYSTEM).begin() as session:
            owner_id = await accounts.ensure_local_operator(session)
            await channels.ensure_default_channels(session, owner_id=owner_id, engine=voice_engine)
            await flags.ensure_built_in_flags(session)
            await default_prices.ensure_default_prices(session)
            await default_prices.ensure_default_budgets(session)
    finally:
        await engine.dispose()
