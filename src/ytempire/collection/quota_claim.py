"""The claim of the collection on a project's units: what uploads leave to the reading of counters."""

from __future__ import annotations

from sqlalchemy import text

from ytempire.kit.database import AsyncSession
from ytempire.youtube.methods import UNITS
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota.allocation import at_most_a_share, prorate_today
from ytempire.youtube.quota.claims import ClaimedUnits, QuotaClaim

# What reading needs for each connected channel: a call of `videos.list` every five minutes for its young videos (288 a
# day), its daily probe, and the hourly looks at what waits for its time.
UNITS_PER_CHANNEL = 320

_CONNECTED = text("""
    SELECT count(*) FROM core.channel_connections k JOIN core.channels c ON c.id = k.channel_id
    WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND c.status IN ('active', 'paused')""")


async def _read(session: AsyncSession, project: Project, now: ServiceClock) -> ClaimedUnits:
    channels = await session.scalar(_CONNECTED, {"project_id": project.id}) or 0
    daily = at_most_a_share(project.allowances.get(UNITS, 0), UNITS_PER_CHANNEL * channels)
    return ClaimedUnits(daily, prorate_today(daily, now.at))


CLAIM = QuotaClaim("collection", "data collection", "allocatedToCollection", _read)
