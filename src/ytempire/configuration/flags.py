"""Feature flags: who has a feature. The same person always gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.configuration.models import FeatureFlag
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, NotFound, PreconditionFailed
from ytempire.kit.etags import etag_of
from ytempire.kit.locks import Lock, lock


@dataclass(frozen=True)
class BuiltInFlag:
    """A flag that the code itself asks for; made where it is missing."""

    description: str
    enabled: bool
    # asked before anybody is known: on or off for everybody, whatever share, segments and people say
    is_boolean: bool


REGISTRATION = "registration"
BUILT_IN = {REGISTRATION: BuiltInFlag("People can ask for an account by themselves.", enabled=True, is_boolean=True)}


def has_feature(flag: FeatureFlag, user_id: UUID, segments: Collection[str]) -> bool:
    """Whether this person has it: named, in a named segment, or among the percentage."""
    if not flag.enabled:
        return False
    named = user_id in flag.user_ids or bool(set(segments) & set(flag.segments))
    return named or rollout_percentile(flag.name, user_id) < flag.percentage


def rollout_percentile(name: str, user_id: UUID) -> float:
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
    session: AsyncSession, name: str, values: FlagValues, *, may_exist: bool = True, expected_etag: str | None = None
) -> FeatureFlag:
    """Make or replace a flag.

    Raises PreconditionFailed where it was not to exist, or has changed since it was `expected_etag`.
    """
    await _lock_flags(session)
    flag = await session.get(FeatureFlag, name)
    if flag is None and expected_etag is not None:
        raise PreconditionFailed(f"The flag {name} was removed meanwhile.", hint="Look at the flags again.")
    if flag is not None and not may_exist:
        raise PreconditionFailed(f"There is a flag named {name} already.", hint="Take another name, or edit that one.")
    if flag is not None and expected_etag not in (None, "*", etag_of(flag.updated_at)):
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
    if name in BUILT_IN:  # it would come back with the next start, and not as it was
        raise Conflict(f"YTEMPIRE itself asks for the flag {name}.", hint="Turn it off instead of removing it.")
    await _lock_flags(session)
    gone = await session.scalar(delete(FeatureFlag).where(FeatureFlag.name == name).returning(FeatureFlag.name))
    if gone is None:
        raise NotFound(f"There is no flag named {name}.")


async def _lock_flags(session: AsyncSession) -> None:
    """Flags change rarely: nobody's change falls between another's look and their own."""
    await lock(session, Lock.FEATURE_FLAGS)


async def ensure_built_in_flags(session: AsyncSession) -> None:
    """What an administrator changed stays as it is."""
    for name, flag in BUILT_IN.items():
        await session.execute(
            insert(FeatureFlag)
            .values(name=name, description=flag.description, enabled=flag.enabled)
            .on_conflict_do_nothing(index_elements=["name"])
        )
