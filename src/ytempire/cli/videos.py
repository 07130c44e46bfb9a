"""`videos`: list."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from ytempire.cli.channels import find_channel
from ytempire.cli.command_context import command_context
from ytempire.cli.terminal import out, print_json
from ytempire.kit.database import driver_connection
from ytempire.kit.errors import InvalidInput
from ytempire.production import list_queries
from ytempire.production.schemas import PUBLIC_FILES, VideoOut

STATUSES = {"finished": list_queries.FINISHED, "archived": ("archived",), "failed": ("failed",)}
STYLES = {"ready": "green", "published": "green", "scheduled": "cyan", "failed": "red"}

videos_app = typer.Typer(no_args_is_help=True, help="Produced videos.")


def register(app: typer.Typer) -> None:
    app.add_typer(videos_app, name="videos", rich_help_panel="Videos")


@videos_app.callback()
def all_videos() -> None:
    """Keep the group although it has only one command."""


@videos_app.command("list")
def list_videos(
    channel: Annotated[str | None, typer.Option(help="Only this channel: its name or id.")] = None,
    status: Annotated[str, typer.Option(help="Only these: finished, archived or failed.")] = "finished",
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List videos, newest first.

    Example: ytempire videos list --channel "Clear Signal"
    """
    if status not in STATUSES:
        raise InvalidInput(f"Unknown status “{status}”.", hint=f"Choose one of {', '.join(STATUSES)}.")

    async def work() -> list[VideoOut]:
        async with command_context() as context, context.sessions.begin() as session:
            channel_id: UUID | None = (await find_channel(session, channel)).id if channel else None
            rows = await list_queries.list_videos(
                await driver_connection(session),
                limit=limit,
                public_files=list(PUBLIC_FILES),
                channel_id=channel_id,
                statuses=STATUSES[status],
            )
        return [VideoOut.model_validate_json(row.json) for row in rows]

    videos = asyncio.run(work())
    if json:
        print_json({"items": [video.model_dump(mode="json") for video in videos]})
    elif videos:
        out.print(_table(videos))
    else:
        out.print("There are no videos. Produce one: ytempire produce SOURCE.md", markup=False)


def _table(videos: list[VideoOut]) -> Table:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("video", "status", "title", "channel", "created", "length", "USD"):
        right: dict[str, Any] = {"justify": "right"} if name in ("length", "USD") else {}
        table.add_column(name, no_wrap=name != "title", overflow="fold", **right)
    for video in videos:
        length = int(video.duration_seconds or 0)
        table.add_row(
            str(video.id),
            Text(video.status, style=STYLES.get(video.status, "")),
            Text(video.title),
            Text(video.channel_name),
            f"{video.created_at:%Y-%m-%d %H:%M}Z",
            f"{length // 60}:{length % 60:02}",
            f"{video.cost_usd:.2f}",
        )
    return table
