"""`bench`: measure the performance claims on this machine. The benches lie beside the source, outside the package."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from ytempire.kit.errors import YtempireError
from ytempire.runtime.home import CHECKOUT

HELP = "Measure the performance of this machine against the claims of the project."
PANEL = "This machine"


class BenchesMissing(YtempireError):
    """This installation has no source beside it."""

    code = "benches_missing"


def register(app: typer.Typer) -> None:
    if not (CHECKOUT / "bench" / "commands.py").exists():
        options = {"allow_extra_args": True, "ignore_unknown_options": True}
        app.command("bench", help=HELP, rich_help_panel=PANEL, context_settings=options)(refuse)
        return
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    app.add_typer(import_module("bench.commands").bench_app, name="bench", help=HELP, rich_help_panel=PANEL)


def refuse() -> None:
    raise BenchesMissing(
        "The benches come with the source of YTEMPIRE, and are not part of an installed package.",
        hint="Get the source, run `make setup` in it, then `.venv/bin/ytempire bench` there.",
    )
