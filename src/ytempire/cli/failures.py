"""What is said of an error that is not ours: a setting, a refusal of the database, trouble that passes, or a bug."""

from __future__ import annotations

import errno
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from valkey.exceptions import ConnectionError as CacheAway

from ytempire.kit.database import refusal_of
from ytempire.kit.errors import Conflict, InvalidInput, TryLater, YtempireError
from ytempire.operations.home import home_of
from ytempire.settings import get_settings

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
AGAIN = "It was stopped, or is being started again: look with `ytempire status`, then run the command once more."


class DiskFull(YtempireError):
    """Nothing can be written until somebody makes room."""

    code = "disk_full"


def said_of(error: Exception) -> YtempireError:
    match error:
        case ValidationError():
            return _bad_setting(error)
        case DBAPIError() if refusal := refusal_of(error):
            return Conflict(refusal)
    for one in _causes(error):
        if trouble := _trouble(one):
            return trouble
    return _unexpected(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """It, what it was raised from, and what it holds: the driver's own error may lie three deep."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [getattr(one, "orig", None), one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()


def _trouble(error: BaseException) -> YtempireError | None:
    """What passes, or somebody at this machine can mend."""
    match error:
        case psycopg.errors.DiskFull():
            return _full("The disk that holds the database is full.")
        case OSError(errno=number) if number in NO_ROOM:
            return _full(
                f"The disk is full: {error.filename} cannot be written." if error.filename else "The disk is full."
            )
        case psycopg.OperationalError() | InterfaceError() | PoolExhausted():
            return TryLater(f"The database cannot do this now: {_last_line(error)}.", hint=AGAIN)
        case CacheAway():
            return TryLater("The cache (Valkey) does not answer.", hint=AGAIN)
        case httpx.TransportError() | ConnectionError():
            return TryLater(f"A server went away in the middle: {_last_line(error)}.", hint=AGAIN)
    return None


def _full(message: str) -> DiskFull:
    root = home_of(get_settings()).root
    return DiskFull(
        message,
        hint=f"Make room on the disk of {root}: `du -sh {root}/*` shows what takes it, and old files in its logs/"
        " may go. Then run the command once more.",
    )


def _last_line(error: BaseException) -> str:
    """What the server said, or the driver where the server said nothing."""
    original = getattr(error, "orig", error)
    primary = original.diag.message_primary if isinstance(original, psycopg.Error) else None
    lines = (primary or str(error)).strip().splitlines()
    return lines[-1].strip().rstrip(".")[:200] if lines else type(error).__name__


def _bad_setting(error: ValidationError) -> YtempireError:
    first = error.errors()[0]
    name = "YTEMPIRE_" + "__".join(str(part).upper() for part in first["loc"])
    return InvalidInput(f"The setting {name} cannot be used: {first['msg']}.", hint="Mend or unset it.")


def _unexpected(error: Exception) -> YtempireError:
    folder = home_of(get_settings()).logs
    where = folder / "unexpected.log" if folder.exists() else Path(tempfile.gettempdir()) / "ytempire-unexpected.log"
    said = str(error).splitlines()[0][:200] if str(error) else ""
    hint = f"The details are in {where}."
    try:
        with where.open("a") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError as trouble:
        hint = f"The details could not be written to {where}: {trouble.strerror}."
    return YtempireError(f"Something went wrong on our side: {type(error).__name__}: {said}", hint=hint)
