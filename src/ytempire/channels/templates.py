"""Templates: words that every video of a kind carries, with variables that each video fills in."""

from __future__ import annotations

import string
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import func, select

from ytempire.channels.models import Template
from ytempire.channels.template_settings import TemplateSettings
from ytempire.kit.database import AsyncSession, translate_constraint_errors
from ytempire.kit.errors import Conflict, InvalidInput, NotFound, YtempireError
from ytempire.kit.row_updates import delete_row, update_row
from ytempire.kit.text import PROSE, Name

# What a template may name, and what it stands for.
VARIABLES = {
    "title": "the title that the script has",
    "topic": "what the video is about: the script's first key term, or its title where it has none",
    "channel": "the channel's name",
    "date": "the day on which the script was written, 2026-11-20, in the channel's time zone",
    "summary": "the description without credits",
    "credits": "source and licence, where the text has them",
}


class TemplateText(BaseModel):
    """A template's own words. `{{` and `}}` stand for braces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[Name, Field(max_length=200)] = "{title}"
    description: str = Field(default="{summary}\n\n{credits}", min_length=1, max_length=5000, pattern=PROSE)
    tags: tuple[Annotated[Name, Field(max_length=30)], ...] = Field(
        default=(), max_length=50, description="before those that the script finds"
    )

    @field_validator("title", "description")
    @classmethod
    def knows_its_variables(cls, value: str) -> str:
        try:
            parts = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(value) if name is not None]
        except ValueError as error:
            raise ValueError("has a brace that is not closed; write {{ or }} for one that stays") from error
        # no format (`{title:>1000000000}`) and no way into an object (`{title.x}`)
        if unknown := [name for name, spec, how in parts if name not in VARIABLES or spec or how]:
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise ValueError(f"may not hold {{{unknown[0]}…}}, only {known} as they stand")
        return value

    @field_validator("description")
    @classmethod
    def credits_the_source(cls, value: str) -> str:
        if "{credits}" not in value:
            raise ValueError("needs {credits}: a source that asks to be named is named")
        return value


@dataclass(frozen=True)
class RenderedTemplate:
    title: str
    description: str


def render(text: TemplateText, values: Mapping[str, str]) -> RenderedTemplate:
    """Both texts with `values` for the variables; values are taken as they are, braces included."""
    return RenderedTemplate(text.title.format_map(values).strip(), text.description.format_map(values).strip())


async def list_templates(session: AsyncSession) -> list[Template]:
    """One's own, and those that others share."""
    return list(await session.scalars(select(Template).order_by(Template.id)))


async def get_template(session: AsyncSession, template_id: UUID) -> Template:
    row = await session.get(Template, template_id)
    if row is None:
        raise NotFound(f"There is no template {template_id}.")
    return row


async def find_template(session: AsyncSession, name_or_id: str) -> Template:
    """The template with this id or name: one's own before one that is shared.

    Raises NotFound, and InvalidInput for a name that several others share.
    """
    with suppress(ValueError):
        return await get_template(session, UUID(name_or_id))
    is_own = Template.owner_id == func.core.current_user_id()
    named = select(Template, is_own).where(func.lower(Template.name) == func.lower(name_or_id))
    matches = [(row, is_mine) for row, is_mine in await session.execute(named.order_by(is_own.desc(), Template.id))]
    if not matches:
        raise NotFound(f"There is no template “{name_or_id}”.", hint="List them: ytempire templates list")
    template, is_mine = matches[0]
    if len(matches) > 1 and not is_mine:
        ids = ", ".join(str(row.id) for row, _ in matches)
        raise InvalidInput(f"Several people share a template “{name_or_id}”.", hint=f"Use an id: {ids}.")
    return template


def template_text(row: Template) -> TemplateText:
    return TemplateText(title=row.title, description=row.description, tags=tuple(row.tags))


def template_settings(row: Template) -> TemplateSettings:
    return TemplateSettings.model_validate({name: getattr(row, name) for name in TemplateSettings.model_fields})


async def create_template(
    session: AsyncSession, name: str, text: TemplateText, settings: TemplateSettings, *, shared: bool
) -> Template:
    """A new template of whoever asks. Raises Conflict for a name that they use."""
    row = Template(name=name, shared=shared, **_columns(text, settings))
    session.add(row)
    with translate_constraint_errors(_taken(name)):
        await session.flush()
    return row


async def update_template(
    session: AsyncSession,
    row: Template,
    name: str,
    text: TemplateText,
    settings: TemplateSettings,
    *,
    shared: bool,
    expected_updated_at: datetime | None = None,
) -> Template:
    """Replace it. Raises Forbidden, PreconditionFailed, and Conflict for a name in use."""
    values = {"name": name, "shared": shared, **_columns(text, settings)}
    with translate_constraint_errors(_taken(name)):
        return await update_row(session, row, values, expected_updated_at=expected_updated_at)


async def delete_template(session: AsyncSession, template_id: UUID) -> None:
    """Raises NotFound and Forbidden. Runs that were ordered with it keep their copy."""
    await delete_row(session, await get_template(session, template_id))


def _columns(text: TemplateText, settings: TemplateSettings) -> dict[str, object]:
    # an object in which nothing is set says no more than none
    overrides = {
        name: value.changes() or None if value else None
        for name, value in (
            ("voice_settings", settings.voice_settings),
            ("visual_settings", settings.visual_settings),
        )
    }
    scalars = {name: getattr(settings, name) for name in TemplateSettings.model_fields if name not in overrides}
    return {"title": text.title, "description": text.description, "tags": list(text.tags), **scalars, **overrides}


def _taken(name: str) -> dict[str, YtempireError]:
    return {
        "templates_owner_id_name_key": Conflict(
            f"You have a template named “{name}” already.", hint="Choose another name."
        )
    }
