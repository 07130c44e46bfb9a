"""`publish`: publish a finished video, and follow it until it is live."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from ytempire.cli.activity import activity, read_patiently
from ytempire.cli.command_context import command_context
from ytempire.cli.id_parameters import VIDEOS, parse_id
from ytempire.cli.parameter_types import parse_time
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
from ytempire.publishing.service import PublicationRequest

T = TypeVar("T")
POLL_S = 0.3
PRIVACIES: dict[str, Privacy] = {"public": "public", "unlisted": "unlisted", "private": "private"}
LICENCES: dict[str, Licence] = {"youtube": "youtube", "creativeCommon": "creativeCommon"}
# Nobody waits longer at a terminal: the command prints the reason and ends, and the worker continues.
MAX_WAIT = timedelta(minutes=2)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(publish)


def publish(
    video: Annotated[
        UUID,
        typer.Argument(help="A video's id, or the id of its run.", metavar="VIDEO", parser=parse_id("video", VIDEOS)),
    ],
    privacy: Annotated[str | None, typer.Option(help="public, unlisted or private; unset: public.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            help="Private until this time: 2026-12-24T18:00, in UTC unless a zone is named.",
            metavar="TIME",
            parser=parse_time,
            show_default=False,
        ),
    ] = None,
    next_slot: Annotated[bool, typer.Option("--next-slot", help="At the next free slot of its channel.")] = False,
    category: Annotated[
        str, typer.Option(help="The id of YouTube's category; 27 is Education.")
    ] = PublicationRequest.category_id,
    licence: Annotated[str, typer.Option(help="youtube or creativeCommon.")] = "youtube",
    made_for_kids: Annotated[bool, typer.Option("--made-for-kids", help="Declare the video as made for kids.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Publish a finished video on its channel, exactly once.

    Follows it until it is live, or prints why it is not. Stopping this command does not stop the upload. Running it is
    the consent to publish. The channel must be connected: ytempire channels connect.

    Example: ytempire publish 0198c0de-0000-7000-8000-000000000000 --privacy unlisted
    """
    request = PublicationRequest(
        privacy=_validate_choice("privacy", privacy, PRIVACIES) if privacy else None,
        publish_at=at,
        next_slot=next_slot,
        category_id=category,
        made_for_kids=made_for_kids,
        licence=_validate_choice("licence", licence, LICENCES),
    )

    async def work() -> PublicationView:
        async with command_context(with_worker=True) as context:
            async with context.sessions.begin() as session:
                video_id = await videos.find_video_id(session, video)
                if video_id is None:
                    raise VideoNotFound(video)
                await service.publish(session, context.queue, video_id, request)
            return await _follow(context.sessions, video_id, progress=not json)

    view = asyncio.run(work())
    if json:
        print_json(PublicationOut.from_view(view).model_dump(mode="json"))
    else:
        _print(view)
    raise typer.Exit(0 if view.status == "live" or view.is_scheduled else 1)


def _validate_choice(name: str, value: str, choices: Mapping[str, T]) -> T:
    if value not in choices:
        raise InvalidInput(f"Unknown {name} “{value}”.", hint=f"Choose one of {', '.join(choices)}.")
    return choices[value]


async def _follow(sessions: Sessions, video_id: UUID, *, progress: bool) -> PublicationView:
    """Return the publication when it ends, is scheduled, or waits for long."""
    with activity("Publishing …", enabled=progress) as goes_on:
        while True:
            view = await read_patiently(sessions, lambda session: queries.get_of_video(session, video_id), goes_on)
            if view.status in ("live", "failed") or view.is_scheduled or _waits_long(view):
                return view
            goes_on.say(_progress(view), kind=f"{view.status} {view.last_error}")
            await asyncio.sleep(POLL_S)


def _waits_long(view: PublicationView) -> bool:
    return view.last_error is not None and view.next_try_at is not None and view.next_try_at - clock.now() > MAX_WAIT


def _progress(view: PublicationView) -> str:
    text = {
        "planned": "Waiting for its turn",
        "uploading": f"Uploading, {view.bytes_sent * 100 // view.size_bytes} %",
        "unknown": "Checking the upload at YouTube",
        "processing": "YouTube is processing the video",
    }[view.status]
    return f"{text} … {view.last_error['message']}" if view.last_error else f"{text} …"


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
        wait_s = max(0.0, (view.next_try_at - clock.now()).total_seconds())
        err.print(f"  It continues automatically in {seconds(wait_s)} while `ytempire up` runs.", markup=False)
