"""`db doctor`: the database, examined."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from ytempire.cli.terminal import escape, out, print_json
from ytempire.database import doctor
from ytempire.database.doctor import Finding
from ytempire.kit import logs
from ytempire.operations.home import home_of
from ytempire.operations.parts import NotConfigured
from ytempire.operations.stack import stack_endpoints
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

database_app = typer.Typer(no_args_is_help=True, help="The database: is it as it should be, and is it kept well?")
MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "problem": "[red]✗[/]"}


def register(app: typer.Typer) -> None:
    app.add_typer(database_app, name="db", rich_help_panel="This machine")


@database_app.callback()
def group() -> None:
    """A group stays a group while it has one command."""


@database_app.command("doctor")
def examine(json: Json = False) -> None:
    """Examine the database and say what is not well, and what to do about it. Changes nothing.

    Exit status: 0 when there is no problem (warnings are none), 1 otherwise.

    Example: ytempire db doctor
    """
    findings = asyncio.run(_look())
    is_well = doctor.is_well(findings)
    if json:
        print_json({"findings": [one.document() for one in findings], "ok": is_well})
    else:
        for one in findings:
            out.print(f"{MARKS[one.status]} {escape(one.check)}: {escape(one.found)}")
            if one.todo is not None:
                out.print(f"  {escape(one.todo)}")
        count = {status: sum(one.status == status for one in findings) for status in MARKS}
        out.print(f"\n{_count(count['problem'], 'problem').capitalize()}, {_count(count['warning'], 'warning')}.")
    if not is_well:
        raise typer.Exit(1)


async def _look() -> list[Finding]:
    async with owner_address() as owner_url:
        return await asyncio.to_thread(doctor.examine, owner_url)


@asynccontextmanager
async def owner_address() -> AsyncIterator[str]:
    """The database's owner, of the tree that runs or of a database that is started for the block. Logs go to a file.

    Raises NotConfigured where the operator runs the database and did not name its owner.
    """
    settings = get_settings()
    if settings.database.url is not None and settings.database.owner_url is None:
        raise NotConfigured(
            "Only the owner of the database may do this, and its address is not known.",
            hint="Set YTEMPIRE_DATABASE__OWNER_URL.",
        )
    home = home_of(settings)
    home.prepare()
    logs.configure(settings.log_level, file=home.logs / "command.log")
    async with stack_endpoints(settings, with_worker=False) as endpoints:
        yield endpoints.owner_url


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'s' if number > 1 else ''}"
