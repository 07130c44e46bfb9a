"""A run belongs to the channel of its video

Revision: 2026_11_20_same_tenant, after 2026_11_20_configuration
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_same_tenant"
down_revision = "2026_11_20_configuration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("videos_id_channel_id_key", "videos", ["id", "channel_id"], unique=True, schema="core")
    op.drop_constraint("workflows_video_id_fkey", "workflows", schema="core")
    op.drop_index("workflows_video_id_idx", table_name="workflows", schema="core")
    op.create_index("workflows_video_id_idx", "workflows", ["video_id", "channel_id"], schema="core")
    op.drop_index("workflows_active_video_key", table_name="workflows", schema="core")
    op.create_index(
        "workflows_active_video_key",
        "workflows",
        ["video_id", "channel_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_foreign_key(
        "workflows_video_id_channel_id_fkey",
        "workflows",
        "videos",
        ["video_id", "channel_id"],
        ["id", "channel_id"],
        source_schema="core",
        referent_schema="core",
    )
