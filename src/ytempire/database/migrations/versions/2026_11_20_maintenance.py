"""Maintenance that says what it did, and alerts of the system

Revision: 2026_11_20_maintenance, after 2026_11_20_same_tenant
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_maintenance"
down_revision = "2026_11_20_same_tenant"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_log",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="running", nullable=False),
        sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('running', 'completed', 'failed')", name=op.f("maintenance_log_outcome_check")),
        sa.CheckConstraint(
            "(outcome = 'running') = (finished_at IS NULL)", name=op.f("maintenance_log_finished_at_check")
        ),
        sa.CheckConstraint("(outcome = 'failed') = (error IS NOT NULL)", name=op.f("maintenance_log_error_check")),
        sa.CheckConstraint("jsonb_typeof(details) = 'object'", name=op.f("maintenance_log_details_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("maintenance_log_pkey")),
        schema="core",
    )
    op.create_index("maintenance_log_task_started_at_idx", "maintenance_log", ["task", "started_at"], schema="core")
    op.create_index("maintenance_log_started_at_idx", "maintenance_log", ["started_at"], schema="core")
    op.create_index(
        "maintenance_log_running_key",
        "maintenance_log",
        ["outcome"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("outcome = 'running'"),
    )
    op.create_table(
        "system_alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("todo", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("severity IN ('warning', 'problem')", name=op.f("system_alerts_severity_check")),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 200", name=op.f("system_alerts_key_check")),
        sa.CheckConstraint("last_seen_at >= opened_at", name=op.f("system_alerts_last_seen_at_check")),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("system_alerts_closed_at_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("system_alerts_pkey")),
        schema="core",
    )
    op.create_index(
        "system_alerts_open_key",
        "system_alerts",
        ["key"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("system_alerts_closed_at_idx", "system_alerts", ["closed_at"], schema="core")
