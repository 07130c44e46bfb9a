"""Makes notifications of facts, in the relay's transaction: each fact notifies once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, lock
from ytempire.notifications.models import Notification, NotificationDelivery
from ytempire.notifications.preferences import is_wanted
from ytempire.notifications.recipients import recipients_of
from ytempire.notifications.routes import ROUTES
from ytempire.notifications.texts import NotificationText, notification_text
from ytempire.outbox.relay import Fact

REPEATED_AFTER = timedelta(days=1)
# The same trouble comes again at each try: of one video, or with one text for many, as when a project's quota is gone.
_ONCE_A_DAY_BY_LINK = frozenset({"publication_unknown"})
_ONCE_A_DAY_BY_TEXT = frozenset({"publication_action_required"})


async def notify(session: AsyncSession, fact: Fact) -> None:
    """Notify everybody concerned."""
    notification = notification_text(fact)
    if notification is None:
        return
    for user_id in await recipients_of(session, fact):
        if not await _was_told_lately(session, user_id, fact, notification):
            await _deliver(session, user_id, fact, notification)
    await session.flush()


async def _deliver(session: AsyncSession, user_id: UUID, fact: Fact, text: NotificationText) -> None:
    """Store a notification and deliver it by every route that its reader wants; if none, there is none."""
    routes = [route for route in ROUTES if await is_wanted(session, user_id, route.name, text.severity)]
    if not routes:
        return
    notification = Notification(
        user_id=user_id,
        kind=text.kind or fact.kind,
        severity=text.severity,
        title=text.title,
        message=text.message,
        link=text.link,
        created_at=fact.occurred_at,
    )
    session.add(notification)
    await session.flush()
    for route in routes:
        status = await route.deliver(session, notification)
        is_delivered = status == "delivered"
        session.add(
            NotificationDelivery(
                notification_id=notification.id,
                route=route.name,
                status=status,
                attempts=1 if is_delivered else 0,
                attempted_at=clock.now() if is_delivered else None,
            )
        )


async def _was_told_lately(session: AsyncSession, user_id: UUID, fact: Fact, notification: NotificationText) -> bool:
    if fact.kind in _ONCE_A_DAY_BY_LINK:
        same, what = Notification.link == notification.link, notification.link
    elif fact.kind in _ONCE_A_DAY_BY_TEXT:
        same, what = Notification.message == notification.message, notification.message
    else:
        return False
    # two relays with facts of two subjects would both find nothing
    await lock(session, Lock.REPEATED_NOTIFICATION, f"{user_id} {fact.kind} {what}")
    lately = exists().where(
        Notification.user_id == user_id,
        Notification.kind == fact.kind,
        same,
        Notification.created_at > fact.occurred_at - REPEATED_AFTER,
    )
    return bool(await session.scalar(select(lately)))
