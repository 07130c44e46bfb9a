"""The tables of flags and overrides of settings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Text, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model


class FeatureFlag(Model):
    """A feature that some people have and others have not."""

    __tablename__ = "feature_flags"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z][a-z0-9_]{0,99}$'", name="name"),
        CheckConstraint("percentage BETWEEN 0 AND 100", name="percentage"),
        {"schema": "core"},
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str] = mapped_column(server_default="")
    enabled: Mapped[bool] = mapped_column(server_default="false")  # off: for nobody, whatever else it says
    percentage: Mapped[int] = mapped_column(server_default="100")  # of all people, the same ones each time
    segments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # who have it in any case
    user_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")  # same
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class SettingOverride(Model):
    """A setting that was given on the page. It overrides the environment's."""

    __tablename__ = "setting_overrides"
    __table_args__ = ({"schema": "core"},)

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]  # envelope
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
