"""The table of channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class Channel(Model):
    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("status IN ('active', 'paused', 'suspended', 'archived')", name="status"),
        # serves: find a channel by the name that a person types
        Index("channels_name_key", text("lower(name)"), unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="active")
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    persona: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
