"""Changing and removing one row that row-level security may show without letting it be changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, inspect, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from ytempire.kit.database import AsyncSession, Model
from ytempire.kit.errors import Forbidden, NotFound
from ytempire.kit.etags import stale

M = TypeVar("M", bound=Model)
NOT_PERMITTED = "You may see this, but not change it."


async def update_row(
    session: AsyncSession, row: M, values: Mapping[str, Any], *, expected_updated_at: datetime | None
) -> M:
    """Set these columns of a row that was read; `expected_updated_at`: only if it was last changed then.

    Raises PreconditionFailed for a row that changed meanwhile, NotFound for one that is gone by now, Forbidden for one
    that is not theirs.
    """
    model, _, value = _identity(row)
    statement = _update_statement(model, frozenset(values), expected_updated_at is not None)
    parameters = {"row_key": value, "row_updated_at": expected_updated_at} | {
        f"new_{name}": new for name, new in values.items()
    }
    if await session.scalar(statement, parameters) is None:
        await _require_there(session, row)
        if expected_updated_at is not None:
            changed_at: datetime = row.updated_at  # type: ignore[attr-defined]  # every such model has it
            if changed_at != expected_updated_at:
                raise stale()
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    return row


@lru_cache(maxsize=256)  # putting it together takes longer than running it
def _update_statement(model: type[M], names: frozenset[str], is_guarded: bool) -> ReturningUpdate[M]:
    key = inspect(model).primary_key[0]
    columns = inspect(model).columns
    statement = (
        update(model)
        .where(key == bindparam("row_key"))
        .values({name: bindparam(f"new_{name}", type_=columns[name].type) for name in names})
    )
    if is_guarded:
        statement = statement.where(model.updated_at == bindparam("row_updated_at"))  # type: ignore[attr-defined]
    return statement.returning(model).execution_options(synchronize_session=False, populate_existing=True)


async def delete_row(session: AsyncSession, row: Model) -> None:
    """Raises NotFound for a row that is gone by now, Forbidden for one that is not theirs."""
    model, key, value = _identity(row)
    if await session.scalar(delete(model).where(key == value).returning(key)) is None:
        await _require_there(session, row)
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")


async def _require_there(session: AsyncSession, row: Model) -> None:
    """Read it again. Raises NotFound."""
    model, key, value = _identity(row)
    again = select(model).where(key == value).execution_options(populate_existing=True)
    if await session.scalar(again) is None:
        raise NotFound("Somebody removed this meanwhile.")


def _identity(row: Model) -> tuple[Any, Any, Any]:
    """The model, its one key column, and what that is of this row."""
    model = type(row)
    key = inspect(model).primary_key[0]
    return model, key, getattr(row, key.name)
