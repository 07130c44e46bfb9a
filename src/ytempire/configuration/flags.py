"""Feature flags: who has a feature. The same person always gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.configuration.models import FeatureFlag
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, NotFound, PreconditionFailed
from ytempire.kit.etags import etag_of


@dataclass(frozen=True)
class ShippedFlag:
    """A flag that the code itself asks for; made where it is missing."""

    description: str
    enabled: bool
    # asked before anybody is known: on or off for everybody, whatever share, segments and people say
    switch_only: bool


REGISTRATION = "registration"
SHIPPED = {REGISTRATION: ShippedFlag("People can ask for an account by themselves.", enabled=True, switch_only=True)}


def has_feature(flag: FeatureFlag, user_id: UUID, segments: Collection[str]) -> bool:
    """Whether this person has it: named, in a named segment, or among the percentage."""
    if not flag.enabled:
        return False
    named = user_id in flag.user_ids or bool(set(segments) & set(flag.segments))
    return named or place_of(flag.name, user_id) < flag.percentage


def place_of(name: str, user_id: UUID) -> float:
    """0 to 100, evenly spread over people, another order for each flag: growing a percentage takes nobody's away."""
    digest = hashlib.sha256(f"{name}:{user_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100


async def is_enabled(session: AsyncSession, name: str) -> bool:
    """For what is asked before anybody is known: only whether the flag is on at all."""
    return bool(await session.scalar(select(FeatureFlag.enabled).where(FeatureFlag.name == name)))


async def features_of(session: AsyncSession, user_id: UUID, segments: Collection[str]) -> list[str]:
    flags = await session.scalars(select(FeatureFlag).order_by(FeatureFlag.name))
    return [flag.name for flag in flags if has_feature(flag, user_id, segments)]


async def list_flags(session: AsyncSession) -> list[FeatureFlag]:
    return list(await session.scalars(select(FeatureFlag).order_by(FeatureFlag.name)))


@dataclass(frozen=True)
class FlagValues:
    """All of a flag but its name."""

    description: str
    enabled: bool
    percentage: int
    segments: list[str]
    user_ids: list[UUID]


async def set_flag(
    session: AsyncSession, name: str, values: FlagValues, *, may_exist: bool = True, seen: str | None = None
) -> FeatureFlag:
    """Make or replace a flag.

    Raises PreconditionFailed where it was not to exist, or has changed since it was `seen` (its entity tag).
    """
    await _one_at_a_time(session)
    flag = await session.get(FeatureFlag, name)
    if flag is None and seen is not None:
        raise PreconditionFailed(f"The flag {name} was removed meanwhile.", hint="Look at the flags again.")
    if flag is not None and not may_exist:
        raise PreconditionFailed(f"There is a flag named {name} already.", hint="Take another name, or edit that one.")
    if flag is not None and seen not in (None, "*", etag_of(flag.updated_at)):
        raise PreconditionFailed(f"Somebody has changed the flag {name} since you looked.", hint="Look at it again.")
    if flag is None:
        flag = FeatureFlag(name=name)
        session.add(flag)
    for column, value in asdict(values).items():
        setattr(flag, column, value)
    await session.flush()
    await session.refresh(flag)
    return flag


async def remove_flag(session: AsyncSession, name: str) -> None:
    """Nobody has the feature then. Raises NotFound, Conflict."""
    if name in SHIPPED:  # it would come back with the next start, and not as it was
        raise Conflict(f"YTEMPIRE itself asks for the flag {name}.", hint="Turn it off instead of removing it.")
    await _one_at_a_time(session)
    gone = await session.scalar(delete(FeatureFlag).where(FeatureFlag.name == name).returning(FeatureFlag.name))
    if gone is None:
        raise NotFound(f"There is no flag named {name}.")


async def _one_at_a_time(session: AsyncSession) -> None:
    """Flags change rarely: nobody's change falls between another's look and their own."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("configuration.flags"))))


async def ensure_shipped_flags(session: AsyncSession) -> None:
    """What an administrator changed stays as it is."""
    for name, flag in SHIPPED.items():
        await session.execute(
            insert(FeatureFlag)
            .values(name=name, description=flag.description, enabled=flag.enabled)
            .on_conflict_do_nothing(index_elements=["name"])
        )
