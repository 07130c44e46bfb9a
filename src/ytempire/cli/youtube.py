"""`youtube`: API projects and their quota."""

from __future__ import annotations

import asyncio
import json as jsons
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ytempire.cli.channels import youtube_of
from ytempire.cli.command_context import command_context
from ytempire.cli.id_parameters import ProjectId
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.errors import InvalidInput
from ytempire.youtube import projects
from ytempire.youtube.endpoints import ProjectQuotaOut
from ytempire.youtube.methods import ALLOWANCES, UNITS
from ytempire.youtube.projects import GOOGLE_TOKEN, Project
from ytempire.youtube.quota.status import ProjectQuota, list_project_quota

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

NONE = "There is no API project. `ytempire up` starts the sandbox; docs/youtube.md explains how to get a real one."

youtube_app = typer.Typer(no_args_is_help=True, help="API projects for YouTube, and their quota.")
project_app = typer.Typer(no_args_is_help=True, help="API projects: one per installation (docs/youtube.md).")


def register(app: typer.Typer) -> None:
    youtube_app.add_typer(project_app, name="project")
    app.add_typer(youtube_app, name="youtube", rich_help_panel="This machine")


@project_app.command()
def create(
    client: Annotated[
        Path, typer.Argument(help="The file client_secret_….json from Google.", metavar="FILE", exists=True)
    ],
    name: Annotated[str, typer.Option(help="Its name.")] = "YouTube",
    testing: Annotated[
        bool,
        typer.Option("--testing", help="The project is in testing mode at Google: consents expire after seven days."),
    ] = False,
    declare_client: Annotated[
        str | None,
        typer.Option(
            help="For a second project: the other client that it is for. YouTube's terms forbid dividing one."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Create a real API project. From the next start on there is no sandbox.

    Example: ytempire youtube project create client_secret_1234.json --testing
    """
    client_id, client_secret = _read_client(client)

    async def work() -> Project:
        async with command_context() as context, youtube_of(context) as youtube, context.sessions.begin() as session:
            return await projects.add_project(
                session,
                youtube.keys,
                name=name,
                client_id=client_id,
                client_secret=client_secret,
                is_testing=testing,
                declared_client=declare_client,
            )

    project = asyncio.run(work())
    if json:
        print_json(_document(project))
        return
    out.print(
        f"[green]✓[/] Created “{escape(project.name)}”; its secret is stored sealed, and the file can be deleted."
    )
    out.print("  Connect a channel: ytempire channels connect CHANNEL", markup=False)


def _read_client(file: Path) -> tuple[str, str]:
    """Client id and secret. Raises InvalidInput, which never carries what is in the file."""
    try:
        document = jsons.loads(file.read_text())
        config = document.get("web") or document["installed"]
        client_id, client_secret, token_uri = config["client_id"], config["client_secret"], config["token_uri"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput(
            f"{file} is not an OAuth client of Google.",
            hint="Download it at https://console.cloud.google.com/apis/credentials (docs/youtube.md).",
        ) from None
    if token_uri != GOOGLE_TOKEN:
        raise InvalidInput(
            f"{file} is a client of {token_uri}, not of Google.", hint="`ytempire up` registers the sandbox itself."
        )
    return client_id, client_secret


@project_app.command("list")
def list_projects(json: Json = False) -> None:
    """List the API projects of this installation.

    Example: ytempire youtube project list
    """

    async def work() -> list[Project]:
        async with command_context() as context, youtube_of(context) as youtube, context.sessions.begin() as session:
            return await projects.list_projects(session, youtube.keys)

    listed = asyncio.run(work())
    if json:
        print_json({"items": [_document(project) for project in listed]})
        return
    if not listed:
        out.print(NONE)
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for column in ("project", "kind", "client", "id"):
        table.add_column(column, overflow="fold")
    for project in listed:
        kind = "sandbox" if project.is_sandbox else "real, in testing" if project.is_testing else "real"
        table.add_row(escape(project.name), kind, escape(project.client_id), str(project.id))
    out.print(table)


def _document(project: Project) -> dict[str, Any]:
    shown = ("name", "client_id", "is_sandbox", "api_root", "is_testing", "declared_client")
    return {
        "id": str(project.id),
        **{name: getattr(project, name) for name in shown},
        "allowances": dict(project.allowances),
    }


@project_app.command("set-quota")
def set_quota(
    project_id: ProjectId,
    amounts: Annotated[
        list[str], typer.Argument(help=f"The daily amount of {', '.join(ALLOWANCES)}.", metavar="BUCKET=N…")
    ],
) -> None:
    """Set the daily quota that Google has granted to a project.

    Example: ytempire youtube project set-quota 0198c0de-0000-7000-8000-000000000000 units=50000
    """
    granted = {}
    for text in amounts:
        bucket, _, amount = text.partition("=")
        if not amount.isdecimal():
            raise InvalidInput(f"“{text}” is not a quota bucket with an amount.", hint="For example units=50000.")
        granted[bucket] = int(amount)

    async def work() -> None:
        async with command_context() as context, context.sessions.begin() as session:
            await projects.set_allowances(session, project_id, granted)

    asyncio.run(work())
    out.print("Quota set.")


@youtube_app.command()
def quota(json: Json = False) -> None:
    """Show the remaining quota of today; it is reset at midnight in California.

    Example: ytempire youtube quota --json
    """

    async def work() -> list[ProjectQuota]:
        async with command_context() as context, youtube_of(context) as youtube:
            return await list_project_quota(youtube)

    listed = asyncio.run(work())
    if json:
        print_json({"items": [ProjectQuotaOut.from_quota(project).model_dump(mode="json") for project in listed]})
        return
    if not listed:
        out.print(NONE)
    for project in listed:
        out.print(f"[bold]{escape(project.name)}[/]{' (sandbox; nothing there is real)' if project.is_sandbox else ''}")
        if project.error_message:
            out.print(f"  {project.error_message}", markup=False)
            continue
        table = Table(box=None, padding=(0, 2), pad_edge=False)
        for column in ("bucket", "used", "of", "left", "for collection"):
            table.add_column(column, justify="left" if column == "bucket" else "right")
        for bucket in project.buckets:
            left = "0 (from YouTube)" if bucket.exhausted else f"{bucket.left:,}"
            reserved = project.claims["collection"].today if bucket.bucket == UNITS else 0
            table.add_row(
                bucket.bucket, f"{bucket.used:,}", f"{bucket.allowed:,}", left, f"{reserved:,}" if reserved else ""
            )
        out.print(table)
        out.print(f"  reset at {project.buckets[0].resets_at:%Y-%m-%d %H:%M} UTC")
