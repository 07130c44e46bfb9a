"""`templates`: what the videos of one kind have in common, and how they went."""

from __future__ import annotations

import asyncio
import json as json_module
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ytempire.channels import templates
from ytempire.channels.models import Template
from ytempire.channels.template_settings import LONGEST_S, LONGEST_SCRIPT_TEMPLATE, SHORTEST_S, TemplateSettings
from ytempire.channels.templates import VARIABLES, TemplateText
from ytempire.cli.command_context import command_context
from ytempire.cli.parameter_types import parse_as
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput
from ytempire.production.template_endpoints import TemplateBody, TemplateOut
from ytempire.production.template_usage import UNUSED, get_usage, read_usage

CLEARABLE = tuple(TemplateSettings.model_fields)
KNOWN_VARIABLES = ", ".join(f"{{{name}}}" for name in VARIABLES)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Named = Annotated[
    str, typer.Argument(help="A template's name or id, from `ytempire templates list`.", metavar="TEMPLATE")
]
Title = Annotated[str | None, typer.Option(help=f"Text of the title, with any of {KNOWN_VARIABLES}.")]
Description = Annotated[str | None, typer.Option(help="Text of the description; it needs {credits}.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag before those of the script; may be repeated.")]
Shared = Annotated[bool | None, typer.Option("--shared/--private", help="Whether everybody here may use it.")]
Niche = Annotated[str | None, typer.Option(help="What its videos are about, such as astronomy.")]
Style = Annotated[str | None, typer.Option(help="The kind of its videos, such as explainer.")]
Seconds = Annotated[
    int | None,
    typer.Option(min=SHORTEST_S, max=LONGEST_S, help="Length in seconds of a video that is ordered without one."),
]
RetentionTarget = Annotated[str | None, typer.Option(help="Share of a video that is to be watched, 0 to 1.")]
EngagementTarget = Annotated[str | None, typer.Option(help="Likes, comments and shares for each view, 0 to 1.")]
ScriptTemplate = Annotated[
    str | None,
    typer.Option(
        help=f"How the script is to be built, for the language model; at most {LONGEST_SCRIPT_TEMPLATE} characters."
    ),
]
VoiceJson = Annotated[
    str | None,
    typer.Option(
        "--voice-settings",
        metavar="JSON",
        help="What takes the place of the persona's voice: engine, voice, words_per_minute, pitch, style.",
    ),
]
VisualJson = Annotated[
    str | None,
    typer.Option(
        "--visual-settings",
        metavar="JSON",
        help="What takes the place of the persona's brand: accent, family, motif, transitions.",
    ),
]

templates_app = typer.Typer(no_args_is_help=True, help="Templates: what the videos of one kind have in common.")


def register(app: typer.Typer) -> None:
    app.add_typer(templates_app, name="templates", rich_help_panel="Videos")


@templates_app.command("list")
def list_templates(json: Json = False) -> None:
    """List your templates and those that others share, with how often each was used and its average script score.

    Example: ytempire templates list
    """

    async def work() -> list[TemplateOut]:
        async with command_context() as context, context.sessions.begin() as session:
            rows = await templates.list_templates(session)
            usage = await read_usage(session, [row.id for row in rows])
            return [TemplateOut.from_row(row, usage.get(row.id, UNUSED)) for row in rows]

    listed = asyncio.run(work())
    if json:
        print_json({"items": [template.model_dump(mode="json") for template in listed]})
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("template", "niche", "style", "length", "times used", "average score", "id"):
        is_number = name in {"length", "times used", "average score"}
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for template in listed:
        table.add_row(
            Text(template.name),
            Text(template.niche or ""),
            Text(template.style or ""),
            "" if template.seconds is None else f"{template.seconds} s",
            str(template.times_used),
            "" if template.average_score is None else f"{template.average_score:.3f}",
            str(template.id),
        )
    out.print(table)


@templates_app.command()
def show(template: Named, json: Json = False) -> None:
    """Show a template.

    Example: ytempire templates show "House style"
    """

    async def work() -> TemplateOut:
        async with command_context() as context, context.sessions.begin() as session:
            return await _shown(session, await templates.find_template(session, template))

    _print(asyncio.run(work()), as_json=json)


