"""`ingest`: events from a file, the quarantine, and checks of the rollups."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import psycopg
import typer
import valkey.asyncio
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ytempire.cli.command_context import CommandContext, command_context
from ytempire.cli.database import owner_address
from ytempire.cli.terminal import err, escape, out, print_json, seconds
from ytempire.ingest import quarantine
from ytempire.ingest.deltas import DeltaPolicy
from ytempire.ingest.ingestor import Ingestor
from ytempire.ingest.models import QuarantinedEvent
from ytempire.ingest.ndjson_files import Total, ingest_file
from ytempire.ingest.quarantine_retry import RetryResult, retry_lines
from ytempire.ingest.rebuilds import RollupMismatch, Window, channel_ids, find_mismatches, rebuild_channel, window
from ytempire.ingest.sharding import MAX_SHARDS, change_shard_count, shard_count
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.kit.errors import InvalidInput
from ytempire.realtime.counters import LiveCounters
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lines = Annotated[list[UUID] | None, typer.Argument(metavar="[LINE]...", help="Ids, from `list`.")]
SHOWN = 100  # characters of a line in a list

ingest_app = typer.Typer(no_args_is_help=True, help="Measured events: ingest, quarantine, and checks of the rollups.")
quarantine_app = typer.Typer(no_args_is_help=True, help="Lines that were rejected. They are kept for 7 days.")
ingest_app.add_typer(quarantine_app, name="quarantine")


def register(app: typer.Typer) -> None:
    app.add_typer(ingest_app, name="ingest", rich_help_panel="Analytics")


@ingest_app.command()
def metrics(
    file: Annotated[
        Path,
        typer.Argument(help="Lines of JSON, one event each; may be gzip.", exists=True, dir_okay=False),
    ],
    json: Json = False,
) -> None:
    """Ingest a file of measured events, of any length.

    An event is a measurement of one video for the interval that ends at its timestamp. The last of two events with the
    same timestamp counts, so a file may be ingested again. Rejected lines go to quarantine.

    Exit status: 1 when all events were rejected, 2 when the file cannot be read as lines, and 0 otherwise.

    Example: ytempire ingest metrics november.ndjson.gz
    """
    began = time.monotonic()
    total = asyncio.run(_ingest(file, size=file.stat().st_size))
    took = time.monotonic() - began
    if json:
        print_json({**asdict(total), "seconds": round(took, 3)})
    else:
        _print_total(total, file, took)
    if total.rejected == total.events:
        raise typer.Exit(1)


def _print_total(total: Total, file: Path, took: float) -> None:
    """Print the result of a file of events."""
    if not total.events:
        out.print(f"[red]✗[/] {escape(file.name)} has no events")
        return
    if total.rejected == total.events:
        out.print(f"[red]✗[/] All {total.events:,} events were rejected")
        out.print("  They are in quarantine. See the reasons: ytempire ingest quarantine list")
        return
    out.print(f"[green]✓[/] {total.events:,} events in {seconds(took)}, {total.events / took:,.0f} a second")
    counts = (
        ("new", total.inserted),
        ("changed", total.changed),
        ("unchanged", total.unchanged),
        ("superseded in the file", total.superseded),
    )
    out.print("  " + ", ".join(f"{count:,} {name}" for name, count in counts if count or name == "new"))
    if total.rejected:
        out.print(f"  [yellow]{total.rejected:,} in quarantine[/]. See the reasons: ytempire ingest quarantine list")


async def _ingest(file: Path, *, size: int) -> Total:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    async with _open_ingestor() as (context, ingestor):
        with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
            task = progress.add_task(escape(file.name), total=size)

            def show(total: Total, done_bytes: int) -> None:
                progress.update(task, completed=done_bytes, description=f"{escape(file.name)}: {total.events:,} events")

            return await ingest_file(ingestor, file, context.operator, on_progress=show)


@asynccontextmanager
async def _open_ingestor() -> AsyncIterator[tuple[CommandContext, Ingestor]]:
    async with (
        command_context() as context,
        valkey.asyncio.Valkey.from_url(context.cache_url, socket_timeout=2.0, socket_connect_timeout=0.5) as cache,
        # a server that is started later recounts
        LiveCounters(context.database_url, cache, application="ytempire-ingest", rebuild_on_start=False) as counters,
        Ingestor(
            context.database_url,
            application="ytempire-ingest",
            on_commit=counters.add,
            delta_policy=DeltaPolicy.from_settings(get_settings().ingest),
        ) as ingestor,
    ):
        yield context, ingestor


Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; unset: a week ago.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; unset: today.")]
Channels = Annotated[list[UUID] | None, typer.Option("--channel", help="Only this channel; may be repeated.")]


@ingest_app.command()
def check(since: Since = None, until: Until = None, channel: Channels = None, json: Json = False) -> None:
    """Compare the rollups of some days with a recount of their events, and show the differences.

    Exit status: 0 when all are equal, 1 otherwise.

    Example: ytempire ingest check --since 2026-11-01
    """
    mismatches, count = asyncio.run(_compare(_days(since, until), channel))
    if json:
        print_json({"channels": count, "differences": [_mismatch_document(mismatch) for mismatch in mismatches]})
    else:
        for mismatch in mismatches:
            excess = ", ".join(f"{name} {value:+,f}" for name, value in mismatch.excess.items() if value)
            out.print(
                f"[red]✗[/] {mismatch.table}, channel {mismatch.channel_id}:"
                f" {mismatch.rows:,} rows differ, in total by {excess or '0'}"
            )
        if not mismatches:
            out.print(f"[green]✓[/] {count:,} channels: all rollups equal a recount")
        else:
            out.print("  Rebuild them: ytempire ingest rebuild")
    if mismatches:
        raise typer.Exit(1)


@ingest_app.command()
def rebuild(since: Since = None, until: Until = None, channel: Channels = None, json: Json = False) -> None:
    """Rebuild the rollups of some days from their events. Events may be ingested at the same time.

    Example: ytempire ingest rebuild --since 2026-11-01
    """
    count = asyncio.run(_rebuild(_days(since, until), channel))
    if json:
        print_json({"channels": count})
        return
    out.print(f"[green]✓[/] {count:,} channels rebuilt")


@ingest_app.command()
def shards(
    count: Annotated[int | None, typer.Argument(min=1, max=MAX_SHARDS, help="The new number; unset: show it.")] = None,
    json: Json = False,
) -> None:
    """Show or change the number of shards: how many transactions may write events at once.

    One is best on few processors: what waits is written together. Events may be ingested at the same time.

    Example: ytempire ingest shards 2
    """
    present = asyncio.run(_shards(count))
    if json:
        print_json({"shards": present})
        return
    out.print(f"Channels are divided into {present} {'shard' if present == 1 else 'shards'}.")


async def _shards(count: int | None) -> int:
    async with owner_address() as owner_url, await psycopg.AsyncConnection.connect(conninfo(owner_url)) as connection:
        if count is not None:
            await change_shard_count(connection, count)
        return await shard_count(connection)


def _days(since: datetime | None, until: datetime | None) -> Window:
    last = until.date() if until else clock.now().date() + timedelta(days=1)  # it is tomorrow somewhere
    return window(since.date() if since else last - timedelta(days=7), last + timedelta(days=1))


async def _compare(days: Window, only: list[UUID] | None) -> tuple[list[RollupMismatch], int]:
    async with _open_ingestor() as (context, ingestor), ingestor.writer.begin(context.operator) as connection:
        channels = only or await channel_ids(connection)
        return [
            mismatch async for _, mismatches in find_mismatches(connection, channels, days) for mismatch in mismatches
        ], len(channels)


async def _rebuild(days: Window, only: list[UUID] | None) -> int:
    async with _open_ingestor() as (context, ingestor):
        async with ingestor.writer.begin(context.operator) as connection:
            channels = only or await channel_ids(connection)
        for channel_id in channels:
            async with ingestor.writer.begin(context.operator) as connection:
                await rebuild_channel(connection, channel_id, days)
    return len(channels)


def _mismatch_document(mismatch: RollupMismatch) -> dict[str, object]:
    excess = {name: f"{value:f}" for name, value in mismatch.excess.items()}
    return {"table": mismatch.table, "channel_id": str(mismatch.channel_id), "rows": mismatch.rows, "excess": excess}


@quarantine_app.command("list")
def show(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20, json: Json = False
) -> None:
    """List the lines in quarantine, newest first, each with the reason.

    Example: ytempire ingest quarantine list
    """

    async def work() -> tuple[list[QuarantinedEvent], int]:
        async with command_context() as context, context.sessions.begin() as session:
            return await quarantine.list_lines(session, limit=limit), await quarantine.count_lines(session)

    lines, count = asyncio.run(work())
    if json:
        print_json({"count": count, "lines": [_document(line) for line in lines]})
        return
    if not lines:
        out.print("The quarantine is empty.")
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("id", "since (UTC)", "line", "retries", "reason", "content"):
        table.add_column(name, justify="right" if name in {"line", "retries"} else "left")
    for line in lines:
        content = line.content if len(line.content) <= SHOWN else line.content[:SHOWN] + "…"
        table.add_row(
            str(line.id),
            f"{line.received_at:%Y-%m-%d %H:%M}",
            str(line.line),
            str(line.retry_count),
            escape(line.reason),
            escape(content),
        )
    out.print(table)
    if count > len(lines):
        out.print(f"{count:,} lines in total; to show more: --limit")


@quarantine_app.command()
def retry(lines: Lines = None, json: Json = False) -> None:
    """Retry lines, or all: after their video or a permission was added.

    Example: ytempire ingest quarantine retry
    """

    async def work() -> RetryResult:
        async with _open_ingestor() as (context, ingestor):
            return await retry_lines(ingestor, context.sessions, context.operator, only=lines or None)

    result = asyncio.run(work())
    if json:
        print_json(asdict(result))
        return
    rejected = result.attempted - result.ingested
    text = f"{result.ingested:,} of {result.attempted:,} lines were ingested"
    out.print(text + (f"; {rejected:,} stay in quarantine" if rejected else ""))


@quarantine_app.command()
def delete(
    lines: Lines = None,
    everything: Annotated[bool, typer.Option("--all", help="All lines.")] = False,
    json: Json = False,
) -> None:
    """Delete lines for good.

    Example: ytempire ingest quarantine delete --all
    """
    if bool(lines) == everything:
        raise InvalidInput("No lines are named, or both ids and --all.", hint="Give the ids of lines, or --all.")

    async def work() -> int:
        async with command_context() as context, context.sessions.begin() as session:
            return await quarantine.delete_lines(session, only=lines or None)

    count = asyncio.run(work())
    if json:
        print_json({"deleted": count})
        return
    out.print(f"{count:,} lines deleted")


def _document(line: QuarantinedEvent) -> dict[str, object]:
    return {
        "id": str(line.id),
        "batch_id": str(line.batch_id),
        "line": line.line,
        "reason": line.reason,
        "content": line.content,
        "truncated": line.truncated,
        "retry_count": line.retry_count,
        "received_at": line.received_at.isoformat(),
        "attempted_at": line.attempted_at.isoformat(),
    }
