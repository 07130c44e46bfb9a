"""Measurements: series, rollups, how they came in; keys that may only deliver them

Revision: 2026_11_21_measurements, after 2026_11_21_vocabulary
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_measurements"
down_revision = "2026_11_21_vocabulary"
branch_labels = None
depends_on = None

COUNTS = (
    "views", "likes", "dislikes", "comments", "shares", "subscribers_gained", "subscribers_lost", "impressions",
)  # fmt: skip
AMOUNTS = (
    "watch_time_minutes", "average_view_duration", "average_percentage_viewed", "estimated_revenue_usd",
    "estimated_ad_revenue_usd", "click_through_rate",
)  # fmt: skip
SUMS = (
    "watch_time_minutes", "estimated_revenue_usd", "estimated_ad_revenue_usd", "viewed_seconds", "viewed_percent",
    "clicks",
)  # fmt: skip
# All that happened before: from the day on which youtube.com was registered, a Monday. The partitions that follow are
# made after the migrations, and by maintenance.
FIRST_PARTITION = """
DO $$
DECLARE
    upper date := date_trunc('{period}', now() AT TIME ZONE 'UTC')::date;
BEGIN
    EXECUTE format('CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM (%L) TO (%L) {options}',
                   '{lower}{zone}', upper || '{zone}');
    ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
    CREATE POLICY owner ON {name} TO CURRENT_ROLE USING (true) WITH CHECK (true);
END $$
"""


def make_first_partition(table: str, *, period: str, key: str, options: str = "") -> None:
    lower, suffix = ("2005-02-14", "y2005w07") if period == "week" else ("2005-02-01", "y2005m02")
    zone = "" if key == "day" else " 00:00+00"
    op.execute(
        FIRST_PARTITION.format(
            name=f"{table}_{suffix}", table=table, period=period, lower=lower, zone=zone, options=options
        )
    )


def whose() -> list[sa.Column[Any]]:
    return [sa.Column("channel_id", sa.Uuid(), nullable=False), sa.Column("video_id", sa.Uuid(), nullable=False)]


def make_rollup(table: str, *, of_video: bool, key: str) -> None:
    columns = [*(whose() if of_video else whose()[:1])]
    columns.append(sa.Column(key, sa.Date() if key == "day" else sa.DateTime(timezone=True), nullable=False))
    names = [column.name for column in columns]
    op.create_table(
        table,
        *columns,
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("events", *COUNTS)),
        *(sa.Column(name, sa.Numeric(30, 6), nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint(*names, name=op.f(f"{table}_pkey")),
        schema="analytics",
        postgresql_partition_by=f"RANGE ({key})",
    )
    # its rows are changed again and again: room on the page keeps the new version beside the old
    make_first_partition(f"analytics.{table}", period="month", key=key, options="WITH (fillfactor = 70)")


def upgrade() -> None:
    for schema in ("analytics", "staging"):
        op.execute(f"CREATE SCHEMA {schema}")
    op.drop_constraint("api_keys_scopes_check", "api_keys", schema="core")
    op.create_check_constraint(
        op.f("api_keys_scopes_check"),
        "api_keys",
        "scopes <@ ARRAY['read', 'write', 'admin', 'ingest'] AND cardinality(scopes) > 0",
        schema="core",
    )
    make_series()
    for table, of_video, key in (
        ("video_hours", True, "hour"),
        ("video_days", True, "day"),
        ("channel_hours", False, "hour"),
        ("daily_channel_metrics", False, "day"),
    ):
        make_rollup(table, of_video=of_video, key=key)
    # unlike a B-tree it leaves updates on their page
    op.create_index("video_hours_hour_idx", "video_hours", ["hour"], schema="analytics", postgresql_using="brin")
    make_breakdowns()
    make_records()


def make_series() -> None:
    op.create_table(
        "video_metrics",
        *whose(),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("breakdowns_digest", sa.BigInteger(), server_default="0", nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        *(sa.Column(name, sa.Numeric(18, 6), nullable=False) for name in AMOUNTS),
        sa.PrimaryKeyConstraint("channel_id", "video_id", "timestamp", name=op.f("video_metrics_pkey")),
        schema="analytics",
        postgresql_partition_by='RANGE ("timestamp")',
    )
    op.create_index(
        "video_metrics_timestamp_idx", "video_metrics", ["timestamp"], schema="analytics", postgresql_using="brin"
    )
    make_first_partition("analytics.video_metrics", period="week", key="timestamp")


def make_breakdowns() -> None:
    op.create_table(
        "video_breakdowns",
        *whose(),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dimensions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("members", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("views", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("watch_time_minutes", sa.ARRAY(sa.Numeric(18, 6)), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "video_id", "timestamp", name=op.f("video_breakdowns_pkey")),
        schema="analytics",
        postgresql_partition_by='RANGE ("timestamp")',
    )
    make_first_partition("analytics.video_breakdowns", period="week", key="timestamp")
    op.create_table(
        "daily_breakdowns",
        *whose(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=False),
        sa.Column("watch_time_minutes", sa.Numeric(30, 6), nullable=False),
        sa.PrimaryKeyConstraint(
            "channel_id", "video_id", "day", "dimension", "member", name=op.f("daily_breakdowns_pkey")
        ),
        schema="analytics",
        postgresql_partition_by="RANGE (day)",
    )
    make_first_partition("analytics.daily_breakdowns", period="month", key="day", options="WITH (fillfactor = 70)")


def make_records() -> None:
    op.create_table(
        "rebuilds",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("rebuilds_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("rebuilds_pkey")),
        schema="analytics",
    )
    subject = sa.text("nullif(current_setting('app.user_id', true), '')::uuid")
    op.create_table(
        "ingest_batches",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), server_default=subject, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("events", "superseded", "rejected")),
        sa.CheckConstraint("source IN ('api', 'file', 'quarantine')", name=op.f("ingest_batches_source_check")),
        sa.CheckConstraint(
            "parts >= 0 AND events >= 0 AND superseded >= 0 AND rejected >= 0", name=op.f("ingest_batches_counts_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ingest_batches_pkey")),
        schema="analytics",
    )
    op.create_index(
        "ingest_batches_idempotency_key",
        "ingest_batches",
        ["user_id", "idempotency_key"],
        unique=True,
        schema="analytics",
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_index(
        "ingest_batches_received_at_idx", "ingest_batches", [sa.text("received_at DESC")], schema="analytics"
    )
    op.create_table(
        "ingest_parts",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("inserted", "changed", "unchanged", "rejected")),
        sa.Column(
            "committed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "inserted >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0",
            name=op.f("ingest_parts_counts_check"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["analytics.ingest_batches.id"], name=op.f("ingest_parts_batch_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "shard", name=op.f("ingest_parts_pkey")),
        schema="analytics",
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), server_default=subject, nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("truncated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("quarantine_pkey")),
        schema="staging",
    )
    op.create_index("quarantine_user_id_idx", "quarantine", ["user_id", sa.text("id DESC")], schema="staging")
    op.create_index("quarantine_received_at_idx", "quarantine", ["received_at"], schema="staging")