@templates_app.command()
def create(
    name: Annotated[str, typer.Argument(help="Its name.")],
    title: Title = None,
    description: Description = None,
    tag: Tags = None,
    shared: Shared = None,
    niche: Niche = None,
    style: Style = None,
    seconds: Seconds = None,
    retention_target: RetentionTarget = None,
    engagement_target: EngagementTarget = None,
    script_template: ScriptTemplate = None,
    voice_settings: VoiceJson = None,
    visual_settings: VisualJson = None,
    json: Json = False,
) -> None:
    """Create a template.

    Example: ytempire templates create "Night sky" --title "{title} | {channel}" --niche astronomy --seconds 90
    """
    values = _given(
        name=name, title=title, description=description, tags=tag or None, shared=shared, niche=niche, style=style,
        seconds=seconds, retention_target=retention_target, engagement_target=engagement_target,
        script_template=script_template, voice_settings=_parse_json(voice_settings, "--voice-settings"),
        visual_settings=_parse_json(visual_settings, "--visual-settings"),
    )  # fmt: skip
    body = parse_as(TemplateBody, **values)

    async def work() -> TemplateOut:
        async with command_context() as context, context.sessions.begin() as session:
            row = await templates.create_template(
                session, body.name, body.template_text, body.template_settings, shared=body.shared
            )
            await session.refresh(row)
            return TemplateOut.from_row(row, UNUSED)

    created = asyncio.run(work())
    if not json:
        out.print(f"[green]✓[/] Created [bold]{escape(created.name)}[/].\n")
    _print(created, as_json=json)


@templates_app.command("set")
def set_template(
    template: Named,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    title: Title = None,
    description: Description = None,
    tag: Tags = None,
    shared: Shared = None,
    niche: Niche = None,
    style: Style = None,
    seconds: Seconds = None,
    retention_target: RetentionTarget = None,
    engagement_target: EngagementTarget = None,
    script_template: ScriptTemplate = None,
    voice_settings: VoiceJson = None,
    visual_settings: VisualJson = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(help=f"A field that is to be empty; may be repeated: {', '.join(CLEARABLE)}."),
    ] = None,
    json: Json = False,
) -> None:
    """Change a template. What no option names stays; runs that were ordered with it keep their copy.

    Example: ytempire templates set "Night sky" --retention-target 0.45 --clear seconds
    """
    values = dict.fromkeys(_clearable(clear or [])) | _given(
        name=name, title=title, description=description, tags=tag or None, shared=shared, niche=niche, style=style,
        seconds=seconds, retention_target=retention_target, engagement_target=engagement_target,
        script_template=script_template, voice_settings=_parse_json(voice_settings, "--voice-settings"),
        visual_settings=_parse_json(visual_settings, "--visual-settings"),
    )  # fmt: skip

    async def work() -> TemplateOut:
        async with command_context() as context, context.sessions.begin() as session:
            row = await templates.find_template(session, template)
            body = parse_as(TemplateBody, **(_values_of(row) | values))
            row = await templates.update_template(
                session,
                row,
                body.name,
                body.template_text,
                body.template_settings,
                shared=body.shared,
                expected_updated_at=row.updated_at,
            )
            return await _shown(session, row)

    changed = asyncio.run(work())
    if not json:
        out.print(f"[green]✓[/] Changed [bold]{escape(changed.name)}[/].\n")
    _print(changed, as_json=json)


@templates_app.command()
def delete(template: Named) -> None:
    """Delete a template. Runs that were ordered with it keep their copy.

    Example: ytempire templates delete "Night sky"
    """

    async def work() -> str:
        async with command_context() as context, context.sessions.begin() as session:
            row = await templates.find_template(session, template)
            await templates.delete_template(session, row.id)
            return row.name

    out.print(f"The template “{asyncio.run(work())}” is deleted.", markup=False)


async def _shown(session: AsyncSession, row: Template) -> TemplateOut:
    return TemplateOut.from_row(row, await get_usage(session, row.id))


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _values_of(row: Template) -> dict[str, Any]:
    """Return what a template has now, as a body names it."""
    names = (*TemplateText.model_fields, *TemplateSettings.model_fields, "name", "shared")
    return {name: getattr(row, name) for name in names}


def _clearable(names: list[str]) -> list[str]:
    for name in names:
        if name not in CLEARABLE:
            raise InvalidInput(f"“{name}” cannot be empty.", hint=f"Use --clear with one of {', '.join(CLEARABLE)}.")
    return names


def _parse_json(text: str | None, option: str) -> Any:
    if text is None:
        return None
    try:
        document = json_module.loads(text)
    except ValueError as error:
        hint = f"For example {option} '{{}}', with double quotation marks around names."
        raise InvalidInput(f"{option} is not JSON: {error}.", hint=hint) from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{option} is not a JSON object.", hint=f"For example {option} '{{}}'.")
    return document


def _print(template: TemplateOut, *, as_json: bool) -> None:
    document = template.model_dump(mode="json")
    if as_json:
        print_json(document)
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False, show_header=False)
    for name, value in document.items():
        if value not in (None, []):
            table.add_row(Text(name.replace("_", " "), style="dim"), Text(_cell(value)))
    out.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return ", ".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
