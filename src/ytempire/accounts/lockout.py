"""How long an account waits after wrong passwords. Pure: attempts in, delay out."""

from __future__ import annotations

from datetime import timedelta

from ytempire.settings import Security


def delay_after(failures: int, security: Security) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling up to the longest lock."""
    over = failures - security.lock_after
    if over < 0:
        return timedelta(0)
    # no more doublings than reach the longest lock: a million failures must not overflow
    doublings = min(over, (security.longest_lock // security.first_lock).bit_length())
    return min(security.first_lock * (1 << doublings), security.longest_lock)
