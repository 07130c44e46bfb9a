"""What the worker does for runs at intervals."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from ytempire.kit.logs import get_logger
from ytempire.kit.periodic import PeriodicTask
from ytempire.production.step_leases import claim, next_steps
from ytempire.registration.worker_context import WorkerContext

log = get_logger(__name__)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    return [PeriodicTask("recover_steps", context.settings.worker.heartbeat_interval, partial(_recover_steps, context))]


async def _recover_steps(context: WorkerContext) -> None:
    """Enqueue steps of dead workers and steps for which no job stands, and remove the folders of attempts that died."""
    lease_duration = context.settings.worker.lease_duration
    # listed before the leases are read: a folder is made after its lease, so one that is in use is never removed
    folders = await asyncio.to_thread(lambda: list(context.work.iterdir()))
    async with context.sessions.begin() as session:
        count = await next_steps.enqueue_orphaned_steps(session, context.queue, lease_duration=lease_duration)
        count += await claim.release_expired_leases(session, lease_duration=lease_duration)
        active = await claim.active_lease_tokens(session)
    if count:
        log.warning("steps_recovered", count=count)
    await asyncio.to_thread(_remove_abandoned, folders, active)


def _remove_abandoned(folders: Sequence[Path], active: set[UUID]) -> None:
    for folder in folders:
        if folder.name not in {str(token) for token in active}:
            log.info("stale_work_folders_deleted", folder=folder.name)
            shutil.rmtree(folder, ignore_errors=True)  # its own attempt may be removing it just now
