"""`measure`: read YouTube's numbers now, and say what came."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
import valkey.asyncio

from ytempire.analytics.deliveries import Deliveries
from ytempire.analytics.live_counters import LiveCounters
from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.cli.channels import find_channel, youtube_of
from ytempire.cli.session import workplace
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.kit.database import as_subject
from ytempire.kit.errors import NotFound
from ytempire.kit.subject import SYSTEM
from ytempire.measurement import claims
from ytempire.measurement.attempts import Collected, MeasurementRuntime
from ytempire.measurement.collecting import collect_now
from ytempire.settings import get_settings

NOTHING = "Nothing of yours is live at YouTube yet. Publish a video: ytempire publish VIDEO."


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Measuring")(measure)


def measure(
    channel: Annotated[str | None, typer.Option(help="Only this channel, by its name or id.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read YouTube's counters and reports now, of every channel or of one, and say what came.

    `ytempire up` does this by itself, every few minutes for young videos. Each 50 videos cost a unit of quota.
    Exit status: 0 when all channels could be read, 1 otherwise.

    Example: ytempire measure --channel "Clear Signal"
    """
    found = asyncio.run(_measure(channel))
    if json:
        print_json({"items": [_document(view, one) for view, one in found]})
    else:
        if not found:
            out.print(NOTHING)
        for view, one in found:
            _print(view, one)
    raise typer.Exit(1 if any(one.error for _, one in found) else 0)


async def _measure(channel: str | None) -> list[tuple[ChannelView, Collected]]:
    worker = get_settings().worker
    async with (
        workplace() as place,
        youtube_of(place) as youtube,
        valkey.asyncio.Valkey.from_url(place.cache_url, socket_timeout=2.0, socket_connect_timeout=0.5) as cache,
        LiveCounters(place.database_url, cache, application="ytempire-measure", anew=False) as counters,
        Deliveries(place.database_url, application="ytempire-measure", on_commit=counters.note) as deliveries,
    ):
        platform = as_subject(place.sessions, SYSTEM)
        runtime = MeasurementRuntime(platform, youtube, deliveries, worker.heartbeat, worker.lease)
        async with place.sessions.begin() as session:
            measured = set(await claims.measured(session))
            wanted = (
                await channels.list_channels(session) if channel is None else [await find_channel(session, channel)]
            )
        if channel is not None and wanted[0].id not in measured:
            raise NotFound(f"“{wanted[0].name}” has nothing live at YouTube.", hint="Publish a video first.")
        return [(view, await collect_now(runtime, view.id)) for view in wanted if view.id in measured]


def _document(view: ChannelView, one: Collected) -> Mapping[str, Any]:
    return {"channel_id": str(view.id), "channel": view.name, **asdict(one), "revenue_usd": f"{one.revenue_usd:f}"}


def _print(view: ChannelView, one: Collected) -> None:
    if one.error:
        err.print(f"[red]✗[/] {escape(view.name)}: {escape(one.error['message'])}")
        if one.error["hint"]:
            err.print(f"  {one.error['hint']}", markup=False)
    mark = "[yellow]![/]" if one.error else "[green]✓[/]"
    out.print(
        f"{mark} {escape(view.name)}: {one.videos:,} videos, {one.views:+,} views, {one.likes:+,} likes,"
        f" {one.comments:+,} comments since the last reading"
    )
    if one.report_days:
        out.print(
            f"  reports of {one.report_days:,} days: {one.reports:,} videos' days are new or changed,"
            f" {one.revenue_usd:.2f} USD in them"
        )
    if one.missing:
        out.print(f"  {one.missing:,} videos are not listed by YouTube any more")
