"""One's own account: address and password, second factor. Needs the platform's sessions, in the person's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from ytempire.accounts import lockout, one_time_tokens, passwords, sessions, totp
from ytempire.accounts.authenticator import normalize_email, totp_associated_data
from ytempire.accounts.errors import AccountLocked, WrongPassword
from ytempire.accounts.models import RecoveryCode, User
from ytempire.accounts.passwords import Verified
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions, violated_constraint
from ytempire.kit.errors import Conflict, InvalidInput, YtempireError
from ytempire.settings import Security


@dataclass(frozen=True)
class SecondFactorSeed:
    """What an authenticator app needs; shown until it is confirmed, and never again."""

    secret: str
    uri: str


@dataclass(frozen=True)
class Profile:
    sessions: Sessions
    user_id: UUID
    keys: KeyRing
    security: Security

    async def set_up_sign_in(self, email: str, password: str) -> None:
        """Give the person at this machine an address and a password, once. Raises Conflict."""
        email = normalize_email(email)
        passwords.require_acceptable(password, email=email)
        password_hash = await passwords.hash_password(password)
        try:
            async with self.sessions.begin() as session:
                user = await self._locked(session)
                if user.email is not None:
                    raise Conflict("This account has an address already.")
                user.email, user.password_hash, user.email_verified_at = email, password_hash, clock.now()
        except IntegrityError as error:
            if violated_constraint(error) == "users_email_key":
                raise Conflict("Another account has this address.", hint="Take another address.") from error
            raise

    async def change_password(self, current: str, new: str, *, session_id: UUID | None) -> None:
        """Set a new password and end all other sessions. Raises WrongPassword, AccountLocked."""
        await self._confirm(current)
        async with self.sessions.begin() as session:
            user = await session.get_one(User, self.user_id)
        passwords.require_acceptable(new, email=user.email or "")
        password_hash = await passwords.hash_password(new)
        async with self.sessions.begin() as session:
            user = await self._locked(session)
            user.password_hash = password_hash
            await one_time_tokens.void(session, self.user_id, "reset_password")  # an email in a foreign hand
            await sessions.revoke_all(session, self.user_id, reason="password_changed", except_session_id=session_id)

    async def begin_second_factor(self, password: str) -> SecondFactorSeed:
        """A new seed, which counts once a code of it was confirmed. Raises Conflict, WrongPassword, AccountLocked."""
        await self._confirm(password)
        secret = totp.new_secret()
        async with self.sessions.begin() as session:
            user = await self._locked(session)
            if user.totp_confirmed_at is not None:
                raise Conflict("A second factor is set already.", hint="Remove it first.")
            user.totp_secret = self.keys.seal(secret.encode(), associated_data=totp_associated_data(user))
            uri = totp.provisioning_uri(secret, account=user.email or "", issuer=self.security.issuer)
            return SecondFactorSeed(secret, uri)

    async def confirm_second_factor(self, code: str) -> list[str]:
        """Turn it on by a first code; returns recovery codes, shown this once. Raises InvalidInput, Conflict."""
        async with self.sessions.begin() as session:
            user = await self._locked(session)
            if user.totp_secret is None or user.totp_confirmed_at is not None:
                raise Conflict("There is no second factor to confirm.", hint="Begin with a new seed.")
            secret = self.keys.open(user.totp_secret, associated_data=totp_associated_data(user)).decode()
            step = totp.find_step(secret, code, at=clock.now())
            if step is None:
                raise _wrong_code(totp.find_distance(secret, code, at=clock.now()))
            user.totp_last_step, user.totp_confirmed_at = step, clock.now()
            codes = totp.new_recovery_codes()
            await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == self.user_id))
            session.add_all(
                RecoveryCode(
                    user_id=self.user_id, code_hash=totp.hash_recovery_code(recovery_code, user_id=self.user_id)
                )
                for recovery_code in codes
            )
            return codes

    async def remove_second_factor(self, password: str) -> None:
        """Raises WrongPassword, AccountLocked."""
        await self._confirm(password)
        async with self.sessions.begin() as session:
            user = await self._locked(session)
            user.totp_secret, user.totp_confirmed_at, user.totp_last_step = None, None, None
            await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == self.user_id))

    async def _confirm(self, password: str) -> None:
        """What changes how one comes in asks for the password again; whoever found the page open knows none.

        Raises Conflict, WrongPassword, AccountLocked.
        """
        async with self.sessions.begin() as session:
            user_before = await session.get_one(User, self.user_id)
        if user_before.email is None or user_before.password_hash is None:
            raise Conflict("This account has no password yet.", hint="Set an address and a password first.")
        verified = await passwords.verify(password, user_before.password_hash)
        async with self.sessions.begin() as session:
            refusal = await self._check_verified_password(session, user_before.email, user_before, verified)
        if refusal is not None:  # after the commit: a counted failure must stand
            raise refusal

    async def _check_verified_password(
        self, session: AsyncSession, email: str, user_before: User, verified: Verified
    ) -> YtempireError | None:
        failures = await lockout.lock_failures(session, email)
        user = await self._locked(session)
        if left := lockout.remaining_lock(failures):
            return AccountLocked(left)
        if not verified.right or user.password_hash != user_before.password_hash:
            lockout.count_failure(failures, self.security)
            return WrongPassword()
        await lockout.clear_failures(session, email)
        return None

    async def _locked(self, session: AsyncSession) -> User:
        return await session.get_one(User, self.user_id, with_for_update=True)


def _wrong_code(distance: timedelta | None) -> InvalidInput:
    """To somebody who has the seed before them a precise word gives nothing away."""
    if distance is None:
        return InvalidInput("This code is not right.", hint="Enter the six digits that the app shows now.")
    minutes = round(abs(distance).total_seconds() / 60, 1)
    return InvalidInput(
        f"This code is {minutes:g} minutes {'old' if distance < timedelta(0) else 'early'}.",
        hint="Enter the one that the app shows now. If this is it, the clock of the phone or of this machine is off.",
    )
