"""Feature flags: who has a feature. The same person always gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.configuration.models import FeatureFlag
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound

REGISTRATION = "registration"
# What ships, and is made where it is missing: name -> description, enabled.
SHIPPED = {REGISTRATION: ("People can ask for an account by themselves.", True)}


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


async def set_flag(
    session: AsyncSession,
    name: str,
    *,
    description: str,
    enabled: bool,
    percentage: int,
    segments: list[str],
    user_ids: list[UUID],
) -> FeatureFlag:
    """Make or replace a flag."""
    values = {
        "description": description,
        "enabled": enabled,
        "percentage": percentage,
        "segments": segments,
        "user_ids": user_ids,
    }
    await session.execute(
        insert(FeatureFlag).values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values)
    )
    return await session.get_one(FeatureFlag, name, populate_existing=True)


async def remove_flag(session: AsyncSession, name: str) -> None:
    """Nobody has the feature then. Raises NotFound."""
    gone = await session.scalar(delete(FeatureFlag).where(FeatureFlag.name == name).returning(FeatureFlag.name))
    if gone is None:
        raise NotFound(f"There is no flag named {name}.")


async def ensure_shipped_flags(session: AsyncSession) -> None:
    """What an administrator changed stays as it is."""
    for name, (description, enabled) in SHIPPED.items():
        await session.execute(
            insert(FeatureFlag)
            .values(name=name, description=description, enabled=enabled)
            .on_conflict_do_nothing(index_elements=["name"])
        )
