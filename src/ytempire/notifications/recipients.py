"""Who is notified of a fact."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession
from ytempire.kit.subject import SYSTEM
from ytempire.outbox.relay import Fact

_ADMINISTRATORS = text("SELECT id FROM core.users WHERE role = 'admin' AND status = 'active' ORDER BY id")
# Whose channel it is, and who ordered it as long as they may see it.
_OF_CHANNEL = text("""
    SELECT u.id FROM core.channels c JOIN core.users u ON u.status = 'active' AND (
        u.id = c.owner_id
        OR u.id = :requested_by AND u.id <> :platform AND (u.role = 'admin' OR EXISTS (
            SELECT FROM core.permissions p WHERE p.user_id = u.id AND p.channel_id = c.id)))
    WHERE c.id = :channel_id ORDER BY u.id""")


async def recipients_of(session: AsyncSession, fact: Fact) -> Sequence[UUID]:
    """Return the people to notify: of a channel its owner and who ordered it, of the system its administrators."""
    if fact.channel_id is None:
        return (await session.scalars(_ADMINISTRATORS)).all()
    of_channel = {
        "channel_id": fact.channel_id,
        "requested_by": fact.data.get("requested_by"),
        "platform": SYSTEM.user_id,
    }
    return (await session.scalars(_OF_CHANNEL, of_channel)).all()
