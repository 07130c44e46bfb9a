"""What the worker does for accounts at intervals."""

from __future__ import annotations

from collections.abc import Sequence

from ytempire.accounts.email_sender import EmailSender
from ytempire.configuration.setting_overrides import effective_settings, read_overrides
from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    async def send_emails() -> None:
        """Send pending emails, where there is a mail server; its settings are read each time."""
        async with context.sessions.begin() as session:
            overrides = await read_overrides(session, context.keys)
        server = effective_settings(context.settings, overrides).smtp
        await EmailSender(context.sessions, context.keys, server).send_pending()

    return [PeriodicTask("send_emails", context.settings.worker.heartbeat_interval, send_emails)]
