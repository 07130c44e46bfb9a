"""Engines and sessions. Nothing below the edge commits: a request or a job's claim and settle is one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import DateTime, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

# Errors and migrations refer to constraints by these names.
NAMING = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}

# procrastinate's functions name their tables without a schema; ours are always written with one.
SEARCH_PATH = "jobs,public"


class Model(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads this class attribute
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(18, 6),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


Sessions = async_sessionmaker[AsyncSession]

new_id = text("core.new_id()")  # UUIDv7, so that keys grow with time


def connect(url: str, *, pool_size: int = 10, application: str = "ytempire") -> AsyncEngine:
    """An engine for `url` (`postgresql+psycopg://…`). A broken connection is noticed before it is used."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": f"-c search_path={SEARCH_PATH}", "application_name": application},
    )


def sessions_of(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)


def conninfo(url: str, *, application: str = "ytempire") -> str:
    """The libpq form of `url`, for what speaks psycopg directly: procrastinate and listeners."""
    parsed = make_url(url)
    parameters: dict[str, str] = {
        "options": f"-c search_path={SEARCH_PATH}",
        "application_name": application,
    }
    for key, value in (
        ("user", parsed.username),
        ("password", parsed.password),
        ("host", parsed.host),
        ("port", parsed.port),
        ("dbname", parsed.database),
    ):
        if value is not None:
            parameters[key] = str(value)
    for query_key, query_value in parsed.query.items():
        parameters[query_key] = query_value if isinstance(query_value, str) else query_value[0]
    return psycopg.conninfo.make_conninfo(**parameters)


async def driver_connection(session: AsyncSession) -> psycopg.AsyncConnection[Any]:
    """The psycopg connection of the session's own transaction: a job enqueued on it commits with the rows."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    return driver


@asynccontextmanager
async def listening(url: str, *channels: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection that listens on `channels`; read `connection.notifies()`."""
    async with await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True) as connection:
        for channel in channels:
            await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        yield connection


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint that a failed statement broke, if that is why it failed."""
    original = getattr(error, "orig", error)
    return original.diag.constraint_name if isinstance(original, psycopg.errors.IntegrityError) else None


__all__ = [
    "SEARCH_PATH",
    "UUID",
    "AsyncEngine",
    "AsyncSession",
    "Model",
    "Sessions",
    "connect",
    "conninfo",
    "constraint_of",
    "driver_connection",
    "listening",
    "new_id",
    "sessions_of",
]
