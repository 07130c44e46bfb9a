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
    SET views = NULL, likes = NULL, comments = NULL,
        previous_views = NULL, previous_likes = NULL, previous_comments = NULL, read_at = NULL
    WHERE read_at < :before AND ingested""")
_REPORTS = text("DELETE FROM analytics.daily_report_views WHERE fetched_at < :before")


async def delete_expired(sessions: Sessions, retention: timedelta) -> None:
    """Everything that could not be read again for so long. Safe to do again at any time."""
    for what, statement in (("counters", _COUNTERS), ("reports", _REPORTS)):
        async with sessions.begin() as session:
            done = await session.execute(statement, {"before": clock.now() - retention})
        if done.rowcount:  # type: ignore[attr-defined]  # of a statement that changes rows
            log.info("expired_data_deleted", what=what, rows=done.rowcount)  # type: ignore[attr-defined]
