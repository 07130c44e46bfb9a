"""Routes: the ways by which a notification reaches a person, who says for each from which severity on."""

from __future__ import annotations

from typing import Protocol

from ytempire.kit.database import AsyncSession
from ytempire.notifications.models import Notification


class Route(Protocol):
    """Delivers notifications. What it raises is tried again with the fact; it may be handed one notification twice."""

    @property
    def name(self) -> str:
        """A word, as preferences and the delivery log name it."""

    async def deliver(self, session: AsyncSession, notification: Notification) -> None:
        """Bring one notification to its reader, in the relay's transaction, which is the platform's."""


class PageRoute:
    """The page: it reads the notification itself, so it is delivered when it is stored."""

    name = "page"

    async def deliver(self, session: AsyncSession, notification: Notification) -> None:
        session.add(notification)
        await session.flush()


ROUTES: tuple[Route, ...] = (PageRoute(),)
"""In the order of delivery: the page's comes first, since it stores what the delivery log refers to."""
