"""The client of YouTube: projects and their quota, connections of channels, what channels do by themselves

Revision: 2026_11_26_youtube, after 2026_11_26_breakdowns
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_youtube"
down_revision = "2026_11_26_breakdowns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "youtube_projects",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("api_root", sa.Text(), nullable=True),
        sa.Column("is_testing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("declared_client", sa.Text(), nullable=True),
        sa.Column("allowances", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("jsonb_typeof(allowances) = 'object'", name=op.f("youtube_projects_allowances_check")),
        sa.CheckConstraint("is_sandbox = (api_root IS NOT NULL)", name=op.f("youtube_projects_api_root_check")),
        sa.CheckConstraint(
            "length(btrim(declared_client)) BETWEEN 10 AND 500", name=op.f("youtube_projects_declared_client_check")
        ),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("youtube_projects_name_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("youtube_projects_pkey")),
        schema="core",
    )
    op.create_index("youtube_projects_client_id_key", "youtube_projects", ["client_id"], unique=True, schema="core")
    op.create_index(
        "youtube_projects_id_is_sandbox_key", "youtube_projects", ["id", "is_sandbox"], unique=True, schema="core"
    )
    op.create_index(
        "youtube_projects_is_sandbox_key",
        "youtube_projects",
        ["is_sandbox"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("declared_client IS NULL"),
    )
    op.create_table(
        "youtube_quota",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("exhausted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("youtube_quota_used_check")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["core.youtube_projects.id"], name=op.f("youtube_quota_project_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "bucket", "day", name=op.f("youtube_quota_pkey")),
        schema="core",
    )
    op.create_table(
        "youtube_calls",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('success', 'refused', 'unknown', 'not_sent')", name=op.f("youtube_calls_outcome_check")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("youtube_calls_settled_at_check")),
        sa.CheckConstraint("units > 0", name=op.f("youtube_calls_units_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("youtube_calls_pkey")),
        schema="core",
    )
    op.create_index(
        "youtube_calls_channel_id_idx",
        "youtube_calls",
        ["channel_id", sa.text("reserved_at DESC")],
        unique=False,
        schema="core",
    )
    op.create_index(
        "youtube_calls_project_id_idx",
        "youtube_calls",
        ["project_id", sa.text("reserved_at DESC")],
        unique=False,
        schema="core",
    )
    op.create_index("youtube_calls_reserved_at_idx", "youtube_calls", ["reserved_at"], unique=False, schema="core")
    op.create_table(
        "channel_connections",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("youtube_channel_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("thumbnail_url", sa.Text(), nullable=True),
        sa.Column("uploads_playlist_id", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connected_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("subscriber_count", sa.BigInteger(), nullable=True),
        sa.Column("view_count", sa.BigInteger(), nullable=True),
        sa.Column("video_count", sa.BigInteger(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('connected', 'expiring', 'expired', 'revoked')", name=op.f("channel_connections_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("channel_connections_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["connected_by"], ["core.users.id"], name=op.f("channel_connections_connected_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "is_sandbox"],
            ["core.youtube_projects.id", "core.youtube_projects.is_sandbox"],
            name=op.f("channel_connections_project_id_is_sandbox_fkey"),
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("channel_connections_pkey")),
        schema="core",
    )
    op.create_index(
        "channel_connections_checked_at_idx", "channel_connections", ["checked_at"], unique=False, schema="core"
    )
    op.create_index(
        "channel_connections_connected_by_idx", "channel_connections", ["connected_by"], unique=False, schema="core"
    )
    op.create_index(
        "channel_connections_project_id_idx",
        "channel_connections",
        ["project_id", "is_sandbox"],
        unique=False,
        schema="core",
    )
    op.create_index(
        "channel_connections_youtube_channel_id_key",
        "channel_connections",
        ["youtube_channel_id"],
        unique=True,
        schema="core",
    )
    op.create_table(
        "youtube_consents",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("youtube_consents_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["core.youtube_projects.id"],
            name=op.f("youtube_consents_project_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("youtube_consents_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("youtube_consents_pkey")),
        schema="core",
    )
    op.create_index("youtube_consents_channel_id_idx", "youtube_consents", ["channel_id"], unique=False, schema="core")
    op.create_index("youtube_consents_project_id_idx", "youtube_consents", ["project_id"], unique=False, schema="core")
    op.create_index("youtube_consents_user_id_idx", "youtube_consents", ["user_id"], unique=False, schema="core")
    op.create_table(
        "channel_automation",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("videos_per_day", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("publish_by_itself", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_by", sa.Uuid(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "NOT publish_by_itself OR consent_at IS NOT NULL", name=op.f("channel_automation_consent_check")
        ),
        sa.CheckConstraint(
            "num_nulls(consent_at, consent_by, consent_version) IN (0, 3)",
            name=op.f("channel_automation_consent_whole_check"),
        ),
        sa.CheckConstraint("videos_per_day BETWEEN 0 AND 10", name=op.f("channel_automation_videos_per_day_check")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("channel_automation_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["consent_by"], ["core.users.id"], name=op.f("channel_automation_consent_by_fkey")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("channel_automation_pkey")),
        schema="core",
    )
    op.create_index(
        "channel_automation_consent_by_idx", "channel_automation", ["consent_by"], unique=False, schema="core"
    )
    op.create_table(
        "schedule_slots",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("schedule_slots_weekday_check")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("schedule_slots_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "weekday", "local_time", name=op.f("schedule_slots_pkey")),
        schema="core",
    )
