"""Sums by channel are found by their days, and block ranges are summarised as they fill

Autovacuum summarised them before it was told to leave what is inserted alone.

Revision: 2026_11_26_block_ranges, after 2026_11_26_quiet_partitions
"""

from alembic import op

revision = "2026_11_26_block_ranges"
down_revision = "2026_11_26_quiet_partitions"
branch_labels = None
depends_on = None

# PostgreSQL keeps 256 requests to summarise, for a minute: at 50,000 events a second 1,024 pages fill 100 times in it.
OLD = (("video_metrics", "timestamp"), ("video_hours", "hour"))
# a day of two thousand channels is some 60 pages
NEW = (("channel_hours", "hour"), ("daily_channel_metrics", "day"), ("channel_breakdowns", "day"))


def by_time(table: str, key: str, pages: int) -> None:
    op.create_index(
        f"{table}_{key}_idx", table, [key], schema="analytics", postgresql_using="brin",
        postgresql_with={"autosummarize": "on", "pages_per_range": pages},
    )  # fmt: skip


def upgrade() -> None:
    for table, key in OLD:
        # options of an index over partitions are given when it is made
        op.drop_index(f"{table}_{key}_idx", table_name=table, schema="analytics")
        by_time(table, key, 1024)
    for table, key in NEW:
        by_time(table, key, 16)
