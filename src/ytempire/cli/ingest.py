"""`ingest`: measured events from a file, and those that could not go in."""

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

import typer
import valkey.asyncio
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ytempire.analytics import quarantine
from ytempire.analytics.deliveries import Deliveries
from ytempire.analytics.files import Total, deliver_file
from ytempire.analytics.live_counters import LiveCounters
from ytempire.analytics.models import QuarantinedEvent
from ytempire.analytics.rebuilding import Difference, Window, channel_ids, differences, rebuild_channel, window
from ytempire.analytics.retrying import Retried, retry_lines
from ytempire.cli.session import Workplace, workplace
from ytempire.cli.terminal import err, escape, out, print_json, seconds
from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lines = Annotated[list[UUID] | None, typer.Argument(metavar="[LINE]...", help="Ids, as `list` shows them.")]
SHOWN = 100  # characters of a line in a list

ingest_app = typer.Typer(no_args_is_help=True, help="Measured events: what happened to videos.")
quarantine_app = typer.Typer(no_args_is_help=True, help="Lines that could not go in. They are kept for 7 days.")
ingest_app.add_typer(quarantine_app, name="quarantine")


def register(app: typer.Typer) -> None:
    app.add_typer(ingest_app, name="ingest", rich_help_panel="Measuring")


@ingest_app.command()
def metrics(
    file: Annotated[
        Path,
        typer.Argument(help="Lines of JSON, one event each; may be packed with gzip.", exists=True, dir_okay=False),
    ],
    json: Json = False,
) -> None:
    """Deliver a file of measured events, of any length.

    An event says what happened to one video in the interval that ends at its time. Said again, the last one counts, so
    a file may be delivered again. Bad lines go to quarantine, and the others go in.

    Exit status: 1 when nothing went in, 2 when the file cannot be read as lines, and 0 otherwise.

    Example: ytempire ingest metrics november.ndjson.gz
    """
    began = time.monotonic()
    total = asyncio.run(_deliver(file, size=file.stat().st_size))
    took = time.monotonic() - began
    if json:
        print_json({**asdict(total), "seconds": round(took, 3)})
    else:
        _say(total, file, took)
    if total.rejected == total.events:
        raise typer.Exit(1)


def _say(total: Total, file: Path, took: float) -> None:
    """What became of a file of events, for people."""
    if not total.events:
        out.print(f"[red]✗[/] {escape(file.name)} holds no events")
        return
    if total.rejected == total.events:
        out.print(f"[red]✗[/] None of {total.events:,} events went in")
        out.print("  All are in quarantine: see why with `ytempire ingest quarantine list`")
        return
    out.print(f"[green]✓[/] {total.events:,} events in {seconds(took)}, {total.events / took:,.0f} a second")
    counts = (
        ("new", total.inserted),
        ("changed", total.changed),
        ("there already", total.unchanged),
        ("said again in the file", total.superseded),
    )
    out.print("  " + ", ".join(f"{count:,} {what}" for what, count in counts if count or what == "new"))
    if total.rejected:
        out.print(f"  [yellow]{total.rejected:,} in quarantine[/]: see why with `ytempire ingest quarantine list`")


async def _deliver(file: Path, *, size: int) -> Total:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    async with _delivering() as (place, deliveries):
        with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
            task = progress.add_task(escape(file.name), total=size)

            def show(total: Total, done_bytes: int) -> None:
                progress.update(task, completed=done_bytes, description=f"{escape(file.name)}: {total.events:,} events")

            return await deliver_file(deliveries, file, place.operator, on_progress=show)


@asynccontextmanager
async def _delivering() -> AsyncIterator[tuple[Workplace, Deliveries]]:
    async with (
        workplace() as place,
        valkey.asyncio.Valkey.from_url(place.cache_url, socket_timeout=2.0, socket_connect_timeout=0.5) as cache,
        # where no server runs, it counts anew when it starts
        LiveCounters(place.database_url, cache, application="ytempire-ingest", anew=False) as counters,
        Deliveries(place.database_url, application="ytempire-ingest", on_commit=counters.note) as deliveries,
    ):
        yield place, deliveries


Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day. Without: a week ago.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day. Without: today.")]
Channels = Annotated[list[UUID] | None, typer.Option("--channel", help="Only this channel; may be given again.")]


@ingest_app.command()
def check(since: Since = None, until: Until = None, channel: Channels = None, json: Json = False) -> None:
    """Compare the sums of some days with a recount of their events, and say by how much they are off.

    Exit status: 0 when all are right, 1 otherwise.

    Example: ytempire ingest check --since 2026-11-01
    """
    found, count = asyncio.run(_compare(_days(since, until), channel))
    if json:
        print_json({"channels": count, "differences": [_difference(one) for one in found]})
    else:
        for one in found:
            off = ", ".join(f"{name} {value:+,f}" for name, value in one.off.items() if value)
            out.print(
                f"[red]✗[/] {one.table}, channel {one.channel_id}: {one.rows:,} rows off by {off or 'nothing in all'}"
            )
        if not found:
            out.print(f"[green]✓[/] {count:,} channels: every sum is what a recount gives")
        else:
            out.print("  `ytempire ingest rebuild` makes them anew")
    if found:
        raise typer.Exit(1)


