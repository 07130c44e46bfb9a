"""Sums of videos lie in deltas until they are merged into the rollups

Revision: 2026_11_30_video_deltas, after 2026_11_30_ingest_state
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_video_deltas"
down_revision = "2026_11_30_ingest_state"
branch_labels = None
depends_on = None

SEGMENTS = 8
INTEGERS = (
    "events", "views", "likes", "dislikes", "comments", "shares", "subscribers_gained", "subscribers_lost",
    "impressions", "averages_basis_views",
)  # fmt: skip
DECIMALS = (
    "watch_time_minutes", "estimated_revenue_usd", "estimated_ad_revenue_usd", "viewed_seconds", "viewed_percent",
    "clicks",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "delta_segments",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("generation", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), server_default="free", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_below", sa.Uuid(), server_default="00000000-0000-0000-0000-000000000000", nullable=False),
        sa.Column("is_changed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('free', 'open', 'closed', 'merged')", name=op.f("delta_segments_status_check")),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_by IS NOT NULL)", name=op.f("delta_segments_merged_by_check")
        ),
        sa.CheckConstraint("status = 'free' OR opened_at IS NOT NULL", name=op.f("delta_segments_opened_at_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("delta_segments_pkey")),
        schema="analytics",
    )
    op.execute(f"INSERT INTO analytics.delta_segments (id) SELECT generate_series(0, {SEGMENTS - 1})")
    op.create_table(
        "video_deltas",
        sa.Column("segment", sa.SmallInteger(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in INTEGERS),
        *(sa.Column(name, sa.Numeric(30, 6), nullable=False) for name in DECIMALS),
        schema="analytics",
        postgresql_partition_by="LIST (segment)",
    )
    op.create_index(
        "video_deltas_channel_id_idx", "video_deltas", ["channel_id"], schema="analytics", postgresql_using="brin",
        postgresql_with={"pages_per_range": 8},
    )  # fmt: skip
    for segment in range(SEGMENTS):
        partition = f"analytics.video_deltas_{segment}"
        # emptied as a whole, so there is nothing for a vacuum
        op.execute(
            f"CREATE TABLE {partition} PARTITION OF analytics.video_deltas FOR VALUES IN ({segment})"
            " WITH (autovacuum_enabled = off)"
        )
        for clause in ("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
            op.execute(f"ALTER TABLE {partition} {clause}")
        op.execute(f"CREATE POLICY owner ON {partition} TO CURRENT_ROLE USING (true) WITH CHECK (true)")
