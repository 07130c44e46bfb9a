"""Templates have a niche, a style, a length, targets, and settings of script, voice and visuals

Revision: 2026_12_01_template_settings, after 2026_12_01_voice_consents
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_12_01_template_settings"
down_revision = "2026_12_01_voice_consents"
branch_labels = None
depends_on = None

COLUMNS = (
    (sa.Column("niche", sa.Text(), nullable=True), "length(btrim(niche)) BETWEEN 1 AND 100"),
    (sa.Column("style", sa.Text(), nullable=True), "length(btrim(style)) BETWEEN 1 AND 100"),
    (sa.Column("seconds", sa.Integer(), nullable=True), "seconds BETWEEN 10 AND 900"),
    (sa.Column("retention_target", sa.Numeric(4, 3), nullable=True), "retention_target BETWEEN 0 AND 1"),
    (sa.Column("engagement_target", sa.Numeric(4, 3), nullable=True), "engagement_target BETWEEN 0 AND 1"),
    (sa.Column("script_template", sa.Text(), nullable=True), "length(script_template) BETWEEN 1 AND 2000"),
    (sa.Column("voice_settings", postgresql.JSONB(), nullable=True), "jsonb_typeof(voice_settings) = 'object'"),
    (sa.Column("visual_settings", postgresql.JSONB(), nullable=True), "jsonb_typeof(visual_settings) = 'object'"),
)


def upgrade() -> None:
    for column, rule in COLUMNS:
        op.add_column("templates", column, schema="core")
        op.create_check_constraint(op.f(f"templates_{column.name}_check"), "templates", rule, schema="core")
    op.create_index(
        "runs_template_idx",
        "runs",
        ["channel_id"],
        schema="core",
        postgresql_where=sa.text("request -> 'options' ->> 'template_id' IS NOT NULL"),
    )
