"""Partitions by time: made ahead, and put away when they are older than is kept. Months and weeks are UTC.

For tables that are partitioned by range over one `timestamptz` or `date` column. There is never a default partition: it
would forbid `DETACH ... CONCURRENTLY`, and hide that a month is missing. Both functions work as the table's owner, hold
one advisory lock so that two processes do not work at once, and may be repeated or killed at any point.

A detach that locks no reader out cannot be part of a transaction; it commits twice by itself. Killed between the two,
or when a long transaction outlasts our patience, it leaves the partition *pending*: gone for new statements, still
attached in the catalogs. So a partition that is detached is marked by a comment first. The next
`remove_expired_partitions` finalises what is pending, and archives what is detached and marked, before it looks for
more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql

from ytempire.database.catalog import Period
from ytempire.kit import clock
from ytempire.kit.errors import Conflict, InvalidInput, RetryableError, YtempireError
from ytempire.kit.locks import Lock

ARCHIVE = "archive"
# beside those of migrations (1) and code (2)
PARTITION_LOCK = (int(Lock.PARTITIONS), 0)
# A statement that waits for a lock holds up all that come after it; long enough for any request of ours.
LOCK_TIMEOUT = timedelta(seconds=5)
LONGEST_NAME = 63 - len("_y2026m11")  # PostgreSQL cuts names at 63 bytes, and two months would get one name
MONTHS_AHEAD = 3
WEEKS_AHEAD = 14  # three months have up to 92 days
FOREVER = datetime.max.replace(tzinfo=UTC)

# Every partition by range of one column, with its parent. No parameters: drivers write those differently.
PARTITIONS: LiteralString = r"""
    SELECT i.inhparent AS parent_oid, above.nspname || '.' || parent.relname AS parent,
           n.nspname AS schema, c.relname AS name, moments[1]::timestamptz AS lower, moments[2]::timestamptz AS upper,
           i.inhdetachpending AS is_pending_detach
    FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent AND parent.relkind = 'p'
    JOIN pg_namespace above ON above.oid = parent.relnamespace
    JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \((.+)\) TO \((.+)\)') AS ends
    CROSS JOIN LATERAL (
        -- a day is written without its zone
        SELECT array_agg(CASE WHEN one IN ('MINVALUE', 'MAXVALUE') THEN NULL WHEN length(one) = 10
                              THEN one || ' 00:00+00' ELSE one END ORDER BY number) AS moments
        FROM unnest(ends) WITH ORDINALITY AS bound(said, number), trim(said, '''') AS one
    ) AS bounds"""

Action = Literal["created", "detached", "archived", "dropped"]


class NotPartitionedByTime(YtempireError):
    """The table is not partitioned by range over one column of times or days, or is not ours to change."""

    code = "not_partitioned_by_time"


@dataclass(frozen=True)
class Partition:
    """`lower` belongs to it, `upper` does not; None where it has no such end. Both None: a default partition."""

    schema: str
    name: str
    lower: datetime | None
    upper: datetime | None
    is_pending_detach: bool


@dataclass(frozen=True)
class Step:
    """One thing that was done and committed, for the caller's record."""

    table: str
    partition: str
    action: Action
    lower: datetime
    upper: datetime


@dataclass(frozen=True)
class _Parent:
    oid: int
    schema: str
    name: str
    is_guarded: bool

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


def month_of(moment: datetime) -> datetime:
    """Midnight UTC on the first of the month that `moment` falls in. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone falls in no month")
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def add_months(month: datetime, count: int) -> datetime:
    """The first of the month that lies `count` months after (or before) `month`, which is a first itself."""
    years, index = divmod(month.month - 1 + count, 12)
    return month.replace(year=month.year + years, month=index + 1)


def week_of(moment: datetime) -> datetime:
    """Midnight UTC on the Monday of the week that `moment` falls in. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone falls in no week")
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def partition_name(table: str, start: datetime, period: Period = "month") -> str:
    """`events` and November 2026 give `events_y2026m11`, and its second week (ISO 8601) `events_y2026w46`.

    Raises InvalidInput where PostgreSQL would cut the name.
    """
    if len(table.encode()) > LONGEST_NAME:
        raise InvalidInput(f"The name {table} is too long to name partitions after: {LONGEST_NAME} bytes at most.")
    if period == "week":
        year, week, _ = start.isocalendar()
        return f"{table}_y{year:04d}w{week:02d}"
    return f"{table}_y{start.year:04d}m{start.month:02d}"


def _starts(period: Period, begin: datetime, now: datetime, ahead: int) -> Iterator[datetime]:
    """Of the periods from `begin` to `now` and of the next `ahead`, and the end of the last."""
    start_of, following = (week_of, _next_week) if period == "week" else (month_of, _next_month)
    start, left = start_of(min(begin, now)), ahead + 1
    while left >= 0:
        yield start
        left -= start >= start_of(now)
        start = following(start)


def _next_week(start: datetime) -> datetime:
    return start + timedelta(weeks=1)


def _next_month(start: datetime) -> datetime:
    return add_months(start, 1)


def covered_until(partitions: Iterable[Partition], start: datetime) -> datetime:
    """The end of the unbroken range of partitions that `start` falls in; `start` itself where it falls in none."""
    end = start
    for one in sorted(
        (one for one in partitions if not one.is_pending_detach and (one.lower or one.upper)),
        key=lambda one: one.lower or datetime.min.replace(tzinfo=UTC),
    ):
        if (one.lower is None or one.lower <= end) and (one.upper is None or one.upper > end):
            end = one.upper or FOREVER
    return end


def list_partitions(connection: psycopg.Connection[Any], table: str) -> list[Partition]:
    """The partitions of `schema.table`, oldest first; one that is being detached is said to be so."""
    rows = connection.execute(
        f"SELECT schema, name, lower, upper, is_pending_detach FROM ({PARTITIONS}) p"  # noqa: S608  # a constant
        " WHERE p.parent_oid = to_regclass(%s) ORDER BY lower NULLS FIRST",
        [_quoted(connection, table)],
    ).fetchall()
    return [
        Partition(schema, name, lower and lower.astimezone(UTC), upper and upper.astimezone(UTC), pending)
        for schema, name, lower, upper, pending in rows
    ]


def ensure_ahead(
    connection: psycopg.Connection[Any],
    table: str,
    *,
    period: Period = "month",
    ahead: int | None = None,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
) -> list[Step]:
    """Make the partitions of this period and the next `ahead`, all or none; returns those that were missing.

    Without a number three months of them. Those between the newest partition and now are made too: where nothing ran
    for a season, what happened in it may be told yet.

    Locks out neither readers nor writers of `table`. Part of the caller's transaction if one is open. A new partition
    takes over row-level security (closed to all but the owner, since access goes through `table`) and, from the newest
    one before it, storage parameters. Raises NotPartitionedByTime, Conflict for a period that is covered in part or a
    name that is taken, and RetryableError when `table` stays locked for longer than `lock_timeout`.
    """
    now = now or clock.now()
    ahead = ahead if ahead is not None else (WEEKS_AHEAD if period == "week" else MONTHS_AHEAD)
    made: list[Step] = []
    with _translate_lock_timeout(table, lock_timeout), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", PARTITION_LOCK)
        with _lock_timeout(connection, lock_timeout, is_local=True):
            parent = _parent(connection, table)
            present = list_partitions(connection, table)
            newest = max((one.upper or FOREVER for one in present), default=now)
            for lower, upper in pairwise(_starts(period, newest, now, ahead)):
                if covered_until(present, lower) >= upper:
                    continue
                if overlapping := [one.name for one in present if _overlaps(one, lower, upper)]:
                    raise Conflict(
                        f"{table} has partitions that cover the {period} from {lower:%d %B %Y} in part:"
                        f" {', '.join(overlapping)}.",
                        hint=f"Make them whole {period}s, or make the rest of that {period} by hand.",
                    )
                name = partition_name(parent.name, lower, period)
                made.append(_create(connection, parent, name, lower, upper))
    return made


def remove_expired_partitions(
    connection: psycopg.Connection[Any],
    table: str,
    keep: timedelta,
    *,
    archive: bool = True,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    on_step: Callable[[Step], None] = lambda _: None,
) -> list[Step]:
    """Take away the partitions whose every row is older than `keep`: to the schema `archive`, or dropped.

    The schema `archive` is made by bootstrap: its owner is not ours, or we could drop what others archive.
    First finishes what an earlier call left half done. `on_step` is called after each step that was committed, so a
    later failure loses nothing of the record. A table in the archive has no foreign keys, so that it holds nobody back.
    The connection must be in autocommit, outside a transaction. Raises NotPartitionedByTime, Conflict, and
    RetryableError when something uses `table` for longer than `lock_timeout`: the next call goes on from there.
    """
    if not connection.autocommit or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise InvalidInput("Partitions are retired on a connection in autocommit: a detach commits by itself.")
    before = (now or clock.now()) - keep
    done: list[Step] = []

    def record(step: Step) -> None:
        done.append(step)
        on_step(step)

    with (
        _translate_lock_timeout(table, lock_timeout),
        _exclusively(connection),
        _lock_timeout(connection, lock_timeout, is_local=False),
    ):
        parent = _parent(connection, table)
        for left in _unfinished(connection, parent, record):
            _archive_or_drop(connection, parent, left, archive, record)
        for one in list_partitions(connection, table):
            if one.lower is None or one.upper is None or one.upper > before:
                continue
            left = _DetachingPartition(one.schema, one.name, one.lower, one.upper)
            connection.execute(
                sql.SQL("COMMENT ON TABLE {} IS {}").format(left.identifier, sql.Literal(left.mark(parent)))
            )
            connection.execute(
                sql.SQL("ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY").format(parent.identifier, left.identifier)
            )
            record(left.step(parent, "detached"))
            _archive_or_drop(connection, parent, left, archive, record)
    return done


def drop_archived(
    connection: psycopg.Connection[Any],
    table: str,
    keep: timedelta,
    *,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    on_step: Callable[[Step], None] = lambda _: None,
) -> list[Step]:
    """Drop what `remove_expired_partitions` put into the archive of `table` and is older than `keep` by now.

    Known by the comment that it wrote, so nothing else that lies in the archive is touched. The table itself may be
    gone. The connection must be in autocommit. Raises RetryableError when somebody reads an archived table for longer
    than `lock_timeout`.
    """
    before = (now or clock.now()) - keep
    done: list[Step] = []
    with (
        _translate_lock_timeout(table, lock_timeout),
        _exclusively(connection),
        _lock_timeout(connection, lock_timeout, is_local=False),
    ):
        for left in _marked(connection, table, ARCHIVE):
            if left.upper > before:
                continue
            connection.execute(sql.SQL("DROP TABLE {}").format(left.identifier))
            done.append(Step(table, left.name, "dropped", left.lower, left.upper))
            on_step(done[-1])
    return done


@dataclass(frozen=True)
class _DetachingPartition:
    """A partition on its way out."""

    schema: str
    name: str
    lower: datetime
    upper: datetime

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def mark(self, parent: _Parent) -> str:
        return f"Retired from {parent.table}: {self.lower.isoformat()} to {self.upper.isoformat()}"

    def step(self, parent: _Parent, action: Action) -> Step:
        return Step(parent.table, self.name, action, self.lower, self.upper)


def _unfinished(
    connection: psycopg.Connection[Any], parent: _Parent, record: Callable[[Step], None]
) -> Sequence[_DetachingPartition]:
    """What an earlier call marked and did not put away, detached by now."""
    for one in list_partitions(connection, parent.table):
        if not one.is_pending_detach:
            continue
        identifier = sql.Identifier(one.schema, one.name)
        finalise = sql.SQL("ALTER TABLE {} DETACH PARTITION {} FINALIZE").format(parent.identifier, identifier)
        comment = connection.execute(
            "SELECT obj_description(to_regclass(%s), 'pg_class')", [identifier.as_string(connection)]
        ).fetchone()
        left = _DetachingPartition(one.schema, one.name, one.lower, one.upper) if one.lower and one.upper else None
        if left is None or comment != (left.mark(parent),):
            raise Conflict(
                f"Somebody began to detach {one.schema}.{one.name} from {parent.table} and did not finish.",
                hint=f"Finish it as the owner: {finalise.as_string(connection)}",
            )
        with connection.transaction():  # whoever began to write to it before it was pending: FINALIZE waits for none
            connection.execute(sql.SQL("LOCK TABLE ONLY {} IN SHARE MODE").format(parent.identifier))
        connection.execute(finalise)
        record(left.step(parent, "detached"))
    return _marked(connection, parent.table, parent.schema)


def _marked(connection: psycopg.Connection[Any], table: str, schema: str) -> list[_DetachingPartition]:
    """Those of `table` in `schema` that are partitions no more, oldest first."""
    rows = connection.execute(
        r"""
        SELECT c.relname, ends[1]::timestamptz, ends[2]::timestamptz
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL regexp_match(
            obj_description(c.oid, 'pg_class'), '^Retired from ' || %s || ': (\S+) to (\S+)$') AS ends
        WHERE n.nspname = %s AND c.relkind = 'r' AND NOT c.relispartition AND ends IS NOT NULL
        ORDER BY 2""",
        [table.replace(".", r"\."), schema],
    ).fetchall()
    return [
        _DetachingPartition(schema, name, lower.astimezone(UTC), upper.astimezone(UTC)) for name, lower, upper in rows
    ]


def _archive_or_drop(
    connection: psycopg.Connection[Any],
    parent: _Parent,
    left: _DetachingPartition,
    archive: bool,
    record: Callable[[Step], None],
) -> None:
    if not archive:
        connection.execute(sql.SQL("DROP TABLE {}").format(left.identifier))
        record(left.step(parent, "dropped"))
        return
    taken = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL", [sql.Identifier(ARCHIVE, left.name).as_string(connection)]
    ).fetchone()
    if taken == (True,):
        raise Conflict(
            f"{parent.schema}.{left.name} cannot be archived: there is an {ARCHIVE}.{left.name} already.",
            hint="Rename or drop the one in the archive; the next run goes on from here.",
        )
    with connection.transaction():
        for (name,) in connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%s) AND contype = 'f'",
            [left.identifier.as_string(connection)],
        ).fetchall():
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(left.identifier, sql.Identifier(name))
            )
        for role, privilege in _writers(connection, left.identifier):
            connection.execute(
                sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(privilege), left.identifier, sql.Identifier(role))
            )
        connection.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(left.identifier, sql.Identifier(ARCHIVE)))
    record(left.step(parent, "archived"))


def _create(connection: psycopg.Connection[Any], parent: _Parent, name: str, lower: datetime, upper: datetime) -> Step:
    partition = sql.Identifier(parent.schema, name)
    if connection.execute("SELECT to_regclass(%s)", [partition.as_string(connection)]).fetchone() != (None,):
        raise Conflict(
            f"{parent.schema}.{name} cannot be made: there is one that is no partition of {parent.table}.",
            hint="If it was retired by mistake, attach it again; else rename it.",
        )
    # made apart and attached: CREATE TABLE ... PARTITION OF would lock readers and writers out of the parent
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (LIKE {} INCLUDING ALL"
            " EXCLUDING INDEXES EXCLUDING IDENTITY EXCLUDING STATISTICS EXCLUDING COMMENTS)"
        ).format(partition, parent.identifier)
    )
    row = connection.execute(
        "SELECT array_to_string(c.reloptions, ', ') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s ORDER BY c.relname DESC LIMIT 1",
        [parent.oid],
    ).fetchone()
    if row is not None and row[0]:
        connection.execute(sql.SQL("ALTER TABLE {} SET ({})").format(partition, sql.SQL(row[0])))
    _copy_statistics_targets(connection, parent, partition)
    if parent.is_guarded:
        # the parent's policies guard what goes through it; without its own, the partition would be a way around them
        for clause in ("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
            connection.execute(sql.SQL("ALTER TABLE {} " + clause).format(partition))
        connection.execute(
            sql.SQL("CREATE POLICY owner ON {} TO CURRENT_ROLE USING (true) WITH CHECK (true)").format(partition)
        )
    _grant_to_writers(connection, parent, partition)
    connection.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            parent.identifier, partition, sql.Literal(lower.isoformat()), sql.Literal(upper.isoformat())
        )
    )
    return Step(parent.table, name, "created", lower, upper)


def _copy_statistics_targets(connection: psycopg.Connection[Any], parent: _Parent, partition: sql.Identifier) -> None:
    """How closely ANALYZE looks at each column; LIKE leaves it out."""
    targets = connection.execute(
        "SELECT attname, attstattarget FROM pg_attribute"
        " WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0",
        [parent.oid],
    ).fetchall()
    for column, target in targets:
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STATISTICS {}").format(
                partition, sql.Identifier(column), sql.Literal(target)
            )
        )


def _grant_to_writers(connection: psycopg.Connection[Any], parent: _Parent, partition: sql.Identifier) -> None:
    """As with those that it has; LIKE leaves grants out."""
    for one in list_partitions(connection, parent.table):
        for role, privilege in _writers(connection, sql.Identifier(one.schema, one.name)):
            connection.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(privilege), partition, sql.Identifier(role))
            )


def _writers(connection: psycopg.Connection[Any], partition: sql.Identifier) -> list[tuple[str, str]]:
    """Roles that no policy binds, and so write to partitions themselves; and what they may."""
    return connection.execute(
        "SELECT rolname, privilege_type FROM pg_class, aclexplode(relacl) JOIN pg_roles ON pg_roles.oid = grantee"
        " WHERE pg_class.oid = to_regclass(%s) AND rolbypassrls AND NOT rolsuper",
        [partition.as_string(connection)],
    ).fetchall()


def _overlaps(one: Partition, lower: datetime, upper: datetime) -> bool:
    return (one.lower is None or one.lower < upper) and (one.upper is None or one.upper > lower)


def _parent(connection: psycopg.Connection[Any], table: str) -> _Parent:
    row = connection.execute(
        """
        SELECT c.oid, p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype),
               p.partdefid <> 0, c.relrowsecurity, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE')
        FROM pg_class c
        JOIN pg_partitioned_table p ON p.partrelid = c.oid
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
        WHERE c.oid = to_regclass(%s)""",
        [_quoted(connection, table)],
    ).fetchone()
    if row is None or not row[1]:
        raise NotPartitionedByTime(
            f"{table} is no table that is partitioned by range over one timestamptz or date column."
        )
    oid, _, has_default, is_guarded, owner, is_ours = row
    if not is_ours:
        raise NotPartitionedByTime(
            f"The partitions of {table} belong to the role {owner}.", hint=f"Connect as {owner}."
        )
    if has_default:
        raise NotPartitionedByTime(
            f"{table} has a default partition, which forbids detaching without locking everybody out.",
            hint="Move its rows to where they belong, and drop it.",
        )
    schema, name = table.split(".")
    return _Parent(oid, schema, name, is_guarded)


def _quoted(connection: psycopg.Connection[Any], table: str) -> str:
    return sql.Identifier(*table.split(".")).as_string(connection)


@contextmanager
def _exclusively(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Hold the lock for the session: a detach runs in several transactions. It is freed if the process dies."""
    connection.execute("SELECT pg_advisory_lock(%s, %s)", PARTITION_LOCK)
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", PARTITION_LOCK)


@contextmanager
def _lock_timeout(connection: psycopg.Connection[Any], lock_timeout: timedelta, *, is_local: bool) -> Iterator[None]:
    """A short one for the block. After an error a local one is rolled back with the block's transaction."""
    before = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
    assert before is not None
    change = "SELECT set_config('lock_timeout', %s, %s)"
    connection.execute(change, [f"{lock_timeout // timedelta(milliseconds=1)}ms", is_local])
    try:
        yield
    finally:
        if not connection.broken and connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            connection.execute(change, [before[0], is_local])


@contextmanager
def _translate_lock_timeout(table: str, lock_timeout: timedelta) -> Iterator[None]:
    try:
        yield
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise RetryableError(
            f"{table} is in use, and its partitions could not be changed within {lock_timeout.total_seconds():g} s.",
            hint="The next run goes on from here; a transaction that stays open for long is in its way.",
        ) from error
