"""The demo workspace: what a fresh database is given so that the first start has something to show."""

from __future__ import annotations

from ytempire.channels import service as channels
from ytempire.costs import shipped
from ytempire.kit.database import connect, sessions_of


async def prepare_workspace(database_url: str) -> None:
    """Channels, prices and budgets that ship with the project, where they are missing. Safe to repeat."""
    engine = connect(database_url, pool_size=1)
    try:
        async with sessions_of(engine).begin() as session:
            await channels.ensure_shipped_channels(session)
            await shipped.ensure_shipped_prices(session)
            await shipped.ensure_shipped_budgets(session)
    finally:
        await engine.dispose()
