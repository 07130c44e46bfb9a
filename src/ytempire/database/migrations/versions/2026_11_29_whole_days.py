"""Measurements: what a day's report says is of no hour, and what else a correction may take away

Revision: 2026_11_29_whole_days, after 2026_11_29_ceiling
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_whole_days"
down_revision = "2026_11_29_ceiling"
branch_labels = None
depends_on = None

# Reports were delivered under their name. Where the record of a delivery is gone, or it went through quarantine: on a
# channel whose reports were read, an event without anything that counters tell, at an even microsecond, which no
# reading of counters has.
MARK = """
UPDATE analytics.video_metrics m SET whole_day = true
WHERE EXISTS (SELECT FROM core.report_days d WHERE d.channel_id = m.channel_id)
AND (EXISTS (SELECT FROM analytics.ingest_batches b
             WHERE b.id = m.batch_id AND b.source = 'youtube' AND b.name LIKE 'reports %')
     OR (NOT EXISTS (SELECT FROM analytics.ingest_batches b WHERE b.id = m.batch_id AND b.source <> 'quarantine')
         AND m.views = 0 AND m.likes = 0 AND m.comments = 0
         AND extract(microsecond FROM m."timestamp")::bigint % 2 = 0))"""
SUMS = {
    "events": "1",
    **{
        name: name
        for name in (
            "views", "likes", "dislikes", "comments", "shares", "subscribers_gained", "subscribers_lost", "impressions",
            "averages_of", "watch_time_minutes", "estimated_revenue_usd", "estimated_ad_revenue_usd",
        )
    },
    "viewed_seconds": "average_view_duration * averages_of",
    "viewed_percent": "average_percentage_viewed * averages_of",
    "clicks": "click_through_rate * impressions",
}  # fmt: skip


def _take_out(table: str, keys: str) -> list[str]:
    """What was counted in an hour of a whole day is in none, and an hour without events has no row."""
    sums = ", ".join(f"sum({of}) AS {name}" for name, of in SUMS.items())
    less = ", ".join(f"{name} = h.{name} - day.{name}" for name in SUMS)
    same = " AND ".join(f"h.{key} = day.{key}" for key in (*keys.split(", "), "hour"))
    return [
        f"CREATE TEMPORARY TABLE day ON COMMIT DROP AS SELECT {keys}, date_trunc('hour', \"timestamp\", 'UTC') AS hour,"  # ours
        f" {sums} FROM analytics.video_metrics WHERE whole_day GROUP BY {keys}, hour",
        f"UPDATE analytics.{table} h SET {less} FROM day WHERE {same}",  # ours
        f"DELETE FROM analytics.{table} h USING day WHERE {same} AND h.events = 0",  # ours
        "DROP TABLE day",
    ]


def upgrade() -> None:
    op.execute("ALTER TABLE analytics.video_metrics ADD COLUMN whole_day boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE analytics.channel_falls ADD COLUMN shares bigint NOT NULL DEFAULT 0")
    op.add_column(
        "channel_falls",
        sa.Column("estimated_revenue_usd", sa.Numeric(30, 6), server_default="0", nullable=False),
        schema="analytics",
    )
    op.execute(MARK)
    for table, keys in (("video_hours", "channel_id, video_id"), ("channel_hours", "channel_id")):
        for statement in _take_out(table, keys):
            op.execute(statement)
