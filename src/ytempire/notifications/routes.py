"""Routes: the ways by which a notification reaches a person, who says for each from which severity on."""

from __future__ import annotations

from typing import Literal, Protocol

from ytempire.kit.database import AsyncSession
from ytempire.notifications.models import Notification

DeliveryStatus = Literal["delivered", "waiting"]


class Route(Protocol):
    """Delivers notifications that are stored."""

    @property
    def name(self) -> str:
        """A word, as preferences and the delivery log name it."""

    async def deliver(self, session: AsyncSession, notification: Notification) -> DeliveryStatus:
        """Deliver one notification in the relay's transaction, which is the platform's.

        A route that leads out of this database calls nobody here: it enqueues a job of its own, which claims the line
        of the delivery log and settles it, and returns `waiting`.
        """


class PageRoute:
    """The page, which reads what is stored."""

    name = "page"

    async def deliver(self, session: AsyncSession, notification: Notification) -> DeliveryStatus:
        return "delivered"


ROUTES: tuple[Route, ...] = (PageRoute(),)
