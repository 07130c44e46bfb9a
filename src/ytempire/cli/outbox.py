"""`outbox`: facts that could not be delivered to a subscriber, such as notifications."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer

from ytempire.cli.command_context import command_context
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.database import AsyncSession, as_platform_for
from ytempire.outbox import blocked_facts

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
FactId = Annotated[int, typer.Argument(help="Its id, from `list`.", min=1, max=2**63 - 1)]
T = TypeVar("T")

outbox_app = typer.Typer(no_args_is_help=True, help="Facts that could not be delivered, such as to notifications.")


def register(app: typer.Typer) -> None:
    app.add_typer(outbox_app, name="outbox", rich_help_panel="This machine")


@outbox_app.command("list")
def show(json: Json = False) -> None:
    """List the blocked facts: what happened, why no subscriber took it, and how many wait behind it.

    Example: ytempire outbox list
    """
    documents = asyncio.run(_as_platform(_documents))
    if json:
        print_json({"items": documents})
        return
    for document in documents:
        behind = f"; {document['waiting']} wait behind it" if document["waiting"] else ""
        out.print(
            f"{document['id']:<8} {document['kind']} for {document['subscriber']}, {document['occurred_at'][:16]}"
            f" UTC{behind}",
            markup=False,
        )
        out.print(f"         {escape(document['error'])}")
    if not documents:
        out.print("No fact is blocked.")


@outbox_app.command()
def release(fact: FactId) -> None:
    """Have a blocked fact delivered again, when what was wrong is mended. What waits behind it follows.

    Example: ytempire outbox release 42
    """
    asyncio.run(_as_platform(lambda session: blocked_facts.release(session, fact)))
    out.print(f"[green]✓[/] Fact {fact} is delivered again.")


@outbox_app.command()
def discard(fact: FactId) -> None:
    """Remove a blocked fact undelivered, so that what waits behind it goes on. Nobody is told of it any more.

    Example: ytempire outbox discard 42
    """
    asyncio.run(_as_platform(lambda session: blocked_facts.discard(session, fact)))
    out.print(f"[green]✓[/] Fact {fact} is removed.")


async def _as_platform(act: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async with (
        command_context() as context,
        as_platform_for(context.sessions, context.operator).begin() as session,
    ):
        return await act(session)


async def _documents(session: AsyncSession) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.id,
            "subscriber": entry.subscriber,
            "kind": entry.kind,
            "channel_id": str(entry.channel_id) if entry.channel_id else None,
            "row_id": str(entry.row_id) if entry.row_id else None,
            "occurred_at": entry.occurred_at.isoformat(),
            "attempts": entry.attempts,
            "error": entry.error,
            "waiting": await blocked_facts.count_waiting(session, entry),
        }
        for entry in await blocked_facts.list_blocked(session)
    ]
