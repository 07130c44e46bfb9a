"""`maintenance`: what is done to keep the database well, by hand or by a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer

from ytempire.cli.database import owner_address
from ytempire.cli.terminal import escape, out, print_json, seconds
from ytempire.database.maintenance.schedule import TASKS, LastRun, Standing, get_task
from ytempire.kit import clock
from ytempire.operations import maintenance
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

maintenance_app = typer.Typer(no_args_is_help=True, help="What is done again and again to keep the database well.")


def register(app: typer.Typer) -> None:
    app.add_typer(maintenance_app, name="maintenance", rich_help_panel="This machine")


@maintenance_app.command("list")
def show(json: Json = False) -> None:
    """Show every task: when it was done last, how long it took, what came of it, when it is due.

    Example: ytempire maintenance list
    """
    found, is_held = asyncio.run(_look())
    if json:
        print_json({"tasks": [_document(one, is_held) for one in found]})
        return
    now = clock.now()
    for one in found:
        out.print(f"{one.task.name:<11} {escape(_last(one, is_held))}; {_due(one, now)}", markup=False)
        out.print(f"            {one.task.does}", markup=False)


@maintenance_app.command()
def run(
    task: Annotated[str | None, typer.Argument(help="Its name, as `list` shows it. Without one: every task.")] = None,
    json: Json = False,
) -> None:
    """Do one task or all, due or not, and record it. Waits half a minute for another process that is at it.

    Exit status: 0 when all came to their end, 1 otherwise.

    Example: ytempire maintenance run partitions
    """
    names = [get_task(task).name] if task is not None else [one.name for one in TASKS]
    runs = asyncio.run(_run(names))
    if json:
        print_json({"runs": [_run_document(last, details) for last, details in runs]})
    else:
        for last, details in runs:
            mark = "[green]✓[/]" if last.error is None else "[red]✗[/]"
            out.print(f"{mark} {last.task}: {escape(last.error or _summary(details))}")
    if any(last.error is not None for last, _ in runs):
        raise typer.Exit(1)


@maintenance_app.command()
def serve() -> None:
    """Do what is due until told to stop. `ytempire up` has it in its tree. Needs YTEMPIRE_DATABASE__OWNER_URL.

    Example: ytempire maintenance serve
    """
    maintenance.require_owner_url(get_settings())
    # all that commands bring with them is left behind: this process waits for days
    command = maintenance.command_of(maintenance.SERVE)
    os.execv(sys.executable, command)


async def _look() -> tuple[list[Standing], bool]:
    from ytempire.database.maintenance import runner  # noqa: PLC0415  # brings the work, with all models

    async with owner_address() as owner_url:
        return await asyncio.to_thread(runner.look, owner_url)


async def _run(names: list[str]) -> list[tuple[LastRun, dict[str, object]]]:
    from ytempire.database.maintenance import runner  # noqa: PLC0415  # same

    async with owner_address() as owner_url:
        runs = await asyncio.to_thread(runner.run, owner_url, names)
        return [(one, await asyncio.to_thread(runner.last_details, owner_url, one.task)) for one in runs]


def _last(one: Standing, is_held: bool) -> str:
    last = one.last
    if last is None:
        return "never done"
    when = f"{last.started_at:%Y-%m-%d %H:%M} UTC"
    if last.finished_at is None:
        return f"running since {when}" if is_held else f"begun {when} and killed"
    took = seconds(max(0.0, (last.finished_at - last.started_at).total_seconds()))
    return f"{last.outcome} {when} in {took}" + (f": {last.error}" if last.error else "")


def _due(one: Standing, now: datetime) -> str:
    if one.is_due:
        return "due now" + (", and long ago" if one.is_overdue else "")
    minutes = (one.due_at - now).total_seconds() / 60
    return f"due in {minutes / 60:.0f} h" if minutes >= 90 else f"due in {minutes:.0f} min"


def _summary(details: dict[str, object]) -> str:
    """What was done, short: lists as their names, the doctor's findings as a count."""
    said = []
    for name, value in details.items():
        if name == "findings" and isinstance(value, list):
            said.append(f"{sum(one['status'] == 'problem' for one in value)} problems in {len(value)} findings")
        elif isinstance(value, list):
            said.append(f"{name}: {', '.join(map(str, value)) or 'none'}")
        else:
            said.append(f"{name}: {value}")
    return "; ".join(said).replace("_", " ") or "nothing to do"


def _document(one: Standing, is_held: bool) -> dict[str, object]:
    return {
        "task": one.task.name,
        "does": one.task.does,
        "every_s": one.task.every.total_seconds(),
        "due_at": one.due_at.isoformat(),
        "is_due": one.is_due,
        "is_overdue": one.is_overdue,
        "is_running": is_held and one.last is not None and one.last.finished_at is None,
        "last": _run_document(one.last) if one.last is not None else None,
    }


def _run_document(last: LastRun, details: dict[str, object] | None = None) -> dict[str, object]:
    document: dict[str, object] = {
        "task": last.task,
        "started_at": last.started_at.isoformat(),
        "finished_at": last.finished_at.isoformat() if last.finished_at else None,
        "outcome": last.outcome,
        "error": last.error,
    }
    return document if details is None else {**document, "details": details}
