"""Engines and sessions. Nothing below the edge commits: a request or a job's claim and settle is one transaction."""

from __future__ import annotations

import asyncio
import copy
import re
import select
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg.sql import Literal
from sqlalchemy import Connection, DateTime, MetaData, Numeric, Text, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.util import await_only, greenlet_spawn
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random_exponential

from ytempire.kit.analyst_views import MASKED, is_masked, rewrite_statement
from ytempire.kit.errors import YtempireError
from ytempire.kit.subject import Subject, current_subject

T = TypeVar("T")

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


class Sessions(async_sessionmaker[AsyncSession]):
    """Makes sessions; `begin` is for one transaction of one."""

    def begin(self) -> _TransactionBlock:  # type: ignore[override]  # used in the same way
        """For `async with`: a session in a transaction that commits where the block ends, unless it raises."""
        return _TransactionBlock(self())


class _TransactionBlock:
    """What SQLAlchemy's own block does, in one switch to its greenlet instead of three, and less of them in between.

    Around a transaction of one statement those cost more than the statement does (`ytempire bench api`).
    """

    __slots__ = ("_session", "_transaction")

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._transaction = session.sync_session.begin()  # asks the database for nothing yet

    async def __aenter__(self) -> AsyncSession:
        self._transaction.__enter__()
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ending = asyncio.ensure_future(greenlet_spawn(self._end, kind, error, trace))
        cancelled: asyncio.CancelledError | None = None
        while not ending.done():  # whoever is cancelled waits for it too: it gives the connection back
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError as cancellation:
                if ending.done():
                    raise
                cancelled = cancellation
        ending.result()
        if cancelled is not None:
            raise cancelled

    def _end(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._transaction.__exit__(kind, error, trace)
        finally:
            self._session.sync_session.close()


# Who the transaction acts for, as the default of a column that says whose a row is.
subject_id = text("nullif(current_setting('app.user_id', true), '')::uuid")

new_id = text("core.new_id()")  # UUIDv7, so that keys grow with time


def connect(url: str, *, pool_size: int = 10, application: str = "ytempire") -> AsyncEngine:
    """An engine for `url` (`postgresql+psycopg://…`), with up to `pool_size` connections, which stay open.

    A broken connection is noticed before it is used.
    """
    engine = create_async_engine(
        url,
        # what is opened stays open: an overflow is closed after each use, and under load half of all uses opened one
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an error goes to the log, and may be shown: not what it was about to write
        connect_args={
            "options": f"-c search_path={SEARCH_PATH}",
            "application_name": application,
            # the driver would begin each transaction with a question of its own; `_begin` and `_enter` do it here
            "autocommit": True,
        },
    )
    event.listen(engine.sync_engine, "checkout", _notice_broken)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "before_cursor_execute", rewrite_statement, retval=True)
    return engine


_BEGINS_ITSELF = "begins_itself"


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(_BEGINS_ITSELF):
        connection.exec_driver_sql("BEGIN")


def _notice_broken(connection: Any, record: object, proxy: object) -> None:
    """What `pool_pre_ping` does, without its question."""
    if is_broken(connection.driver_connection):
        raise InvalidatePoolError("the server closed this connection")


