"""Autovacuum leaves partitions alone that only grow, and looks at the columns that are searched

What is inserted is vacuumed once when a partition is over, by maintenance (task freezing). Analysing measures and
members, by which nothing is searched, was most of the work of ANALYZE.

Revision: 2026_11_26_quiet_partitions, after 2026_11_26_report_errors
"""

from alembic import op

revision = "2026_11_26_quiet_partitions"
down_revision = "2026_11_26_report_errors"
branch_labels = None
depends_on = None

TABLES = (
    "video_metrics", "video_breakdowns", "video_hours", "video_days", "channel_hours", "daily_channel_metrics",
    "daily_breakdowns", "channel_breakdowns",
)  # fmt: skip
KEYS = ("channel_id", "video_id", "timestamp", "hour", "day", "dimension")
# new partitions get the options of the one before, and the columns' targets of their parent
QUIET = """
DO $$
DECLARE
    leaf regclass;
    measure name;
BEGIN
    FOR leaf IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '{table}'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_threshold = -1)', leaf);
    END LOOP;
    FOR measure IN SELECT attname FROM pg_attribute
                   WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (ARRAY{keys})
    LOOP
        EXECUTE format('ALTER TABLE {table} ALTER COLUMN %I SET STATISTICS 0', measure);
    END LOOP;
END $$
"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(QUIET.format(table=f"analytics.{table}", keys=list(KEYS)))
