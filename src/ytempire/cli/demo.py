"""`demo`: the whole cycle on this machine, from a text to the revenue of its video, in a few minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from ytempire.channels import service as channels
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.channels.service import ChannelView
from ytempire.channels.template_settings import LONGEST_S, SHORTEST_S
from ytempire.cli.activity import Activity, activity, read_patiently
from ytempire.cli.channels import connect, youtube_of
from ytempire.cli.command_context import CommandContext, command_context
from ytempire.cli.produce import watch_run
from ytempire.cli.terminal import escape, out, print_json, seconds
from ytempire.cli.up import start_detached
from ytempire.insight import measurements
from ytempire.insight.measurements import VideoMeasurement
from ytempire.kit import clock
from ytempire.kit.errors import Conflict, NotFound
from ytempire.kit.storage import ObjectStore
from ytempire.production import service as production
from ytempire.production.queries import RunView
from ytempire.production.run_options import Options
from ytempire.production.source.reader import parse_source, read_bytes
from ytempire.publishing import queries as publications
from ytempire.publishing import service as publishing
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.service import PublicationRequest
from ytempire.runtime import sandbox
from ytempire.runtime.demo import TEXT
from ytempire.runtime.home import home_of
from ytempire.runtime.stack import read_state
from ytempire.settings import get_settings
from ytempire.youtube import projects
from ytempire.youtube.errors import NotConnected
from ytempire.youtube.service import YouTube

SPEED = 5760.0
"""Four days of the sandbox in a minute: reports come up to four days after the first views of a video."""
AHEAD = timedelta(seconds=20)  # time for the upload and for the sandbox's processing
TIMEOUT_S = 180.0
POLL_S = 0.5


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="This machine")(demo)


def demo(
    source: Annotated[Path, typer.Argument(help="A text: Markdown, plain text or HTML.")] = TEXT,
    length: Annotated[
        float, typer.Option("--seconds", min=SHORTEST_S, max=LONGEST_S, help="Target length in seconds.")
    ] = 30,
    channel: Annotated[str, typer.Option(help="The channel that publishes the video.")] = DEFAULT_PERSONA.name,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run the whole cycle in the sandbox: produce a video, publish it, collect its views and revenue.

    Starts what does not run yet. The clock of the sandbox runs 5,760 times faster while its audience watches; its views
    and revenue are simulated. Nothing leaves this machine. Every run produces another video, also from the same text.

    Example: ytempire demo article.md --seconds 30
    """
    data = read_bytes(source)
    parse_source(data, name=source.name)  # a text that cannot be used is refused before anything starts
    settings = get_settings()
    if read_state(home_of(settings)) is None:
        with activity("Starting …", enabled=not json):
            start_detached(settings, demo_run=False)
    report = asyncio.run(_Demo(channel, progress=not json).run(source.name, data, Options(seconds=length)))
    if json:
        print_json(report)
    raise typer.Exit(0 if report["revenue_usd"] is not None else 1)


