"""An administrator lets somebody in: an account that waits until its person chooses a password by the email's link."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts import one_time_tokens
from ytempire.accounts.authenticator import normalize_email
from ytempire.accounts.emails import AccountEmails
from ytempire.accounts.models import User
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict


async def invite(
    session: AsyncSession, emails: AccountEmails, email: str, *, full_name: str, role: str, lifetime: timedelta
) -> User:
    """Make an account and queue its email. Somebody who has not come in yet is invited again: the last link works.

    Needs the platform's session. Raises Conflict for an address that has an account in use.
    """
    email = normalize_email(email)
    made = insert(User).values(email=email, full_name=full_name, role=role).on_conflict_do_nothing()
    await session.execute(made)
    user = (await session.scalars(select(User).where(User.email == email).with_for_update())).one()
    if user.email_verified_at is not None or user.status != "active":
        raise Conflict(f"There is an account for {email} already.", hint="The list of users has it.")
    user.full_name, user.role, user.password_hash = full_name or user.full_name, role, None
    await one_time_tokens.void(session, user.id, "verify_email")
    token = await one_time_tokens.issue(session, user.id, "reset_password", lifetime=lifetime)
    await emails.invited(session, user.id, email, token, days=lifetime.days)
    return user
