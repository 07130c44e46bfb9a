"""The audit trail, through the functions of the role that owns it. What they may remove is fixed in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from ytempire.database.maintenance.context import Connection, TaskContext
from ytempire.kit.errors import RetryableError, YtempireError


class TrailTooOld(YtempireError):
    """The trail was made by an earlier version, and only a superuser can bring it up."""

    code = "audit_trail_outdated"


def make_partitions(connection: Connection) -> list[str]:
    """This month's partition and the next three; the names of those that were missing.

    Raises TrailTooOld, RetryableError.
    """
    with _translate_lock_timeout():
        return [name for (name,) in connection.execute("SELECT audit.make_partitions()").fetchall()]


def archive_old_changes(context: TaskContext) -> None:
    """Months older than 90 days to the archive; those older than 7 years away. Raises TrailTooOld, RetryableError."""
    with _translate_lock_timeout():
        done = context.connection.execute("SELECT action, partition FROM audit.archive_old_changes()").fetchall()
    for action in ("archived", "dropped"):
        context.record(**{action: [name for what, name in done if what == action]})


def analyse(connection: Connection) -> None:
    """Raises TrailTooOld, RetryableError."""
    with _translate_lock_timeout():
        connection.execute("SELECT audit.analyse()")


@contextmanager
def _translate_lock_timeout() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UndefinedFunction as error:
        raise TrailTooOld(
            "The audit trail was made by an earlier version, and its owner is nobody that we could become.",
            hint="Run `ytempire migrate` once with YTEMPIRE_DATABASE__SUPERUSER_URL set.",
        ) from error
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise RetryableError(
            "Something uses the audit trail for longer than 5 s.", hint="It is tried again."
        ) from error
