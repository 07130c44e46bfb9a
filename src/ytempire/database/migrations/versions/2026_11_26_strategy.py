"""Channels: whom they are for, what they are about, and what they do not say

Revision: 2026_11_26_strategy, after 2026_11_26_report_ends
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_strategy"
down_revision = "2026_11_26_report_ends"
branch_labels = None
depends_on = None


def upgrade() -> None:
    strategy = sa.Column("strategy", postgresql.JSONB(), server_default="{}", nullable=False)
    op.add_column("channels", strategy, schema="core")
    op.create_check_constraint(
        op.f("channels_strategy_check"), "channels", "jsonb_typeof(strategy) = 'object'", schema="core"
    )
