"""Videos: which of their pictures stands for them

Revision: 2026_11_29_thumbnail, after 2026_11_26_block_ranges
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_thumbnail"
down_revision = "2026_11_26_block_ranges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    thumbnail = sa.Column("thumbnail", sa.Text(), server_default="thumbnail-1.jpg", nullable=False)
    op.add_column("videos", thumbnail, schema="core")
    op.create_check_constraint(
        op.f("videos_thumbnail_check"),
        "videos",
        "thumbnail IN ('thumbnail-1.jpg', 'thumbnail-2.jpg', 'thumbnail-3.jpg', 'thumbnail-own.jpg')",
        schema="core",
    )
