"""Personas, categories, templates and credentials of channels; versions and search of videos

Revision: 2026_11_20_content, after 2026_11_20_maintenance
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_content"
down_revision = "2026_11_20_maintenance"
branch_labels = None
depends_on = None

# Of the specification's second document; of the niches that only its first one names no figures are given.
CATEGORIES = [
    ("technology", "Technology", "Tech reviews, tutorials, news", "8.50", "high", "high"),
    ("gaming", "Gaming", "Gaming content, reviews, walkthroughs", "4.20", "high", "medium"),
    ("education", "Education", "Educational and how-to content", "12.30", "medium", "high"),
    ("entertainment", "Entertainment", "General entertainment content", "3.80", "high", "medium"),
    ("finance", "Finance", "Financial advice, investing, crypto", "18.50", "medium", "high"),
    ("lifestyle", "Lifestyle", "Home, health, travel, food", None, None, None),
    ("other", "Other", "Whatever fits no other category", None, None, None),
]


def _created() -> list[sa.Column[datetime]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
        for name in ("created_at", "updated_at")
    ]


def upgrade() -> None:
    # trusted: the owner of the database may make it
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    _categories()
    _personas()
    _channels()
    _templates()
    _credentials()
    _videos()


def _categories() -> None:
    categories = op.create_table(
        "categories",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("cpm_usd", sa.Numeric(18, 6), nullable=True),
        sa.Column("competition", sa.Text(), nullable=True),
        sa.Column("growth", sa.Text(), nullable=True),
        *_created(),
        sa.CheckConstraint("slug ~ '^[a-z][a-z0-9_]{0,49}$'", name=op.f("categories_slug_check")),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("categories_name_check")),
        sa.CheckConstraint("cpm_usd >= 0", name=op.f("categories_cpm_usd_check")),
        sa.CheckConstraint("competition IN ('low', 'medium', 'high')", name=op.f("categories_competition_check")),
        sa.CheckConstraint("growth IN ('low', 'medium', 'high')", name=op.f("categories_growth_check")),
        sa.PrimaryKeyConstraint("slug", name=op.f("categories_pkey")),
        schema="core",
    )
    assert categories is not None
    columns = ("slug", "name", "description", "cpm_usd", "competition", "growth")
    op.bulk_insert(categories, [dict(zip(columns, row, strict=True)) for row in CATEGORIES])


def _personas() -> None:
    op.create_table(
        "personas",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column(
            "owner_id",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        *_created(),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("personas_name_check")),
        sa.ForeignKeyConstraint(["owner_id"], ["core.users.id"], name=op.f("personas_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("personas_pkey")),
        schema="core",
    )
    op.create_index(
        "personas_owner_id_name_key", "personas", ["owner_id", sa.text("lower(name)")], unique=True, schema="core"
    )
    op.create_index("personas_id_owner_id_key", "personas", ["id", "owner_id"], unique=True, schema="core")


def _channels() -> None:
    op.add_column("channels", sa.Column("description", sa.Text(), server_default="", nullable=False), schema="core")
    op.add_column("channels", sa.Column("category", sa.Text(), nullable=True), schema="core")
    op.add_column("channels", sa.Column("persona_id", sa.Uuid(), nullable=True), schema="core")
    # each channel's own copy becomes a persona of its owner; names of one owner's channels differ, so these do
    op.execute(
        "INSERT INTO core.personas (owner_id, name, definition) SELECT owner_id, name, persona FROM core.channels"
    )
    op.execute(
        "UPDATE core.channels c SET persona_id = p.id FROM core.personas p"
        " WHERE p.owner_id = c.owner_id AND lower(p.name) = lower(c.name)"
    )
    op.alter_column("channels", "persona_id", nullable=False, schema="core")
    op.drop_column("channels", "persona", schema="core")
    op.create_check_constraint(
        op.f("channels_description_check"), "channels", "length(description) <= 5000", schema="core"
    )
    op.create_foreign_key(
        op.f("channels_category_fkey"),
        "channels",
        "categories",
        ["category"],
        ["slug"],
        source_schema="core",
        referent_schema="core",
    )
    op.create_foreign_key(
        op.f("channels_persona_id_owner_id_fkey"),
        "channels",
        "personas",
        ["persona_id", "owner_id"],
        ["id", "owner_id"],
        source_schema="core",
        referent_schema="core",
    )
    op.create_index("channels_persona_id_idx", "channels", ["persona_id", "owner_id"], schema="core")
    op.create_index("channels_category_idx", "channels", ["category"], schema="core")
    # an archived channel gives its name back
    op.drop_index("channels_owner_id_name_key", table_name="channels", schema="core")
    op.create_index(
        "channels_owner_id_name_key",
        "channels",
        ["owner_id", sa.text("lower(name)")],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status <> 'archived'"),
    )
    op.create_index("channels_owner_id_idx", "channels", ["owner_id"], schema="core")


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column(
            "owner_id",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_created(),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("templates_name_check")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("templates_title_check")),
        sa.CheckConstraint("length(description) BETWEEN 1 AND 5000", name=op.f("templates_description_check")),
        sa.CheckConstraint("cardinality(tags) <= 50", name=op.f("templates_tags_check")),
        sa.ForeignKeyConstraint(["owner_id"], ["core.users.id"], name=op.f("templates_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("templates_pkey")),
        schema="core",
    )
    op.create_index(
        "templates_owner_id_name_key", "templates", ["owner_id", sa.text("lower(name)")], unique=True, schema="core"
    )
    op.create_index("templates_shared_idx", "templates", ["id"], schema="core", postgresql_where=sa.text("shared"))


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        *_created(),
        sa.CheckConstraint("provider IN ('youtube', 'webhook')", name=op.f("credentials_provider_check")),
        sa.CheckConstraint("length(label) <= 200", name=op.f("credentials_label_check")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("credentials_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("credentials_pkey")),
        schema="core",
    )
    op.create_index(
        "credentials_channel_id_provider_key", "credentials", ["channel_id", "provider"], unique=True, schema="core"
    )
    op.create_index(
        "credentials_expires_at_idx",
        "credentials",
        ["expires_at"],
        schema="core",
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )


# Immutable, as a generated column asks for; array_to_string alone is not, since it could print any type.
SEARCH_VECTOR = """
CREATE FUNCTION core.search_vector(title text, tags text[], description text, script text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', array_to_string(tags, ' ')), 'B')
        || setweight(to_tsvector('english', description), 'C')
        || setweight(to_tsvector('english', script), 'D')
$$
"""


def _videos() -> None:
    op.execute(SEARCH_VECTOR)
    op.add_column("videos", sa.Column("script", sa.Text(), server_default="", nullable=False), schema="core")
    for name in ("scheduled_at", "published_at"):
        op.add_column("videos", sa.Column(name, sa.DateTime(timezone=True), nullable=True), schema="core")
    op.add_column(
        "videos",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("core.search_vector(title, tags, description, script)", persisted=True),
            nullable=False,
        ),
        schema="core",
    )
    for name, rule in (
        ("scheduled_at", "status <> 'scheduled' OR scheduled_at IS NOT NULL"),
        ("published_has_time", "status <> 'published' OR published_at IS NOT NULL"),
        ("published_at", "published_at IS NULL OR status IN ('published', 'archived', 'removed')"),
    ):
        op.create_check_constraint(op.f(f"videos_{name}_check"), "videos", rule, schema="core")
    op.create_index("videos_search_idx", "videos", ["search"], schema="core", postgresql_using="gin")
    op.create_index(
        "videos_title_trgm_idx",
        "videos",
        ["title"],
        schema="core",
        postgresql_using="gin",
        postgresql_ops={"title": "public.gin_trgm_ops"},
    )
    op.create_index(
        "videos_scheduled_at_idx",
        "videos",
        ["scheduled_at"],
        schema="core",
        postgresql_where=sa.text("status = 'scheduled'"),
    )
    op.create_table(
        "video_versions",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "user_id",
            sa.Uuid(),
            server_default=sa.text("nullif(current_setting('app.user_id', true), '')::uuid"),
            nullable=True,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("video_versions_version_check")),
        sa.CheckConstraint("made_by IN ('run', 'edit', 'restore')", name=op.f("video_versions_made_by_check")),
        sa.ForeignKeyConstraint(
            ["video_id", "channel_id"],
            ["core.videos.id", "core.videos.channel_id"],
            name=op.f("video_versions_video_id_channel_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("video_versions_user_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("video_id", "version", name=op.f("video_versions_pkey")),
        schema="core",
    )
    op.create_index("video_versions_video_id_idx", "video_versions", ["video_id", "channel_id"], schema="core")
    op.create_index("video_versions_user_id_idx", "video_versions", ["user_id"], schema="core")
    # a finished video of before has said one thing so far; the script lies in its files only
    op.execute(
        "INSERT INTO core.video_versions (video_id, version, channel_id, made_by, title, description, tags, script,"
        " created_at) SELECT id, 1, channel_id, 'run', title, description, tags, script, updated_at FROM core.videos"
        " WHERE status = 'ready'"
    )
