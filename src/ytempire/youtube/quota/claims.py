"""Claims on a project's day: what each kind of work needs of it, which all other kinds leave.

A domain that calls YouTube in the background declares one (`Domain.quota_claim`), and asks before each call what the
others keep (`read_claims_of_others`), so that neither has to know the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache

from ytempire.kit.database import AsyncSession
from ytempire.registration.domains import registered_domains
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota.reservations import ProtectedUnits


@dataclass(frozen=True)
class ClaimedUnits:
    """Units of the bucket `units`: of a whole day, and of what is left of this one."""

    daily: int
    today: int


@dataclass(frozen=True)
class QuotaClaim:
    name: str
    """As `read_claims_of_others` and screens name it."""
    purpose: str
    """What the units are kept for, within a sentence."""
    refusal_reason: str
    """The reason of a call by somebody else that is refused for them."""
    read: Callable[[AsyncSession, Project, ServiceClock], Awaitable[ClaimedUnits]]
    """Reads what is claimed of a project now; needs the platform's session."""


@cache
def registered_claims() -> Mapping[str, QuotaClaim]:
    """Return the claims that the domains declare, by name."""
    declared = [domain.resolve(domain.quota_claim) for domain in registered_domains() if domain.quota_claim is not None]
    return {claim.name: claim for claim in declared}


async def read_claims(session: AsyncSession, project: Project, now: ServiceClock) -> Mapping[str, ClaimedUnits]:
    """Return what is claimed of a project, by name. Needs the platform's session."""
    return {name: await claim.read(session, project, now) for name, claim in registered_claims().items()}


@dataclass(frozen=True)
class OthersClaims:
    """What all others than a claimant claim together."""

    daily: int
    today: ProtectedUnits


async def read_claims_of_others(
    session: AsyncSession, project: Project, now: ServiceClock, claimant: str
) -> OthersClaims:
    """Return what a call for `claimant`, the name of a claim, leaves. Needs the platform's session."""
    others = [claim for name, claim in registered_claims().items() if name != claimant]
    claimed = [(claim, await claim.read(session, project, now)) for claim in others]
    purposes = " and ".join(claim.purpose for claim, units in claimed if units.today)
    largest = max(claimed, key=lambda pair: pair[1].today, default=None)
    return OthersClaims(
        sum(units.daily for _, units in claimed),
        ProtectedUnits(
            sum(units.today for _, units in claimed), purposes, largest[0].refusal_reason if largest else ""
        ),
    )
