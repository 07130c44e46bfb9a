"""Measurement: YouTube's counters and reports are collected

Revision: 2026_11_26_measurement, after 2026_11_26_changes
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_measurement"
down_revision = "2026_11_26_changes"
branch_labels = None
depends_on = None

COUNTS = ("views", "likes", "comments")
_NOW = sa.text("now()")


def _at(name: str, *, now: bool = False, nullable: bool = True) -> sa.Column[object]:
    default = _NOW if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _of_channel() -> sa.ForeignKey:
    return sa.ForeignKey("core.channels.id", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "channel_measurements",
        sa.Column("channel_id", sa.Uuid(), _of_channel(), primary_key=True),
        _at("next_at", now=True, nullable=False),
        sa.Column("claim", sa.Uuid()),
        _at("heartbeat_at"),
        sa.Column("waits", sa.Integer(), server_default="0", nullable=False),
        _at("tried_at"),
        sa.Column("last_error", postgresql.JSONB()),
        _at("counters_read_at"),
        _at("counters_due_at"),
        _at("reports_read_at"),
        _at("reports_next_at", now=True, nullable=False),
        _at("created_at", now=True, nullable=False),
        sa.CheckConstraint("(claim IS NULL) = (heartbeat_at IS NULL)", name=op.f("channel_measurements_claim_check")),
        schema="core",
    )
    op.create_index("channel_measurements_next_at_idx", "channel_measurements", ["next_at"], schema="core")

    counts = [sa.Column(f"{name}{when}", sa.BigInteger()) for when in ("", "_before") for name in COUNTS]
    op.create_table(
        "video_counters",
        sa.Column("video_id", sa.Uuid(), primary_key=True),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("youtube_video_id", sa.Text(), nullable=False),
        *counts,
        _at("read_at"),
        sa.Column("delivered", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        _at("missing_since"),
        sa.Column("every_seconds", sa.Integer(), server_default="300", nullable=False),
        _at("next_at", now=True, nullable=False),
        _at("created_at", now=True, nullable=False),
        sa.CheckConstraint("delivered OR read_at IS NOT NULL", name=op.f("video_counters_delivered_check")),
        sa.ForeignKeyConstraint(
            ["video_id", "channel_id"],
            ["core.videos.id", "core.videos.channel_id"],
            ondelete="CASCADE",
            name=op.f("video_counters_video_id_channel_id_fkey"),
        ),
        schema="core",
    )
    op.create_index("video_counters_channel_id_idx", "video_counters", ["channel_id", "next_at"], schema="core")
    op.create_index("video_counters_video_id_idx", "video_counters", ["video_id", "channel_id"], schema="core")

    op.create_table(
        "report_days",
        sa.Column("channel_id", sa.Uuid(), _of_channel(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("reads", sa.Integer(), server_default="0", nullable=False),
        _at("read_at"),
        sa.Column("has_revenue", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _at("next_at", now=True),
        sa.CheckConstraint("reads >= 0", name=op.f("report_days_reads_check")),
        schema="core",
    )
    op.create_index(
        "report_days_next_at_idx",
        "report_days",
        ["channel_id", "next_at"],
        schema="core",
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )

    op.create_table(
        "reported_daily",
        sa.Column("channel_id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("video_id", sa.Uuid(), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        sa.Column("views_counted", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _at("fetched_at", nullable=False),
        schema="analytics",
    )
    op.create_index("reported_daily_video_id_idx", "reported_daily", ["video_id", "day"], schema="analytics")
    op.create_index("reported_daily_fetched_at_idx", "reported_daily", ["fetched_at"], schema="analytics")

    op.create_table(
        "measurement_gaps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), primary_key=True),
        sa.Column("channel_id", sa.Uuid(), _of_channel(), nullable=False),
        _at("since", nullable=False),
        _at("until"),
        sa.Column("reason", sa.Text(), nullable=False),
        _at("told_at"),
        sa.CheckConstraint("until > since", name=op.f("measurement_gaps_until_check")),
        schema="core",
    )
    op.create_index(
        "measurement_gaps_open_key",
        "measurement_gaps",
        ["channel_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "measurement_gaps_channel_id_idx", "measurement_gaps", ["channel_id", sa.text("since DESC")], schema="core"
    )
    op.create_index("measurement_gaps_since_idx", "measurement_gaps", ["since"], schema="core")

    for name in ("description", "country", "default_language"):
        op.add_column("channel_connections", sa.Column(name, sa.Text()), schema="core")

    # what is live already; from now on a trigger does this
    op.execute(
        "INSERT INTO core.video_counters (video_id, channel_id, youtube_video_id)"
        " SELECT video_id, channel_id, youtube_video_id FROM core.publications WHERE status = 'live'"
    )
    op.execute("INSERT INTO core.channel_measurements (channel_id) SELECT DISTINCT channel_id FROM core.video_counters")
