"""What is finished and has no time, and why it gets none by itself on a channel that plans by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.production import queries as videos
from ytempire.publishing import decisions, filling, placing, service
from ytempire.publishing.conflicts import Desk, Ready
from ytempire.publishing.outlook import Outlook
from ytempire.publishing.placing import Schedule
from ytempire.publishing.service import FILM, Order

READY_MOST = 200  # as many as anybody looks through for a free time

_READY = text("""
    SELECT v.id, v.channel_id, v.title, (
        SELECT p.last_error FROM core.publications p WHERE p.video_id = v.id ORDER BY p.id DESC LIMIT 1) AS failed
    FROM core.videos v
    WHERE v.status = 'ready' AND v.channel_id = ANY (:channels)
      AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = v.id AND p.status <> 'failed')
    ORDER BY v.id LIMIT :most""")


@dataclass(frozen=True)
class Unplanned:
    """What is finished and has no time; `why`: why it will get none by itself, by what the video itself is."""

    video_id: UUID
    channel_id: UUID
    title: str
    why: str | None
    taken: Sequence[datetime]  # of its channel


async def read_unplanned(session: AsyncSession, desks: Mapping[UUID, Desk]) -> list[Unplanned]:
    rows = (await session.execute(_READY, {"channels": list(desks), "most": READY_MOST})).all()
    filled = {row.channel_id for row in rows if desks[row.channel_id].fills_itself}
    taken = {channel_id: await placing.taken_times(session, channel_id) for channel_id in filled}
    wrong = await _wrong(session, [row.id for row in rows if row.channel_id in filled and row.failed is None])
    return [
        Unplanned(
            row.id, row.channel_id, row.title, _failed(row.failed) or wrong.get(row.id), taken.get(row.channel_id, [])
        )
        for row in rows
    ]


def _failed(error: Mapping[str, Any] | None) -> str | None:
    if error is None or error["reason"] == service.TAKEN_BACK["reason"]:
        return None
    return f"It was ordered before, and failed: {error['message']}"


async def _wrong(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What YouTube would not take, of those of which it would not."""
    found = {}
    for video in await videos.list_videos_by_id(session, ids):
        wanted = service.wanted_of(
            video, marker=service.new_marker(), category_id=Order.category_id, privacy="private", publish_at=None
        )
        wrong = decisions.findings(wanted, clock.now())
        if FILM not in video.files:
            wrong.append("This video has no film.")
        if wrong:
            found[video.id] = " ".join(wrong)
    return found


def ready_of(
    unplanned: Sequence[Unplanned], desks: Mapping[UUID, Desk], found: Sequence[Outlook], now: datetime
) -> list[Ready]:
    taken = {one.channel_id: one.taken for one in unplanned}
    full = {channel_id: _why_full(desks[channel_id], times, found, now) for channel_id, times in taken.items()}
    return [
        Ready(
            one.video_id,
            one.channel_id,
            one.title,
            (one.why or full[one.channel_id]) if desks[one.channel_id].fills_itself else None,
        )
        for one in unplanned
    ]


def _why_full(desk: Desk, taken: Collection[datetime], found: Sequence[Outlook], now: datetime) -> str | None:
    if not desk.fills_itself or desk.connection is None:
        return None
    free = list(placing.free_slots(Schedule.of(desk.plan), taken, now=now))
    if not free:
        return f"No time of the next {placing.AHEAD.days} days is free."
    queue = next((one.queue for one in found if one.project_id == desk.connection.project_id), None)
    # of the latest: where even that one has no quota, none has
    if queue is not None and filling.in_time(queue, free[-1:]) is None:
        return f"The quota of the next {placing.AHEAD.days} days is taken by what is planned already."
    return None
