"""Publications: a finished video reaches YouTube exactly once

Revision: 2026_11_26_publishing, after 2026_11_26_youtube
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_publishing"
down_revision = "2026_11_26_youtube"
branch_labels = None
depends_on = None

BESIDE = "IN ('pending', 'done', 'failed', 'skipped')"


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column(
            "ordered_by",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("is_automatic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("thumbnail_status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("captions_status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("category_id", sa.Text(), nullable=False),
        sa.Column("made_for_kids", sa.Boolean(), nullable=False),
        sa.Column("synthetic_media", sa.Boolean(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("session_address", sa.LargeBinary(), nullable=True),
        sa.Column("bytes_sent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_piece_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("youtube_video_id", sa.Text(), nullable=True),
        sa.Column("youtube_privacy", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True),
        sa.Column("last_error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'uploading', 'processing', 'live', 'failed', 'unknown')",
            name=op.f("publications_status_check"),
        ),
        sa.CheckConstraint(f"thumbnail_status {BESIDE}", name=op.f("publications_thumbnail_status_check")),
        sa.CheckConstraint(f"captions_status {BESIDE}", name=op.f("publications_captions_status_check")),
        sa.CheckConstraint("privacy IN ('public', 'unlisted', 'private')", name=op.f("publications_privacy_check")),
        sa.CheckConstraint("licence IN ('youtube', 'creativeCommon')", name=op.f("publications_licence_check")),
        sa.CheckConstraint("publish_at IS NULL OR privacy = 'private'", name=op.f("publications_publish_at_check")),
        sa.CheckConstraint(
            "size_bytes > 0 AND bytes_sent BETWEEN 0 AND size_bytes", name=op.f("publications_bytes_sent_check")
        ),
        sa.CheckConstraint("(claim IS NULL) = (heartbeat_at IS NULL)", name=op.f("publications_claim_check")),
        sa.CheckConstraint(
            "status NOT IN ('processing', 'live') OR youtube_video_id IS NOT NULL",
            name=op.f("publications_has_video_check"),
        ),
        sa.CheckConstraint("(status = 'live') = (live_at IS NOT NULL)", name=op.f("publications_live_at_check")),
        sa.ForeignKeyConstraint(["ordered_by"], ["core.users.id"], name=op.f("publications_ordered_by_fkey")),
        sa.ForeignKeyConstraint(
            ["video_id", "channel_id"],
            ["core.videos.id", "core.videos.channel_id"],
            name=op.f("publications_video_id_channel_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("publications_pkey")),
        schema="core",
    )
    op.create_index(
        "publications_video_id_key",
        "publications",
        ["video_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status <> 'failed'"),
    )
    op.create_index(
        "publications_video_id_idx", "publications", ["video_id", "channel_id"], unique=False, schema="core"
    )
    op.create_index(
        "publications_youtube_video_id_key", "publications", ["youtube_video_id"], unique=True, schema="core"
    )
    op.create_index("publications_marker_key", "publications", ["marker"], unique=True, schema="core")
    op.create_index(
        "publications_idempotency_key", "publications", ["ordered_by", "idempotency_key"], unique=True, schema="core"
    )
    op.create_index(
        "publications_next_try_at_idx",
        "publications",
        ["next_try_at"],
        unique=False,
        schema="core",
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_index(
        "publications_channel_id_idx",
        "publications",
        ["channel_id", sa.text("id DESC")],
        unique=False,
        schema="core",
    )
