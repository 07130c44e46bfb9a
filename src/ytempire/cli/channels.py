"""`channels`: list, create, connect."""

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
from ytempire.cli.command_context import CommandContext, command_context
from ytempire.cli.parameter_types import parse_as
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import AsyncSession, as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.runtime import sandbox
from ytempire.runtime.home import home_of
from ytempire.settings import get_settings
from ytempire.youtube import connection_check, connections, oauth_flow
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.endpoints import ConnectionOut
from ytempire.youtube.oauth_flow import AuthorizationRequest
from ytempire.youtube.service import YouTube

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Channel = Annotated[
    str, typer.Argument(help="A channel's name or id, from `ytempire channels list`.", metavar="CHANNEL")
]
STYLES = {"connected": "green", "expiring": "yellow", "expired": "red", "revoked": "red"}

channels_app = typer.Typer(no_args_is_help=True, help="Channels, and their connections to YouTube.")


def register(app: typer.Typer) -> None:
    app.add_typer(channels_app, name="channels", rich_help_panel="Videos")


@asynccontextmanager
async def youtube_of(context: CommandContext) -> AsyncIterator[YouTube]:
    settings = get_settings()
    keys = load_keys(home_of(settings).keys, settings.security.given_keys)
    async with YouTube(as_subject(context.sessions, SYSTEM), keys) as youtube:
        yield youtube


async def find_channel(session: AsyncSession, channel: str) -> ChannelView:
    try:
        return await channels.get_channel(session, UUID(channel))
    except ValueError:
        return await channels.get_channel_by_name(session, channel)


def _document(view: ConnectionView | None) -> dict[str, Any] | None:
    return ConnectionOut.from_view(view).model_dump(mode="json") if view else None


@channels_app.command("list")
def list_channels(json: Json = False) -> None:
    """List the channels that are not archived, each with its connection to YouTube.

    Example: ytempire channels list
    """

    async def work() -> list[tuple[ChannelView, ConnectionView | None]]:
        async with command_context() as context, context.sessions.begin() as session:
            known = {connection.channel_id: connection for connection in await connections.list_connections(session)}
            return [(channel, known.get(channel.id)) for channel in await channels.list_channels(session)]

    listed = asyncio.run(work())
    if json:
        items = [
            {"id": str(channel.id), "name": channel.name, "status": channel.status, "connection": _document(connection)}
            for channel, connection in listed
        ]
        print_json({"items": items})
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("channel", "status", "YouTube", "as", "subscribers", "id"):
        table.add_column(name, justify="right" if name == "subscribers" else "left", overflow="fold")
    for channel, connection in listed:
        table.add_row(Text(channel.name), channel.status, *_connection_cells(connection), str(channel.id))
    out.print(table)


def _connection_cells(view: ConnectionView | None) -> tuple[Text, Text, str]:
    if view is None:
        return Text("not connected", style="dim"), Text(""), ""
    sandbox_mark = "[sandbox] " if view.is_sandbox else ""
    count = "" if view.subscriber_count is None else f"{view.subscriber_count:,}"
    return Text(view.status, style=STYLES[view.status]), Text(f"{sandbox_mark}{view.title}"), count


async def connect(
    context: CommandContext, youtube: YouTube, channel: ChannelView, project: UUID | None = None
) -> tuple[AuthorizationRequest, ConnectionView | None]:
    """Start to connect a channel; the sandbox connects it at once, without a browser."""
    authorization = await oauth_flow.start_authorization(
        youtube,
        context.sessions,
        context.operator,
        channel.id,
        page=get_settings().api.page_url,
        project_id=project,
    )
    if not authorization.is_sandbox:
        return authorization, None
    back: dict[str, Any] = await sandbox.consent(authorization.url, channel.name)
    return authorization, await oauth_flow.complete_authorization(youtube, context.operator, **back)