@ingest_app.command()
def rebuild(since: Since = None, until: Until = None, channel: Channels = None, json: Json = False) -> None:
    """Make the sums of some days anew from their events. Events may come in meanwhile.

    Example: ytempire ingest rebuild --since 2026-11-01
    """
    count = asyncio.run(_rebuild(_days(since, until), channel))
    if json:
        print_json({"channels": count})
        return
    out.print(f"[green]✓[/] {count:,} channels made anew")


def _days(since: datetime | None, until: datetime | None) -> Window:
    last = until.date() if until else clock.now().date() + timedelta(days=1)  # it is tomorrow somewhere
    return window(since.date() if since else last - timedelta(days=7), last + timedelta(days=1))


async def _compare(days: Window, only: list[UUID] | None) -> tuple[list[Difference], int]:
    async with _delivering() as (place, deliveries), deliveries.writer.begin(place.operator) as connection:
        channels = only or await channel_ids(connection)
        return [one async for _, found in differences(connection, channels, days) for one in found], len(channels)


async def _rebuild(days: Window, only: list[UUID] | None) -> int:
    async with _delivering() as (place, deliveries):
        async with deliveries.writer.begin(place.operator) as connection:
            channels = only or await channel_ids(connection)
        for one in channels:
            async with deliveries.writer.begin(place.operator) as connection:
                await rebuild_channel(connection, one, days)
    return len(channels)


def _difference(one: Difference) -> dict[str, object]:
    off = {name: f"{value:f}" for name, value in one.off.items()}
    return {"table": one.table, "channel_id": str(one.channel_id), "rows": one.rows, "off": off}


@quarantine_app.command("list")
def show(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20, json: Json = False
) -> None:
    """Show lines in quarantine, newest first, each with what is wrong with it.

    Example: ytempire ingest quarantine list
    """

    async def work() -> tuple[list[QuarantinedEvent], int]:
        async with workplace() as place, place.sessions.begin() as session:
            return await quarantine.list_lines(session, limit=limit), await quarantine.count_lines(session)

    lines, count = asyncio.run(work())
    if json:
        print_json({"count": count, "lines": [_document(line) for line in lines]})
        return
    if not lines:
        out.print("Nothing is in quarantine.")
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("id", "since (UTC)", "line", "tries", "what is wrong", "content"):
        table.add_column(name, justify="right" if name in {"line", "tries"} else "left")
    for line in lines:
        content = line.content if len(line.content) <= SHOWN else line.content[:SHOWN] + "…"
        table.add_row(
            str(line.id),
            f"{line.received_at:%Y-%m-%d %H:%M}",
            str(line.line),
            str(line.tries),
            escape(line.reason),
            escape(content),
        )
    out.print(table)
    if count > len(lines):
        out.print(f"{count:,} lines in all; --limit shows more")


@quarantine_app.command()
def retry(lines: Lines = None, json: Json = False) -> None:
    """Try lines again, or all: for when their video has come, or a permission.

    Example: ytempire ingest quarantine retry
    """

    async def work() -> Retried:
        async with _delivering() as (place, deliveries):
            return await retry_lines(deliveries, place.sessions, place.operator, only=lines or None)

    result = asyncio.run(work())
    if json:
        print_json(asdict(result))
        return
    left = result.tried - result.went_in
    out.print(
        f"{result.went_in:,} of {result.tried:,} lines went in" + (f"; {left:,} stay in quarantine" if left else "")
    )


@quarantine_app.command()
def drop(
    lines: Lines = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    json: Json = False,
) -> None:
    """Throw lines away for good.

    Example: ytempire ingest quarantine drop --all
    """
    if bool(lines) == everything:
        raise InvalidInput("Say which lines.", hint="Name them by their ids, or give --all.")

    async def work() -> int:
        async with workplace() as place, place.sessions.begin() as session:
            return await quarantine.drop_lines(session, only=lines or None)

    count = asyncio.run(work())
    if json:
        print_json({"dropped": count})
        return
    out.print(f"{count:,} lines dropped")


def _document(line: QuarantinedEvent) -> dict[str, object]:
    return {
        "id": str(line.id),
        "batch_id": str(line.batch_id),
        "line": line.line,
        "reason": line.reason,
        "content": line.content,
        "truncated": line.truncated,
        "tries": line.tries,
        "received_at": line.received_at.isoformat(),
        "tried_at": line.tried_at.isoformat(),
    }
