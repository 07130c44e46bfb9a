"""The commands with their help, without their code: a command imports what it needs when it runs.

The imports of all commands together take some seconds of processor time, which neither `--help` nor a process that
serves should cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

MACHINE, VIDEOS, ANALYTICS, COSTS, PROCESSES = (
    "This machine", "Videos", "Analytics", "Costs", "Processes",
)  # fmt: skip


@dataclass(frozen=True)
class CommandInfo:
    """A command or group: `module` of `ytempire.cli` has it, `panel` and `help` are equal to those in its code."""

    name: str
    module: str
    panel: str
    help: str


COMMANDS = {
    command.name: command
    for command in (
        CommandInfo("up", "up", MACHINE, "Start everything on this machine: database, cache, worker, API and page."),
        CommandInfo("down", "up", MACHINE, "Stop everything that `ytempire up` started."),
        CommandInfo("status", "up", MACHINE, "Show the running processes, their addresses and the disk space."),
        CommandInfo("doctor", "up", MACHINE, "Check this machine, and show a remedy for each problem."),
        CommandInfo(
            "demo",
            "demo",
            MACHINE,
            "Run the whole cycle in the sandbox: produce a video, publish it, collect its views and revenue.",
        ),
        CommandInfo("produce", "produce", VIDEOS, "Produce a video from a text, and review it."),
        CommandInfo("publish", "publish", VIDEOS, "Publish a finished video on its channel, exactly once."),
        CommandInfo(
            "calendar",
            "calendar",
            VIDEOS,
            "Show the scheduled publications, the free slots, the conflicts and the quota forecast.",
        ),
        CommandInfo(
            "delete-from-youtube",
            "delete_from_youtube",
            VIDEOS,
            "Delete a video from YouTube, for good: request it with --reason, then confirm it with --confirm.",
        ),
        CommandInfo("videos", "videos", VIDEOS, "Produced videos."),
        CommandInfo("runs", "runs", VIDEOS, "Runs: each produces one video."),
        CommandInfo("channels", "channels", VIDEOS, "Channels, and their connections to YouTube."),
        CommandInfo("templates", "templates", VIDEOS, "Templates: what the videos of one kind have in common."),
        CommandInfo(
            "voices", "voices", VIDEOS, "Voices: how they sound, services and their keys, consents of speakers."
        ),
        CommandInfo("youtube", "youtube", MACHINE, "API projects for YouTube, and their quota."),
        CommandInfo(
            "collect",
            "collect",
            ANALYTICS,
            "Collect YouTube's counters and reports now, of all channels or of one.",
        ),
        CommandInfo("ingest", "ingest", ANALYTICS, "Measured events: ingest, quarantine, and checks of the rollups."),
        CommandInfo("costs", "costs", COSTS, "Costs of videos, prices and budgets."),
        CommandInfo("alerts", "alerts", MACHINE, "Alerts: what is wrong, who works on it, and which rules are on."),
        CommandInfo("db", "database", MACHINE, "Checks of the database."),
        CommandInfo("maintenance", "maintenance", MACHINE, "Maintenance tasks of the database."),
        CommandInfo("outbox", "outbox", MACHINE, "Facts that could not be delivered, such as to notifications."),
        CommandInfo("keys", "keys", MACHINE, "The keys that seal stored secrets (tokens, TOTP seeds, passwords)."),
        CommandInfo(
            "serve",
            "process_commands",
            PROCESSES,
            "Serve the API and the page, in the number of processes that YTEMPIRE_API__WORKERS sets.",
        ),
        CommandInfo("worker", "process_commands", PROCESSES, "Run the jobs of the queue until stopped."),
        CommandInfo(
            "migrate",
            "process_commands",
            PROCESSES,
            "Migrate the database to the current schema, as its owner (YTEMPIRE_DATABASE__OWNER_URL).",
        ),
        CommandInfo(
            "bench", "bench", MACHINE, "Measure the performance of this machine against the claims of the project."
        ),
    )
}


def load(command: CommandInfo) -> Any:
    """Return the command. Imports all tables, because a foreign key is resolved only where both tables are known."""
    import_module("ytempire.database.models")
    app = typer.Typer(rich_markup_mode="rich")
    import_module(f"ytempire.cli.{command.module}").register(app)
    return typer.main.get_group(app).commands[command.name]


class Commands(TyperGroup):
    """Lists all commands by name and help, and imports the one that is run."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = {
            name: TyperCommand(name, help=command.help, rich_help_panel=command.panel)
            for name, command in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        command = COMMANDS.get(name)
        return (name, load(command), rest) if command else super().resolve_command(ctx, args)