def is_broken(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Has an idle connection ended? The server speaks on one only to end it, so a look costs no question."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def sessions_of(engine: AsyncEngine, subject: Subject | None = None) -> Sessions:
    """Sessions whose transactions act for `subject`, or for whoever is the current one when they begin."""
    return Sessions(
        engine.execution_options(**{_BEGINS_ITSELF: True}),
        sync_session_class=_SubjectSession,
        expire_on_commit=False,
        info={"subject": subject},
    )


def as_subject(sessions: Sessions, subject: Subject) -> Sessions:
    """The same database for another subject."""
    same = copy.copy(sessions)  # a new one would make a class of its own, and this is done for each request
    same.kw = {**sessions.kw, "info": {"subject": subject}}
    return same


def as_platform_for(platform: Sessions, person: Subject) -> Sessions:
    """What the platform does for somebody."""
    return as_subject(platform, person.as_platform())


class _SubjectSession(Session):
    """Begins every transaction by saying whose it is."""


@event.listens_for(_SubjectSession, "after_begin")
def _enter(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Begin, and say whose it is, in one question: with a question each, they cost more than many a query does."""
    if transaction.nested:
        return
    subject: Subject | None = session.info.get("subject") or current_subject()
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    statements = begin_statements(subject)
    try:  # by the driver itself, whose answer nobody reads: SQLAlchemy would make a result of it in every transaction
        await_only(driver.execute(statements.encode(), prepare=False))
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(statements, None, error, psycopg.Error, hide_parameters=True) from error
    if is_masked(subject):
        connection.execution_options(**{MASKED: True})


def begin_statements(subject: Subject | None, *, read_only: bool = False) -> str:
    """The statements that begin a transaction of somebody."""
    begin = "BEGIN READ ONLY" if read_only or (subject and subject.read_only) else "BEGIN"
    if subject is None:
        return begin  # without a subject row-level security shows nothing
    parameters = ", ".join(
        "NULL" if value is None else _quote(str(value))
        for value in (subject.user_id, subject.role, subject.session_id, subject.request_id, subject.ip_address)
    )
    # the database says the role of now: an analyst's transaction goes on as a role that reads masked columns only
    return (
        f"{begin}; SELECT set_config('role', CASE core.set_subject({parameters})"
        " WHEN 'analyst' THEN 'ytempire_analytics' ELSE current_setting('role') END, true)"
    )


_PLAIN = re.compile(r"[0-9A-Za-z_.:-]*")


def _quote(value: str) -> str:
    """`value` as a literal. Ids and addresses, which it nearly always is, have nothing that the driver must look at."""
    return f"'{value}'" if _PLAIN.fullmatch(value) else Literal(value).as_string()


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
async def listen_connection(url: str, *channels: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection that listens on `channels`; read `connection.notifies()`."""
    async with await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True) as connection:
        for channel in channels:
            await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        yield connection


def violated_constraint(error: BaseException) -> str | None:
    """The name of the constraint that a failed statement broke, if that is why it failed."""
    original = getattr(error, "orig", error)
    return original.diag.constraint_name if isinstance(original, psycopg.errors.IntegrityError) else None


@contextmanager
def translate_constraint_errors(errors: Mapping[str, YtempireError]) -> Iterator[None]:
    """For the block: what breaks one of these constraints is raised as the error given for it."""
    try:
        yield
    except IntegrityError as error:
        plain = errors.get(violated_constraint(error) or "")
        if plain is None:
            raise
        raise plain from error


def trigger_message(error: BaseException) -> str | None:
    """The sentence of a rule of ours that a trigger raised, if that is why a statement failed."""
    original = getattr(error, "orig", error)
    return original.diag.message_primary if isinstance(original, psycopg.errors.RaiseException) else None


def is_transient(error: BaseException) -> bool:
    """Did a statement fail for a reason that may pass?

    The database was unavailable, or gave up for a lock, the disk, its memory or a transaction beside this one. What
    failed was not done, but for a COMMIT whose answer was lost.
    """
    return isinstance(_original(error), psycopg.OperationalError | psycopg.InterfaceError | PoolExhausted)


# 08: connection exceptions; 57P: shut down, crashed, cannot connect now; 53300: too many connections
_UNAVAILABLE = ("08", "57P", "53300")


def is_unavailable(error: BaseException) -> bool:
    """Was the database not there: stopped or starting, the connection lost, or none free? Whatever was to be done."""
    original = _original(error)
    if isinstance(original, psycopg.OperationalError):  # what fails before the server has said why has no state
        return original.sqlstate is None or original.sqlstate.startswith(_UNAVAILABLE)
    return isinstance(original, psycopg.InterfaceError | PoolExhausted)


def _original(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


async def retry_while_transient(
    transaction: Callable[[], Awaitable[T]], *, for_s: float, is_stopping: Callable[[], bool] = lambda: False
) -> T:
    """Return the result of `transaction`, begun again while it fails for a reason that may pass.

    It raises what it failed for after `for_s` seconds, or once `is_stopping`. Where the answer to a COMMIT was lost it
    is begun again too, so it must find out by itself whether it is done.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: is_transient(error) and not is_stopping()),
        wait=wait_random_exponential(multiplier=0.2, max=2.0),
        stop=stop_after_delay(for_s),
        reraise=True,
    )
    result: T = await retrying(transaction)
    return result


def is_session_ended_error(error: DBAPIError) -> bool:
    """Was the transaction refused because its subject's session has ended?"""
    return isinstance(error.orig, psycopg.errors.InvalidAuthorizationSpecification)


__all__ = [
    "SEARCH_PATH",
    "UUID",
    "AsyncEngine",
    "AsyncSession",
    "Model",
    "Sessions",
    "as_platform_for",
    "as_subject",
    "begin_statements",
    "connect",
    "conninfo",
    "driver_connection",
    "is_broken",
    "is_session_ended_error",
    "is_transient",
    "is_unavailable",
    "listen_connection",
    "new_id",
    "retry_while_transient",
    "sessions_of",
    "subject_id",
    "translate_constraint_errors",
    "trigger_message",
    "violated_constraint",
]
