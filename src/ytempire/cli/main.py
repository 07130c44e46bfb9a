"""The command `ytempire` and its groups."""

from __future__ import annotations

import sys

import typer

from ytempire.cli import bench, costs, parts, produce, runs, up
from ytempire.cli.terminal import EXIT_INTERRUPTED, fail
from ytempire.kit.errors import YtempireError

app = typer.Typer(
    name="ytempire", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Runs many YouTube channels by itself: discover, produce, publish, measure, learn.",
)
for module in (up, produce, runs, costs, parts, bench):
    module.register(app)


def run() -> None:
    """Run a command; what it cannot do is one sentence and an exit status."""
    try:
        app()
    except YtempireError as error:
        fail(error, as_json="--json" in sys.argv)
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None


