"""Which commands there are, said without their code: what a command needs is imported when it is the one that runs.

All of them together take some seconds of processor to import, which nobody who asks for help, and no process that
serves, should pay for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

MACHINE, VIDEOS, MEASURING, MONEY, PARTS = (
    "This machine", "Videos", "Measuring", "Money", "Parts, for production",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A command or group: `module` of `ytempire.cli` has it, `panel` and `help` are as its code says them."""

    name: str
    module: str
    panel: str
    help: str


COMMANDS = {
    one.name: one
    for one in (
        Known("up", "up", MACHINE, "Start everything on this machine: database, cache, worker, API and page."),
        Known("down", "up", MACHINE, "Stop everything that `ytempire up` started here."),
        Known("status", "up", MACHINE, "Show what runs here, and where."),
        Known("doctor", "up", MACHINE, "Examine this machine and say what is missing, and what to do about it."),
        Known(
            "demo",
            "demo",
            MACHINE,
            "See the whole loop: a text becomes a video, goes to the local YouTube at its time, is watched, and earns.",
        ),
        Known("produce", "produce", VIDEOS, "Make one finished, reviewed video from a text."),
        Known(
            "publish", "publish", VIDEOS, "Publish a finished video on its channel: once, whatever happens on the way."
        ),
        Known(
            "calendar",
            "calendar",
            VIDEOS,
            "Show when videos are published, which times are free, what does not go together, and what the quota"
            " allows.",
        ),
        Known(
            "unpublish",
            "unpublish",
            VIDEOS,
            "Delete a video at YouTube, for good. First asked for with --reason, then done with --confirm.",
        ),
        Known("videos", "videos", VIDEOS, "Videos that were made."),
        Known("runs", "runs", VIDEOS, "Runs: each makes one video."),
        Known("channels", "channels", VIDEOS, "Channels, and their connection to YouTube."),
        Known("youtube", "youtube", MACHINE, "API projects for YouTube, and their quota."),
        Known(
            "measure",
            "measure",
            MEASURING,
            "Read YouTube's counters and reports now, of every channel or of one, and say what came.",
        ),
        Known("ingest", "ingest", MEASURING, "Measured events: what happened to videos."),
        Known("costs", "costs", MONEY, "Money: what videos cost, and what things cost."),
        Known("db", "database", MACHINE, "The database: is it as it should be, and is it kept well?"),
        Known("maintenance", "maintenance", MACHINE, "What is done again and again to keep the database well."),
        Known("keys", "keys", MACHINE, "The keys that seal stored secrets (tokens, TOTP seeds, passwords)."),
        Known(
            "serve", "parts", PARTS, "Serve the API and the page, in as many processes as YTEMPIRE_API__WORKERS says."
        ),
        Known("worker", "parts", PARTS, "Work on the steps of runs until told to stop."),
        Known(
            "migrate",
            "parts",
            PARTS,
            "Bring the database to the present schema, as its owner (YTEMPIRE_DATABASE__OWNER_URL).",
        ),
        Known("bench", "bench", MACHINE, "Measure what we claim, on this machine."),
    )
}


def load(known: Known) -> Any:
    """The command itself, and all tables: a foreign key is understood only where both of its tables are known."""
    import_module("ytempire.database.models")
    app = typer.Typer(rich_markup_mode="rich")
    import_module(f"ytempire.cli.{known.module}").register(app)
    return typer.main.get_group(app).commands[known.name]


class Commands(TyperGroup):
    """Has enough of each for a list, and imports the one that is asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {
            one.name: TyperCommand(one.name, help=one.help, rich_help_panel=one.panel) for one in COMMANDS.values()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        known = COMMANDS.get(name)
        return (name, load(known), rest) if known else super().resolve_command(ctx, args)
