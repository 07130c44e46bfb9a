"""The table of who was told of a viral video. As series, without foreign keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model


class ViralAlert(Model):
    """Somebody was told that a video goes viral; until `cooldown_until` they are not told again."""

    __tablename__ = "viral_alerts"
    __table_args__ = (
        CheckConstraint("cooldown_until > notified_at", name="cooldown_until"),
        ExcludeConstraint(
            ("video_id", "="),
            (text("tstzrange(notified_at, cooldown_until)"), "&&"),
            name="viral_alerts_once_an_hour_excl",
            using="gist",
        ),
        {"schema": "analytics"},
    )

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(primary_key=True)
    notified_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.now())
    cooldown_until: Mapped[datetime] = mapped_column(server_default=text("now() + interval '1 hour'"))
    hour_views: Mapped[int] = mapped_column(BigInteger)
