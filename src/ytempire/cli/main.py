"""The command `ytempire`: its groups, and how a failure is said."""

from __future__ import annotations

import sys

import typer

from ytempire.cli.known import Commands
from ytempire.cli.terminal import EXIT_INTERRUPTED, fail
from ytempire.kit.errors import YtempireError

app = typer.Typer(
    name="ytempire",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Runs many YouTube channels by itself: discover, produce, publish, measure, learn.",
)


@app.callback()
def all_commands() -> None:
    """What is said of all of them stands above; this makes a group of them."""


def run() -> None:
    """Run a command; what it cannot do is one sentence and an exit status."""
    as_json = "--json" in sys.argv
    try:
        app()
    except YtempireError as error:
        fail(error, as_json=as_json)
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except Exception as error:  # whatever it is, a person gets a sentence and the log the rest
        from ytempire.cli.failures import said_of  # noqa: PLC0415  # takes half a second, and is seldom needed

        fail(said_of(error), as_json=as_json)
