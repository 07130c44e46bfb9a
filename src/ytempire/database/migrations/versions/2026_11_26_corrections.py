"""Corrections that take counts away, averages of other views than those of the interval, and events read at YouTube

Revision: 2026_11_26_corrections, after 2026_11_26_publishing
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_corrections"
down_revision = "2026_11_26_publishing"
branch_labels = None
depends_on = None

ROLLUPS = ("video_hours", "video_days", "channel_hours", "daily_channel_metrics")


def upgrade() -> None:
    for table in ("video_metrics", *ROLLUPS):
        kind = "integer" if table == "video_metrics" else "bigint"
        op.execute(f"ALTER TABLE analytics.{table} ADD COLUMN averages_of {kind} NOT NULL DEFAULT 0")
        op.execute(f"UPDATE analytics.{table} SET averages_of = views")
        op.execute(f"ALTER TABLE analytics.{table} ALTER COLUMN averages_of DROP DEFAULT")
    op.create_table(
        "channel_falls",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("views", "likes", "comments")),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "day", name=op.f("channel_falls_pkey")),
        schema="analytics",
    )
    op.drop_constraint("ingest_batches_source_check", "ingest_batches", schema="analytics")
    op.create_check_constraint(
        op.f("ingest_batches_source_check"),
        "ingest_batches",
        "source IN ('api', 'file', 'quarantine', 'youtube')",
        schema="analytics",
    )
