"""The command `ytempire` and its groups."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from ytempire.cli import (
    bench,
    calendar,
    channels,
    costs,
    database,
    demo,
    ingest,
    keys,
    maintenance,
    measure,
    parts,
    produce,
    publish,
    runs,
    unpublish,
    up,
    youtube,
)
from ytempire.cli.terminal import EXIT_INTERRUPTED, fail
from ytempire.kit.database import refusal_of
from ytempire.kit.errors import Conflict, InvalidInput, YtempireError
from ytempire.operations.home import home_of
from ytempire.settings import get_settings

app = typer.Typer(
    name="ytempire",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Runs many YouTube channels by itself: discover, produce, publish, measure, learn.",
)
for module in (
    up,
    demo,
    produce,
    publish,
    calendar,
    unpublish,
    runs,
    channels,
    youtube,
    measure,
    ingest,
    costs,
    database,
    maintenance,
    keys,
    parts,
    bench,
):
    module.register(app)


def run() -> None:
    """Run a command; what it cannot do is one sentence and an exit status."""
    as_json = "--json" in sys.argv
    try:
        app()
    except YtempireError as error:
        fail(error, as_json=as_json)
    except ValidationError as error:
        fail(_bad_setting(error), as_json=as_json)
    except DBAPIError as error:
        refusal = refusal_of(error)
        fail(Conflict(refusal) if refusal else _unexpected(error), as_json=as_json)
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except Exception as error:  # whatever it is, a person gets a sentence and the log the rest
        fail(_unexpected(error), as_json=as_json)


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
