"""The schema of the views through which measurements are read

Revision: 2026_11_30_contract, after 2026_11_30_alerts
"""

from alembic import op

revision = "2026_11_30_contract"
down_revision = "2026_11_30_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA metrics")
