"""Budgets: why a video may cost more than the ceiling

Revision: 2026_11_29_ceiling, after 2026_11_29_thumbnail
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_ceiling"
down_revision = "2026_11_29_thumbnail"
branch_labels = None
depends_on = None

WITHIN = "scope <> 'video' OR (stop_usd IS NOT NULL AND stop_usd <= 3.00)"


def upgrade() -> None:
    op.add_column("budgets", sa.Column("reason", sa.Text(), nullable=True), schema="core")
    op.execute(f"UPDATE core.budgets SET reason = 'Set before a reason was asked for.' WHERE NOT ({WITHIN})")
    op.create_check_constraint(
        op.f("budgets_ceiling_check"), "budgets", f"{WITHIN} OR coalesce(length(btrim(reason)), 0) >= 3", schema="core"
    )
