"""Tables of the journal. The logs are partitioned by month and have no foreign keys: they outlive what they name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id


class Event(Model):
    __tablename__ = "event_log"
    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)+$'", name="kind"),
        # serves: what happened on a channel, newest first
        Index("event_log_channel_id_idx", "channel_id", text("occurred_at DESC")),
        {"schema": "core", "postgresql_partition_by": "RANGE (occurred_at)"},
    )

    occurred_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.clock_timestamp())
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    kind: Mapped[str]
    channel_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None] = mapped_column(server_default=subject_id)
    row_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class ApiRequest(Model):
    __tablename__ = "api_requests"
    __table_args__ = (
        CheckConstraint("status BETWEEN 100 AND 599", name="status"),
        CheckConstraint("duration_us >= 0", name="duration_us"),
        # serves: what somebody, or one of their keys, asked for
        Index("api_requests_user_id_idx", "user_id", text("occurred_at DESC")),
        # serves: what went wrong
        Index("api_requests_failed_idx", text("occurred_at DESC"), postgresql_where=text("status >= 500")),
        {"schema": "core", "postgresql_partition_by": "RANGE (occurred_at)"},
    )

    occurred_at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    request_id: Mapped[str]
    user_id: Mapped[UUID | None]
    api_key_id: Mapped[UUID | None]
    method: Mapped[str]
    route: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger)
    duration_us: Mapped[int]
