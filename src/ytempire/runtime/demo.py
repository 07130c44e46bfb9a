"""The demo run: the first start produces a video from a text of the project."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from ytempire import assets
from ytempire.channels import service as channels
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.kit.database import connect
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.production import service as production
from ytempire.production.errors import DuplicateSource, IdempotencyMismatch
from ytempire.production.run_options import Options
from ytempire.runtime.home import home_of
from ytempire.runtime.local_operator import operator_sessions
from ytempire.runtime.stack import Endpoints
from ytempire.settings import Settings

TEXT = Path(assets.__file__).parent / "demo" / "why-the-night-sky-is-dark.md"
# the same request with the same key is one run: a second start requests nothing
DEMO_KEY = "demo: why the night sky is dark"


async def start_first_run(settings: Settings, endpoints: Endpoints) -> None:
    """Request the demo video unless it was requested before."""
    store = ObjectStore(home_of(settings).objects)
    source = await asyncio.to_thread(production.store_source, store, TEXT.read_bytes(), name=TEXT.name)
    engine = connect(endpoints.database_url, pool_size=1)
    try:
        sessions = await operator_sessions(engine)
        async with open_queue(endpoints.database_url).open_async() as queue, sessions.begin() as session:
            channel = await channels.get_channel_by_name(session, DEFAULT_PERSONA.name)
            # the demo of an earlier version, or a run of this text by somebody, is as good
            with contextlib.suppress(IdempotencyMismatch, DuplicateSource):
                await production.start_run(
                    session, queue, channel=channel, source=source, options=Options(), idempotency_key=DEMO_KEY
                )
    finally:
        await engine.dispose()
