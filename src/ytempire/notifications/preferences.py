"""From which severity on a person is notified, by route."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from ytempire.kit.database import AsyncSession
from ytempire.kit.severity import SEVERITIES, Severity
from ytempire.notifications.models import NotificationPreference


async def is_wanted(session: AsyncSession, user_id: UUID, route: str, severity: Severity) -> bool:
    """Return whether a person wants to be notified of this by this route. Who never said anything wants everything."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(await min_severity(session, user_id, route))


async def min_severity(session: AsyncSession, user_id: UUID, route: str) -> Severity:
    """Return from which severity on a person is notified by a route."""
    preference = await session.get(NotificationPreference, (user_id, route))
    return SEVERITIES[0] if preference is None else preference.min_severity  # type: ignore[return-value]  # a CHECK


async def set_min_severity(session: AsyncSession, user_id: UUID, route: str, severity: Severity) -> None:
    """Notify a person by a route from this severity on."""
    row = {"user_id": user_id, "route": route, "min_severity": severity}
    await session.execute(
        insert(NotificationPreference)
        .values(row)
        .on_conflict_do_update(index_elements=["user_id", "route"], set_={"min_severity": severity})
    )
