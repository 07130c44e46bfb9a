"""How long an address waits after wrong passwords, at the door and behind it.

Counted by address and not by account. An address that nobody has is counted, made to wait and written like any other,
so neither the answer nor the work tells which it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts.models import SignInFailures
from ytempire.accounts.secrets import digest
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.settings import Security


def delay_after(failures: int, security: Security) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling up to the longest lock."""
    over = failures - security.lock_after
    if over < 0:
        return timedelta(0)
    # no more doublings than reach the longest lock: a million failures must not overflow
    doublings = min(over, (security.longest_lock // security.first_lock).bit_length())
    return min(security.first_lock * (1 << doublings), security.longest_lock)


async def failures_of(session: AsyncSession, address: str) -> SignInFailures:
    """The row of an address, made where there is none, and locked: of attempts at once, one comes after the other.

    Needs the platform's session.
    """
    key = digest(address)
    await session.execute(insert(SignInFailures).values(address_hash=key).on_conflict_do_nothing())
    return await session.get_one(SignInFailures, key, with_for_update=True)


def left_of(failures: SignInFailures) -> timedelta:
    """How long no password is taken yet; zero where one is."""
    return max(failures.locked_until - clock.now(), timedelta(0)) if failures.locked_until else timedelta(0)


def count_failure(failures: SignInFailures, security: Security) -> None:
    """Needs the row locked, and a commit although the caller is refused."""
    failures.failures += 1
    failures.last_failed_at = clock.now()
    delay = delay_after(failures.failures, security)
    failures.locked_until = failures.last_failed_at + delay if delay else None


async def forget(session: AsyncSession, address: str | None) -> None:
    """Somebody has shown that the address is theirs; None for who has none. Needs the platform's session."""
    if address is not None:
        await session.execute(delete(SignInFailures).where(SignInFailures.address_hash == digest(address)))


async def waiting(session: AsyncSession, addresses: Collection[str | None]) -> dict[str, datetime]:
    """Until when those of the addresses that wait take no password."""
    by_key = {digest(address): address for address in addresses if address is not None}
    rows = await session.scalars(
        select(SignInFailures).where(SignInFailures.address_hash.in_(by_key), SignInFailures.locked_until > clock.now())
    )
    return {by_key[row.address_hash]: row.locked_until for row in rows if row.locked_until is not None}
