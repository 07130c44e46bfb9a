"""Changes of what YouTube has, and its removal there

Revision: 2026_11_26_changes, after 2026_11_26_calendar
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_changes"
down_revision = "2026_11_26_calendar"
branch_labels = None
depends_on = None

PUBLICATION_CHECKS = {
    "status": "status IN ('planned', 'uploading', 'processing', 'live', 'failed', 'unknown', 'removed')",
    "live_at": "CASE status WHEN 'live' THEN live_at IS NOT NULL WHEN 'removed' THEN true ELSE live_at IS NULL END",
}
CHECKS = {
    "kind": "kind IN ('update', 'removal')",
    "status": "status IN ('asked', 'planned', 'done', 'failed')",
    "wanted": "(kind = 'update') = (wanted IS NOT NULL)",
    "reason": "kind = 'update' OR length(btrim(reason)) BETWEEN 3 AND 500",
    "confirmed": "kind = 'update' OR (status = 'asked') = (confirmed_at IS NULL)",
    "asked": "status <> 'asked' OR kind = 'removal' AND expires_at IS NOT NULL",
    "confirmed_by": "(confirmed_at IS NULL) = (confirmed_by IS NULL)",
    "next_try_at": "(status = 'planned') = (next_try_at IS NOT NULL)",
}


def upgrade() -> None:
    for name, check in PUBLICATION_CHECKS.items():
        op.drop_constraint(f"publications_{name}_check", "publications", schema="core")
        op.create_check_constraint(op.f(f"publications_{name}_check"), "publications", check, schema="core")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "publication_changes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "requested_by",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("requested_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("next_try_at", moment, nullable=True),
        sa.Column("waits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("settled_at", moment, nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"publication_changes_{name}_check")) for name, check in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["core.publications.id"], name=op.f("publication_changes_publication_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["core.users.id"], name=op.f("publication_changes_requested_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["core.users.id"], name=op.f("publication_changes_confirmed_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("publication_changes_pkey")),
        schema="core",
    )
    op.create_index(
        "publication_changes_publication_id_key",
        "publication_changes",
        ["publication_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status IN ('asked', 'planned')"),
    )
    op.create_index(
        "publication_changes_publication_id_idx",
        "publication_changes",
        ["publication_id", sa.text("id DESC")],
        schema="core",
    )
    op.create_index(
        "publication_changes_next_try_at_idx",
        "publication_changes",
        ["next_try_at"],
        schema="core",
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    for column in ("requested_by", "confirmed_by"):
        op.create_index(f"publication_changes_{column}_idx", "publication_changes", [column], schema="core")
