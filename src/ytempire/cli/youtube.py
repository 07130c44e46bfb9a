"""`youtube`: API projects, and what is left of their quota."""

from __future__ import annotations

import asyncio
import json as jsons
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ytempire.cli.channels import youtube_of
from ytempire.cli.ids import ProjectId
from ytempire.cli.session import workplace
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.errors import InvalidInput
from ytempire.youtube import projects, reports
from ytempire.youtube.endpoints import ProjectQuotaOut
from ytempire.youtube.methods import ALLOWANCES
from ytempire.youtube.projects import GOOGLE_TOKEN, Project
from ytempire.youtube.reports import ProjectQuota

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

NONE = "There is no API project. `ytempire up` brings the sandbox; docs/youtube.md says how to get a real one."

youtube_app = typer.Typer(no_args_is_help=True, help="API projects for YouTube, and their quota.")
project_app = typer.Typer(no_args_is_help=True, help="API projects: one for an installation (docs/youtube.md).")


def register(app: typer.Typer) -> None:
    youtube_app.add_typer(project_app, name="project")
    app.add_typer(youtube_app, name="youtube", rich_help_panel="This machine")


@project_app.command()
def add(
    client: Annotated[Path, typer.Argument(help="Google's client_secret_….json.", metavar="FILE", exists=True)],
    name: Annotated[str, typer.Option(help="What you call it.")] = "YouTube",
    testing: Annotated[
        bool, typer.Option("--testing", help="Google has it in testing mode: consents end after seven days.")
    ] = False,
    declare: Annotated[
        str | None, typer.Option(help="For a second project: which other client it is. The terms forbid dividing one.")
    ] = None,
    json: Json = False,
) -> None:
    """Add a real API project. From the next start on there is no sandbox.

    Example: ytempire youtube project add client_secret_1234.json --testing
    """
    client_id, client_secret = _read_client(client)

    async def work() -> Project:
        async with workplace() as place, youtube_of(place) as youtube, place.sessions.begin() as session:
            return await projects.add_project(
                session,
                youtube.keys,
                name=name,
                client_id=client_id,
                client_secret=client_secret,
                is_testing=testing,
                declared_client=declare,
            )

    project = asyncio.run(work())
    if json:
        print_json(_document(project))
        return
    out.print(f"[green]✓[/] “{escape(project.name)}” is known; its secret is sealed, and the file can go.")
    out.print("  Connect a channel: ytempire channels connect CHANNEL", markup=False)


def _read_client(file: Path) -> tuple[str, str]:
    """Client id and secret. Raises InvalidInput, which never carries what is in the file."""
    try:
        document = jsons.loads(file.read_text())
        config = document.get("web") or document["installed"]
        client_id, client_secret, token_uri = config["client_id"], config["client_secret"], config["token_uri"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput(
            f"{file} is not an OAuth client of Google's.",
            hint="Download it at https://console.cloud.google.com/apis/credentials (docs/youtube.md).",
        ) from None
    if token_uri != GOOGLE_TOKEN:
        raise InvalidInput(
            f"{file} is a client of {token_uri}, not of Google.", hint="The sandbox is registered by `ytempire up`."
        )
    return client_id, client_secret


@project_app.command("list")
def list_projects(json: Json = False) -> None:
    """List the API projects that this installation speaks to YouTube through.

    Example: ytempire youtube project list
    """

    async def work() -> list[Project]:
        async with workplace() as place, youtube_of(place) as youtube, place.sessions.begin() as session:
            return await projects.list_projects(session, youtube.keys)

    found = asyncio.run(work())
    if json:
        print_json({"items": [_document(one) for one in found]})
        return
    if not found:
        out.print(NONE)
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for column in ("project", "kind", "client", "id"):
        table.add_column(column, overflow="fold")
    for one in found:
        kind = "sandbox" if one.is_sandbox else "real, in testing" if one.is_testing else "real"
        table.add_row(escape(one.name), kind, escape(one.client_id), str(one.id))
    out.print(table)


def _document(project: Project) -> dict[str, Any]:
    shown = ("name", "client_id", "is_sandbox", "api_root", "is_testing", "declared_client")
    return {
        "id": str(project.id),
        **{one: getattr(project, one) for one in shown},
        "allowances": dict(project.allowances),
    }


@project_app.command()
def allow(
    project_id: ProjectId,
    amounts: Annotated[list[str], typer.Argument(help=f"A day's {', '.join(ALLOWANCES)}.", metavar="BUCKET=N…")],
) -> None:
    """Say what Google granted a project beyond the usual.

    Example: ytempire youtube project allow 0198c0de-0000-7000-8000-000000000000 units=50000
    """
    granted = {}
    for one in amounts:
        bucket, _, amount = one.partition("=")
        if not amount.isdecimal():
            raise InvalidInput(f"“{one}” is not a bucket and its amount.", hint="For example units=50000.")
        granted[bucket] = int(amount)

    async def work() -> None:
        async with workplace() as place, place.sessions.begin() as session:
            await projects.set_allowances(session, project_id, granted)

    asyncio.run(work())
    out.print("Noted.")


@youtube_app.command()
def quota(json: Json = False) -> None:
    """Say what is left of today's quota, which begins anew at midnight in California.

    Example: ytempire youtube quota --json
    """

    async def work() -> list[ProjectQuota]:
        async with workplace() as place, youtube_of(place) as youtube:
            return await reports.quota_today(youtube)

    found = asyncio.run(work())
    if json:
        print_json({"items": [ProjectQuotaOut.of(one).model_dump(mode="json") for one in found]})
        return
    if not found:
        out.print(NONE)
    for one in found:
        out.print(f"[bold]{escape(one.name)}[/]{' (sandbox: nothing there is real)' if one.is_sandbox else ''}")
        if one.trouble:
            out.print(f"  {one.trouble}", markup=False)
            continue
        table = Table(box=None, padding=(0, 2), pad_edge=False)
        for column in ("bucket", "used", "of", "left", "for reading"):
            table.add_column(column, justify="left" if column == "bucket" else "right")
        for bucket in one.buckets:
            left = "0, says YouTube" if bucket.exhausted else f"{bucket.left:,}"
            kept = one.reading.today.get(bucket.bucket)
            table.add_row(bucket.bucket, f"{bucket.used:,}", f"{bucket.allowed:,}", left, f"{kept:,}" if kept else "")
        out.print(table)
        out.print(f"  begins anew at {one.buckets[0].resets_at:%Y-%m-%d %H:%M} UTC")
