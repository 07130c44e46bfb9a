"""Sign-in: by email and password, with a second factor where one is set, or by a one-time link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from ytempire.accounts import lockout, one_time_tokens, passwords, totp
from ytempire.accounts.errors import (
    AccountSuspended,
    CodeAlreadyUsed,
    InvalidCredentials,
    NotSignedIn,
    OneTimeTokenInvalid,
    SecondFactorRequired,
)
from ytempire.accounts.models import RecoveryCode, User
from ytempire.accounts.passwords import Verified
from ytempire.accounts.sessions import ClientInfo, IssuedSession, open_session
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions, as_subject
from ytempire.kit.errors import YtempireError
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.settings import Security


def normalize_email(email: str) -> str:
    """Return an email address as it is stored and compared."""
    return email.strip().lower()


def totp_associated_data(user: User) -> str:
    """Return the associated data of the envelope of a TOTP seed."""
    return f"core.users/totp_secret/{user.id}"


@dataclass(frozen=True)
class Authenticator:
    """Checks passwords and codes. `platform` sees accounts before anybody is known."""

    platform: Sessions
    keys: KeyRing
    security: Security

    async def sign_in(self, email: str, password: str, code: str | None, client: ClientInfo) -> IssuedSession:
        """Open a session. An address that opens nothing gets the answer of a wrong password, and the same is done.

        It may be unknown, suspended or not verified yet: who registers an address must not hear at sign-in whether
        that made an account. Raises InvalidCredentials; with the right password also SecondFactorRequired.
        """
        email = normalize_email(email)
        async with self.platform.begin() as session:
            user = await session.scalar(select(User).where(User.email == email))
        verified = await passwords.verify(password, user.password_hash if user else None)
        async with self._as_platform_for(user.id if user else SYSTEM.user_id, client).begin() as session:
            outcome = await self._decide(session, email, user, verified, code, client)
        if isinstance(outcome, Exception):  # after the commit: a counted failure must stand
            raise outcome
        return outcome

    async def _decide(
        self,
        session: AsyncSession,
        email: str,
        seen: User | None,
        verified: Verified,
        code: str | None,
        client: ClientInfo,
    ) -> IssuedSession | Exception:
        failures = await lockout.lock_failures(session, email)
        if lockout.remaining_lock(failures):
            return InvalidCredentials()
        # the account's row is not touched before its password was right: another address has none to touch
        if seen is None or not verified.right or seen.status != "active" or seen.email_verified_at is None:
            lockout.count_failure(failures, self.security)
            return InvalidCredentials()
        user = await session.get_one(User, seen.id, with_for_update=True)
        if user.status != "active" or user.password_hash != seen.password_hash:
            return InvalidCredentials()
        if verified.new_hash is not None:
            user.password_hash = verified.new_hash
        refusal = await self._second_factor(session, user, code)
        if refusal is not None:
            if isinstance(refusal, InvalidCredentials):
                lockout.count_failure(failures, self.security)
            return refusal
        return await open_session(session, user, client, lifetime=self.security.refresh_lifetime)

    def _as_platform_for(self, user_id: UUID, client: ClientInfo) -> Sessions:
        """What the trail says of a sign-in: whose account, from where."""
        person = Subject(user_id, "service", request_id=client.request_id, ip_address=client.ip_address)
        return as_subject(self.platform, person)

    async def _second_factor(self, session: AsyncSession, user: User, code: str | None) -> YtempireError | None:
        """Why the code does not open the account, if it has a second factor."""
        if user.totp_confirmed_at is None:
            return None
        if not code:
            return SecondFactorRequired(
                "This account asks for a code.", hint="Enter the code of your app, or a recovery code."
            )
        judged = await self._consume_code(session, user, code)
        # whoever sends a used one has seen a right one: no guess, and nothing to count
        return {"taken": None, "used": CodeAlreadyUsed(), "wrong": InvalidCredentials()}[judged]

    async def _consume_code(self, session: AsyncSession, user: User, code: str) -> Literal["taken", "used", "wrong"]:
        """Take a code of the app, or a recovery code, once."""
        assert user.totp_secret is not None  # the table's check: confirmed only with a secret
        secret = self.keys.open(user.totp_secret, associated_data=totp_associated_data(user)).decode()
        step = totp.find_step(secret, code, at=clock.now())
        if step is not None:
            if totp.is_used(step, user.totp_last_step):
                return "used"
            user.totp_last_step = step
            return "taken"
        hashed = totp.hash_recovery_code(code, user_id=user.id)
        recovery = await session.scalar(
            select(RecoveryCode)
            .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == hashed)
            .with_for_update()
        )
        if recovery is None:
            return "wrong"
        if recovery.used_at is not None:
            return "used"
        recovery.used_at = clock.now()
        return "taken"

    async def redeem_link(self, code: str, client: ClientInfo) -> IssuedSession:
        """Open a session by the link that a command printed. Raises NotSignedIn, AccountSuspended."""
        async with self.platform.begin() as session:
            try:
                user_id = await one_time_tokens.redeem(session, code, "sign_in_link")
            except OneTimeTokenInvalid as error:
                raise NotSignedIn(error.message, hint="Run `ytempire status --link` for a new one.") from error
        async with self._as_platform_for(user_id, client).begin() as session:
            user = await session.get_one(User, user_id)
            if user.status != "active":
                raise AccountSuspended("This account is suspended.", hint="Ask an administrator.")
            return await open_session(session, user, client, lifetime=self.security.refresh_lifetime)
