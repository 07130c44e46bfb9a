"""Statements of analysts: every name of the schemas `core`, `analytics` and `metrics` is read as one of `masked`.

There a table has a view with the same columns, empty where they say something about a person or are secret
(`database/masking.py`), and the functions that queries call have counterparts for somebody who sees all and may change
nothing. So the same queries answer analysts; what has no counterpart is refused. What they may read, the database says,
whose role for them has no right on anything else: this only saves a second copy of every query.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.sql import Composable
from sqlalchemy import Connection

from ytempire.kit.subject import Subject

_NAMES = re.compile(r"\b(?:core|analytics|metrics)\.(?=[a-z_])")
MASKED = "masked"  # the execution option of a transaction


@lru_cache(maxsize=2048)
def rewrite_for_analyst(statement: str) -> str:
    """The same statement about masked views. Our names are always written with their schema."""
    return _NAMES.sub("masked.", statement)


def is_masked(subject: Subject | None) -> bool:
    return subject is not None and subject.role == "analyst"


def rewrite_statement(
    connection: Connection, cursor: object, statement: str, parameters: Any, context: object, executemany: bool
) -> tuple[str, Any]:
    """Listen to SQLAlchemy's `before_cursor_execute`, with `retval=True`."""
    return (rewrite_for_analyst(statement) if connection.get_execution_options().get(MASKED) else statement), parameters


class MaskedCursor(psycopg.AsyncCursor[Any]):
    """For what speaks the driver's own language."""

    async def execute(self, query: Any, *given: Any, **how: Any) -> MaskedCursor:
        statement = query.as_string(self) if isinstance(query, Composable) else query
        await super().execute(
            rewrite_for_analyst(statement.decode() if isinstance(statement, bytes) else statement), *given, **how
        )
        return self
