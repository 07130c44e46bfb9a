"""Sends queued emails. An email is claimed, sent with nothing open, and settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from ytempire.accounts.emails import body_associated_data
from ytempire.accounts.models import Email
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.kit.errors import RetryableError, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.mail import Message, send
from ytempire.settings import Smtp

log = get_logger(__name__)
AT_ONCE = 20
# Longer than a server may take, in ten steps of 20 s at most: a claim older than this belongs to a dead worker.
AGAIN_AFTER = timedelta(minutes=4)


@dataclass(frozen=True)
class EmailSender:
    """Needs the platform's sessions. Without a mail server, or its password, emails stay queued."""

    platform: Sessions
    keys: KeyRing
    server: Smtp

    async def send_pending(self) -> int:
        """Send what waits, the oldest first; how many were sent. One that fails is tried again, or says why not."""
        if not self.server.complete:
            return 0
        sent = 0
        for _ in range(AT_ONCE):
            email = await self._claim()
            if email is None:
                break
            sent += await self._send(email)
        return sent

    async def _claim(self) -> Email | None:
        """One at a time: those behind a slow one would be taken for a dead worker's, and sent twice."""
        now = clock.now()
        async with self.platform.begin() as session:
            email: Email | None = await session.scalar(
                select(Email)
                .where(
                    Email.sent_at.is_(None),
                    Email.error.is_(None),
                    or_(Email.attempted_at.is_(None), Email.attempted_at < now - AGAIN_AFTER),
                )
                .order_by(Email.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if email is not None:
                email.attempted_at = now
        return email

    async def _send(self, email: Email) -> bool:
        try:
            body = self.keys.open(email.body, associated_data=body_associated_data(email.id)).decode()
            # the id goes along, so that an email that was taken although the answer was lost is recognised
            message = Message(to=email.recipient, subject=email.subject, text=body, id=email.id)
            await send(self.server, message)
        except RetryableError as error:
            log.warning("email_postponed", mail=str(email.id), reason=error.message)
            return False
        except YtempireError as error:  # refused, or an email that cannot be: one must not hold up the others
            log.warning("email_abandoned", mail=str(email.id), reason=error.message)
            await self._settle(email.id, error=error.message)
            return False
        await self._settle(email.id, error=None)
        return True

    async def _settle(self, email_id: UUID, *, error: str | None) -> None:
        values = {"error": error} if error is not None else {"sent_at": clock.now()}
        async with self.platform.begin() as session:
            await session.execute(update(Email).where(Email.id == email_id).values(**values))
