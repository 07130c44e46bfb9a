"""People: users, sessions with refresh tokens, API keys, permissions; every channel gets an owner

Revision: 2026_11_20_people, after 2026_11_20_first
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_20_people"
down_revision = "2026_11_20_first"
branch_labels = None
depends_on = None

SYSTEM_ID = "00000000-0000-7000-8000-000000000001"


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("private_pem", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("signing_keys_pkey")),
        schema="core",
    )
    op.create_index(
        "signing_keys_current_key",
        "signing_keys",
        [sa.literal_column("(retired_at IS NULL)")],
        unique=True,
        schema="core",
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="operator", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("segments", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'deleted') = (deleted_at IS NOT NULL)", name=op.f("users_deleted_at_check")),
        sa.CheckConstraint(
            "email = lower(btrim(email)) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("users_email_check")
        ),
        sa.CheckConstraint(
            "role <> 'service' OR (password_hash IS NULL AND email IS NULL)",
            name=op.f("users_service_has_no_door_check"),
        ),
        sa.CheckConstraint("role IN ('admin', 'operator', 'analyst', 'service')", name=op.f("users_role_check")),
        sa.CheckConstraint("status IN ('active', 'suspended', 'deleted')", name=op.f("users_status_check")),
        sa.CheckConstraint("failed_sign_ins >= 0", name=op.f("users_failed_sign_ins_check")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("users_email_length_check")),
        sa.CheckConstraint("length(full_name) <= 200", name=op.f("users_full_name_check")),
        sa.CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name=op.f("users_totp_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        schema="core",
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("users_email_key", "users", ["email"], unique=True, schema="core")
    op.execute(f"INSERT INTO core.users (id, full_name, role) VALUES ('{SYSTEM_ID}', 'YTEMPIRE', 'service')")
    # What exists belongs to the person at this machine, who has not said an address yet.
    op.execute(
        "INSERT INTO core.users (full_name, role) SELECT 'Operator', 'admin' WHERE EXISTS (SELECT FROM core.channels)"
    )
    # Sessions and links of before name no user: people come in anew.
    op.drop_table("sign_in_links", schema="core")
    op.drop_table("sessions", schema="core")
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("sessions_expires_at_check")),
        sa.ForeignKeyConstraint(["user_id"], ["core.users.id"], name=op.f("sessions_user_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_pkey")),
        schema="core",
    )
    op.create_index("sessions_user_id_idx", "sessions", ["user_id"], unique=False, schema="core")
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"], unique=False, schema="core")
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["core.sessions.id"], name=op.f("refresh_tokens_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("refresh_tokens_pkey")),
        schema="core",
    )
    op.create_index("refresh_tokens_session_id_idx", "refresh_tokens", ["session_id"], unique=False, schema="core")
    op.create_table(
        "account_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in_link', 'verify_email', 'reset_password')", name=op.f("account_tokens_purpose_check")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("account_tokens_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("account_tokens_pkey")),
        schema="core",
    )
    op.create_index("account_tokens_user_id_idx", "account_tokens", ["user_id"], unique=False, schema="core")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("hourly_limit", sa.Integer(), server_default="1000", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scopes <@ ARRAY['read', 'write', 'admin'] AND cardinality(scopes) > 0", name=op.f("api_keys_scopes_check")
        ),
        sa.CheckConstraint("hourly_limit BETWEEN 1 AND 1000000", name=op.f("api_keys_hourly_limit_check")),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name=op.f("api_keys_name_check")),
        sa.ForeignKeyConstraint(["user_id"], ["core.users.id"], name=op.f("api_keys_user_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("api_keys_pkey")),
        schema="core",
    )
    op.create_index("api_keys_key_hash_key", "api_keys", ["key_hash"], unique=True, schema="core")
    op.create_index("api_keys_user_id_idx", "api_keys", ["user_id"], unique=False, schema="core")
    op.create_index(
        "api_keys_user_id_name_key",
        "api_keys",
        ["user_id", "name"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "outgoing_mails",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("outgoing_mails_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outgoing_mails_pkey")),
        schema="core",
    )
    op.create_index(
        "outgoing_mails_unsent_idx",
        "outgoing_mails",
        ["created_at"],
        unique=False,
        schema="core",
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index("outgoing_mails_user_id_idx", "outgoing_mails", ["user_id"], unique=False, schema="core")
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("recovery_codes_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("recovery_codes_pkey")),
        schema="core",
    )
    op.create_table(
        "permissions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("level IN ('read', 'write', 'admin')", name=op.f("permissions_level_check")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["core.channels.id"], name=op.f("permissions_channel_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["core.users.id"], name=op.f("permissions_granted_by_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("permissions_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "channel_id", name=op.f("permissions_pkey")),
        schema="core",
    )
    op.create_index("permissions_channel_id_idx", "permissions", ["channel_id"], unique=False, schema="core")
    op.create_index("permissions_granted_by_idx", "permissions", ["granted_by"], unique=False, schema="core")
    _owners()


def _owners() -> None:
    """Channels, runs and alerts say whose they are."""
    local = "(SELECT id FROM core.users WHERE role = 'admin' ORDER BY created_at LIMIT 1)"
    for table, column in (("channels", "owner_id"), ("workflows", "requested_by")):
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True), schema="core")
        op.execute(f"UPDATE core.{table} SET {column} = {local}")
        subject = sa.text("nullif(current_setting('app.user_id', true), '')::uuid")
        op.alter_column(table, column, nullable=False, server_default=subject, schema="core")
        op.create_foreign_key(
            f"{table}_{column}_fkey", table, "users", [column], ["id"], source_schema="core", referent_schema="core"
        )
    op.drop_index("channels_name_key", table_name="channels", schema="core")
    op.create_index(
        "channels_owner_id_name_key",
        "channels",
        ["owner_id", sa.literal_column("lower(name)")],
        unique=True,
        schema="core",
    )
    op.drop_index("workflows_idempotency_key_key", table_name="workflows", schema="core")
    op.create_index(
        "workflows_requested_by_idempotency_key_key",
        "workflows",
        ["requested_by", "idempotency_key"],
        unique=True,
        schema="core",
    )
    op.add_column("cost_alerts", sa.Column("channel_id", sa.Uuid(), nullable=True), schema="core")
    op.execute(
        "UPDATE core.cost_alerts a SET channel_id = v.channel_id FROM core.videos v"
        " WHERE a.scope IN ('video', 'service_video') AND split_part(a.subject, ':', 1) = v.id::text"
    )
    op.execute("UPDATE core.cost_alerts SET channel_id = split_part(subject, ':', 1)::uuid WHERE scope = 'channel_day'")
    op.create_index("cost_alerts_channel_id_idx", "cost_alerts", ["channel_id"], unique=False, schema="core")
