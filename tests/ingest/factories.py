"""People with channels and videos that can be measured, and events of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from ytempire.accounts.models import User
from ytempire.channels.default_personas import personas_with
from ytempire.channels.models import Channel, PersonaModel
from ytempire.ingest.deltas import DeltaPolicy
from ytempire.kit import clock
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.production.models import Video

FAULTS = Path(__file__).parents[1] / "data/faults"


BUSY = DeltaPolicy(min_events=1, merge_every_s=0.1, rows_per_transaction=3, look_every_s=0.02)
"""Sums of all videos become deltas, and a merge is nearly always under way."""


@dataclass(frozen=True)
class Measured:
    """One operator's channels and the videos of each."""

    subject: Subject
    videos: dict[UUID, list[UUID]]

    @property
    def pairs(self) -> list[tuple[UUID, UUID]]:
        """Channel and video."""
        return [(channel, video) for channel, videos in self.videos.items() for video in videos]


async def make_measured(
    sessions: Sessions, name: str, *, zones: tuple[str, ...] = ("UTC",), videos: int = 2
) -> Measured:
    """A channel for each time zone."""
    made: dict[UUID, list[UUID]] = {}
    async with as_subject(sessions, SYSTEM).begin() as session:
        user = User(email=f"{name}@example.com", full_name=name, email_verified_at=clock.now(), password_hash="x")
        session.add(user)
        await session.flush()
        definition = personas_with("espeak")[0].model_dump(mode="json")
        persona = PersonaModel(owner_id=user.id, name="mine", definition=definition)
        session.add(persona)
        await session.flush()
        for zone in zones:
            channel = Channel(owner_id=user.id, name=f"{name} {zone}", persona_id=persona.id, time_zone=zone)
            session.add(channel)
            await session.flush()
            rows = [Video(channel_id=channel.id, title=f"{name} {number}", format="16:9") for number in range(videos)]
            session.add_all(rows)
            await session.flush()
            made[channel.id] = [row.id for row in rows]
    return Measured(Subject(user.id, "operator"), made)


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


def event(channel: UUID, video: UUID, at: datetime, **said: Any) -> dict[str, Any]:
    return {"video_id": str(video), "channel_id": str(channel), "timestamp": at.isoformat(), **said}


def filled(name: str, channel: UUID, video: UUID) -> bytes:
    """A file of tests/data/faults with these ids, and moments before now for {{-60m}}."""

    def moment(minutes: re.Match[bytes]) -> bytes:
        return hours_ago(int(minutes[1]) / 60).isoformat().encode()

    said = (FAULTS / name).read_bytes().replace(b"VIDEO_ID", str(video).encode())
    return re.sub(rb"\{\{-(\d+)m\}\}", moment, said.replace(b"CHANNEL_ID", str(channel).encode()))


def ndjson(*events: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in events)
