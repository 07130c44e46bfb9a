"""What is said of an error that is not ours: a setting, a refusal of the database, or something unexpected."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from ytempire.kit.database import refusal_of
from ytempire.kit.errors import Conflict, InvalidInput, YtempireError
from ytempire.operations.home import home_of
from ytempire.settings import get_settings


def said_of(error: Exception) -> YtempireError:
    match error:
        case ValidationError():
            return _bad_setting(error)
        case DBAPIError() if refusal := refusal_of(error):
            return Conflict(refusal)
        case _:
            return _unexpected(error)


def _bad_setting(error: ValidationError) -> YtempireError:
    first = error.errors()[0]
    name = "YTEMPIRE_" + "__".join(str(part).upper() for part in first["loc"])
    return InvalidInput(f"The setting {name} cannot be used: {first['msg']}.", hint="Mend or unset it.")


def _unexpected(error: Exception) -> YtempireError:
    folder = home_of(get_settings()).logs
    where = folder / "unexpected.log" if folder.exists() else Path(tempfile.gettempdir()) / "ytempire-unexpected.log"
    with where.open("a") as log:
        log.write("".join(traceback.format_exception(error)))
    said = str(error).splitlines()[0][:200] if str(error) else ""
    return YtempireError(
        f"Something went wrong on our side: {type(error).__name__}: {said}", hint=f"The details are in {where}."
    )
