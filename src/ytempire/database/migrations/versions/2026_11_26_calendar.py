"""The calendar: publications by the time that they are for

Revision: 2026_11_26_calendar, after 2026_11_26_corrections
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_calendar"
down_revision = "2026_11_26_corrections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "publications_at_idx",
        "publications",
        [sa.text("COALESCE(publish_at, live_at, created_at)"), "channel_id"],
        unique=False,
        schema="core",
    )
