"""`runs`: list, show, cancel, retry."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ytempire.cli.command_context import command_context
from ytempire.cli.id_parameters import RunId
from ytempire.cli.progress import MARKS, steps_table
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.database import driver_connection
from ytempire.production import list_queries, queries, service
from ytempire.production.queries import LogView, RunView
from ytempire.production.schemas import ListedRun, LogEntry, RunOut

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

runs_app = typer.Typer(no_args_is_help=True, help="Runs: each produces one video.")


def register(app: typer.Typer) -> None:
    app.add_typer(runs_app, name="runs", rich_help_panel="Videos")


@runs_app.command("list")
def list_runs(limit: Annotated[int, typer.Option(min=1, max=100)] = 20, json: Json = False) -> None:
    """List runs, newest first.

    Example: ytempire runs list --limit 5
    """

    async def work() -> list[ListedRun]:
        async with command_context() as context, context.sessions.begin() as session:
            rows = await list_queries.list_runs(await driver_connection(session), limit=limit)
        return [ListedRun.model_validate_json(row.json) for row in rows]

    runs = asyncio.run(work())
    if json:
        print_json({"items": [run.model_dump(mode="json") for run in runs]})
        return
    if not runs:
        out.print("There are no runs yet. Start one: ytempire produce SOURCE.md", markup=False)
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("run", "status", "title", "channel", "requested", "USD"):
        table.add_column(name, justify="right" if name == "USD" else "left", no_wrap=name != "title", overflow="fold")
    for run in runs:
        table.add_row(
            str(run.id),
            Text(run.status, style=MARKS[run.status][1]),
            Text(run.title),
            Text(run.channel_name),
            f"{run.created_at:%Y-%m-%d %H:%M}Z",
            f"{run.cost_usd:.2f}",
        )
    out.print(table)


@runs_app.command()
def show(run_id: RunId, json: Json = False) -> None:
    """Show a run: its steps, its costs and its log.

    Example: ytempire runs show 0198c0de-0000-7000-8000-000000000000
    """

    async def work() -> tuple[RunView, list[LogView]]:
        async with command_context() as context, context.sessions.begin() as session:
            return await queries.get_run(session, run_id), await queries.list_log(session, run_id)

    run, log = asyncio.run(work())
    if json:
        entries = [LogEntry.from_view(entry).model_dump(mode="json") for entry in log]
        print_json({**RunOut.from_view(run).model_dump(mode="json"), "log": entries})
        return
    out.print(f"[bold]{escape(run.title)}[/]  {run.status}, {run.cost_usd:.2f} USD, for {escape(run.channel_name)}")
    out.print(f"video {run.video_id}", markup=False)
    out.print(steps_table(run))
    for entry in log:
        out.print(f"{entry.at:%H:%M:%S}Z  {entry.step or 'run':<14} {entry.message}", markup=False)


@runs_app.command()
def cancel(run_id: RunId) -> None:
    """Cancel a run.

    Example: ytempire runs cancel 0198c0de-0000-7000-8000-000000000000
    """

    async def work() -> None:
        async with command_context() as context, context.sessions.begin() as session:
            await service.cancel_run(session, run_id)

    asyncio.run(work())
    out.print("Run cancelled.")


@runs_app.command()
def retry(
    run_id: RunId,
    from_step: Annotated[
        str | None, typer.Option("--from", help="A step's name; unset: the step where it stopped.")
    ] = None,
) -> None:
    """Retry a run that has ended, from a step or from where it stopped. The results of earlier steps are kept.

    It continues while YTEMPIRE runs (`ytempire up`).

    Example: ytempire runs retry 0198c0de-0000-7000-8000-000000000000 --from voice
    """

    async def work() -> str:
        async with command_context() as context, context.sessions.begin() as session:
            return await service.retry_run(session, context.queue, run_id, from_step=from_step)

    out.print(f"The run continues from the step {asyncio.run(work())}.")
