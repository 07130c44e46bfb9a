"""The table of channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id


class Channel(Model):
    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("status IN ('active', 'paused', 'suspended', 'archived')", name="status"),
        # serves: find a channel by the name that a person types; one owner's channels have different names
        Index("channels_owner_id_name_key", "owner_id", text("lower(name)"), unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="active")
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    persona: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
