"""What a channel does by itself: how many videos a day, when in the week, and whether it publishes them unasked.

Nothing is published by itself without a consent that somebody gave to a text that they saw; which text, who and when is
kept, earlier ones in the trail. It stands as long as the channel publishes by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict
from ytempire.kit.etags import stale
from ytempire.kit.subject import Subject
from ytempire.youtube.models import Automation, ScheduleSlot

# A change of the words needs a new name here: consents to the old ones then end what the channel does by itself.
CONSENT_VERSION = "2026-11"
CONSENT_TEXT = (
    "YTEMPIRE may publish videos on this channel at the times of its schedule without asking me before each. I am"
    " answerable for what is published, as YouTube's terms of service and its rules on repeated and synthetic content"
    " have it. I can take this back at any time; what is published stays."
)


@dataclass(frozen=True, order=True)
class Slot:
    weekday: int  # 0 is Monday
    local_time: time


@dataclass(frozen=True)
class AutomationView:
    channel_id: UUID
    time_zone: str
    videos_per_day: int
    publish_by_itself: bool
    consent_at: datetime | None
    consent_by: UUID | None
    consent_version: str | None
    slots: Sequence[Slot]
    updated_at: datetime

    @property
    def may_publish(self) -> bool:
        """Whether it publishes unasked: the consent must be to the text of today."""
        return self.publish_by_itself and self.consent_version == CONSENT_VERSION


class ConsentNeeded(Conflict):
    """Somebody has to agree before the channel publishes by itself."""

    code = "consent_needed"


async def get_automation(session: AsyncSession, channel_id: UUID) -> AutomationView:
    """Raises NotFound. Of a channel for which nothing was set: nothing happens by itself."""
    return await _view(session, await channels.get_channel(session, channel_id))


async def may_publish_by_itself(session: AsyncSession, channel_id: UUID) -> bool:
    """What the schedule asks before each video: agreed to, and the channel is active."""
    channel = await channels.get_channel(session, channel_id)
    return channel.status == "active" and (await _view(session, channel)).may_publish


async def list_automations(session: AsyncSession, of: Sequence[ChannelView]) -> dict[UUID, AutomationView]:
    """Of many channels, by their id."""
    ids = [one.id for one in of]
    rows = {
        one.channel_id: one for one in await session.scalars(select(Automation).where(Automation.channel_id.in_(ids)))
    }
    slots: dict[UUID, list[ScheduleSlot]] = defaultdict(list)
    for slot in await session.scalars(select(ScheduleSlot).where(ScheduleSlot.channel_id.in_(ids))):
        slots[slot.channel_id].append(slot)
    return {one.id: _composed(one, rows.get(one.id), slots[one.id]) for one in of}


async def _view(session: AsyncSession, channel: ChannelView) -> AutomationView:
    row = await session.get(Automation, channel.id, populate_existing=True)
    slots = await session.scalars(select(ScheduleSlot).where(ScheduleSlot.channel_id == channel.id))
    return _composed(channel, row, slots)


def _composed(channel: ChannelView, row: Automation | None, slots: Iterable[ScheduleSlot]) -> AutomationView:
    return AutomationView(
        channel.id,
        channel.time_zone,
        row.videos_per_day if row else 0,
        row.publish_by_itself if row else False,
        row.consent_at if row else None,
        row.consent_by if row else None,
        row.consent_version if row else None,
        sorted(Slot(one.weekday, one.local_time) for one in slots),
        row.updated_at if row else channel.created_at,
    )


async def set_automation(
    session: AsyncSession,
    person: Subject,
    channel_id: UUID,
    *,
    videos_per_day: int,
    publish_by_itself: bool,
    slots: Sequence[Slot],
    agreed_to: str | None,
    seen: datetime | None = None,
) -> AutomationView:
    """Replace it all. `agreed_to` is the version of the text that `person` agreed to just now.

    Raises ConsentNeeded, NotFound, Forbidden, and PreconditionFailed where it is not as it was `seen`.
    """
    channel = await channels.require_channel(session, channel_id, "admin")
    first = insert(Automation).values(channel_id=channel_id).on_conflict_do_nothing().returning(Automation.channel_id)
    is_first = await session.scalar(first) is not None
    row = await session.scalar(select(Automation).where(Automation.channel_id == channel_id).with_for_update())
    assert row is not None
    before = await _view(session, channel)
    if seen is not None and seen != (channel.created_at if is_first else before.updated_at):
        raise stale()
    row.videos_per_day, row.publish_by_itself = videos_per_day, publish_by_itself
    row.updated_at = clock.now()  # a change of the times alone is a change of this too
    if not publish_by_itself:
        row.consent_at = row.consent_by = row.consent_version = None
    elif agreed_to == CONSENT_VERSION:
        row.consent_at, row.consent_by, row.consent_version = clock.now(), person.user_id, agreed_to
    elif not before.may_publish:
        raise ConsentNeeded(
            "A channel publishes by itself only when somebody has agreed to that.",
            hint=f"Read the text, and send agreed_to: “{CONSENT_VERSION}”.",
        )
    await session.execute(delete(ScheduleSlot).where(ScheduleSlot.channel_id == channel_id))
    session.add_all(
        ScheduleSlot(channel_id=channel_id, weekday=one.weekday, local_time=one.local_time) for one in set(slots)
    )
    await session.flush()
    session.expire_all()
    return await _view(session, channel)
