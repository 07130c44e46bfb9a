"""`maintenance`: the maintenance tasks of the database, by hand or as a process."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer

from ytempire.cli.database import owner_address
from ytempire.cli.terminal import escape, out, print_json, seconds
from ytempire.database.maintenance.schedule import TASKS, LastRun, TaskStatus, get_task
from ytempire.kit import clock
from ytempire.runtime import maintenance
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

maintenance_app = typer.Typer(no_args_is_help=True, help="Maintenance tasks of the database.")


def register(app: typer.Typer) -> None:
    app.add_typer(maintenance_app, name="maintenance", rich_help_panel="This machine")


@maintenance_app.command("list")
def show(json: Json = False) -> None:
    """List the tasks: the last run, its duration and result, and when the next is due.

    Example: ytempire maintenance list
    """
    tasks, is_held = asyncio.run(_read_tasks())
    if json:
        print_json({"tasks": [_document(task, is_held) for task in tasks]})
        return
    now = clock.now()
    for task in tasks:
        out.print(f"{task.task.name:<11} {escape(_last(task, is_held))}; {_due(task, now)}", markup=False)
        out.print(f"            {task.task.description}", markup=False)


@maintenance_app.command()
def run(
    task: Annotated[str | None, typer.Argument(help="Its name, from `list`; unset: every task.")] = None,
    json: Json = False,
) -> None:
    """Run one task or all, due or not, and record the result. Waits up to 30 s for another process that runs one.

    Exit status: 0 when all were completed, 1 otherwise.

    Example: ytempire maintenance run partitions
    """
    names = [get_task(task).name] if task is not None else [known.name for known in TASKS]
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
    """Run due tasks until stopped. `ytempire up` starts this process. Needs YTEMPIRE_DATABASE__OWNER_URL.

    Example: ytempire maintenance serve
    """
    maintenance.require_owner_url(get_settings())
    # without the imports of the commands: this process waits for days
    command = maintenance.command_of(maintenance.SERVE)
    os.execv(sys.executable, command)


async def _read_tasks() -> tuple[list[TaskStatus], bool]:
    from ytempire.database.maintenance import runner  # noqa: PLC0415  # brings the work, with all models

    async with owner_address() as owner_url:
        return await asyncio.to_thread(runner.due_tasks, owner_url)


async def _run(names: list[str]) -> list[tuple[LastRun, dict[str, object]]]:
    from ytempire.database.maintenance import runner  # noqa: PLC0415  # same

    async with owner_address() as owner_url:
        runs = await asyncio.to_thread(runner.run, owner_url, names)
        return [(run, await asyncio.to_thread(runner.last_details, owner_url, run.task)) for run in runs]


def _last(task: TaskStatus, is_held: bool) -> str:
    last = task.last
    if last is None:
        return "never run"
    when = f"{last.started_at:%Y-%m-%d %H:%M} UTC"
    if last.finished_at is None:
        return f"running since {when}" if is_held else f"started {when} and killed"
    took = seconds(max(0.0, (last.finished_at - last.started_at).total_seconds()))
    return f"{last.outcome} {when} in {took}" + (f": {last.error}" if last.error else "")


def _due(task: TaskStatus, now: datetime) -> str:
    if task.is_due:
        return "due now" + (", overdue" if task.is_overdue else "")
    minutes = (task.due_at - now).total_seconds() / 60
    return f"due in {minutes / 60:.0f} h" if minutes >= 90 else f"due in {minutes:.0f} min"


def _summary(details: dict[str, object]) -> str:
    """Summarise the result of a task: lists by their names, findings by their number."""
    parts = []
    for name, value in details.items():
        if name == "findings" and isinstance(value, list):
            parts.append(
                f"{sum(finding['status'] == 'problem' for finding in value)} problems in {len(value)} findings"
            )
        elif isinstance(value, list):
            parts.append(f"{name}: {', '.join(map(str, value)) or 'none'}")
        else:
            parts.append(f"{name}: {value}")
    return "; ".join(parts).replace("_", " ") or "nothing to do"


def _document(task: TaskStatus, is_held: bool) -> dict[str, object]:
    return {
        "task": task.task.name,
        "description": task.task.description,
        "interval_seconds": task.task.interval.total_seconds(),
        "due_at": task.due_at.isoformat(),
        "is_due": task.is_due,
        "is_overdue": task.is_overdue,
        "is_running": is_held and task.last is not None and task.last.finished_at is None,
        "last": _run_document(task.last) if task.last is not None else None,
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
