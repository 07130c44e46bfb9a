"""`calendar`: what is published when, what is free, and what the quota allows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from ytempire.channels import service as channels
from ytempire.cli.channels import youtube_of
from ytempire.cli.session import workplace
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.kit import clock
from ytempire.publishing.calendar import LONGEST, Calendar, read_calendar
from ytempire.publishing.calendar_endpoints import CalendarOut
from ytempire.publishing.conflicts import Desk, Entry
from ytempire.publishing.outlook import Outlook
from ytempire.publishing.slots import local

A_DAY = timedelta(days=1)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(calendar)


def calendar(
    channel: Annotated[str | None, typer.Option(help="Only this one.", show_default="all")] = None,
    days: Annotated[int, typer.Option(help="From today on.", min=1, max=LONGEST.days)] = 7,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show when videos are published, which times are free, what does not go together, and what the quota allows.

    Example: ytempire calendar --channel "Clear Signal" --days 14
    """

    async def work() -> Calendar:
        async with workplace() as place, youtube_of(place) as youtube:
            channel_id = None
            if channel is not None:
                async with place.sessions.begin() as session:
                    channel_id = (await channels.get_channel_by_name(session, channel)).id
            today = clock.now().date()
            return await read_calendar(
                youtube, place.sessions, since=None, until=today + (days - 1) * A_DAY, channel_id=channel_id
            )

    found = asyncio.run(work())
    if json:
        print_json(CalendarOut.of(found).model_dump(mode="json"))
    else:
        _print(found)


def _print(found: Calendar) -> None:
    desks = {one.channel.id: one for one in found.desks}
    lines = _lines(found, desks)
    if lines:
        table = Table(box=None, padding=(0, 2), pad_edge=False)
        for column in ("day", "time", "channel", "what", "state"):
            table.add_column(column, overflow="fold")
        for day in sorted(lines):
            for number, line in enumerate(sorted(lines[day])):
                table.add_row(f"{day:%a %d %b}" if not number else "", *line)
        out.print(table)
    else:
        out.print("Nothing is planned, and no channel has times. Give one some in the section Automation of its page.")
    for one in found.quota:
        _print_quota(one)
    for conflict in found.conflicts:
        err.print(f"[yellow]![/] {escape(conflict.message)}")
        err.print(f"  {conflict.hint}", markup=False)


def _lines(found: Calendar, desks: Mapping[UUID, Desk]) -> dict[date, list[tuple[str, str, str, str]]]:
    """Of each day: what is on it, and the times to come that are free; as the channels' clocks show them."""
    lines = defaultdict(list)
    for entry in found.entries:
        desk = desks[entry.channel_id]
        title = f"{'[sandbox] ' if entry.is_sandbox else ''}{entry.title}"
        lines[entry.day].append((*_when(entry.at, desk), escape(title), _state(entry, desk)))
    for slot in found.slots:
        if not slot.video_ids and not slot.is_past:
            lines[slot.day].append((*_when(slot.at, desks[slot.channel_id]), "[dim]free[/]", ""))
    return lines


def _when(at: datetime, desk: Desk) -> tuple[str, str]:
    return f"{local(at, desk.zone):%H:%M} {desk.zone.key}", escape(desk.channel.name)


def _state(entry: Entry, desk: Desk) -> str:
    if entry.publication_id is None:
        return f"not ordered{', overdue' * entry.is_overdue}"
    word = f"{'scheduled' if entry.is_scheduled else entry.status}{', overdue' * entry.is_overdue}"
    if entry.waits_until is None:
        return word
    return f"{word}, waits for the reset at {local(entry.waits_until, desk.zone):%a %H:%M}"


def _print_quota(found: Outlook) -> None:
    out.print()
    out.print(f"[bold]{escape(found.name)}[/]: dressed uploads by Pacific day{', by its own clock' * found.is_sandbox}")
    if found.trouble:
        out.print(f"  {found.trouble}", markup=False)
        return
    _print_days(found)
    if found.waiting:
        out.print(f"  {found.waiting} {'upload waits' if found.waiting == 1 else 'uploads wait'}.")


def _print_days(found: Outlook) -> None:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for column in ("day", "begun", "planned", "fit"):
        table.add_column(column, justify="left" if column == "day" else "right")
    for one in found.days:
        table.add_row(f"{one.day:%a %d %b}", f"{one.used:,}", f"{one.planned:,}", f"{one.fits:,}")
    out.print(table)
