"""The table of maintenance: what was done. Written by the owner of the database only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class MaintenanceRun(Model):
    """One run of one task. `details` grows while it runs, so that a killed run has said what it did."""

    __tablename__ = "maintenance_log"
    __table_args__ = (
        CheckConstraint("outcome IN ('running', 'completed', 'failed')", name="outcome"),
        CheckConstraint("(outcome = 'running') = (finished_at IS NULL)", name="finished_at"),
        CheckConstraint("(outcome = 'failed') = (error IS NOT NULL)", name="error"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details"),
        # serves: the last run of a task
        Index("maintenance_log_task_started_at_idx", "task", "started_at"),
        # serves: removing old lines
        Index("maintenance_log_started_at_idx", "started_at"),
        # one runs at a time
        Index("maintenance_log_running_key", "outcome", unique=True, postgresql_where=text("outcome = 'running'")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    task: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="running")
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    error: Mapped[str | None]
