"""Runs: whether a channel has a video of a text

Revision: 2026_11_29_sources, after 2026_11_29_whole_days
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_sources"
down_revision = "2026_11_29_whole_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    of_source = sa.text("(request ->> 'source_sha256')")
    op.create_index("workflows_source_idx", "workflows", ["channel_id", of_source], schema="core")
