"""How long an email address is locked after wrong passwords, at sign-in and after it.

Counted by address and not by account. An address that nobody has is counted, made to wait and written like any other,
so neither the answer nor the work tells which it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts.models import SignInFailures
from ytempire.accounts.opaque_tokens import hash_token
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.settings import Security


def delay_after(failures: int, security: Security) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling up to the longest lock."""
    over = failures - security.lockout_threshold
    if over < 0:
        return timedelta(0)
    # no more doublings than reach the longest lock: a million failures must not overflow
    doublings = min(over, (security.lockout_max // security.lockout_initial).bit_length())
    return min(security.lockout_initial * (1 << doublings), security.lockout_max)


async def lock_failures(session: AsyncSession, email: str) -> SignInFailures:
    """The row of an address, made where there is none, and locked: of attempts at once, one comes after the other.

    Needs the platform's session.
    """
    key = hash_token(email)
    await session.execute(insert(SignInFailures).values(address_hash=key).on_conflict_do_nothing())
    return await session.get_one(SignInFailures, key, with_for_update=True)


def remaining_lock(failures: SignInFailures) -> timedelta:
    """How long no password is taken yet; zero where one is."""
    return max(failures.locked_until - clock.now(), timedelta(0)) if failures.locked_until else timedelta(0)


def count_failure(failures: SignInFailures, security: Security) -> None:
    """Needs the row locked, and a commit although the caller is refused."""
    failures.failures += 1
    failures.last_failed_at = clock.now()
    delay = delay_after(failures.failures, security)
    failures.locked_until = failures.last_failed_at + delay if delay else None


async def clear_failures(session: AsyncSession, email: str | None) -> None:
    """Somebody has shown that the address is theirs; None for who has none. Needs the platform's session."""
    if email is not None:
        await session.execute(delete(SignInFailures).where(SignInFailures.address_hash == hash_token(email)))


async def waiting(session: AsyncSession, emails: Collection[str | None]) -> dict[str, datetime]:
    """Until when those of the addresses that wait take no password."""
    by_key = {hash_token(email): email for email in emails if email is not None}
    rows = await session.scalars(
        select(SignInFailures).where(SignInFailures.address_hash.in_(by_key), SignInFailures.locked_until > clock.now())
    )
    return {by_key[row.address_hash]: row.locked_until for row in rows if row.locked_until is not None}
