"""`unpublish`: have a video deleted at YouTube, in two steps."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from ytempire.cli.ids import VideoId
from ytempire.cli.session import workplace
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.kit.errors import InvalidInput
from ytempire.publishing import changes, queries
from ytempire.publishing.change_endpoints import PublicationChangeOut
from ytempire.publishing.changes import ChangeView
from ytempire.publishing.queries import PublicationView

POLL_S = 0.3
PATIENCE_S = 120.0


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(unpublish)


def unpublish(
    video: VideoId,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept with the deletion.")] = None,
    confirm: Annotated[
        str | None, typer.Option(help="The video's id at YouTube: deletes it.", metavar="YOUTUBE_ID")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Delete a video at YouTube, for good. First asked for with --reason, then done with --confirm.

    Example: ytempire unpublish 0198c0de-0000-7000-8000-000000000000 --reason "A figure in it is wrong"
    """
    if (reason is None) == (confirm is None):
        raise InvalidInput(
            "Deleting has two steps.", hint="First --reason “…”, then --confirm with the video's id at YouTube."
        )

    async def work() -> tuple[PublicationView, ChangeView]:
        async with workplace(with_worker=confirm is not None) as place:
            if reason is not None:
                async with place.sessions.begin() as session:
                    change = await changes.ask_removal(session, video, reason)
                    return await queries.get_of_video(session, video), change
            async with place.sessions.begin() as session:
                asked = next((one for one in await changes.list_changes(session, video) if one.kind == "removal"), None)
                if asked is None:
                    raise InvalidInput("Nobody has asked to delete this video.", hint="First: --reason “…”.")
                await changes.confirm_removal(
                    session, place.queue, video, change_id=asked.id, youtube_video_id=confirm or ""
                )
            deadline = time.monotonic() + PATIENCE_S
            while True:
                async with place.sessions.begin() as session:
                    newest = (await changes.list_changes(session, video, limit=1))[0]
                    view = await queries.get_of_video(session, video)
                if newest.status in ("done", "failed") or time.monotonic() > deadline:
                    return view, newest
                await asyncio.sleep(POLL_S)

    view, change = asyncio.run(work())
    if json:
        print_json(PublicationChangeOut.of(change).model_dump(mode="json"))
    else:
        _print(view, change)
    raise typer.Exit(0 if change.status in ("asked", "done") else 1)


def _print(view: PublicationView, change: ChangeView) -> None:
    mark = "[sandbox] " if view.is_sandbox else ""
    title = escape(f"{mark}“{view.title}”")
    if change.status == "asked":
        out.print(f"{title} is still there. This deletes it for good, within 15 minutes:")
        out.print(f"  ytempire unpublish {view.video_id} --confirm {view.youtube_video_id}", markup=False)
    elif change.status == "done":
        out.print(f"[green]✓[/] {title} was deleted at YouTube. Its costs and figures stay here.")
    else:
        word = "could not be deleted" if change.status == "failed" else "is not deleted yet"
        err.print(f"[red]✗[/] {title} {word}.")
        if change.last_error:
            err.print(f"  {change.last_error['message']}", markup=False)
        if change.status == "planned":
            err.print("  It goes on by itself while `ytempire up` runs.")
