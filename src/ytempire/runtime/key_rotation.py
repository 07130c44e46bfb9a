"""Rotation of the keys of stored secrets: every envelope is sealed again with the current key.

It may be killed at any point and run again: rows change in small transactions, and what is not current yet is found by
how its envelope begins. Old keys stay in the ring, since backups need them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import func, select, tuple_, update

from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Model, Sessions
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.sealed_columns import SealedColumn
from ytempire.registration.domains import registered_domains

log = get_logger(__name__)
BATCH = 100  # rows that are locked together, for some milliseconds


@cache
def sealed_columns() -> tuple[SealedColumn, ...]:
    """Return every column that holds envelopes, as the domains declare them."""
    return tuple(
        column
        for domain in registered_domains()
        if domain.sealed_columns is not None
        for column in domain.resolve(domain.sealed_columns)
    )


@dataclass
class RotationResult:
    """The number of resealed envelopes of each column, and the failures with their reasons."""

    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


async def envelopes_by_key(session: AsyncSession) -> dict[str, Counter[str]]:
    """How many envelopes each key has sealed, by column. Needs the platform's session or an administrator's."""
    counts = {}
    for sealed in sealed_columns():
        length = func.get_byte(sealed.column, 1)
        # all envelopes of one key begin alike, so the beginnings are counted and not the envelopes read
        head = func.substring(sealed.column, 1, length + 2)
        rows = await session.execute(
            select(head, func.count()).where(sealed.column.is_not(None)).group_by(head).order_by(head)
        )
        counts[sealed.title] = Counter({bytes(start)[2:].decode("ascii", "replace"): count for start, count in rows})
    return counts


async def reseal(platform: Sessions, keys: KeyRing, *, batch: int = BATCH) -> RotationResult:
    """Reseal with the current key what another has sealed. What cannot be opened stays, and is named in the result."""
    result = RotationResult()
    for sealed in sealed_columns():
        broken: list[tuple[Any, ...]] = []
        done = 0
        while True:
            async with platform.begin() as session:
                rows = await _stale(session, sealed, keys.current_prefix, broken, batch)
                for row in rows:
                    try:
                        await _seal_again(session, sealed, keys, row)
                        done += 1
                    except YtempireError as error:
                        place = _log_name(sealed, row)
                        broken.append(place)
                        named = f"{sealed.title} of {', '.join(map(str, place))}: {error.message}"
                        result.failed.append(named)
                        log.warning(
                            "envelope_reseal_failed", column=sealed.title, row=list(map(str, place)), why=error.code
                        )
            if not rows:
                break
        if done:
            result.done[sealed.title] = done
    if result.done:
        log.info("secrets_resealed", key=keys.current, **{"rows": result.done})
    return result


async def _stale(
    session: AsyncSession, sealed: SealedColumn, head: bytes, broken: list[tuple[Any, ...]], batch: int
) -> list[Model]:
    """Some rows whose envelope the current key has not sealed, locked: who changes one meanwhile waits for us."""
    query = select(sealed.model).where(sealed.column.is_not(None), func.substring(sealed.column, 1, len(head)) != head)
    if broken:
        query = query.where(tuple_(*sealed.key).not_in(broken))
    return list(await session.scalars(query.order_by(*sealed.key).limit(batch).with_for_update()))


async def _seal_again(session: AsyncSession, sealed: SealedColumn, keys: KeyRing, row: Model) -> None:
    associated_data = sealed.associated_data(row)
    values = {
        sealed.name: keys.seal(
            keys.open(getattr(row, sealed.name), associated_data=associated_data), associated_data=associated_data
        )
    }
    if hasattr(sealed.model, "updated_at"):
        values["updated_at"] = sealed.model.updated_at  # what it says did not change
    await session.execute(
        update(sealed.model)
        .where(*_row_filter(sealed, row))
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _row_filter(sealed: SealedColumn, row: Model) -> Iterator[Any]:
    return (column == value for column, value in zip(sealed.key, _log_name(sealed, row), strict=True))


def _log_name(sealed: SealedColumn, row: Model) -> tuple[Any, ...]:
    return tuple(getattr(row, column.key) for column in sealed.key)
