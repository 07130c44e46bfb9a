"""The relay of facts, as the worker runs it when a commit has some."""

from __future__ import annotations

from tests.conftest import Database
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.outbox.periodic import subscribers_of
from ytempire.outbox.relay import deliver_pending
from ytempire.registration.domains import registered_domains


async def relay(database: Database) -> int:
    """Deliver every fact that is due; returns the number of deliveries."""
    engine = connect(database.app_url, pool_size=1)
    delivered = await deliver_pending(sessions_of(engine, SYSTEM), subscribers_of(registered_domains()))
    await engine.dispose()
    return delivered
