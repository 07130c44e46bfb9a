"""Post: when a letter was last tried

Revision: 2026_11_20_post, after 2026_11_20_people
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_post"
down_revision = "2026_11_20_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outgoing_mails", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True), schema="core")
