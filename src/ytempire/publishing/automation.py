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
from ytempire.publishing.models import Automation, PublishingSlotRow

# A change of the words needs a new name here: consents to the old ones then end what the channel does by itself.
CONSENT_VERSION = "2026-11"
CONSENT_TEXT = (
    "YTEMPIRE may publish videos on this channel at the times of its schedule without asking me before each. I am"
    " answerable for what is published, as YouTube's terms of service and its rules on repeated and synthetic content"
    " have it. I can take this back at any time; what is published stays."
)


@dataclass(frozen=True, order=True)
class PublishingSlot:
    weekday: int  # 0 is Monday
    local_time: time


@dataclass(frozen=True)
class AutomationView:
    channel_id: UUID
    time_zone: str
    videos_per_day: int
    auto_publish: bool
    consent_at: datetime | None
    consent_by: UUID | None
    consent_version: str | None
    slots: Sequence[PublishingSlot]
    updated_at: datetime

    @property
    def can_publish(self) -> bool:
        """Whether it publishes unasked: the consent must be to the text of today."""
        return self.auto_publish and self.consent_version == CONSENT_VERSION


class ConsentRequired(Conflict):
    """Somebody has to agree before the channel publishes by itself."""

    code = "consent_required"


async def get_automation(session: AsyncSession, channel_id: UUID) -> AutomationView:
    """Raises NotFound. Of a channel for which nothing was set: nothing happens by itself."""
    return await _view(session, await channels.get_channel(session, channel_id))


async def is_auto_publish_allowed(session: AsyncSession, channel_id: UUID) -> bool:
    """What the schedule asks before each video: agreed to, and the channel is active."""
    channel = await channels.get_channel(session, channel_id)
    return channel.status == "active" and (await _view(session, channel)).can_publish


async def list_automations(session: AsyncSession, channel_views: Sequence[ChannelView]) -> dict[UUID, AutomationView]:
    """Of many channels, by their id."""
    ids = [view.id for view in channel_views]
    rows = {
        row.channel_id: row for row in await session.scalars(select(Automation).where(Automation.channel_id.in_(ids)))
    }
    slots: dict[UUID, list[PublishingSlotRow]] = defaultdict(list)
    for slot in await session.scalars(select(PublishingSlotRow).where(PublishingSlotRow.channel_id.in_(ids))):
        slots[slot.channel_id].append(slot)
    return {view.id: _composed(view, rows.get(view.id), slots[view.id]) for view in channel_views}


async def _view(session: AsyncSession, channel: ChannelView) -> AutomationView:
    row = await session.get(Automation, channel.id, populate_existing=True)
    slots = await session.scalars(select(PublishingSlotRow).where(PublishingSlotRow.channel_id == channel.id))
    return _composed(channel, row, slots)


def _composed(channel: ChannelView, row: Automation | None, slots: Iterable[PublishingSlotRow]) -> AutomationView:
    return AutomationView(
        channel.id,
        channel.time_zone,
        row.videos_per_day if row else 0,
        row.auto_publish if row else False,
        row.consent_at if row else None,
        row.consent_by if row else None,
        row.consent_version if row else None,
        sorted(PublishingSlot(slot.weekday, slot.local_time) for slot in slots),
        row.updated_at if row else channel.created_at,
    )


async def set_automation(
    session: AsyncSession,
    person: Subject,
    channel_id: UUID,
    *,
    videos_per_day: int,
    auto_publish: bool,
    slots: Sequence[PublishingSlot],
    accepted_consent_version: str | None,
    expected_updated_at: datetime | None = None,
) -> AutomationView:
    """Replace it all. `accepted_consent_version` is the version of the text that `person` agreed to just now.

    Raises ConsentRequired, NotFound, Forbidden, and PreconditionFailed where it changed after `expected_updated_at`.
    """
    channel = await channels.require_channel(session, channel_id, "admin")
    first = insert(Automation).values(channel_id=channel_id).on_conflict_do_nothing().returning(Automation.channel_id)
    is_first = await session.scalar(first) is not None
    row = await session.scalar(select(Automation).where(Automation.channel_id == channel_id).with_for_update())
    assert row is not None
    before = await _view(session, channel)
    if expected_updated_at is not None and expected_updated_at != (
        channel.created_at if is_first else before.updated_at
    ):
        raise stale()
    row.videos_per_day, row.auto_publish = videos_per_day, auto_publish
    row.updated_at = clock.now()  # a change of the times alone is a change of this too
    if not auto_publish:
        row.consent_at = row.consent_by = row.consent_version = None
    elif accepted_consent_version == CONSENT_VERSION:
        row.consent_at, row.consent_by, row.consent_version = clock.now(), person.user_id, accepted_consent_version
    elif not before.can_publish:
        raise ConsentRequired(
            "A channel publishes by itself only when somebody has agreed to that.",
            hint=f"Read the text, and send accepted_consent_version: “{CONSENT_VERSION}”.",
        )
    await session.execute(delete(PublishingSlotRow).where(PublishingSlotRow.channel_id == channel_id))
    session.add_all(
        PublishingSlotRow(channel_id=channel_id, weekday=slot.weekday, local_time=slot.local_time)
        for slot in set(slots)
    )
    await session.flush()
    session.expire_all()
    return await _view(session, channel)
