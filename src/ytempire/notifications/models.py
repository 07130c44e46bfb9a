"""Tables of notifications."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id

IS_SEVERITY = "severity IN ('info', 'success', 'warning', 'critical')"


class Notification(Model):
    """Something that one person must know."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(IS_SEVERITY, name="severity"),
        CheckConstraint("link ~ '^/'", name="link"),
        # serves: a person's notifications, newest first; and whether there is one that they have not read
        Index("notifications_user_id_idx", "user_id", text("id DESC")),
        Index("notifications_unread_idx", "user_id", postgresql_where=text("read_at IS NULL")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    severity: Mapped[str]
    title: Mapped[str]
    message: Mapped[str] = mapped_column(server_default="")
    link: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]


class NotificationPreference(Model):
    """From which severity on a person is notified by a route. Without a row: of everything."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        CheckConstraint(f"min_{IS_SEVERITY}", name="min_severity"),
        CheckConstraint("route ~ '^[a-z]+(_[a-z]+)*$'", name="route"),
        {"schema": "core"},
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    min_severity: Mapped[str]


class NotificationDelivery(Model):
    """The delivery of a notification by one route."""

    __tablename__ = "notification_deliveries"
    __table_args__ = (
        CheckConstraint("status IN ('delivered', 'waiting', 'failed')", name="status"),
        CheckConstraint(
            "CASE status WHEN 'delivered' THEN error IS NULL WHEN 'failed' THEN error IS NOT NULL ELSE true END",
            name="error",
        ),
        CheckConstraint("(attempts = 0) = (attempted_at IS NULL)", name="attempts"),
        {"schema": "core"},
    )

    notification_id: Mapped[UUID] = mapped_column(
        ForeignKey("core.notifications.id", ondelete="CASCADE"), primary_key=True
    )
    route: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempted_at: Mapped[datetime | None]
    error: Mapped[str | None]
