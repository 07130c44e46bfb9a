"""`calendar`: scheduled publications, free slots, conflicts and the quota forecast."""

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
from ytempire.cli.command_context import command_context
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.kit import clock
from ytempire.publishing.calendar import LONGEST, Calendar, read_calendar
from ytempire.publishing.calendar_conflicts import CalendarEntry, ChannelSchedule
from ytempire.publishing.calendar_endpoints import CalendarOut
from ytempire.publishing.quota_forecast import QuotaForecast
from ytempire.publishing.slot_times import to_local

A_DAY = timedelta(days=1)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(calendar)


def calendar(
    channel: Annotated[str | None, typer.Option(help="Only this channel: its name.", show_default="all")] = None,
    days: Annotated[int, typer.Option(help="Days to show, from today.", min=1, max=LONGEST.days)] = 7,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the scheduled publications, the free slots, the conflicts and the quota forecast.

    Example: ytempire calendar --channel "Clear Signal" --days 14
    """

    async def work() -> Calendar:
        async with command_context() as context, youtube_of(context) as youtube:
            channel_id = None
            if channel is not None:
                async with context.sessions.begin() as session:
                    channel_id = (await channels.get_channel_by_name(session, channel)).id
            today = clock.now().date()
            return await read_calendar(
                youtube, context.sessions, since=None, until=today + (days - 1) * A_DAY, channel_id=channel_id
            )

    schedule = asyncio.run(work())
    if json:
        print_json(CalendarOut.from_calendar(schedule).model_dump(mode="json"))
    else:
        _print(schedule)


def _print(schedule: Calendar) -> None:
    channel_schedules = {
        channel_schedule.channel.id: channel_schedule for channel_schedule in schedule.channel_schedules
    }
    lines = _lines(schedule, channel_schedules)
    if lines:
        table = Table(box=None, padding=(0, 2), pad_edge=False)
        for column in ("day", "time", "channel", "video", "status"):
            table.add_column(column, overflow="fold")
        for day in sorted(lines):
            for number, line in enumerate(sorted(lines[day])):
                table.add_row(f"{day:%a %d %b}" if not number else "", *line)
        out.print(table)
    else:
        out.print(
            "Nothing is scheduled, and no channel has publishing slots. Set them on a channel's page, under Automation."
        )
    for forecast in schedule.quota:
        _print_quota(forecast)
    for conflict in schedule.conflicts:
        err.print(f"[yellow]![/] {escape(conflict.message)}")
        err.print(f"  {conflict.hint}", markup=False)


def _lines(
    schedule: Calendar, channel_schedules: Mapping[UUID, ChannelSchedule]
) -> dict[date, list[tuple[str, str, str, str]]]:
    """Return the lines of each day: its entries and its free slots, in the time zones of the channels."""
    lines = defaultdict(list)
    for entry in schedule.entries:
        channel_schedule = channel_schedules[entry.channel_id]
        title = f"{'[sandbox] ' if entry.is_sandbox else ''}{entry.title}"
        lines[entry.day].append((*_when(entry.at, channel_schedule), escape(title), _state(entry, channel_schedule)))
    for slot in schedule.slots:
        if not slot.video_ids and not slot.is_past:
            lines[slot.day].append((*_when(slot.at, channel_schedules[slot.channel_id]), "[dim]free[/]", ""))
    return lines


def _when(at: datetime, channel_schedule: ChannelSchedule) -> tuple[str, str]:
    return f"{to_local(at, channel_schedule.zone):%H:%M} {channel_schedule.zone.key}", escape(
        channel_schedule.channel.name
    )


def _state(entry: CalendarEntry, channel_schedule: ChannelSchedule) -> str:
    if entry.publication_id is None:
        return f"not requested{', overdue' * entry.is_overdue}"
    word = f"{'scheduled' if entry.is_scheduled else entry.status}{', overdue' * entry.is_overdue}"
    if entry.waits_until is None:
        return word
    return f"{word}, waits for the quota reset at {to_local(entry.waits_until, channel_schedule.zone):%a %H:%M}"


def _print_quota(forecast: QuotaForecast) -> None:
    out.print()
    out.print(
        f"[bold]{escape(forecast.name)}[/]: complete uploads by Pacific day{', by its own clock' * forecast.is_sandbox}"
    )
    if forecast.error:
        out.print(f"  {forecast.error}", markup=False)
        return
    _print_days(forecast)
    if forecast.waiting:
        out.print(f"  {forecast.waiting} {'upload waits' if forecast.waiting == 1 else 'uploads wait'}.")


def _print_days(forecast: QuotaForecast) -> None:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for column in ("day", "begun", "planned", "still fit"):
        table.add_column(column, justify="left" if column == "day" else "right")
    for day in forecast.days:
        table.add_row(f"{day.day:%a %d %b}", f"{day.used:,}", f"{day.planned:,}", f"{day.fits:,}")
    out.print(table)
