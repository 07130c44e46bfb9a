"""`demo`: the whole loop on this machine, from a text to the money that its video earned, in some minutes."""

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
from ytempire.channels.service import ChannelView
from ytempire.channels.shipped import DEFAULT_PERSONA
from ytempire.cli.activity import Activity, activity, read_patiently
from ytempire.cli.channels import connect, youtube_of
from ytempire.cli.produce import watch_run
from ytempire.cli.session import Workplace, workplace
from ytempire.cli.terminal import escape, out, print_json, seconds
from ytempire.cli.up import start_detached
from ytempire.kit import clock
from ytempire.kit.errors import Conflict, NotFound
from ytempire.kit.storage import ObjectStore
from ytempire.measurement import queries as measurement
from ytempire.measurement.queries import VideoMeasurement
from ytempire.operations import sandbox
from ytempire.operations.demo import TEXT
from ytempire.operations.home import home_of
from ytempire.operations.stack import read_state
from ytempire.production import service as production
from ytempire.production.queries import RunView
from ytempire.production.request import Options
from ytempire.production.source.reader import parse_source, read_bytes
from ytempire.publishing import queries as publications
from ytempire.publishing import service as publishing
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.service import Order
from ytempire.settings import get_settings
from ytempire.youtube import projects
from ytempire.youtube.errors import NotConnected
from ytempire.youtube.service import YouTube

SPEED = 5760.0
"""Four days of the sandbox in a minute: reports come up to four days after a video was first seen."""
AHEAD = timedelta(seconds=20)  # what an upload takes, and the sandbox to process it
PATIENCE_S = 180.0
POLL_S = 0.5


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="This machine")(demo)


