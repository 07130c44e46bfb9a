"""`collect`: collect YouTube's counters and reports now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
import valkey.asyncio

from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.cli.channels import find_channel, youtube_of
from ytempire.cli.command_context import command_context
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.collection import leases
from ytempire.collection.collection_attempt import CollectionSummary, CollectorRuntime
from ytempire.collection.collector import collect_now
from ytempire.ingest.ingestor import Ingestor
from ytempire.kit.database import as_subject
from ytempire.kit.errors import NotFound
from ytempire.kit.subject import SYSTEM
from ytempire.realtime.counters import LiveCounters
from ytempire.settings import get_settings

NOTHING = "No video is live on YouTube yet. Publish one: ytempire publish VIDEO."


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Analytics")(collect)


def collect(
    channel: Annotated[str | None, typer.Option(help="Only this channel: its name or id.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Collect YouTube's counters and reports now, of all channels or of one.

    `ytempire up` does this automatically, every few minutes for new videos. 50 videos cost one unit of quota.
    Exit status: 0 when all channels were read, 1 otherwise.

    Example: ytempire collect --channel "Clear Signal"
    """
    collected = asyncio.run(_collect(channel))
    if json:
        print_json({"items": [_document(view, summary) for view, summary in collected]})
    else:
        if not collected:
            out.print(NOTHING)
        for view, summary in collected:
            _print(view, summary)
    raise typer.Exit(1 if any(summary.error for _, summary in collected) else 0)


async def _collect(channel: str | None) -> list[tuple[ChannelView, CollectionSummary]]:
    worker = get_settings().worker
    async with (
        command_context() as context,
        youtube_of(context) as youtube,
        valkey.asyncio.Valkey.from_url(context.cache_url, socket_timeout=2.0, socket_connect_timeout=0.5) as cache,
        LiveCounters(context.database_url, cache, application="ytempire-collect", rebuild_on_start=False) as counters,
        Ingestor(context.database_url, application="ytempire-collect", on_commit=counters.add) as ingestor,
    ):
        platform = as_subject(context.sessions, SYSTEM)
        runtime = CollectorRuntime(platform, youtube, ingestor, worker.heartbeat_interval, worker.lease_duration)
        async with context.sessions.begin() as session:
            collected = set(await leases.list_collected_channels(session))
            requested = (
                await channels.list_channels(session) if channel is None else [await find_channel(session, channel)]
            )
        if channel is not None and requested[0].id not in collected:
            raise NotFound(f"“{requested[0].name}” has no live video on YouTube.", hint="Publish a video first.")
        return [(view, await collect_now(runtime, view.id)) for view in requested if view.id in collected]


def _document(view: ChannelView, summary: CollectionSummary) -> Mapping[str, Any]:
    return {
        "channel_id": str(view.id),
        "channel": view.name,
        **asdict(summary),
        "revenue_usd": f"{summary.revenue_usd:f}",
    }


def _print(view: ChannelView, summary: CollectionSummary) -> None:
    if summary.error:
        err.print(f"[red]✗[/] {escape(view.name)}: {escape(summary.error['message'])}")
        if summary.error["hint"]:
            err.print(f"  {summary.error['hint']}", markup=False)
    mark = "[yellow]![/]" if summary.error else "[green]✓[/]"
    out.print(
        f"{mark} {escape(view.name)}: {summary.videos:,} videos, {summary.views:+,} views, {summary.likes:+,} likes,"
        f" {summary.comments:+,} comments since the last reading"
    )
    if summary.report_days:
        out.print(
            f"  reports of {summary.report_days:,} days: {summary.reports:,} daily rows of videos are new or changed,"
            f" with a revenue of {summary.revenue_usd:.2f} USD"
        )
    if summary.missing:
        out.print(f"  {summary.missing:,} videos are no longer listed by YouTube")
