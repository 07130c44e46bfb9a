"""A relay in another process, which is killed between what its subscriber does and the commit."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from ytempire.database.models import metadata
from ytempire.kit.database import AsyncSession, connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.notifications.subscriber import notify
from ytempire.outbox.relay import Fact, deliver_pending


async def main(arguments: dict[str, Any]) -> None:
    assert "core.users" in metadata.tables

    async def notify_and_hang(session: AsyncSession, fact: Fact) -> None:
        await notify(session, fact)
        await asyncio.Event().wait()

    engine = connect(arguments["database_url"], pool_size=1)
    await deliver_pending(sessions_of(engine, SYSTEM), {"notifications": notify_and_hang})


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
