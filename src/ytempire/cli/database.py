"""`db doctor`: the database, examined."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from ytempire.cli.terminal import escape, out, print_json
from ytempire.database.checks import run
from ytempire.database.checks.check import CheckResult, is_well
from ytempire.runtime.home import home_of
from ytempire.runtime.process_settings import NotConfigured, configure_logs
from ytempire.runtime.stack import stack_endpoints
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

database_app = typer.Typer(no_args_is_help=True, help="Checks of the database.")
MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "critical": "[red]✗[/]"}


def register(app: typer.Typer) -> None:
    app.add_typer(database_app, name="db", rich_help_panel="This machine")


@database_app.callback()
def group() -> None:
    """Keep the group although it has only one command."""


@database_app.command("doctor")
def run_checks(json: Json = False) -> None:
    """Check the database, and show a remedy for each problem. Changes nothing.

    Exit status: 0 without problems (warnings are allowed), 1 otherwise.

    Example: ytempire db doctor
    """
    findings = asyncio.run(_run_checks())
    has_no_problem = is_well(findings)
    if json:
        print_json({"findings": [finding.document() for finding in findings], "ok": has_no_problem})
    else:
        for finding in findings:
            out.print(f"{MARKS[finding.status]} {escape(finding.check)}: {escape(finding.detail)}")
            if finding.remedy is not None:
                out.print(f"  {escape(finding.remedy)}")
        count = {status: sum(finding.status == status for finding in findings) for status in MARKS}
        out.print(f"\n{_count(count['critical'], 'problem').capitalize()}, {_count(count['warning'], 'warning')}.")
    if not has_no_problem:
        raise typer.Exit(1)


async def _run_checks() -> list[CheckResult]:
    async with owner_address() as owner_url:
        return await asyncio.to_thread(run.run_checks, owner_url)


@asynccontextmanager
async def owner_address() -> AsyncIterator[str]:
    """Yield the owner's URL, of the running database or of one that is started for the block. Logs go to a file.

    Raises NotConfigured where the operator runs the database and its owner's URL is not set.
    """
    settings = get_settings()
    if settings.database.url is not None and settings.database.owner_url is None:
        raise NotConfigured(
            "This needs the URL of the database's owner, which is not set.",
            hint="Set YTEMPIRE_DATABASE__OWNER_URL.",
        )
    home = home_of(settings)
    home.prepare()
    configure_logs(settings, file=home.logs / "command.log")
    async with stack_endpoints(settings, with_worker=False) as endpoints:
        yield endpoints.owner_url


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'s' if number > 1 else ''}"
