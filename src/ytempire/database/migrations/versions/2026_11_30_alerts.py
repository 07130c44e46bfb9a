"""One table of alerts for the four kinds; one scale of severity; deliveries and preferences of notifications

Revision: 2026_11_30_alerts, after 2026_11_30_rooms
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_alerts"
down_revision = "2026_11_30_rooms"
branch_labels = None
depends_on = None

IS_SEVERITY = "severity IN ('info', 'success', 'warning', 'critical')"
# What the domains declare at this revision; each start brings it up to date.
RULES = (
    ("cost_warning", "warning", "32 days"),
    ("cost_stop", "critical", "32 days"),
    ("collection_late", "warning", None),
    ("video_viral", "success", "1 hour"),
    ("partition_missing", "critical", None),
    ("database_check_failed", "critical", None),
    ("maintenance_task_failed", "warning", None),
    ("collection_stopped", "critical", None),
)
COST_TITLE = (
    "CASE {kind} WHEN 'cost_warning' THEN 'A cost warning was reached' ELSE 'A cost limit stopped a paid call' END"
)
COPIES = (
    # the finder is the part of the key before the slash
    """
    INSERT INTO core.alerts (id, rule, key, severity, title, message, link, opened_at, last_seen_at, closed_at)
    SELECT id, rule, CASE WHEN rule = 'database_check_failed' AND key NOT LIKE 'doctor/%' THEN key
                          ELSE substr(key, strpos(key, '/') + 1) END,
           severity, message, remedy, '/administration/database', opened_at, last_seen_at, closed_at
    FROM (SELECT *, CASE split_part(key, '/', 1) WHEN 'partitions' THEN 'partition_missing'
                         WHEN 'maintenance' THEN 'maintenance_task_failed' WHEN 'measurement' THEN 'collection_stopped'
                         ELSE 'database_check_failed' END AS rule FROM core.system_alerts) AS found""",
    f"""
    INSERT INTO core.alerts (id, rule, key, channel_id, severity, title, message, link, data, opened_at, last_seen_at,
                             expires_at, closed_at)
    SELECT c.id, 'cost_' || c.kind, c.scope || '/' || c.subject, c.channel_id,
           CASE c.kind WHEN 'warning' THEN 'warning' ELSE 'critical' END, {COST_TITLE.format(kind="'cost_' || c.kind")},
           c.message, CASE c.scope WHEN 'video' THEN '/videos/' || c.subject END,
           jsonb_build_object('scope', c.scope, 'limit_usd', c.limit_usd::text, 'reached_usd', c.reached_usd::text),
           c.created_at, c.created_at, c.expires_at, CASE WHEN c.expires_at <= now() THEN c.expires_at END
    FROM (SELECT *, created_at + CASE WHEN scope IN ('day', 'channel_day') THEN interval '1 day'
                                      ELSE interval '32 days' END AS expires_at FROM core.cost_alerts) c""",
    """
    INSERT INTO core.alerts (rule, key, channel_id, severity, title, message, link, data, opened_at, last_seen_at,
                             expires_at, closed_at)
    SELECT 'video_viral', v.id::text, v.channel_id, 'success', '“' || v.title || '” goes viral',
           'About ' || to_char(a.hour_views, 'FM999,999,999,999') || ' views in the last hour.', '/videos/' || v.id,
           jsonb_build_object('video_id', v.id, 'title', v.title, 'hour_views', a.hour_views),
           a.notified_at, a.notified_at, a.cooldown_until, CASE WHEN a.cooldown_until <= now() THEN a.cooldown_until END
    FROM analytics.viral_alerts a JOIN core.videos v ON v.id = a.video_id""",
    """
    INSERT INTO core.alerts (rule, key, channel_id, severity, title, message, link, data, opened_at, last_seen_at,
                             closed_at)
    SELECT 'collection_late', c.id::text, c.id, 'warning', 'No numbers of “' || c.name || '” have come from YouTube since '
               || to_char(g.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC',
           g.reason || ' What is missing now comes with the next reading.', '/channels/' || c.id,
           jsonb_build_object('name', c.name, 'since', g.since, 'reason', g.reason), g.notified_at, g.notified_at,
           CASE WHEN g.until IS NOT NULL THEN greatest(g.until, g.notified_at) END
    FROM core.collection_gaps g JOIN core.channels c ON c.id = g.channel_id
    WHERE g.notified_at IS NOT NULL""",
)
# Facts that were not delivered before the upgrade, as this version writes them.
FACTS = (
    f"""
    UPDATE core.outbox SET kind = 'alert_opened', data = data || jsonb_build_object('rule', kind, 'severity',
        CASE kind WHEN 'cost_warning' THEN 'warning' ELSE 'critical' END, 'title', {COST_TITLE.format(kind="kind")},
        'link', NULL)
    WHERE kind IN ('cost_warning', 'cost_stop')""",
    """
    UPDATE core.outbox SET kind = 'alert_opened', data = data || jsonb_build_object('rule', kind, 'severity', 'success',
        'title', '“' || (data ->> 'title') || '” goes viral',
        'message', 'About ' || (data ->> 'hour_views') || ' views in the last hour.', 'link', '/videos/' || row_id)
    WHERE kind = 'video_viral'""",
    """
    UPDATE core.outbox SET kind = 'alert_opened', data = data || jsonb_build_object('rule', kind, 'severity', 'warning',
        'title', 'No numbers of “' || (data ->> 'name') || '” have come from YouTube',
        'message', (data ->> 'reason') || ' What is missing now comes with the next reading.',
        'link', '/channels/' || channel_id)
    WHERE kind = 'collection_late'""",
    """
    UPDATE core.outbox SET data = data || jsonb_build_object('rule', 'alert_opened', 'title', data ->> 'message',
        'message', data ->> 'remedy', 'link', '/administration/database')
    WHERE kind = 'alert_opened' AND NOT data ? 'rule'""",
)


def upgrade() -> None:
    _create_alerts()
    _create_routes()
    for statement in (*COPIES, *FACTS):
        op.execute(statement)
    # code of the four kinds; that of one kind takes its place
    for function in ("record_cost_event", "record_alert_event", "record_viral_event", "record_gap_event"):
        op.execute(f"DROP FUNCTION IF EXISTS core.{function} CASCADE")
    # views for analysts name the columns, and are made again after every migration
    op.execute("DROP SCHEMA IF EXISTS masked CASCADE")
    op.drop_table("cost_alerts", schema="core")
    op.drop_table("system_alerts", schema="core")
    op.drop_table("viral_alerts", schema="analytics")
    op.drop_column("collection_gaps", "notified_at", schema="core")
    op.drop_constraint(op.f("notifications_severity_check"), "notifications", schema="core")
    op.execute("UPDATE core.notifications SET severity = 'critical' WHERE severity = 'error'")
    op.create_check_constraint(op.f("notifications_severity_check"), "notifications", IS_SEVERITY, schema="core")
    if op.get_bind().scalar(sa.text("SELECT to_regclass('core.applied_code')")) is not None:
        op.execute(
            "DELETE FROM core.applied_code WHERE path LIKE '%masked%' OR path IN ('costs/cost_facts.sql',"
            " 'measurement/gap_facts.sql', 'database/maintenance/alert_facts.sql')"
        )


def _create_alerts() -> None:
    rules = op.create_table(
        "alert_rules",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("expires_after", sa.Interval(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("name ~ '^[a-z]+(_[a-z]+)+$'", name=op.f("alert_rules_name_check")),
        sa.CheckConstraint(IS_SEVERITY, name=op.f("alert_rules_severity_check")),
        sa.CheckConstraint("expires_after > interval '0'", name=op.f("alert_rules_expires_after_check")),
        sa.PrimaryKeyConstraint("name", name=op.f("alert_rules_pkey")),
        schema="core",
    )
    assert rules is not None
    for name, severity, expires_after in RULES:
        op.get_bind().execute(
            sa.text(
                "INSERT INTO core.alert_rules (name, severity, description, expires_after)"
                " VALUES (:name, :severity, '', CAST(:expires_after AS interval))"
            ),
            {"name": name, "severity": severity, "expires_after": expires_after},
        )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("core.new_id()"), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(IS_SEVERITY, name=op.f("alerts_severity_check")),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 200", name=op.f("alerts_key_check")),
        sa.CheckConstraint("link ~ '^/'", name=op.f("alerts_link_check")),
        sa.CheckConstraint("last_seen_at >= opened_at", name=op.f("alerts_last_seen_at_check")),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("alerts_closed_at_check")),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("alerts_acknowledged_by_check")
        ),
        sa.ForeignKeyConstraint(["rule"], ["core.alert_rules.name"], name=op.f("alerts_rule_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("alerts_pkey")),
        schema="core",
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index("alerts_open_key", "alerts", ["rule", "key"], unique=True, schema="core", postgresql_where=is_open)
    op.create_index(
        "alerts_channel_id_idx",
        "alerts",
        ["channel_id", sa.text("opened_at DESC"), sa.text("id DESC")],
        schema="core",
    )
    op.create_index("alerts_opened_at_idx", "alerts", [sa.text("opened_at DESC"), sa.text("id DESC")], schema="core")
    op.create_index("alerts_rule_idx", "alerts", ["rule"], schema="core")
    op.create_index("alerts_expires_at_idx", "alerts", ["expires_at"], schema="core", postgresql_where=is_open)
    op.create_index("alerts_closed_at_idx", "alerts", ["closed_at"], schema="core")


def _create_routes() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("min_severity", sa.Text(), nullable=False),
        sa.CheckConstraint(f"min_{IS_SEVERITY}", name=op.f("notification_preferences_min_severity_check")),
        sa.CheckConstraint("route ~ '^[a-z]+(_[a-z]+)*$'", name=op.f("notification_preferences_route_check")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core.users.id"], name=op.f("notification_preferences_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "route", name=op.f("notification_preferences_pkey")),
        schema="core",
    )
    op.create_table(
        "notification_deliveries",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('delivered', 'waiting', 'failed')", name=op.f("notification_deliveries_status_check")
        ),
        sa.CheckConstraint(
            "CASE status WHEN 'delivered' THEN error IS NULL WHEN 'failed' THEN error IS NOT NULL ELSE true END",
            name=op.f("notification_deliveries_error_check"),
        ),
        sa.CheckConstraint(
            "(attempts = 0) = (attempted_at IS NULL)", name=op.f("notification_deliveries_attempts_check")
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["core.notifications.id"],
            name=op.f("notification_deliveries_notification_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", "route", name=op.f("notification_deliveries_pkey")),
        schema="core",
    )
