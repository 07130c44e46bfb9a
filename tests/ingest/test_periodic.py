"""What the worker opens for measured events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tests.conftest import Database
from tests.ingest.factories import event, make_measured, ndjson
from tests.worker_context import worker_settings
from ytempire.ingest.ingestor import IngestRequest
from ytempire.ingest.periodic import open_ingestor
from ytempire.kit.database import Sessions
from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains
from ytempire.registration.worker_context import WorkerContext
from ytempire.runtime.home import Home
from ytempire.worker.process import open_worker_context

COMMITS: list[bytes] = []
DOMAIN = Domain("tests.ingest", commit_listener="test_periodic:open_commit_listener")


async def open_commit_listener(context: WorkerContext) -> Callable[[bytes], None]:
    return COMMITS.append


async def test_ingestor_of_a_worker_tells_every_listener_of_each_commit(
    database: Database, cache_url: str, server_home: Home, sessions: Sessions
) -> None:
    ann = await make_measured(sessions, "ann")
    COMMITS.clear()
    settings = worker_settings(database, cache_url, server_home.root)
    async with open_worker_context(settings, domains=[*registered_domains(), DOMAIN]) as context:
        ingestor = await context.shared(open_ingestor)
        for views in (1, 2):
            lines = ndjson(event(*ann.pairs[0], datetime.now(UTC), views=views))
            await ingestor.ingest(IngestRequest(lines, "api"), ann.subject)
            assert len(COMMITS) == views
