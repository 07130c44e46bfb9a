"""Breakdowns by day with their members side by side, and those of whole channels

Revision: 2026_11_26_breakdowns, after 2026_11_21_live
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_breakdowns"
down_revision = "2026_11_21_live"
branch_labels = None
depends_on = None

# the new tables get the partitions that the old one had
PARTITIONS = """
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT name, bounds FROM partitions_before LOOP
        EXECUTE format('CREATE TABLE analytics.{table}%s PARTITION OF analytics.{table} %s WITH (fillfactor = 70)',
                       substr(part.name, length('daily_breakdowns') + 1), part.bounds);
        EXECUTE format('ALTER TABLE analytics.{table}%s ENABLE ROW LEVEL SECURITY',
                       substr(part.name, length('daily_breakdowns') + 1));
        EXECUTE format('ALTER TABLE analytics.{table}%s FORCE ROW LEVEL SECURITY',
                       substr(part.name, length('daily_breakdowns') + 1));
        EXECUTE format('CREATE POLICY owner ON analytics.{table}%s TO CURRENT_ROLE USING (true) WITH CHECK (true)',
                       substr(part.name, length('daily_breakdowns') + 1));
    END LOOP;
END $$
"""


def make_rollup(table: str, *, keys: dict[str, Any], arrays: dict[str, Any]) -> None:
    op.create_table(
        table,
        *(sa.Column(name, kind, nullable=False) for name, kind in keys.items()),
        *(sa.Column(name, sa.ARRAY(kind), nullable=False) for name, kind in arrays.items()),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"{table}_pkey")),
        schema="analytics",
        postgresql_partition_by="RANGE (day)",
    )
    op.execute(PARTITIONS.format(table=table))


def upgrade() -> None:
    op.execute("""
        CREATE TEMPORARY TABLE partitions_before ON COMMIT DROP AS
        SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'analytics.daily_breakdowns'::regclass AND NOT i.inhdetachpending""")
    op.execute("CREATE TEMPORARY TABLE breakdowns_before ON COMMIT DROP AS SELECT * FROM analytics.daily_breakdowns")
    op.execute("DROP VIEW IF EXISTS masked.daily_breakdowns")
    op.drop_table("daily_breakdowns", schema="analytics")

    sums = {
        "members": sa.Text(),
        "events": sa.BigInteger(),
        "views": sa.BigInteger(),
        "watch_time_minutes": sa.Numeric(30, 6),
    }
    make_rollup(
        "daily_breakdowns",
        keys={"channel_id": sa.Uuid(), "video_id": sa.Uuid(), "day": sa.Date()},
        arrays={"dimensions": sa.Text(), **sums},
    )
    make_rollup(
        "channel_breakdowns",
        keys={"channel_id": sa.Uuid(), "day": sa.Date(), "dimension": sa.Text()},
        arrays=sums,
    )
    op.execute("""
        INSERT INTO analytics.daily_breakdowns
            (channel_id, video_id, day, dimensions, members, events, views, watch_time_minutes)
        SELECT channel_id, video_id, day, array_agg(dimension ORDER BY dimension, member),
               array_agg(member ORDER BY dimension, member), array_agg(events ORDER BY dimension, member),
               array_agg(views ORDER BY dimension, member), array_agg(watch_time_minutes ORDER BY dimension, member)
        FROM breakdowns_before GROUP BY channel_id, video_id, day""")
    op.execute("""
        INSERT INTO analytics.channel_breakdowns
            (channel_id, day, dimension, members, events, views, watch_time_minutes)
        SELECT channel_id, day, dimension, array_agg(member ORDER BY member), array_agg(events ORDER BY member),
               array_agg(views ORDER BY member), array_agg(watch_time_minutes ORDER BY member)
        FROM (SELECT channel_id, day, dimension, member, sum(events)::bigint AS events, sum(views)::bigint AS views,
                     sum(watch_time_minutes) AS watch_time_minutes
              FROM breakdowns_before GROUP BY 1, 2, 3, 4) AS sums GROUP BY channel_id, day, dimension""")
