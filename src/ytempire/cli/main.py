"""The command `ytempire`: its groups, and the report of a failure."""

from __future__ import annotations

import sys

import typer

from ytempire.cli.command_list import Commands
from ytempire.cli.renamed_commands import require_present_names
from ytempire.cli.terminal import EXIT_INTERRUPTED, fail
from ytempire.kit.errors import YtempireError

app = typer.Typer(
    name="ytempire",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Run many YouTube channels: produce videos, publish them, collect their metrics.",
)


@app.callback()
def all_commands() -> None:
    """Make a group of the commands; its help stands above."""


def run() -> None:
    """Run a command. A failure is printed as one sentence with a hint, and gives the exit status."""
    as_json = "--json" in sys.argv
    try:
        require_present_names(sys.argv[1:])
        app()
    except YtempireError as error:
        fail(error, as_json=as_json)
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except Exception as error:  # a person gets a sentence, and the log the details
        from ytempire.cli.error_messages import message_of  # noqa: PLC0415  # takes half a second

        fail(message_of(error), as_json=as_json)