class _Demo:
    def __init__(self, channel: str, *, progress: bool) -> None:
        self._channel = channel
        self._progress = progress

    async def run(self, name: str, data: bytes, options: Options) -> dict[str, Any]:
        async with command_context(with_worker=True) as context, youtube_of(context) as youtube:
            channel, address = await self._connected(context, youtube)
            run = await self._produced(context, channel, name, data, options)
            async with _accelerated_clock(address):
                began = time.monotonic()
                published = await self._published(context, run)
                collected = await self._measured(context, published, began)
            return self._result_document(published, collected, time.monotonic() - began)

    async def _connected(self, context: CommandContext, youtube: YouTube) -> tuple[ChannelView, str]:
        """Return the channel, and the sandbox's URL. Raises Conflict where the real YouTube is connected."""
        async with context.sessions.begin() as session:
            channel = await channels.get_channel_by_name(session, self._channel)
        try:
            project = await youtube.project_of(channel.id)
        except NotConnected:
            async with youtube.platform.begin() as session:
                project = await projects.default_project(session, youtube.keys)
        if project.api_root is None:
            raise Conflict(
                "This installation is connected to the real YouTube, whose clock cannot run faster.",
                hint="Run the demo in a separate installation: YTEMPIRE_HOME=./demo ytempire demo",
            )
        if (await youtube.now(project)).speed != 1:
            await sandbox.set_speed(project.api_root, 1)
        _, connection = await connect(context, youtube, channel)
        assert connection is not None, "the sandbox gives its consent at once"
        self._print_progress(
            f"[green]✓[/] “{escape(channel.name)}” is connected to the sandbox's channel “{connection.title}”"
        )
        return channel, project.api_root

    async def _produced(
        self, context: CommandContext, channel: ChannelView, name: str, data: bytes, options: Options
    ) -> RunView:
        store = ObjectStore(home_of(get_settings()).objects)
        source = await asyncio.to_thread(production.store_source, store, data, name=name)
        async with context.sessions.begin() as session:
            started = await production.start_run(
                session, context.queue, channel=channel, source=source, options=options, allow_duplicate=True
            )
        run = await watch_run(context.sessions, started.id, asyncio.Event(), progress=self._progress)
        if run.status != "completed":
            raise Conflict("The video was not produced.", hint=f"See the reason: ytempire runs show {run.id}")
        return run

    async def _published(self, context: CommandContext, run: RunView) -> PublicationView:
        at = clock.now() + AHEAD
        async with context.sessions.begin() as session:
            await publishing.publish(session, context.queue, run.video_id, PublicationRequest(publish_at=at))
        with activity(f"Uploading; public at {at:%H:%M:%S} UTC …", enabled=self._progress) as goes_on:
            view = await self._until_live(context, run, goes_on)
        late = (view.live_at or clock.now()) - at
        self._print_progress(
            f"[green]✓[/] \\[sandbox] “{escape(view.title)}” is public since {at:%H:%M:%S} UTC as scheduled;"
            f" detected {seconds(max(0.0, late.total_seconds()))} later"
        )
        return view

    async def _until_live(self, context: CommandContext, run: RunView, goes_on: Activity) -> PublicationView:
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            view = await read_patiently(
                context.sessions, lambda session: publications.get_of_video(session, run.video_id), goes_on
            )
            if view.status == "live":
                return view
            if view.status == "failed" or time.monotonic() > deadline:
                reason = view.last_error["message"] if view.last_error else f"It is {view.status}."
                raise Conflict(f"The video was not published: {reason}", hint="See: ytempire calendar")
            goes_on.say(f"Status {view.status}; public at {view.publish_at:%H:%M:%S} UTC …", kind=view.status)
            await asyncio.sleep(POLL_S)

    async def _measured(
        self, context: CommandContext, published: PublicationView, began: float
    ) -> VideoMeasurement | None:
        """Return the video's metrics once there are views and revenue, or at the timeout."""
        deadline = time.monotonic() + TIMEOUT_S
        collected = None
        with activity("Waiting for the first viewers …", enabled=self._progress) as goes_on:
            while time.monotonic() < deadline:
                try:
                    collected = await read_patiently(
                        context.sessions,
                        lambda session: measurements.get_video_measurement(session, published.video_id),
                        goes_on,
                    )
                except NotFound:
                    pass  # it was not collected yet
                else:
                    goes_on.say(_running_totals(collected, time.monotonic() - began), kind="watched")
                    if (
                        collected.counters.views
                        and collected.reports.revenue_reported_through is not None
                        and _revenue(collected)
                    ):
                        return collected
                await asyncio.sleep(POLL_S)
        return collected

    def _result_document(
        self, published: PublicationView, collected: VideoMeasurement | None, took_s: float
    ) -> dict[str, Any]:
        days = took_s * SPEED / 86_400
        revenue = None if collected is None else _revenue(collected)
        if collected is None or not revenue:
            self._print_progress(
                f"[yellow]![/] No revenue after {seconds(took_s)} ({days:.0f} days of the sandbox): most have none."
            )
        if collected is not None:
            counters, watched_min = collected.counters, collected.metrics["watch_time_minutes"]
            watched = f"{watched_min:.1f} minutes" if watched_min < 60 else f"{watched_min / 60:.1f} hours"
            self._print_progress(
                f"[green]✓[/] {_many(counters.views, 'view')}, {_many(counters.likes, 'like')}, {watched} watched"
                f" in {seconds(took_s)} ({days:.0f} days of the sandbox)"
            )
            self._print_progress(
                f"  revenue {revenue or 0:.2f} USD, cost {collected.cost_usd:.2f} USD,"
                f" profit {collected.profit_usd:.2f} USD. These viewers are simulated."
            )
        api_url = (state := read_state(home_of(get_settings()))) and state.endpoints.api_url
        self._print_progress(f"  {api_url}/videos/{published.video_id}   (to sign in: ytempire status --link)")
        return {
            "video_id": str(published.video_id),
            "youtube_video_id": published.youtube_video_id,
            "is_sandbox": published.is_sandbox,
            "publish_at": _written(published.publish_at),
            "live_at": _written(published.live_at),
            "views": collected and collected.counters.views,
            "likes": collected and collected.counters.likes,
            "revenue_usd": f"{revenue:f}" if revenue else None,
            "cost_usd": collected and f"{collected.cost_usd:f}",
            "profit_usd": collected and f"{collected.profit_usd:f}",
            "seconds": round(took_s, 1),
            "days_there": round(days, 1),
        }

    def _print_progress(self, line: str) -> None:
        if self._progress:
            out.print(line)


@asynccontextmanager
async def _accelerated_clock(address: str) -> AsyncIterator[None]:
    await sandbox.set_speed(address, SPEED)
    try:
        yield
    finally:
        await sandbox.set_speed(address, 1)


def _running_totals(collected: VideoMeasurement, took_s: float) -> str:
    views = f"{collected.counters.views:,}" if collected.counters.views is not None else "no"
    money = (
        "reports come later" if collected.reports.revenue_reported_through is None else f"{_revenue(collected):.2f} USD"
    )
    return f"{seconds(took_s)}, {took_s * SPEED / 86_400:.0f} days of the sandbox: {views} views, {money} …"


def _revenue(collected: VideoMeasurement) -> Decimal:
    return Decimal(collected.metrics["revenue_usd"])


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _many(count: int | None, noun: str) -> str:
    return f"{count or 0:,} {noun}{'' if count == 1 else 's'}"
