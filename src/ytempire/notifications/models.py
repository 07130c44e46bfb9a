"""The table of notifications."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class Notification(Model):
    """Something that one person must know."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("severity IN ('info', 'success', 'warning', 'error')", name="severity"),
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
