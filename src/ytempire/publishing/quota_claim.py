"""The claim of uploads on a project's units: what reading leaves to the publications that wait."""

from __future__ import annotations

from sqlalchemy import text

from ytempire.kit.database import AsyncSession
from ytempire.publishing.automation import CONSENT_VERSION
from ytempire.youtube.methods import UNITS
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota.allocation import at_least_a_share
from ytempire.youtube.quota.claims import ClaimedUnits, QuotaClaim
from ytempire.youtube.quota.costs import cost_of

# What publications still have to pay before the quota begins anew. What waits for a later day, for somebody, or only
# for its time takes nothing of today's.
_WAITING = text("""
    SELECT p.session_uri IS NULL AND p.youtube_video_id IS NULL AS video_file,
           p.thumbnail_status = 'pending' AS thumbnail, p.captions_status = 'pending' AS captions, count(*) AS many
    FROM core.publications p
    JOIN core.channels c ON c.id = p.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = p.channel_id AND k.status IN ('connected', 'expiring')
    LEFT JOIN core.channel_automation a ON a.channel_id = p.channel_id
    WHERE p.next_try_at < :next_day AND k.project_id = :project_id
      AND (p.youtube_video_id IS NULL OR 'pending' IN (p.thumbnail_status, p.captions_status))
      AND (NOT p.is_automatic OR p.status <> 'planned' OR a.auto_publish AND a.consent_version = :consent)
    GROUP BY 1, 2, 3""")


async def _read(session: AsyncSession, project: Project, now: ServiceClock) -> ClaimedUnits:
    waiting = {"project_id": project.id, "next_day": now.to_local_time(now.next_day), "consent": CONSENT_VERSION}
    needed = sum(
        row.many * cost_of(video=row.video_file, thumbnail=row.thumbnail, captions=row.captions)[UNITS]
        for row in await session.execute(_WAITING, waiting)
    )
    units = at_least_a_share(project.allowances.get(UNITS, 0), needed)
    return ClaimedUnits(units, units)


CLAIM = QuotaClaim("uploads", "uploads", "allocatedToUploads", _read)
