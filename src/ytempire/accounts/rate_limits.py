"""How often something was asked for, counted in Valkey. Without it nobody is turned away, and the log says so."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from dataclasses import dataclass

import valkey.asyncio
from valkey.exceptions import ValkeyError

from ytempire.accounts.errors import TooManyRequests
from ytempire.kit.logs import get_logger
from ytempire.settings import Security

log = get_logger(__name__)
HOUR_S = 3600


@dataclass(frozen=True)
class HourlyCount:
    """This one included."""

    used: int
    reset_s: int


async def count_in_hour(cache: valkey.asyncio.Valkey, counter: str) -> HourlyCount | None:
    """Count one more in the present hour; None where the cache is away."""
    hour, gone_s = divmod(int(time.time()), HOUR_S)
    try:
        pipeline = cache.pipeline()
        pipeline.incr(f"{counter}:{hour}")
        pipeline.expire(f"{counter}:{hour}", 2 * HOUR_S)
        return HourlyCount(int((await pipeline.execute())[0]), HOUR_S - gone_s)
    except ValkeyError:
        log.warning("rate_limit_unavailable", counter=counter)
        return None


async def limit_emails(
    cache: valkey.asyncio.Valkey, security: Security, *, recipient: str, ip_address: str | None
) -> None:
    """Count an email that a stranger asks for, whether it will be written or not. Raises TooManyRequests.

    Or anybody could fill somebody's mailbox, or ours. Only a digest of the recipient is kept.
    """
    if ip_address is not None:
        counted = await count_in_hour(cache, f"emails:from:{_network(ip_address)}")
        if counted is not None and counted.used > security.emails_per_network_hourly:
            raise _too_many("Too many letters were asked for from your network.", counted)
    digest = hashlib.sha256(recipient.encode()).hexdigest()
    counted = await count_in_hour(cache, f"emails:to:{digest}")
    if counted is not None and counted.used > security.emails_per_recipient_hourly:
        raise _too_many("Letters to this address were asked for too often.", counted)


def _network(ip_address: str) -> str:
    """One counter for whoever holds it: of IPv6 a household has 2^64 addresses."""
    if ipaddress.ip_address(ip_address).version == 4:
        return ip_address
    return str(ipaddress.ip_network((ip_address, 64), strict=False))


def _too_many(message: str, counted: HourlyCount) -> TooManyRequests:
    minutes = math.ceil(counted.reset_s / 60)
    return TooManyRequests(
        message, hint=f"Try again in {minutes} minute{'' if minutes == 1 else 's'}.", after_s=counted.reset_s
    )
