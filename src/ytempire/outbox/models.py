"""Tables of the outbox. Triggers write facts (`sql/outbox.sql`), the relay removes them when they are delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model


class OutboxSubscriber(Model):
    """Who is handed every fact from now on. One that has no row misses what happens meanwhile."""

    __tablename__ = "outbox_subscribers"
    __table_args__ = (CheckConstraint("name ~ '^[a-z]+(_[a-z]+)*$'", name="name"), {"schema": "core"})

    name: Mapped[str] = mapped_column(primary_key=True)


class OutboxEntry(Model):
    """One fact for one subscriber, until it is delivered."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)+$'", name="kind"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("blocked_at IS NULL OR error IS NOT NULL", name="blocked_at"),
        # serves: the first fact of each subject
        Index("outbox_subscriber_subject_id_idx", "subscriber", "subject", "id"),
        # serves: what a person must look at
        Index("outbox_blocked_idx", "id", postgresql_where=text("blocked_at IS NOT NULL")),
        {"schema": "core"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subscriber: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    channel_id: Mapped[UUID | None]
    row_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    blocked_at: Mapped[datetime | None]
