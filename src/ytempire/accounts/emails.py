"""The emails that accounts send. They are queued in the caller's transaction; a job sends them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from ytempire.accounts.models import Email
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession


def body_associated_data(email_id: UUID) -> str:
    """Return the associated data of the envelope of an email's body: what was sealed keeps the table's first name."""
    return f"core.outgoing_mails/body/{email_id}"


@dataclass(frozen=True)
class AccountEmails:
    """Queues emails. `public_url` is where the page is, for links."""

    keys: KeyRing
    public_url: str

    async def verify_address(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._enqueue_email(
            session,
            user_id,
            recipient,
            "Verify your address",
            f"Open this link to finish your registration at YTEMPIRE:\n\n{self.public_url}/verify?token={token}\n\n"
            "It works once and for 24 hours. If you did not register, ignore this letter.",
        )

    async def choose_password(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._enqueue_email(
            session,
            user_id,
            recipient,
            "Choose your password",
            "This address was registered at YTEMPIRE more than once before anybody showed that it is theirs, so no "
            "password counts yet. Open this link to choose yours:\n\n"
            f"{self.public_url}/reset-password?token={token}\n\n"
            "It works once and for 24 hours. If you did not register, ignore this letter.",
        )

    async def invited(self, session: AsyncSession, user_id: UUID, recipient: str, token: str, *, days: int) -> None:
        await self._enqueue_email(
            session,
            user_id,
            recipient,
            "You are invited to YTEMPIRE",
            "An administrator has made an account for you. Open this link to choose your password:\n\n"
            f"{self.public_url}/reset-password?invited&token={token}\n\n"
            f"It works once and for {days} days. If you do not know why you get this, ignore it.",
        )

    async def already_registered(self, session: AsyncSession, user_id: UUID, recipient: str) -> None:
        await self._enqueue_email(
            session,
            user_id,
            recipient,
            "You have an account already",
            "Somebody, perhaps you, tried to register at YTEMPIRE with this address, which has an account already.\n\n"
            f"Sign in: {self.public_url}/sign-in\nForgot the password: {self.public_url}/forgot-password",
        )

    async def reset_password(self, session: AsyncSession, user_id: UUID, recipient: str, token: str) -> None:
        await self._enqueue_email(
            session,
            user_id,
            recipient,
            "Set a new password",
            f"Open this link to set a new password at YTEMPIRE:\n\n{self.public_url}/reset-password?token={token}\n\n"
            "It works once and for 30 minutes, and ends all sessions. If you did not ask for it, ignore this letter.",
        )

    async def _enqueue_email(
        self, session: AsyncSession, user_id: UUID, recipient: str, subject: str, body: str
    ) -> None:
        email_id = uuid4()
        session.add(
            Email(
                id=email_id,
                user_id=user_id,
                recipient=recipient,
                subject=subject,
                body=self.keys.seal(body.encode(), associated_data=body_associated_data(email_id)),
            )
        )
        await session.flush()
