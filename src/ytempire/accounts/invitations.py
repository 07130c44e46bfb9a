"""An administrator lets somebody in: an account that waits until its person chooses a password by the letter's link."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts import one_time
from ytempire.accounts.letters import Letters
from ytempire.accounts.models import User
from ytempire.accounts.sign_in import normal_address
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict


async def invite(
    session: AsyncSession, letters: Letters, email: str, *, full_name: str, role: str, lifetime: timedelta
) -> User:
    """Make an account and write its letter. Somebody who has not come in yet is invited again: the last link works.

    Needs the platform's session. Raises Conflict for an address that has an account in use.
    """
    address = normal_address(email)
    made = insert(User).values(email=address, full_name=full_name, role=role).on_conflict_do_nothing()
    await session.execute(made)
    user = (await session.scalars(select(User).where(User.email == address).with_for_update())).one()
    if user.email_verified_at is not None or user.status != "active":
        raise Conflict(f"There is an account for {address} already.", hint="The list of users has it.")
    user.full_name, user.role, user.password_hash = full_name or user.full_name, role, None
    await one_time.void(session, user.id, "verify_email")
    token = await one_time.issue(session, user.id, "reset_password", lifetime=lifetime)
    await letters.invited(session, user.id, address, token, days=lifetime.days)
    return user