@channels_app.command("create")
def create_channel(
    name: Annotated[str, typer.Argument(help="Its name.")],
    persona: Annotated[str | None, typer.Option(help="The name of its persona; unset: your first.")] = None,
    time_zone: Annotated[str, typer.Option(help="Its time zone, such as Europe/Berlin.")] = "UTC",
    category: Annotated[
        str | None, typer.Option(help="Its category, such as education; `/api/v1/categories` lists them.")
    ] = None,
    json: Json = False,
) -> None:
    """Create a channel. Connect it to YouTube afterwards: ytempire channels connect.

    Example: ytempire channels create "Deep Water" --persona "Clear Signal" --time-zone Europe/Berlin
    """

    async def work() -> ChannelView:
        async with command_context() as context, context.sessions.begin() as session:
            speaker = await personas.get_own_persona(session, context.operator.user_id, persona)
            new = parse_as(NewChannel, name=name, persona_id=speaker.id, time_zone=time_zone, category=category)
            return await channels.create_channel(session, **new.model_dump())

    created = asyncio.run(work())
    if json:
        print_json(ChannelOut.from_view(created).model_dump(mode="json"))
        return
    out.print(f"[green]✓[/] Created [bold]{escape(created.name)}[/]  {created.id}")
    out.print(f'  Connect it: ytempire channels connect "{created.name}"', markup=False)


@channels_app.command("connect")
def connect_channel(
    channel: Channel,
    project: Annotated[UUID | None, typer.Option(help="An API project's id; unset: the only one.")] = None,
    json: Json = False,
) -> None:
    """Connect a channel to YouTube, or connect it again; no data is lost.

    With a real API project this prints the URL of the consent page: open it in a browser that is signed in to YTEMPIRE
    on this machine. With the sandbox the consent is given automatically.

    Example: ytempire channels connect "Clear Signal"
    """

    async def work() -> tuple[AuthorizationRequest, ConnectionView | None]:
        async with command_context() as context, youtube_of(context) as youtube:
            async with context.sessions.begin() as session:
                view = await find_channel(session, channel)
            return await connect(context, youtube, view, project)

    authorization, view = asyncio.run(work())
    if json:
        address = None if view else authorization.url
        print_json(
            {"is_sandbox": authorization.is_sandbox, "authorization_url": address, "connection": _document(view)}
        )
    elif view is None:
        out.print(f"Open  {authorization.url}\n", markup=False)
        out.print(
            f"Sign in there with the channel's account before {authorization.expires_at:%H:%M} UTC,"
            " in a browser that is signed in to YTEMPIRE (ytempire status --link).",
            markup=False,
        )
    else:
        _print_connection(view)


@channels_app.command()
def check(channel: Channel, json: Json = False) -> None:
    """Check the connection of a channel, and read its counts. Costs one unit of quota.

    Example: ytempire channels check "Clear Signal"
    """

    async def work() -> ConnectionView:
        async with command_context() as context, youtube_of(context) as youtube:
            async with context.sessions.begin() as session:
                view = await find_channel(session, channel)
            return await connection_check.check(youtube, view.id)

    view = asyncio.run(work())
    if json:
        print_json(_document(view))
    else:
        _print_connection(view)


@channels_app.command()
def disconnect(channel: Channel) -> None:
    """Revoke the consent at YouTube and delete the tokens. Connecting again continues as before.

    Example: ytempire channels disconnect "Clear Signal"
    """

    async def work() -> str:
        async with command_context() as context, youtube_of(context) as youtube:
            async with context.sessions.begin() as session:
                view = await find_channel(session, channel)
            await oauth_flow.disconnect(youtube, context.sessions, context.operator, view.id)
            return view.name

    out.print(f"“{asyncio.run(work())}” is disconnected. Its published videos stay on YouTube.", markup=False)


def _print_connection(view: ConnectionView) -> None:
    where = "the sandbox (nothing there is real)" if view.is_sandbox else "YouTube"
    out.print(f"[green]✓[/] Connected to {where} as “{escape(view.title)}” ({escape(view.youtube_channel_id)}).")
    counts = {"subscribers": view.subscriber_count, "views": view.view_count, "videos": view.video_count}
    text = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count is not None)
    if text:
        out.print(f"  {text}")
    if view.missing:
        out.print(f"  Missing permission: {', '.join(view.missing)}. To grant it, connect again and tick it.")
    if view.refresh_expires_at:
        out.print(f"  The consent expires at {view.refresh_expires_at:%Y-%m-%d %H:%M} UTC; connect again before.")
