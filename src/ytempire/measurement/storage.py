"""What YouTube said is refreshed or forgotten, as its terms ask; what happened, which we made of it, stays.

A counter that was forgotten is no loss: what our series add up to says where to go on from (docs/adr/0011).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.kit.logs import get_logger

log = get_logger(__name__)
# One that is not delivered yet is: it is the only place where that is known.
_COUNTERS = text("""
    UPDATE core.video_counters
    SET views = NULL, likes = NULL, comments = NULL, views_before = NULL, likes_before = NULL, comments_before = NULL,
        read_at = NULL
    WHERE read_at < :before AND delivered""")
_REPORTS = text("DELETE FROM analytics.reported_daily WHERE fetched_at < :before")


async def forget(sessions: Sessions, kept: timedelta) -> None:
    """Everything that could not be read again for so long. Safe to do again at any time."""
    for what, statement in (("counters", _COUNTERS), ("reports", _REPORTS)):
        async with sessions.begin() as session:
            done = await session.execute(statement, {"before": clock.now() - kept})
        if done.rowcount:  # type: ignore[attr-defined]  # of a statement that changes rows
            log.info("forgotten", what=what, rows=done.rowcount)  # type: ignore[attr-defined]
