"""First tables: channels, videos, workflows, costs, sign-in; the queue in a schema of its own

Revision: 2026_11_20_first, after nothing
"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_first"
down_revision = None
branch_labels = None
depends_on = None

# UUIDv7 (RFC 9562) as uuidv7() of PostgreSQL 18 makes it: 48 bits of milliseconds, the version, 12 bits of the fraction
# of the millisecond (method 3 of section 6.2), then random bits.
NEW_ID_BEFORE_18 = """
CREATE FUNCTION core.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(overlay(uuid_send(gen_random_uuid())
      PLACING int8send((us / 1000 << 16) | (7 << 12) | (us % 1000 * 4096 / 1000)) FROM 1 FOR 8), 'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS moment
$$"""
NEW_ID = "CREATE FUNCTION core.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()'"


def upgrade() -> None:
    connection = op.get_bind()
    for schema in ("ml", "jobs"):
        op.execute(f"CREATE SCHEMA {schema}")
    server = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    op.execute(NEW_ID if int(server) >= 180000 else NEW_ID_BEFORE_18)
    # procrastinate's schema names its objects without one
    op.execute("SET LOCAL search_path = jobs, public")
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
    op.create_table(
        "budgets",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("warn_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("stop_usd", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "scope IN ('video', 'channel_day', 'day', 'service_video')", name=op.f("budgets_scope_check")
        ),
        sa.CheckConstraint(
            "warn_usd >= 0 AND (stop_usd IS NULL OR stop_usd >= warn_usd)", name=op.f("budgets_limits_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budgets_pkey")),
        schema="core",
    )
    op.create_index(
        "budgets_scope_subject_key",
        "budgets",
        ["scope", sa.literal_column("coalesce(subject, '')")],
        unique=True,
        schema="core",
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("persona", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'suspended', 'archived')", name=op.f("channels_status_check")
        ),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("channels_name_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("channels_pkey")),
        schema="core",
    )
    op.create_index("channels_name_key", "channels", [sa.literal_column("lower(name)")], unique=True, schema="core")
    op.create_table(
        "cost_alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("limit_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("reached_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('warning', 'stop')", name=op.f("cost_alerts_kind_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("cost_alerts_pkey")),
        schema="core",
    )
    op.create_index("cost_alerts_once_key", "cost_alerts", ["scope", "subject", "kind"], unique=True, schema="core")
    op.create_table(
        "cost_reservations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("call_key", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("bound_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_sha256", sa.Text(), nullable=True),
        sa.Column("answer_bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'settled', 'released', 'unknown')", name=op.f("cost_reservations_status_check")
        ),
        sa.CheckConstraint("bound_usd >= 0", name=op.f("cost_reservations_bound_usd_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("cost_reservations_pkey")),
        schema="core",
    )
    op.create_index("cost_reservations_call_key_key", "cost_reservations", ["call_key"], unique=True, schema="core")
    op.create_index(
        "cost_reservations_open_idx",
        "cost_reservations",
        ["video_id", "step"],
        unique=False,
        schema="core",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "cost_reservations_request_idx",
        "cost_reservations",
        ["request_key"],
        unique=False,
        schema="core",
        postgresql_where=sa.text("status = 'settled'"),
    )
    op.create_table(
        "prices",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("usd_per_unit", sa.Numeric(precision=20, scale=12), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("service"), "="),
            (sa.column("item"), "="),
            (sa.column("unit"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="prices_one_at_a_time_excl",
        ),
        sa.CheckConstraint("usd_per_unit >= 0", name=op.f("prices_usd_per_unit_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("prices_pkey")),
        schema="core",
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_pkey")),
        schema="core",
    )
    op.create_index("sessions_token_hash_key", "sessions", ["token_hash"], unique=True, schema="core")
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_links_pkey")),
        schema="core",
    )
    op.create_index("sign_in_links_code_hash_key", "sign_in_links", ["code_hash"], unique=True, schema="core")
    op.create_table(
        "costs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("usage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("outcome IN ('success', 'failure', 'unknown')", name=op.f("costs_outcome_check")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["core.cost_reservations.id"], name=op.f("costs_reservation_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("costs_pkey")),
        schema="core",
    )
    op.create_index("costs_channel_day_idx", "costs", ["occurred_at", "channel_id"], unique=False, schema="core")
    op.create_index(
        "costs_compute_key",
        "costs",
        ["workflow_id", "step", "attempt", "service"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("reservation_id IS NULL"),
    )
    op.create_index(
        "costs_reservation_id_key",
        "costs",
        ["reservation_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("reservation_id IS NOT NULL"),
    )
    op.create_index("costs_video_idx", "costs", ["video_id", "step"], unique=False, schema="core")
    op.create_table(
        "videos",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("chapters", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_seconds", sa.Numeric(precision=10, scale=3), nullable=True),
        sa.Column("script_score", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("format IN ('16:9', '9:16')", name=op.f("videos_format_check")),
        sa.CheckConstraint("status <> 'ready' OR duration_seconds > 0", name=op.f("videos_ready_has_duration_check")),
        sa.CheckConstraint(
            "status IN ('draft', 'generating', 'ready', 'scheduled', 'published', 'failed', 'archived', 'removed')",
            name=op.f("videos_status_check"),
        ),
        sa.CheckConstraint("length(title) <= 100", name=op.f("videos_title_check")),
        sa.ForeignKeyConstraint(["channel_id"], ["core.channels.id"], name=op.f("videos_channel_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("videos_pkey")),
        schema="core",
    )
    op.create_index(
        "videos_channel_idx", "videos", ["channel_id", sa.literal_column("id DESC")], unique=False, schema="core"
    )
    op.create_table(
        "workflows",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("type", sa.Text(), server_default="content_generation", nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(completed_at IS NOT NULL) = (status IN ('completed', 'failed', 'refused', 'cancelled'))",
            name=op.f("workflows_completed_at_check"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'refused', 'cancelled')",
            name=op.f("workflows_status_check"),
        ),
        sa.CheckConstraint("type = 'content_generation'", name=op.f("workflows_type_check")),
        sa.CheckConstraint("priority BETWEEN 1 AND 10", name=op.f("workflows_priority_check")),
        sa.ForeignKeyConstraint(["channel_id"], ["core.channels.id"], name=op.f("workflows_channel_id_fkey")),
        sa.ForeignKeyConstraint(["video_id"], ["core.videos.id"], name=op.f("workflows_video_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("workflows_pkey")),
        schema="core",
    )
    op.create_index(
        "workflows_active_video_key",
        "workflows",
        ["video_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index(
        "workflows_channel_idx", "workflows", ["channel_id", sa.literal_column("id DESC")], unique=False, schema="core"
    )
    op.create_index("workflows_idempotency_key_key", "workflows", ["idempotency_key"], unique=True, schema="core")
    op.create_index("workflows_video_id_idx", "workflows", ["video_id"], unique=False, schema="core")
    op.create_table(
        "script_embeddings",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.vector.VECTOR(dim=384), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["core.videos.id"], name=op.f("script_embeddings_video_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", "model", "model_version", name=op.f("script_embeddings_pkey")),
        schema="ml",
    )
    op.create_table(
        "workflow_artifacts",
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("workflow_artifacts_sha256_check")),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["core.workflows.id"], name=op.f("workflow_artifacts_workflow_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workflow_id", "name", name=op.f("workflow_artifacts_pkey")),
        schema="core",
    )
    op.create_table(
        "workflow_logs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["core.workflows.id"], name=op.f("workflow_logs_workflow_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("workflow_logs_pkey")),
        schema="core",
    )
    op.create_index("workflow_logs_workflow_idx", "workflow_logs", ["workflow_id", "id"], unique=False, schema="core")
    op.create_table(
        "workflow_steps",
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("forgiven", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.Numeric(precision=4, scale=3), server_default="0", nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_seconds", sa.Numeric(precision=12, scale=3), server_default="0", nullable=False),
        sa.Column("cpu_seconds", sa.Numeric(precision=12, scale=3), server_default="0", nullable=False),
        sa.Column("peak_bytes", sa.BigInteger(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("(status = 'running') = (claim IS NOT NULL)", name=op.f("workflow_steps_claim_check")),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'refused', 'cancelled')",
            name=op.f("workflow_steps_status_check"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("workflow_steps_progress_check")),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["core.workflows.id"], name=op.f("workflow_steps_workflow_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workflow_id", "name", name=op.f("workflow_steps_pkey")),
        schema="core",
    )
    op.create_index(
        "workflow_steps_position_key", "workflow_steps", ["workflow_id", "position"], unique=True, schema="core"
    )
