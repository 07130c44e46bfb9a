"""`keys`: the keys that seal stored secrets."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from ytempire.cli.command_context import command_context
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.crypto import KeyRing, load_keys
from ytempire.kit.database import as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import home_of
from ytempire.runtime.key_rotation import RotationResult, envelopes_by_key, reseal
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

keys_app = typer.Typer(no_args_is_help=True, help="The keys that seal stored secrets (tokens, TOTP seeds, passwords).")


def register(app: typer.Typer) -> None:
    app.add_typer(keys_app, name="keys", rich_help_panel="This machine")


@keys_app.command("list")
def list_keys(json: Json = False) -> None:
    """Show the current key, and the number of secrets that each key has sealed.

    Example: ytempire keys list
    """
    keys = _ring()

    async def work() -> dict[str, Counter[str]]:
        async with command_context() as context, context.sessions.begin() as session:
            return await envelopes_by_key(session)

    counts = asyncio.run(work())
    if json:
        print_json({"current": keys.current, "envelopes": counts})
        return
    out.print(f"The current key is {keys.current}.")
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("secret", "key", "envelopes"):
        table.add_column(name, justify="right" if name == "envelopes" else "left")
    for column, by_key in counts.items():
        for key, count in by_key.items():
            table.add_row(escape(column), escape(key), str(count))
    out.print(table if table.rows else "No secret is stored yet.")


@keys_app.command()
def rotate(json: Json = False) -> None:
    """Create a new key and seal every stored secret with it. The old key stays, for backups.

    After an interruption `ytempire keys reseal` continues; a worker does so automatically within an hour.

    Example: ytempire keys rotate
    """
    _report(_reseal(_ring().with_new_key()), json=json)


@keys_app.command("reseal")
def reseal_secrets(json: Json = False) -> None:
    """Seal with the current key what another has sealed: after an interrupted rotation, or with keys from a setting.

    Example: ytempire keys reseal
    """
    _report(_reseal(_ring()), json=json)


def _ring() -> KeyRing:
    settings = get_settings()
    home = home_of(settings)
    home.prepare()
    return load_keys(home.keys, settings.security.given_keys)


def _reseal(keys: KeyRing) -> tuple[str, RotationResult]:
    async def work() -> RotationResult:
        async with command_context() as context:
            return await reseal(as_subject(context.sessions, SYSTEM), keys)

    return keys.current, asyncio.run(work())


def _report(result: tuple[str, RotationResult], *, json: bool) -> None:
    current, resealed = result
    if json:
        print_json({"current": current, "resealed": resealed.done, "failed": resealed.failed})
    else:
        count = sum(resealed.done.values())
        out.print(f"The current key is {current}. {count or 'No'} secret{'' if count == 1 else 's'} resealed.")
        for failure in resealed.failed:
            out.print(f"[red]✗[/] {escape(failure)}")
    if resealed.failed:
        raise typer.Exit(1)
