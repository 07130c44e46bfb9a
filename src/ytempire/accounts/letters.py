"""The letters that accounts send. They go to the outbox with the caller's transaction; a job delivers them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from ytempire.accounts.models import OutgoingMail
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession


def about_body(mail_id: UUID) -> str:
    """What the envelope of a letter's body is bound to."""
    return f"core.outgoing_mails/body/{mail_id}"


@dataclass(frozen=True)
class Letters:
    """Writes to the outbox. `address` is where the page is, for links."""

    keys: KeyRing
    address: str

    async def verify_address(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._put(
            session,
            user_id,
            recipient,
            "Verify your address",
            f"Open this link to finish your registration at YTEMPIRE:\n\n{self.address}/verify?token={token}\n\n"
            "It works once and for 24 hours. If you did not register, ignore this letter.",
        )

    async def choose_password(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._put(
            session,
            user_id,
            recipient,
            "Choose your password",
            "This address was registered at YTEMPIRE more than once before anybody showed that it is theirs, so no "
            f"password counts yet. Open this link to choose yours:\n\n{self.address}/reset-password?token={token}\n\n"
            "It works once and for 24 hours. If you did not register, ignore this letter.",
        )

    async def invited(self, session: AsyncSession, user_id: UUID, recipient: str, token: str, *, days: int) -> None:
        await self._put(
            session,
            user_id,
            recipient,
            "You are invited to YTEMPIRE",
            "An administrator has made an account for you. Open this link to choose your password:\n\n"
            f"{self.address}/reset-password?invited&token={token}\n\n"
            f"It works once and for {days} days. If you do not know why you get this, ignore it.",
        )

    async def already_registered(self, session: AsyncSession, user_id: UUID, recipient: str) -> None:
        await self._put(
            session,
            user_id,
            recipient,
            "You have an account already",
            "Somebody, perhaps you, tried to register at YTEMPIRE with this address, which has an account already.\n\n"
            f"Sign in: {self.address}/sign-in\nForgot the password: {self.address}/forgot-password",
        )

    async def reset_password(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._put(
            session,
            user_id,
            recipient,
            "Set a new password",
            f"Open this link to set a new password at YTEMPIRE:\n\n{self.address}/reset-password?token={token}\n\n"
            "It works once and for 30 minutes, and ends all sessions. If you did not ask for it, ignore this letter.",
        )

    async def _put(self, session: AsyncSession, user_id: UUID, recipient: str, subject: str, body: str) -> None:
        mail_id = uuid4()
        session.add(
            OutgoingMail(
                id=mail_id,
                user_id=user_id,
                recipient=recipient,
                subject=subject,
                body=self.keys.seal(body.encode(), about=about_body(mail_id)),
            )
        )
        await session.flush()
