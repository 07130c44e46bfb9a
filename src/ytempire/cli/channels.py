"""`channels`: which there are, and their connection to YouTube."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from ytempire.channels import personas
from ytempire.channels import service as channels
from ytempire.channels.endpoints import ChannelOut, NewChannel
from ytempire.channels.service import ChannelView
from ytempire.cli.given import read_as
from ytempire.cli.session import Workplace, workplace
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import AsyncSession, as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.operations import sandbox
from ytempire.operations.home import home_of
from ytempire.settings import get_settings
from ytempire.youtube import connecting, connections, health
from ytempire.youtube.connecting import Begun
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.endpoints import ConnectionOut
from ytempire.youtube.service import YouTube

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Channel = Annotated[
    str, typer.Argument(help="A channel's name or id, from `ytempire channels list`.", metavar="CHANNEL")
]
STYLES = {"connected": "green", "expiring": "yellow", "expired": "red", "revoked": "red"}

channels_app = typer.Typer(no_args_is_help=True, help="Channels, and their connection to YouTube.")


def register(app: typer.Typer) -> None:
    app.add_typer(channels_app, name="channels", rich_help_panel="Videos")


@asynccontextmanager
async def youtube_of(place: Workplace) -> AsyncIterator[YouTube]:
    settings = get_settings()
    keys = load_keys(home_of(settings).keys, settings.security.given_keys)
    async with YouTube(as_subject(place.sessions, SYSTEM), keys) as youtube:
        yield youtube


async def find_channel(session: AsyncSession, channel: str) -> ChannelView:
    try:
        return await channels.get_channel(session, UUID(channel))
    except ValueError:
        return await channels.get_channel_by_name(session, channel)


def _document(view: ConnectionView | None) -> dict[str, Any] | None:
    return ConnectionOut.of(view).model_dump(mode="json") if view else None


@channels_app.command("list")
def list_channels(json: Json = False) -> None:
    """List channels that are not archived, and what each is at YouTube.

    Example: ytempire channels list
    """

    async def work() -> list[tuple[ChannelView, ConnectionView | None]]:
        async with workplace() as place, place.sessions.begin() as session:
            known = {one.channel_id: one for one in await connections.list_connections(session)}
            return [(one, known.get(one.id)) for one in await channels.list_channels(session)]

    found = asyncio.run(work())
    if json:
        items = [
            {"id": str(one.id), "name": one.name, "status": one.status, "connection": _document(connection)}
            for one, connection in found
        ]
        print_json({"items": items})
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("channel", "status", "YouTube", "as", "subscribers", "id"):
        table.add_column(name, justify="right" if name == "subscribers" else "left", overflow="fold")
    for one, connection in found:
        table.add_row(Text(one.name), one.status, *_connection_cells(connection), str(one.id))
    out.print(table)


def _connection_cells(view: ConnectionView | None) -> tuple[Text, Text, str]:
    if view is None:
        return Text("not connected", style="dim"), Text(""), ""
    sandbox_mark = "[sandbox] " if view.is_sandbox else ""
    count = "" if view.subscriber_count is None else f"{view.subscriber_count:,}"
    return Text(view.status, style=STYLES[view.status]), Text(f"{sandbox_mark}{view.title}"), count


async def connect(
    place: Workplace, youtube: YouTube, channel: ChannelView, project: UUID | None = None
) -> tuple[Begun, ConnectionView | None]:
    """Begin to connect a channel; with the sandbox it is connected at once, without anybody at a browser."""
    begun = await connecting.begin(
        youtube,
        place.sessions,
        place.operator,
        channel.id,
        page=get_settings().api.page_address,
        project_id=project,
    )
    if not begun.is_sandbox:
        return begun, None
    back: dict[str, Any] = await sandbox.consent(begun.address, channel.name)
    return begun, await connecting.finish(youtube, place.operator, **back)


@channels_app.command("add")
def add_channel(
    name: Annotated[str, typer.Argument(help="What the channel is called.")],
    persona: Annotated[
        str | None, typer.Option(help="The persona that it speaks with, by name; unset: your first.")
    ] = None,
    time_zone: Annotated[str, typer.Option(help="Whose days the channel has, such as Europe/Berlin.")] = "UTC",
    category: Annotated[str | None, typer.Option(help="Such as education; `/api/v1/categories` lists them.")] = None,
    json: Json = False,
) -> None:
    """Add a channel. Connect it to YouTube afterwards: ytempire channels connect.

    Example: ytempire channels add "Deep Water" --persona "Clear Signal" --time-zone Europe/Berlin
    """

    async def work() -> ChannelView:
        async with workplace() as place, place.sessions.begin() as session:
            speaker = await personas.get_own_persona(session, place.operator.user_id, persona)
            new = read_as(NewChannel, name=name, persona_id=speaker.id, time_zone=time_zone, category=category)
            return await channels.add_channel(session, **new.model_dump())

    added = asyncio.run(work())
    if json:
        print_json(ChannelOut.of(added).model_dump(mode="json"))
        return
    out.print(f"[green]✓[/] Added [bold]{escape(added.name)}[/]  {added.id}")
    out.print(f'  Connect it: ytempire channels connect "{added.name}"', markup=False)


@channels_app.command("connect")
def connect_channel(
    channel: Channel,
    project: Annotated[UUID | None, typer.Option(help="An API project's id; unset: the only one.")] = None,
    json: Json = False,
) -> None:
    """Connect a channel to YouTube, or connect it again; nothing is lost by that.

    With a real API project it prints the consent page's address: open it in a browser that is signed in to YTEMPIRE's
    page on this machine. With the sandbox it goes through the sandbox's consent page by itself.

    Example: ytempire channels connect "Clear Signal"
    """

    async def work() -> tuple[Begun, ConnectionView | None]:
        async with workplace() as place, youtube_of(place) as youtube:
            async with place.sessions.begin() as session:
                found = await find_channel(session, channel)
            return await connect(place, youtube, found, project)

    begun, view = asyncio.run(work())
    if json:
        address = None if view else begun.address
        print_json({"is_sandbox": begun.is_sandbox, "authorization_url": address, "connection": _document(view)})
    elif view is None:
        out.print(f"Open  {begun.address}\n", markup=False)
        out.print(
            f"Sign in there with the channel's account before {begun.expires_at:%H:%M} UTC, in a browser that is"
            " signed in here (ytempire status --link).",
            markup=False,
        )
    else:
        _print_connection(view)


@channels_app.command()
def check(channel: Channel, json: Json = False) -> None:
    """Try the connection of a channel now, and read its counts. Costs one unit of quota.

    Example: ytempire channels check "Clear Signal"
    """

    async def work() -> ConnectionView:
        async with workplace() as place, youtube_of(place) as youtube:
            async with place.sessions.begin() as session:
                found = await find_channel(session, channel)
            return await health.check(youtube, found.id)

    view = asyncio.run(work())
    if json:
        print_json(_document(view))
    else:
        _print_connection(view)


@channels_app.command()
def disconnect(channel: Channel) -> None:
    """Take the consent back at YouTube and forget the tokens. Connecting again goes on where it was.

    Example: ytempire channels disconnect "Clear Signal"
    """

    async def work() -> str:
        async with workplace() as place, youtube_of(place) as youtube:
            async with place.sessions.begin() as session:
                found = await find_channel(session, channel)
            await connecting.disconnect(youtube, place.sessions, place.operator, found.id)
            return found.name

    out.print(f"“{asyncio.run(work())}” is not connected any more. What was published stays.", markup=False)


def _print_connection(view: ConnectionView) -> None:
    where = "the sandbox, where nothing is real," if view.is_sandbox else "YouTube"
    out.print(f"[green]✓[/] Connected to {where} as “{escape(view.title)}” ({escape(view.youtube_channel_id)}).")
    counts = {"subscribers": view.subscriber_count, "views": view.view_count, "videos": view.video_count}
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count is not None)
    if said:
        out.print(f"  {said}")
    if view.missing:
        out.print(f"  Not allowed: {', '.join(view.missing)}. Connect again and tick it to have it.")
    if view.refresh_expires_at:
        out.print(f"  The consent ends at {view.refresh_expires_at:%Y-%m-%d %H:%M} UTC; connect again before.")
