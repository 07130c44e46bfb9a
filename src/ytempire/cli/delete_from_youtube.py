"""`delete-from-youtube`: delete a video from YouTube, in two steps."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from ytempire.cli.command_context import command_context
from ytempire.cli.id_parameters import VideoId
from ytempire.cli.terminal import err, escape, out, print_json
from ytempire.kit.errors import InvalidInput
from ytempire.publishing import edits, queries
from ytempire.publishing.edit_endpoints import PublicationEditOut
from ytempire.publishing.edits import PublicationEditView
from ytempire.publishing.queries import PublicationView

POLL_S = 0.3
TIMEOUT_S = 120.0


def register(app: typer.Typer) -> None:
    app.command("delete-from-youtube", rich_help_panel="Videos")(delete_from_youtube)


def delete_from_youtube(
    video: VideoId,
    reason: Annotated[str | None, typer.Option(help="The reason; it is stored with the deletion.")] = None,
    confirm: Annotated[
        str | None, typer.Option(help="Delete it; the value is the video's id on YouTube.", metavar="YOUTUBE_ID")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Delete a video from YouTube, for good: request it with --reason, then confirm it with --confirm.

    Example: ytempire delete-from-youtube 0198c0de-0000-7000-8000-000000000000 --reason "A figure in it is wrong"
    """
    if (reason is None) == (confirm is None):
        raise InvalidInput(
            "A deletion has two steps.", hint="First --reason “…”, then --confirm with the video's id on YouTube."
        )

    async def work() -> tuple[PublicationView, PublicationEditView]:
        async with command_context(with_worker=confirm is not None) as context:
            if reason is not None:
                async with context.sessions.begin() as session:
                    change = await edits.request_deletion(session, video, reason)
                    return await queries.get_of_video(session, video), change
            async with context.sessions.begin() as session:
                deletion = next(
                    (edit for edit in await edits.list_changes(session, video) if edit.kind == "deletion"), None
                )
                if deletion is None:
                    raise InvalidInput(
                        "No deletion of this video was requested.", hint="Request it first: --reason “…”."
                    )
                await edits.confirm_deletion(
                    session, context.queue, video, edit_id=deletion.id, youtube_video_id=confirm or ""
                )
            deadline = time.monotonic() + TIMEOUT_S
            while True:
                async with context.sessions.begin() as session:
                    newest = (await edits.list_changes(session, video, limit=1))[0]
                    view = await queries.get_of_video(session, video)
                if newest.status in ("done", "failed") or time.monotonic() > deadline:
                    return view, newest
                await asyncio.sleep(POLL_S)

    view, change = asyncio.run(work())
    if json:
        print_json(PublicationEditOut.from_view(change).model_dump(mode="json"))
    else:
        _print(view, change)
    raise typer.Exit(0 if change.status in ("awaiting_confirmation", "done") else 1)


def _print(view: PublicationView, change: PublicationEditView) -> None:
    mark = "[sandbox] " if view.is_sandbox else ""
    title = escape(f"{mark}“{view.title}”")
    if change.status == "awaiting_confirmation":
        out.print(f"{title} is not deleted yet. To delete it for good, run within 15 minutes:")
        out.print(f"  ytempire delete-from-youtube {view.video_id} --confirm {view.youtube_video_id}", markup=False)
    elif change.status == "done":
        out.print(f"[green]✓[/] {title} was deleted from YouTube. Its costs and metrics stay here.")
    else:
        word = "could not be deleted" if change.status == "failed" else "is not deleted yet"
        err.print(f"[red]✗[/] {title} {word}.")
        if change.last_error:
            err.print(f"  {change.last_error['message']}", markup=False)
        if change.status == "planned":
            err.print("  It continues automatically while `ytempire up` runs.")
