"""`keys`: the keys that seal stored secrets."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from ytempire.cli.session import workplace
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.crypto import KeyRing, load_keys
from ytempire.kit.database import as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.operations.home import home_of
from ytempire.operations.rotation import Resealed, envelopes_by_key, reseal
from ytempire.settings import get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

keys_app = typer.Typer(no_args_is_help=True, help="The keys that seal stored secrets (tokens, TOTP seeds, passwords).")


def register(app: typer.Typer) -> None:
    app.add_typer(keys_app, name="keys", rich_help_panel="This machine")


@keys_app.command("list")
def list_keys(json: Json = False) -> None:
    """Say which key seals now, and how many secrets each key has sealed.

    Example: ytempire keys list
    """
    keys = _ring()

    async def work() -> dict[str, Counter[str]]:
        async with workplace() as place, place.sessions.begin() as session:
            return await envelopes_by_key(session)

    counts = asyncio.run(work())
    if json:
        print_json({"current": keys.current, "envelopes": counts})
        return
    out.print(f"New secrets are sealed with the key {keys.current}.")
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("secret", "key", "envelopes"):
        table.add_column(name, justify="right" if name == "envelopes" else "left")
    for column, by_key in counts.items():
        for key, count in by_key.items():
            table.add_row(escape(column), escape(key), str(count))
    out.print(table if table.rows else "Nothing is sealed yet.")


@keys_app.command()
def rotate(json: Json = False) -> None:
    """Make a new key and seal every stored secret with it. The old key stays, for backups.

    Killed on the way, `ytempire keys reseal` goes on where it stopped; a worker does so by itself within the hour.

    Example: ytempire keys rotate
    """
    _report(_reseal(_ring().with_new_key()), json=json)


@keys_app.command("reseal")
def seal_again(json: Json = False) -> None:
    """Seal with the present key what another one sealed: after an interrupted rotation, or with keys that were given.

    Example: ytempire keys reseal
    """
    _report(_reseal(_ring()), json=json)


def _ring() -> KeyRing:
    settings = get_settings()
    home = home_of(settings)
    home.prepare()
    return load_keys(home.keys, settings.security.given_keys)


def _reseal(keys: KeyRing) -> tuple[str, Resealed]:
    async def work() -> Resealed:
        async with workplace() as place:
            return await reseal(as_subject(place.sessions, SYSTEM), keys)

    return keys.current, asyncio.run(work())


def _report(result: tuple[str, Resealed], *, json: bool) -> None:
    current, resealed = result
    if json:
        print_json({"current": current, "resealed": resealed.done, "failed": resealed.failed})
    else:
        count = sum(resealed.done.values())
        out.print(f"The key is {current}. {count or 'No'} secret{'' if count == 1 else 's'} sealed again.")
        for one in resealed.failed:
            out.print(f"[red]✗[/] {escape(one)}")
    if resealed.failed:
        raise typer.Exit(1)
