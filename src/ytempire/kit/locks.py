"""Advisory locks of PostgreSQL by name, so that no two uses have the same numbers by chance.

A lock has two numbers: its name, and a key within it, which is 0, a number of the caller's or the hash of a text. Two
texts with one hash wait for each other, and nothing worse.
"""

from __future__ import annotations

from enum import IntEnum, unique

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from ytempire.kit.database import AsyncSession


@unique
class Lock(IntEnum):
    """The first number of each lock; below each, what the second one is where it is not 0."""

    MIGRATION = 5_241
    APPLIED_CODE = 5_250
    BOOTSTRAP = 5_251
    PARTITIONS = 5_252
    MAINTENANCE = 5_253
    SHARD = 5_242
    """The shard of channels; `ingest/sql/rebuilds.sql` takes it too."""
    LIVE_RECOUNT = 5_243
    DELTA_MERGE = 5_244
    """Whoever takes deltas of videos into the rollups."""
    COST_RESERVATION = 5_260
    FEATURE_FLAGS = 5_261
    LOCAL_OPERATOR = 5_262
    SIGNING_KEY_CREATION = 5_263
    LAST_ADMINISTRATOR = 5_264
    ENQUEUE_STEPS = 5_270
    ENQUEUE_PUBLICATIONS = 5_271
    ENQUEUE_EDITS = 5_272
    IDEMPOTENCY_KEY = 5_273
    """The caller's key."""
    SOURCE_TEXT = 5_274
    """The channel's id and the SHA-256 of the text."""
    CALENDAR = 5_275
    """The channel's id."""
    REPEATED_NOTIFICATION = 5_276
    """The person, the kind, and what is the same."""


async def lock(session: AsyncSession, name: Lock, key: str | ColumnElement[str] | None = None) -> None:
    """Wait for a lock and hold it until the transaction ends."""
    await session.execute(select(lock_expression(name, key)))


async def try_lock(session: AsyncSession, name: Lock, key: str | None = None) -> bool:
    """Take a lock until the transaction ends; False: somebody else holds it."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(int(name), _key(key)))))


def lock_expression(name: Lock, key: str | ColumnElement[str] | None = None) -> ColumnElement[None]:
    """Return the call that takes a lock for the transaction, for a statement that finds the key by itself."""
    return func.pg_advisory_xact_lock(int(name), _key(key))


def _key(key: str | ColumnElement[str] | None) -> int | ColumnElement[int]:
    return 0 if key is None else func.hashtext(key)