def demo(
    source: Annotated[Path, typer.Argument(help="A text: Markdown, plain text or HTML.")] = TEXT,
    length: Annotated[float, typer.Option("--seconds", min=15, max=600, help="Length to aim for.")] = 30,
    channel: Annotated[str, typer.Option(help="The channel that publishes it.")] = DEFAULT_PERSONA.name,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """See the whole loop: a text becomes a video, goes to the local YouTube at its time, is watched, and earns.

    Starts everything that does not run yet. The sandbox's time runs 5,760 times faster while its audience watches; what
    it says of viewers and money is made up. Nothing leaves this machine. Each time it makes
    a video, of the same text too.

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
        async with workplace(with_worker=True) as place, youtube_of(place) as youtube:
            channel, address = await self._connected(place, youtube)
            run = await self._produced(place, channel, name, data, options)
            async with _hurried(address):
                began = time.monotonic()
                published = await self._published(place, run)
                found = await self._measured(place, published, began)
            return self._told(published, found, time.monotonic() - began)

    async def _connected(self, place: Workplace, youtube: YouTube) -> tuple[ChannelView, str]:
        """The channel, and where the sandbox is. Raises Conflict where a real YouTube is connected."""
        async with place.sessions.begin() as session:
            channel = await channels.get_channel_by_name(session, self._channel)
        try:
            project = await youtube.project_of(channel.id)
        except NotConnected:
            async with youtube.platform.begin() as session:
                project = await projects.default_project(session, youtube.keys)
        if project.api_root is None:
            raise Conflict(
                "This installation is connected to the real YouTube, where time cannot be hurried.",
                hint="Try the demo in an installation of its own: YTEMPIRE_HOME=./demo ytempire demo",
            )
        if (await youtube.now(project)).factor != 1:
            await sandbox.set_speed(project.api_root, 1)
        _, connection = await connect(place, youtube, channel)
        assert connection is not None, "the sandbox's consent is given at once"
        self._say(f"[green]✓[/] “{escape(channel.name)}” is connected to the sandbox's channel “{connection.title}”")
        return channel, project.api_root

    async def _produced(
        self, place: Workplace, channel: ChannelView, name: str, data: bytes, options: Options
    ) -> RunView:
        store = ObjectStore(home_of(get_settings()).objects)
        source = await asyncio.to_thread(production.store_source, store, data, name=name)
        async with place.sessions.begin() as session:
            started = await production.start_run(
                session, place.queue, channel=channel, source=source, options=options, again=True
            )
        run = await watch_run(place.sessions, started.id, asyncio.Event(), progress=self._progress)
        if run.status != "completed":
            raise Conflict("The video was not made.", hint=f"Look at it: ytempire runs show {run.id}")
        return run

    async def _published(self, place: Workplace, run: RunView) -> PublicationView:
        at = clock.now() + AHEAD
        async with place.sessions.begin() as session:
            await publishing.publish(session, place.queue, run.video_id, Order(publish_at=at))
        with activity(f"Uploading; public at {at:%H:%M:%S} UTC …", enabled=self._progress) as goes_on:
            view = await self._until_live(place, run, goes_on)
        late = (view.live_at or clock.now()) - at
        self._say(
            f"[green]✓[/] \\[sandbox] “{escape(view.title)}” is public since {at:%H:%M:%S} UTC, its time,"
            f" seen {seconds(max(0.0, late.total_seconds()))} later"
        )
        return view

    async def _until_live(self, place: Workplace, run: RunView, goes_on: Activity) -> PublicationView:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            view = await read_patiently(
                place.sessions, lambda session: publications.get_of_video(session, run.video_id), goes_on
            )
            if view.status == "live":
                return view
            if view.status == "failed" or time.monotonic() > deadline:
                said = view.last_error["message"] if view.last_error else f"It is {view.status}."
                raise Conflict(f"The video was not published: {said}", hint="ytempire calendar says what waits.")
            goes_on.say(f"It is {view.status}; public at {view.publish_at:%H:%M:%S} UTC …", kind=view.status)
            await asyncio.sleep(POLL_S)

    async def _measured(self, place: Workplace, published: PublicationView, began: float) -> VideoMeasurement | None:
        """Until there are views and revenue, or patience ends."""
        deadline = time.monotonic() + PATIENCE_S
        found = None
        with activity("Waiting for the first viewers …", enabled=self._progress) as goes_on:
            while time.monotonic() < deadline:
                try:
                    found = await read_patiently(
                        place.sessions, lambda session: measurement.of_video(session, published.video_id), goes_on
                    )
                except NotFound:
                    pass  # it was not looked at yet
                else:
                    goes_on.say(_so_far(found, time.monotonic() - began), kind="watched")
                    if found.counters.views and found.reports.revenue_through is not None and _revenue(found):
                        return found
                await asyncio.sleep(POLL_S)
        return found

    def _told(self, published: PublicationView, found: VideoMeasurement | None, took_s: float) -> dict[str, Any]:
        days = took_s * SPEED / 86_400
        revenue = None if found is None else _revenue(found)
        if found is None or not revenue:
            self._say(
                f"[yellow]![/] After {seconds(took_s)} ({days:.0f} days there) it has earned nothing: most do not."
            )
        if found is not None:
            counters, watched_min = found.counters, found.figures["watch_time_minutes"]
            watched = f"{watched_min:.1f} minutes" if watched_min < 60 else f"{watched_min / 60:.1f} hours"
            self._say(
                f"[green]✓[/] {_many(counters.views, 'view')}, {_many(counters.likes, 'like')}, {watched} watched"
                f" in {seconds(took_s)} ({days:.0f} days there)"
            )
            self._say(
                f"  revenue {revenue or 0:.2f} USD, cost {found.cost_usd:.2f} USD,"
                f" profit {found.profit_usd:.2f} USD. These viewers are made up."
            )
        api_url = (state := read_state(home_of(get_settings()))) and state.endpoints.api_url
        self._say(f"  {api_url}/videos/{published.video_id}   (sign in: ytempire status --link)")
        return {
            "video_id": str(published.video_id),
            "youtube_video_id": published.youtube_video_id,
            "is_sandbox": published.is_sandbox,
            "publish_at": _written(published.publish_at),
            "live_at": _written(published.live_at),
            "views": found and found.counters.views,
            "likes": found and found.counters.likes,
            "revenue_usd": f"{revenue:f}" if revenue else None,
            "cost_usd": found and f"{found.cost_usd:f}",
            "profit_usd": found and f"{found.profit_usd:f}",
            "seconds": round(took_s, 1),
            "days_there": round(days, 1),
        }

    def _say(self, line: str) -> None:
        if self._progress:
            out.print(line)


@asynccontextmanager
async def _hurried(address: str) -> AsyncIterator[None]:
    await sandbox.set_speed(address, SPEED)
    try:
        yield
    finally:
        await sandbox.set_speed(address, 1)


def _so_far(found: VideoMeasurement, took_s: float) -> str:
    views = f"{found.counters.views:,}" if found.counters.views is not None else "no"
    money = "reports come days later" if found.reports.revenue_through is None else f"{_revenue(found):.2f} USD"
    return f"{seconds(took_s)}, {took_s * SPEED / 86_400:.0f} days there: {views} views, {money} …"


def _revenue(found: VideoMeasurement) -> Decimal:
    return Decimal(found.figures["revenue_usd"])


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _many(count: int | None, what: str) -> str:
    return f"{count or 0:,} {what}{'' if count == 1 else 's'}"
