"""Tables of alerts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id

_IS_SEVERITY = "severity IN ('info', 'success', 'warning', 'critical')"


class AlertRuleRow(Model):
    """A rule that a domain declares; written at each start, but for `is_enabled`."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z]+(_[a-z]+)+$'", name="name"),
        CheckConstraint(_IS_SEVERITY, name="severity"),
        CheckConstraint("expires_after > interval '0'", name="expires_after"),
        {"schema": "core"},
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[str]
    description: Mapped[str]
    expires_after: Mapped[timedelta | None]
    is_enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class Alert(Model):
    """Something that a person must look at, until it is gone. Seen again, it stays one alert."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(_IS_SEVERITY, name="severity"),
        CheckConstraint("length(key) BETWEEN 1 AND 200", name="key"),
        CheckConstraint("link ~ '^/'", name="link"),
        CheckConstraint("last_seen_at >= opened_at", name="last_seen_at"),
        CheckConstraint("closed_at >= opened_at", name="closed_at"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_by"),
        # one open alert of a rule and a key; serves: what is open
        Index("alerts_open_key", "rule", "key", unique=True, postgresql_where=text("closed_at IS NULL")),
        # serves: the alerts of the channels that somebody may see, newest first
        Index("alerts_channel_id_idx", "channel_id", text("opened_at DESC"), text("id DESC")),
        # serves: all alerts, newest first
        Index("alerts_opened_at_idx", text("opened_at DESC"), text("id DESC")),
        # serves: a rule that no domain declares any more goes only without alerts
        Index("alerts_rule_idx", "rule"),
        # serves: closing those that expire
        Index("alerts_expires_at_idx", "expires_at", postgresql_where=text("closed_at IS NULL")),
        # serves: removing those that are long closed
        Index("alerts_closed_at_idx", "closed_at"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    rule: Mapped[str] = mapped_column(ForeignKey("core.alert_rules.name"))
    key: Mapped[str]
    channel_id: Mapped[UUID | None]  # no foreign key, like acknowledged_by: an alert outlives what it names
    severity: Mapped[str]
    title: Mapped[str]
    message: Mapped[str]
    link: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
