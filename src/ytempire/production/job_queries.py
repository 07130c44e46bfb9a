"""The queue as people see it."""

from __future__ import annotations

from sqlalchemy import RowMapping, text

from ytempire.kit.database import AsyncSession

_JOBS = text("SELECT * FROM core.job_queue WHERE id < :before ORDER BY id DESC LIMIT :most")
NEWEST = 2**63 - 1


async def list_jobs(session: AsyncSession, *, limit: int, before: int = NEWEST) -> list[RowMapping]:
    """Jobs of channels that one may see, newest first."""
    return list((await session.execute(_JOBS, {"before": before, "most": limit})).mappings())
