"""`publish`: bring a finished video to YouTube, and follow it there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from ytempire.cli.activity import activity, read_patiently
from ytempire.cli.given import read_time
from ytempire.cli.ids import VIDEOS, read_id
from ytempire.cli.session import workplace
from ytempire.cli.terminal import err, escape, out, print_json, seconds
from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.kit.errors import InvalidInput
from ytempire.production import queries as videos
from ytempire.production.errors import VideoNotFound
from ytempire.publishing import queries, service
from ytempire.publishing.decisions import Licence, Privacy
from ytempire.publishing.endpoints import PublicationOut
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.service import Order

T = TypeVar("T")
POLL_S = 0.3
PRIVACIES: dict[str, Privacy] = {"public": "public", "unlisted": "unlisted", "private": "private"}
LICENCES: dict[str, Licence] = {"youtube": "youtube", "creativeCommon": "creativeCommon"}
# Longer than this nobody sits and waits: the reason is said, and the worker goes on by itself.
PATIENCE = timedelta(minutes=2)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(publish)


def publish(
    video: Annotated[
        UUID,
        typer.Argument(help="A video's id, or that of its run.", metavar="VIDEO", parser=read_id("video", VIDEOS)),
    ],
    privacy: Annotated[str | None, typer.Option(help="public, unlisted or private. [default: public]")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            help="Private until then: 2026-12-24T18:00, in UTC where no zone is named.",
            metavar="TIME",
            parser=read_time,
            show_default=False,
        ),
    ] = None,
    next_slot: Annotated[bool, typer.Option("--next-slot", help="At the next free time of its channel.")] = False,
    category: Annotated[str, typer.Option(help="YouTube's category; 27 is Education.")] = Order.category_id,
    licence: Annotated[str, typer.Option(help="youtube or creativeCommon.")] = "youtube",
    made_for_kids: Annotated[bool, typer.Option("--made-for-kids", help="Declare it as made for children.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Publish a finished video on its channel: once, whatever happens on the way.

    Follows it until it is live, or says why it is not. Stopping this command does not stop the upload. Who runs it is
    their own consent. The channel must be connected: ytempire channels connect.

    Example: ytempire publish 0198c0de-0000-7000-8000-000000000000 --privacy unlisted
    """
    order = Order(
        privacy=_chosen("privacy", privacy, PRIVACIES) if privacy else None,
        publish_at=at,
        next_slot=next_slot,
        category_id=category,
        made_for_kids=made_for_kids,
        licence=_chosen("licence", licence, LICENCES),
    )

    async def work() -> PublicationView:
        async with workplace(with_worker=True) as place:
            async with place.sessions.begin() as session:
                video_id = await videos.find_video_id(session, video)
                if video_id is None:
                    raise VideoNotFound(video)
                await service.publish(session, place.queue, video_id, order)
            return await _follow(place.sessions, video_id, progress=not json)

    view = asyncio.run(work())
    if json:
        print_json(PublicationOut.of(view).model_dump(mode="json"))
    else:
        _print(view)
    raise typer.Exit(0 if view.status == "live" or view.is_scheduled else 1)


def _chosen(name: str, given: str, known: Mapping[str, T]) -> T:
    if given not in known:
        raise InvalidInput(f"There is no {name} “{given}”.", hint=f"There are {', '.join(known)}.")
    return known[given]


async def _follow(sessions: Sessions, video_id: UUID, *, progress: bool) -> PublicationView:
    """Until it ends, is scheduled, or waits for longer than anybody would."""
    with activity("Publishing …", enabled=progress) as goes_on:
        while True:
            view = await read_patiently(sessions, lambda session: queries.get_of_video(session, video_id), goes_on)
            if view.status in ("live", "failed") or view.is_scheduled or _waits_long(view):
                return view
            goes_on.say(_progress(view), kind=f"{view.status} {view.last_error}")
            await asyncio.sleep(POLL_S)


def _waits_long(view: PublicationView) -> bool:
    return view.last_error is not None and view.next_try_at is not None and view.next_try_at - clock.now() > PATIENCE


def _progress(view: PublicationView) -> str:
    said = {
        "planned": "Waiting for its turn",
        "uploading": f"Uploading, {view.bytes_sent * 100 // view.size_bytes} %",
        "unknown": "Asking YouTube what has arrived",
        "processing": "YouTube is processing it",
    }[view.status]
    return f"{said} … {view.last_error['message']}" if view.last_error else f"{said} …"


def _print(view: PublicationView) -> None:
    mark = "[sandbox] " if view.is_sandbox else ""
    if view.status == "live" or view.is_scheduled:
        when = f", public at {view.publish_at:%Y-%m-%d %H:%M}Z" if view.is_scheduled else ""
        out.print(f"[green]✓[/] {escape(mark)}[bold]{escape(view.title)}[/]")
        out.print(f"  {view.url or view.youtube_video_id}, {view.youtube_privacy}{when}", markup=False)
        out.print(f"  thumbnail {view.thumbnail_status}, captions {view.captions_status}", markup=False)
    else:
        word = "was not published" if view.status == "failed" else f"is not live yet ({view.status})"
        err.print(f"[red]✗[/] {escape(mark)}“{escape(view.title)}” {word}.")
    if view.last_error:
        err.print(f"  {view.last_error['message']}", markup=False)
        if view.last_error["hint"]:
            err.print(f"  {view.last_error['hint']}", markup=False)
    if view.status not in ("live", "failed") and view.next_try_at is not None and not view.is_scheduled:
        left = max(0.0, (view.next_try_at - clock.now()).total_seconds())
        err.print(f"  It goes on by itself in {seconds(left)} while `ytempire up` runs.", markup=False)
