"""Measurement: what went wrong with reports, apart from counters, which succeed every five minutes

Revision: 2026_11_26_report_errors, after 2026_11_26_strategy
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_report_errors"
down_revision = "2026_11_26_strategy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("reports_waits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reports_error", postgresql.JSONB(), nullable=True),
    ):
        op.add_column("channel_measurements", column, schema="core")
