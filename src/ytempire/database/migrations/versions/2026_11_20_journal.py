"""Event log, log of API requests, notifications

Revision: 2026_11_20_journal, after 2026_11_20_content
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_journal"
down_revision = "2026_11_20_content"
branch_labels = None
depends_on = None

# The first partitions; maintenance makes those that follow.
FIRST_PARTITIONS = """
DO $$
DECLARE
    month timestamptz := date_trunc('month', now(), 'UTC');
    name text;
BEGIN
    FOR ahead IN 0..3 LOOP
        FOREACH name IN ARRAY ARRAY['event_log', 'api_requests'] LOOP
            EXECUTE format('CREATE TABLE core.%I PARTITION OF core.%I FOR VALUES FROM (%L) TO (%L)',
                           name || '_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM'), name, month,
                           ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
            EXECUTE format('ALTER TABLE core.%I ENABLE ROW LEVEL SECURITY',
                           name || '_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM'));
            EXECUTE format('ALTER TABLE core.%I FORCE ROW LEVEL SECURITY',
                           name || '_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM'));
            EXECUTE format('CREATE POLICY owner ON core.%I TO CURRENT_ROLE USING (true) WITH CHECK (true)',
                           name || '_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM'));
        END LOOP;
        month := ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
END $$
"""


def upgrade() -> None:
    subject = sa.text("nullif(current_setting('app.user_id', true), '')::uuid")
    op.create_table(
        "event_log",
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), server_default=subject, nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)+$'", name=op.f("event_log_kind_check")),
        sa.PrimaryKeyConstraint("occurred_at", "id", name=op.f("event_log_pkey")),
        schema="core",
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("event_log_channel_id_idx", "event_log", ["channel_id", sa.text("occurred_at DESC")], schema="core")
    op.create_table(
        "api_requests",
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("duration_us", sa.Integer(), nullable=False),
        sa.CheckConstraint("status BETWEEN 100 AND 599", name=op.f("api_requests_status_check")),
        sa.CheckConstraint("duration_us >= 0", name=op.f("api_requests_duration_us_check")),
        sa.PrimaryKeyConstraint("occurred_at", "id", name=op.f("api_requests_pkey")),
        schema="core",
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("api_requests_user_id_idx", "api_requests", ["user_id", sa.text("occurred_at DESC")], schema="core")
    op.create_index(
        "api_requests_failed_idx",
        "api_requests",
        [sa.text("occurred_at DESC")],
        schema="core",
        postgresql_where=sa.text("status >= 500"),
    )
    op.execute(FIRST_PARTITIONS)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "severity IN ('info', 'success', 'warning', 'error')", name=op.f("notifications_severity_check")
        ),
        sa.CheckConstraint("link ~ '^/'", name=op.f("notifications_link_check")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("notifications_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notifications_pkey")),
        schema="core",
    )
    op.create_index("notifications_user_id_idx", "notifications", ["user_id", sa.text("id DESC")], schema="core")
    op.create_index(
        "notifications_unread_idx",
        "notifications",
        ["user_id"],
        schema="core",
        postgresql_where=sa.text("read_at IS NULL"),
    )
