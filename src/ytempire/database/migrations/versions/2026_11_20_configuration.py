"""Feature flags and sealed configuration

Revision: 2026_11_20_configuration, after 2026_11_20_post
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_configuration"
down_revision = "2026_11_20_post"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feature_flags",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("percentage", sa.Integer(), server_default="100", nullable=False),
        sa.Column("segments", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("user_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name ~ '^[a-z][a-z0-9_]{0,99}$'", name=op.f("feature_flags_name_check")),
        sa.CheckConstraint("percentage BETWEEN 0 AND 100", name=op.f("feature_flags_percentage_check")),
        sa.PrimaryKeyConstraint("name", name=op.f("feature_flags_pkey")),
        schema="core",
    )
    op.create_table(
        "system_configuration",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("system_configuration_pkey")),
        schema="core",
    )
