"""Delivers what lies in the outbox. A letter is claimed, sent with nothing open, and settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from ytempire.accounts.letters import about_body
from ytempire.accounts.models import OutgoingMail
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.kit.errors import TryLater, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.mail import Message, send
from ytempire.settings import Mail

log = get_logger(__name__)
AT_ONCE = 20
# Longer than a server may take, in ten steps of 20 s at most: a claim older than this belongs to a dead worker.
AGAIN_AFTER = timedelta(minutes=4)


@dataclass(frozen=True)
class Delivery:
    """Needs the platform's sessions. Without a mail server, or its password, letters stay where they are."""

    platform: Sessions
    keys: KeyRing
    server: Mail

    async def deliver_waiting(self) -> int:
        """Send what waits, the oldest first; how many were sent. One that fails is tried again, or says why not."""
        if not self.server.complete:
            return 0
        sent = 0
        for _ in range(AT_ONCE):
            letter = await self._claim()
            if letter is None:
                break
            sent += await self._deliver(letter)
        return sent

    async def _claim(self) -> OutgoingMail | None:
        """One at a time: those behind a slow one would be taken for a dead worker's, and sent twice."""
        now = clock.now()
        async with self.platform.begin() as session:
            letter: OutgoingMail | None = await session.scalar(
                select(OutgoingMail)
                .where(
                    OutgoingMail.sent_at.is_(None),
                    OutgoingMail.error.is_(None),
                    or_(OutgoingMail.tried_at.is_(None), OutgoingMail.tried_at < now - AGAIN_AFTER),
                )
                .order_by(OutgoingMail.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if letter is not None:
                letter.tried_at = now
        return letter

    async def _deliver(self, letter: OutgoingMail) -> bool:
        try:
            body = self.keys.open(letter.body, about=about_body(letter.id)).decode()
            # the id goes along, so that a letter that was taken although the answer was lost is recognised
            message = Message(to=letter.recipient, subject=letter.subject, text=body, id=letter.id)
            await send(self.server, message)
        except TryLater as error:
            log.warning("mail_postponed", mail=str(letter.id), reason=error.message)
            return False
        except YtempireError as error:  # refused, or a letter that cannot be: one must not hold up the others
            log.warning("mail_given_up", mail=str(letter.id), reason=error.message)
            await self._settle(letter.id, error=error.message)
            return False
        await self._settle(letter.id, error=None)
        return True

    async def _settle(self, mail_id: UUID, *, error: str | None) -> None:
        values = {"error": error} if error is not None else {"sent_at": clock.now()}
        async with self.platform.begin() as session:
            await session.execute(update(OutgoingMail).where(OutgoingMail.id == mail_id).values(**values))
