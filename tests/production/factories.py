"""Runs in a database, with plain arguments and good defaults."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import procrastinate

from ytempire.channels import service as channels
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.production import service
from ytempire.production.run_options import Options
from ytempire.production.service import StartedRun

ARTICLE = (Path(__file__).parents[2] / "src/ytempire/assets/demo/why-the-night-sky-is-dark.md").read_bytes()


async def start(
    sessions: Sessions,
    queue: procrastinate.App,
    store: ObjectStore,
    *,
    text: bytes = ARTICLE,
    name: str = "sky.md",
    options: Options | None = None,
    key: str | None = None,
    priority: int = 5,
    channel_id: UUID | None = None,
    again: bool = True,
) -> StartedRun:
    source = service.store_source(store, text, name=name)
    async with sessions.begin() as session:
        known = await channels.list_channels(session)
        channel = known[0] if channel_id is None else await channels.get_channel(session, channel_id)
        return await service.start_run(
            session,
            queue,
            channel=channel,
            source=source,
            options=options or Options(),
            idempotency_key=key,
            priority=priority,
            allow_duplicate=again,
        )
