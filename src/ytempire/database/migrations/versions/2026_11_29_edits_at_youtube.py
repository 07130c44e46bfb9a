"""Publications: what was last written at YouTube, what was edited there since, and videos that are gone there

Revision: 2026_11_29_edits_at_youtube, after 2026_11_29_sources
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_29_edits_at_youtube"
down_revision = "2026_11_29_sources"
branch_labels = None
depends_on = None

STATUSES = "'planned', 'uploading', 'processing', 'live', 'failed', 'unknown', 'removed', 'gone'"
# What was written before this is taken to be what the video says by now: what YouTube shows otherwise is then asked
# about, and nothing of it is overwritten without that.
AS_WRITTEN = """
    UPDATE core.publications p SET sent = jsonb_build_object(
        'title', btrim(v.title), 'description', btrim(v.description), 'tags', to_jsonb(v.tags),
        'language', v.language, 'audio_language', v.language, 'category_id', p.category_id,
        'visibility', CASE WHEN p.publish_at > now()
            THEN to_char(p.publish_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')
            WHEN p.publish_at IS NOT NULL THEN 'public' ELSE p.privacy END,
        'made_for_kids', p.made_for_kids, 'synthetic_media', p.synthetic_media, 'licence', p.licence)
    FROM core.videos v WHERE v.id = p.video_id AND p.status IN ('processing', 'live')
"""
AS_SHOWN = """
    UPDATE core.publications SET baseline_at = now(), baseline = sent || CASE status
        WHEN 'live' THEN jsonb_build_object('visibility', coalesce(youtube_privacy, privacy)) ELSE '{}' END
    WHERE sent IS NOT NULL
"""


def upgrade() -> None:
    for column in (
        sa.Column("sent", postgresql.JSONB(), nullable=True),
        sa.Column("baseline", postgresql.JSONB(), nullable=True),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edits", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("edits_seen_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("publications", column, schema="core")
    _replace_check("publications", "status", f"status IN ({STATUSES})")
    _replace_check(
        "publications",
        "live_at",
        "CASE WHEN status IN ('live', 'gone') THEN live_at IS NOT NULL WHEN status = 'removed' THEN true"
        " ELSE live_at IS NULL END",
    )
    _replace_check(
        "publications", "has_video", "status NOT IN ('processing', 'live', 'gone') OR youtube_video_id IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("publications_edits_check"), "publications", "(edits = '{}') = (edits_seen_at IS NULL)", schema="core"
    )
    _replace_index("publications", "publications_video_id_key", "video_id", "status NOT IN ('failed', 'gone')")
    op.execute(AS_WRITTEN)
    op.execute(AS_SHOWN)
    op.add_column("publication_changes", sa.Column("decided", postgresql.JSONB(), nullable=True), schema="core")
    _replace_check("publication_changes", "status", "status IN ('asked', 'planned', 'done', 'failed', 'conflict')")
    _replace_index(
        "publication_changes",
        "publication_changes_publication_id_key",
        "publication_id",
        "status IN ('asked', 'planned', 'conflict')",
    )
    op.add_column("video_counters", sa.Column("since", sa.DateTime(timezone=True), nullable=True), schema="core")
    _replace_check("video_versions", "made_by", "made_by IN ('run', 'edit', 'restore', 'youtube')")


def _replace_check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"{table}_{name}_check"), table, schema="core", type_="check")
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition, schema="core")


def _replace_index(table: str, name: str, column: str, where: str) -> None:
    op.drop_index(name, table, schema="core")
    op.create_index(name, table, [column], unique=True, schema="core", postgresql_where=sa.text(where))
