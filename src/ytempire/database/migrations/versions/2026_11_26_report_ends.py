"""Measurement: when a day of reports ended, by our clock

Revision: 2026_11_26_report_ends, after 2026_11_26_measurement
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_report_ends"
down_revision = "2026_11_26_measurement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_days", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True), schema="core")
    op.execute("UPDATE core.report_days SET ends_at = (day + 1)::timestamp AT TIME ZONE 'America/Los_Angeles'")
    op.alter_column("report_days", "ends_at", nullable=False, schema="core")
