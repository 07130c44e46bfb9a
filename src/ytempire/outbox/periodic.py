"""What the worker does for the outbox: the relay, woken by each commit that has facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from ytempire.kit.database import Sessions, listen_connection
from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.outbox.relay import Subscriber, deliver_pending
from ytempire.registration.domain import Domain
from ytempire.registration.worker_context import WorkerContext

log = get_logger(__name__)
NOTIFIED_CHANNEL = "outbox"
# For what is tried again, which nobody notifies of.
RELAY_INTERVAL = timedelta(seconds=2)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    relay = partial(relay_on_commits, context.database_url, context.sessions, subscribers_of(context.domains))
    return [PeriodicTask("relay_facts", RELAY_INTERVAL, relay)]


def subscribers_of(domains: Sequence[Domain]) -> Mapping[str, Subscriber]:
    """Return the subscribers that domains declare, by name."""
    return {
        domain.name: domain.resolve(domain.fact_subscriber) for domain in domains if domain.fact_subscriber is not None
    }


async def relay_on_commits(database_url: str, platform: Sessions, subscribers: Mapping[str, Subscriber]) -> None:
    """Deliver facts when they are committed, and at intervals what is tried again, until the connection is lost."""
    async with listen_connection(database_url, NOTIFIED_CHANNEL) as connection:
        while True:
            if delivered := await deliver_pending(platform, subscribers):
                log.info("facts_delivered", count=delivered)
            timeout_s = RELAY_INTERVAL.total_seconds()
            async for _ in connection.notifies(timeout=timeout_s, stop_after=1):
                pass
