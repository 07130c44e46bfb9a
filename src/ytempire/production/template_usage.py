"""How often templates were used, and what came of it; counted from the runs that were ordered with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, cast, func, select

from ytempire.kit.database import AsyncSession
from ytempire.production.models import Run, Video


@dataclass(frozen=True)
class TemplateUsage:
    """Of the runs that whoever asks may see. `average_score` is of their scripts; None where no script has a score."""

    times_used: int
    average_score: Decimal | None


UNUSED = TemplateUsage(0, None)


async def read_usage(session: AsyncSession, template_ids: Iterable[UUID]) -> Mapping[UUID, TemplateUsage]:
    """Return the usage of each of these templates that was used."""
    template_id = Run.request["options"]["template_id"].astext
    average = cast(func.avg(Video.script_score), Numeric(4, 3))
    usage = (
        select(template_id, func.count(), average)
        .join(Video, Video.id == Run.video_id)
        .where(template_id.in_([str(given) for given in template_ids]))
        .group_by(template_id)
    )
    rows = (await session.execute(usage)).all()
    return {UUID(template): TemplateUsage(count, average_score) for template, count, average_score in rows}


async def get_usage(session: AsyncSession, template_id: UUID) -> TemplateUsage:
    """Return the usage of one template, UNUSED where it was not used."""
    return (await read_usage(session, [template_id])).get(template_id, UNUSED)
