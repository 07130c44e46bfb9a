"""Consents of speakers to the use of their cloned voices

Revision: 2026_12_01_voice_consents, after 2026_12_01_speech_keys
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_voice_consents"
down_revision = "2026_12_01_speech_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice_consents",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("given_how", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "recorded_by",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "provider IN ('openai', 'elevenlabs', 'google')", name=op.f("voice_consents_provider_check")
        ),
        sa.CheckConstraint("length(btrim(voice)) BETWEEN 1 AND 100", name=op.f("voice_consents_voice_check")),
        sa.CheckConstraint("length(btrim(speaker)) BETWEEN 1 AND 200", name=op.f("voice_consents_speaker_check")),
        sa.CheckConstraint("length(btrim(given_how)) BETWEEN 1 AND 2000", name=op.f("voice_consents_given_how_check")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("voice_consents_revoked_by_check")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("voice_consents_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["core.users.id"], name=op.f("voice_consents_recorded_by_fkey")),
        sa.ForeignKeyConstraint(["revoked_by"], ["core.users.id"], name=op.f("voice_consents_revoked_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("voice_consents_pkey")),
        schema="core",
    )
    op.create_index(
        "voice_consents_channel_id_provider_voice_key",
        "voice_consents",
        ["channel_id", "provider", "voice"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    for column in ("channel_id", "recorded_by", "revoked_by"):
        op.create_index(f"voice_consents_{column}_idx", "voice_consents", [column], schema="core")
