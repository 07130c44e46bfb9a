"""`videos`: which there are."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from ytempire.cli.channels import find_channel
from ytempire.cli.session import workplace
from ytempire.cli.terminal import out, print_json
from ytempire.kit.database import driver_connection
from ytempire.kit.errors import InvalidInput
from ytempire.production import lists
from ytempire.production.schemas import PUBLIC_FILES, VideoOut

STATUSES = {"finished": lists.FINISHED, "archived": ("archived",), "failed": ("failed",)}
STYLES = {"ready": "green", "published": "green", "scheduled": "cyan", "failed": "red"}

videos_app = typer.Typer(no_args_is_help=True, help="Videos that were made.")


def register(app: typer.Typer) -> None:
    app.add_typer(videos_app, name="videos", rich_help_panel="Videos")


@videos_app.callback()
def all_videos() -> None:
    """One command is a group too."""


@videos_app.command("list")
def list_videos(
    channel: Annotated[str | None, typer.Option(help="Only of this channel: its name or id.")] = None,
    status: Annotated[str, typer.Option(help="finished, archived or failed.")] = "finished",
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List videos, newest first.

    Example: ytempire videos list --channel "Clear Signal"
    """
    if status not in STATUSES:
        raise InvalidInput(f"There is no status “{status}” to list by.", hint=f"There are {', '.join(STATUSES)}.")

    async def work() -> list[VideoOut]:
        async with workplace() as place, place.sessions.begin() as session:
            channel_id: UUID | None = (await find_channel(session, channel)).id if channel else None
            found = await lists.list_videos(
                await driver_connection(session),
                limit=limit,
                public_files=list(PUBLIC_FILES),
                channel_id=channel_id,
                statuses=STATUSES[status],
            )
        return [VideoOut.model_validate_json(one.json) for one in found]

    videos = asyncio.run(work())
    if json:
        print_json({"items": [one.model_dump(mode="json") for one in videos]})
    elif videos:
        out.print(_table(videos))
    else:
        out.print("There are none. Make one: ytempire produce SOURCE.md", markup=False)


def _table(videos: list[VideoOut]) -> Table:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("video", "status", "title", "channel", "made", "length", "USD"):
        right: dict[str, Any] = {"justify": "right"} if name in ("length", "USD") else {}
        table.add_column(name, no_wrap=name != "title", overflow="fold", **right)
    for one in videos:
        length = int(one.duration_seconds or 0)
        table.add_row(
            str(one.id),
            Text(one.status, style=STYLES.get(one.status, "")),
            Text(one.title),
            Text(one.channel_name),
            f"{one.created_at:%Y-%m-%d %H:%M}Z",
            f"{length // 60}:{length % 60:02}",
            f"{one.cost_usd:.2f}",
        )
    return table
