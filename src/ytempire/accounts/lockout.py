"""How long an account waits after wrong passwords, at the door and behind it."""

from __future__ import annotations

from datetime import timedelta

from ytempire.accounts.models import User
from ytempire.kit import clock
from ytempire.settings import Security


def delay_after(failures: int, security: Security) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling up to the longest lock."""
    over = failures - security.lock_after
    if over < 0:
        return timedelta(0)
    # no more doublings than reach the longest lock: a million failures must not overflow
    doublings = min(over, (security.longest_lock // security.first_lock).bit_length())
    return min(security.first_lock * (1 << doublings), security.longest_lock)


def left_of(user: User) -> timedelta:
    """How long the account still takes no password; zero where it does."""
    return max(user.locked_until - clock.now(), timedelta(0)) if user.locked_until else timedelta(0)


def count_failure(user: User, security: Security) -> None:
    """Needs the row locked, and a commit although the caller is refused."""
    user.failed_sign_ins += 1
    delay = delay_after(user.failed_sign_ins, security)
    user.locked_until = clock.now() + delay if delay else None
