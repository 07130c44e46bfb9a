"""Sums by channel are found by their days, and block ranges are summarised as they fill

Autovacuum summarised them before it was told to leave what is inserted alone.

Revision: 2026_11_26_block_ranges, after 2026_11_26_quiet_partitions
"""

from alembic import op

revision = "2026_11_26_block_ranges"
down_revision = "2026_11_26_quiet_partitions"
branch_labels = None
depends_on = None

OLD = (("video_metrics", "timestamp"), ("video_hours", "hour"))
# 16 pages: a day of two thousand channels is some 60
NEW = (("channel_hours", "hour"), ("daily_channel_metrics", "day"), ("channel_breakdowns", "day"))


def upgrade() -> None:
    # options of an index over partitions are given when it is made
    for table, key in OLD:
        op.drop_index(f"{table}_{key}_idx", table_name=table, schema="analytics")
        op.create_index(
            f"{table}_{key}_idx", table, [key], schema="analytics", postgresql_using="brin",
            postgresql_with={"autosummarize": "on"},
        )  # fmt: skip
    for table, key in NEW:
        op.create_index(
            f"{table}_{key}_idx", table, [key], schema="analytics", postgresql_using="brin",
            postgresql_with={"autosummarize": "on", "pages_per_range": 16},
        )  # fmt: skip
