"""Live figures: which video was said to go viral, and when; young videos are found without reading all

Revision: 2026_11_21_live, after 2026_11_21_measurements
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_21_live"
down_revision = "2026_11_21_measurements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "viral_alerts",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "quiet_until",
            sa.DateTime(timezone=True),
            server_default=sa.text("now() + interval '1 hour'"),
            nullable=False,
        ),
        sa.Column("hour_views", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("video_id"), "="),
            (sa.text("tstzrange(told_at, quiet_until)"), "&&"),
            using="gist",
            name="viral_alerts_once_an_hour_excl",
        ),
        sa.CheckConstraint("quiet_until > told_at", name=op.f("viral_alerts_quiet_until_check")),
        sa.PrimaryKeyConstraint("channel_id", "video_id", "told_at", name=op.f("viral_alerts_pkey")),
        schema="analytics",
    )
    op.create_index(
        "videos_since_idx", "videos", [sa.text("coalesce(published_at, created_at)")], unique=False, schema="core"
    )
