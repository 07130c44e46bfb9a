"""Making an account, showing that an address is one's own, and getting back in without the password.

Every answer is the same for a known and an unknown address; what there is to say goes to the address itself. Callers
run these after they have answered, or the time would tell what the words do not. So that the next request does not find
a server that is busier for one address than for another, an email that somebody asks for is written where there is
nobody too, and taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts import lockout, one_time_tokens, passwords, sessions
from ytempire.accounts.authenticator import normalize_email
from ytempire.accounts.emails import AccountEmails
from ytempire.accounts.models import User
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.subject import SYSTEM
from ytempire.settings import Security


@dataclass(frozen=True)
class RegistrationService:
    """Needs the platform's sessions: nobody is known yet."""

    platform: Sessions
    emails: AccountEmails
    security: Security

    async def register(self, email: str, password: str, full_name: str) -> None:
        """Make an account that waits for its address to be verified; where one exists, its owner is told."""
        email = normalize_email(email)
        password_hash = await passwords.hash_password(password)
        async with self.platform.begin() as session:
            user_id = await session.scalar(
                insert(User)
                .values(email=email, password_hash=password_hash, full_name=full_name)
                .on_conflict_do_nothing(index_elements=["email"])
                .returning(User.id)
            )
            if user_id is not None:
                await self._send_verification(session, user_id, email)
                return
            known = await session.scalar(select(User).where(User.email == email, User.status == "active"))
            if known is None:
                return
            if known.email_verified_at is None:
                await self._send_password_choice(session, known, email)
            else:
                await self.emails.already_registered(session, known.id, email)

    async def _send_verification(self, session: AsyncSession, user_id: UUID, email: str) -> None:
        token = await one_time_tokens.issue(session, user_id, "verify_email", lifetime=self.security.verify_lifetime)
        await self.emails.verify_address(session, user_id, email, token)

    async def _send_password_choice(self, session: AsyncSession, user: User, email: str) -> None:
        """Two people gave a password for an address that is nobody's yet: neither counts.

        Or whoever registered somebody else's address first would have a password to the account that its owner
        verifies later. Who reads the emails of the address chooses a new one.
        """
        user.password_hash = None
        await one_time_tokens.void(session, user.id, "verify_email")
        token = await one_time_tokens.issue(session, user.id, "reset_password", lifetime=self.security.verify_lifetime)
        await self.emails.choose_password(session, user.id, email, token)

    async def resend_verification(self, email: str) -> None:
        """Send the email again, where an account waits for it; the one before works no more."""
        email = normalize_email(email)
        waiting = select(User).where(User.email == email, User.status == "active", User.email_verified_at.is_(None))
        async with self.platform.begin() as session:
            user = await session.scalar(waiting)
            if user is not None and user.password_hash is None:
                await self._send_password_choice(session, user, email)
                return
            await self._send_verification(session, user.id if user else SYSTEM.user_id, email)
            if user is None:
                await session.rollback()

    async def verify(self, token: str) -> None:
        """The address is theirs. Raises OneTimeTokenInvalid."""
        async with self.platform.begin() as session:
            user = await session.get_one(User, await one_time_tokens.redeem(session, token, "verify_email"))
            await lockout.clear_failures(session, user.email)  # what was tried while it waited
            user.email_verified_at = user.email_verified_at or clock.now()

    async def forgot_password(self, email: str) -> None:
        """Send a link that sets a new password, where there is an account."""
        email = normalize_email(email)
        async with self.platform.begin() as session:
            user_id = await session.scalar(select(User.id).where(User.email == email, User.status == "active"))
            recipient = user_id or SYSTEM.user_id
            token = await one_time_tokens.issue(
                session, recipient, "reset_password", lifetime=self.security.reset_lifetime
            )
            await self.emails.reset_password(session, recipient, email, token)
            if user_id is None:
                await session.rollback()

    async def reset_password(self, token: str, password: str) -> None:
        """Set the password by a link; all sessions end and a waiting account opens. Raises OneTimeTokenInvalid.

        A password that will not do is refused before the link is used up.
        """
        passwords.require_acceptable(password, email="")
        password_hash = await passwords.hash_password(password)
        async with self.platform.begin() as session:
            user = await session.get_one(User, await one_time_tokens.redeem(session, token, "reset_password"))
            passwords.require_acceptable(password, email=user.email or "")
            await lockout.clear_failures(session, user.email)
            user.password_hash = password_hash
            # who reads the emails of an address has shown that it is theirs
            user.email_verified_at = user.email_verified_at or clock.now()
            await sessions.revoke_all(session, user.id, reason="password_changed")
