"""Messages for errors of others: an invalid setting, a refusal of the database, a temporary failure, or a bug."""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from valkey.exceptions import ConnectionError as CacheAway

from ytempire.kit.database import is_transient, trigger_message
from ytempire.kit.errors import Conflict, InvalidInput, RetryableError, YtempireError
from ytempire.renamed_settings import find_renamed_variables, variable_of
from ytempire.runtime.home import home_of
from ytempire.settings import get_settings

DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
RETRY_HINT = "It was stopped or is restarting. Check it with `ytempire status`, then run the command again."


class DiskFull(YtempireError):
    """Nothing can be written until space is freed."""

    code = "disk_full"


def message_of(error: Exception) -> YtempireError:
    """Return the error to show to a person."""
    match error:
        case ValidationError():
            return _bad_setting(error)
        case DBAPIError() if refusal := trigger_message(error):
            return Conflict(refusal)
    for cause in _causes(error):
        if known := _known_failure(cause):
            return known
    return _unexpected(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, its causes and its parts: the driver's own error may lie three levels deep."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [getattr(cause, "orig", None), cause.__cause__, cause.__context__]
        waiting += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()


def _known_failure(error: BaseException) -> YtempireError | None:
    """Return the message for a failure that is temporary or that a person can repair."""
    match error:
        case psycopg.errors.DiskFull():
            return _full("The disk that holds the database is full.")
        case OSError(errno=number) if number in DISK_FULL_ERRNOS:
            return _full(
                f"The disk is full: {error.filename} cannot be written." if error.filename else "The disk is full."
            )
        case _ if is_transient(error):
            return RetryableError(f"The database is not available: {_last_line(error)}.", hint=RETRY_HINT)
        case CacheAway():
            return RetryableError("The cache (Valkey) does not answer.", hint=RETRY_HINT)
        case httpx.TransportError() | ConnectionError():
            return RetryableError(f"The connection to a server was lost: {_last_line(error)}.", hint=RETRY_HINT)
    return None


def _full(message: str) -> DiskFull:
    root = home_of(get_settings()).root
    return DiskFull(
        message,
        hint=f"Free space on the disk of {root}: `du -sh {root}/*` shows what uses it, and old files in its logs/"
        " may be deleted. Then run the command again.",
    )


def _last_line(error: BaseException) -> str:
    """Return the last line of the server's message, or of the driver's where there is none."""
    original = getattr(error, "orig", error)
    primary = original.diag.message_primary if isinstance(original, psycopg.Error) else None
    lines = (primary or str(error)).strip().splitlines()
    return lines[-1].strip().rstrip(".")[:200] if lines else type(error).__name__


def _bad_setting(error: ValidationError) -> YtempireError:
    first = error.errors()[0]
    name = variable_of(".".join(map(str, first["loc"])))
    if name not in os.environ:
        name = next((old for old, new in find_renamed_variables().items() if new == name), name)
    return InvalidInput(f"The setting {name} is invalid: {first['msg']}.", hint="Correct or unset it.")


def _unexpected(error: Exception) -> YtempireError:
    folder = home_of(get_settings()).logs
    where = folder / "unexpected.log" if folder.exists() else Path(tempfile.gettempdir()) / "ytempire-unexpected.log"
    reason = str(error).splitlines()[0][:200] if str(error) else ""
    hint = f"The details are in {where}."
    try:
        with where.open("a") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError as failure:
        hint = f"The details could not be written to {where}: {failure.strerror}."
    return YtempireError(f"Unexpected error in YTEMPIRE: {type(error).__name__}: {reason}", hint=hint)
