"""A sandbox whose clock was wound on has more to tell at once than anybody planned for when it ran as ours."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.publishing import leases
from ytempire.youtube import projects

log = get_logger(__name__)
_CONNECTED = text("""
    SELECT DISTINCT project_id FROM core.channel_connections
    WHERE is_sandbox AND status IN ('connected', 'expiring')""")
_OF_PROJECT = "channel_id IN (SELECT k.channel_id FROM core.channel_connections k WHERE k.project_id = :project_id)"
_DUE = (
    text(f"UPDATE core.video_counters SET next_at = least(next_at, now()) WHERE {_OF_PROJECT}"),  # noqa: S608  # ours
    text(f"UPDATE core.report_days SET next_at = least(next_at, now()) WHERE next_at IS NOT NULL AND {_OF_PROJECT}"),  # noqa: S608  # ours
    text(
        "UPDATE core.channel_collections SET next_at = least(next_at, now()),"  # noqa: S608  # ours
        f" reports_next_at = least(reports_next_at, now()) WHERE {_OF_PROJECT}"
    ),
)


class SandboxClockSync:
    """Remembers how each sandbox's clock ran, in this process."""

    def __init__(self, runtime: CollectorRuntime) -> None:
        self._runtime = runtime
        self._changes: dict[UUID, int] = {}

    async def sync(self) -> None:
        """Where a clock was changed since the last look, or at the first one, everything that waits there is due."""
        async with self._runtime.sessions.begin() as session:
            connected = (await session.scalars(_CONNECTED)).all()
        for project_id in connected:
            changes = await self._changes_of(project_id)
            if changes is not None and changes != self._changes.get(project_id):
                self._changes[project_id] = changes
                async with self._runtime.sessions.begin() as session:
                    for statement in _DUE:
                        await session.execute(statement, {"project_id": project_id})
                    await leases.wake_waiting(session, project_id)
                log.info("sandbox_clock_changed", project_id=str(project_id), changes=changes)

    async def _changes_of(self, project_id: UUID) -> int | None:
        """How often its clock was changed; None: it does not answer, which the attempts say where anything is due."""
        async with self._runtime.sessions.begin() as session:
            project = await projects.get_project(session, self._runtime.youtube.keys, project_id)
        try:
            return len((await self._runtime.youtube.now(project)).mapping.segments)
        except YtempireError:
            return None
