"""Note what YouTube shows of our videos: what was edited there by hand, and what was deleted.

A change that is being made just now shows before it is settled, and a list may lag behind it: nothing is concluded
from either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ytempire.kit import clock, leases
from ytempire.kit.database import AsyncSession
from ytempire.production import video_lifecycle
from ytempire.publishing import metadata
from ytempire.publishing.metadata import Values
from ytempire.publishing.models import Publication, PublicationEdit
from ytempire.youtube.projects import ServiceClock

LAG = timedelta(minutes=2)  # by YouTube's clock: what a list shows so soon after a change may be of before


_HAS_EDIT_IN_PROGRESS = (
    select(PublicationEdit.id)
    .where(PublicationEdit.publication_id == Publication.id, PublicationEdit.status == "planned")
    .exists()
)


async def record_listed(session: AsyncSession, items: Mapping[str, Mapping[str, Any]], now: ServiceClock) -> None:
    """Note `snippet` and `status` of videos that are live, by their ids there. One that was gone is back."""
    for row in await _at_youtube(session, items.keys()):
        if row.status == "gone":
            if await _is_published_anew(session, row):
                continue
            row.status = "live"
            await session.flush()
            assert row.live_at is not None, "a constraint says so"
            await video_lifecycle.mark_restored(session, row.video_id, row.live_at)
        await apply_remote_state(session, row, items[row.youtube_video_id or ""], now)


async def note_gone(session: AsyncSession, ids: Collection[str]) -> None:
    """Note that YouTube has had these for long not any more: their videos can be published again."""
    for row in await _at_youtube(session, ids):
        if row.status != "live":
            continue
        row.status, row.next_try_at, row.last_error = "gone", None, None
        leases.end(row)  # whoever follows it writes nothing any more
        row.remote_edits, row.remote_edits_seen_at = {}, None
        await session.flush()
        await video_lifecycle.mark_missing(session, row.video_id)


async def _at_youtube(session: AsyncSession, ids: Collection[str]) -> list[Publication]:
    """The rows, locked. One that is in other hands, or is being changed, is left to the next reading."""
    statement = (
        select(Publication)
        .where(Publication.youtube_video_id.in_(ids), Publication.status.in_(("live", "gone")), ~_HAS_EDIT_IN_PROGRESS)
        .order_by(Publication.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(statement))


async def _is_published_anew(session: AsyncSession, row: Publication) -> bool:
    anew = select(Publication.id).where(
        Publication.video_id == row.video_id, Publication.status.not_in(("failed", "gone"))
    )
    return await session.scalar(anew.limit(1)) is not None


async def apply_remote_state(
    session: AsyncSession, row: Publication, item: Mapping[str, Any], now: ServiceClock
) -> None:
    """Note on a locked row what is other than it was written. A row that nothing is new of is not touched."""
    shown = metadata.parse_remote_values(item, marker=row.marker)
    if row.baseline is None:  # it was brought in: what it shows now is what it is
        row.baseline, row.baseline_at = dict(shown), clock.now()
    if row.baseline_at is not None and now.at - now.to_service_time(row.baseline_at) < LAG:
        return
    privacy = item["status"]["privacyStatus"]
    if row.youtube_privacy != privacy:
        row.youtube_privacy = privacy
    record_remote_edits(row, shown, now)
    await session.flush()


async def has_edit_in_progress(session: AsyncSession, publication_id: UUID) -> bool:
    """Whether a change of it is being made, which may show before it is settled."""
    changing = select(Publication.id).where(Publication.id == publication_id, _HAS_EDIT_IN_PROGRESS)
    return await session.scalar(changing) is not None


def record_remote_edits(row: Publication, shown: Values, now: ServiceClock) -> None:
    """What differs from the row's baseline, as YouTube shows it and, for people, by our clock."""
    remote_values = metadata.find_remote_edits(row.baseline or {}, shown)
    edits = {
        name: {"remote": value, "shown": metadata.to_local_value(name, value, now)}
        for name, value in remote_values.items()
    }
    if edits != row.remote_edits:
        row.remote_edits, row.remote_edits_seen_at = edits, clock.now() if edits else None
