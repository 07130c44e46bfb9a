"""The outbox: facts for subscribers; triggers write no text any more

Revision: 2026_11_30_outbox, after 2026_11_30_code_by_domain
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_outbox"
down_revision = "2026_11_30_code_by_domain"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox_subscribers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("name ~ '^[a-z]+(_[a-z]+)*$'", name=op.f("outbox_subscribers_name_check")),
        sa.PrimaryKeyConstraint("name", name=op.f("outbox_subscribers_pkey")),
        schema="core",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)+$'", name=op.f("outbox_kind_check")),
        sa.CheckConstraint("attempts >= 0", name=op.f("outbox_attempts_check")),
        sa.CheckConstraint("blocked_at IS NULL OR error IS NOT NULL", name=op.f("outbox_blocked_at_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        schema="core",
    )
    op.create_index("outbox_subscriber_subject_id_idx", "outbox", ["subscriber", "subject", "id"], schema="core")
    op.create_index(
        "outbox_blocked_idx", "outbox", ["id"], schema="core", postgresql_where=sa.text("blocked_at IS NOT NULL")
    )
    # its triggers go with it; one function for channels and one for videos take its place
    op.execute("DROP FUNCTION IF EXISTS core.record_state_event CASCADE")
    if op.get_bind().scalar(sa.text("SELECT to_regclass('core.applied_code')")) is not None:
        op.execute("DELETE FROM core.applied_code WHERE path = 'core/journal.sql'")
