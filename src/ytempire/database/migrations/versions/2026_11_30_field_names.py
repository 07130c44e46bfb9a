"""The names of the field (docs/adr/0015): tables, columns and stored values; nothing is computed anew

Revision: 2026_11_30_field_names, after 2026_11_29_edits_at_youtube
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_field_names"
down_revision = "2026_11_29_edits_at_youtube"
branch_labels = None
depends_on = None

TABLES = {
    "core": {
        "workflows": "runs",
        "workflow_steps": "run_steps",
        "workflow_logs": "run_logs",
        "workflow_artifacts": "run_artifacts",
        "vocabulary": "search_vocabulary",
        "outgoing_mails": "emails",
        "system_configuration": "setting_overrides",
        "costs": "cost_lines",
        "publication_changes": "publication_edits",
        "channel_measurements": "channel_collections",
        "measurement_gaps": "collection_gaps",
        "youtube_consents": "oauth_states",
        "youtube_quota": "quota_usage",
        "schedule_slots": "publishing_slots",
    },
    "analytics": {
        "reported_daily": "daily_report_views",
        "channel_falls": "channel_corrections",
        "ingest_parts": "ingest_batch_shards",
        "video_hours": "video_hourly",
        "video_days": "video_daily",
        "channel_hours": "channel_hourly",
        "daily_channel_metrics": "channel_daily",
        "daily_breakdowns": "video_breakdown_daily",
        "channel_breakdowns": "channel_breakdown_daily",
    },
}
AVERAGES = {"averages_of": "averages_basis_views"}
# by the table's new name
COLUMNS = {
    "core.run_steps": {
        "workflow_id": "run_id",
        "claim": "lease_token",
        "forgiven": "uncounted_attempts",
        "act_seconds": "wall_seconds",
    },
    "core.run_logs": {"workflow_id": "run_id"},
    "core.run_artifacts": {"workflow_id": "run_id"},
    "core.cost_lines": {"workflow_id": "run_id"},
    "core.cost_reservations": {
        "workflow_id": "run_id",
        "bound_usd": "max_usd",
        "answer_sha256": "response_sha256",
        "answer_bytes": "response_bytes",
    },
    "core.prices": {"valid": "valid_during"},
    "core.publications": {
        "ordered_by": "requested_by",
        "session_address": "session_uri",
        "last_piece_at": "last_chunk_at",
        "sent": "last_sent",
        "edits": "remote_edits",
        "edits_seen_at": "remote_edits_seen_at",
        "attempt": "attempt_number",
        "waits": "retry_count",
        "claim": "lease_token",
    },
    "core.publication_edits": {
        "wanted": "desired",
        "decided": "resolutions",
        "claim": "lease_token",
        "waits": "retry_count",
    },
    "core.channel_collections": {
        "claim": "lease_token",
        "waits": "retry_count",
        "reports_waits": "reports_retry_count",
        "tried_at": "attempted_at",
    },
    "core.video_counters": {
        "views_before": "previous_views",
        "likes_before": "previous_likes",
        "comments_before": "previous_comments",
        "delivered": "ingested",
        "since": "tracked_since",
        "every_seconds": "poll_interval_seconds",
    },
    "core.report_days": {"reads": "read_count"},
    "core.collection_gaps": {"told_at": "notified_at"},
    "core.channel_automation": {"publish_by_itself": "auto_publish"},
    "core.video_versions": {"made_by": "created_by"},
    "core.sessions": {"address": "ip_address", "revoked_because": "revoke_reason"},
    "core.emails": {"tried_at": "attempted_at"},
    "core.system_alerts": {"todo": "remedy"},
    "staging.quarantine": {"tries": "retry_count", "tried_at": "attempted_at"},
    "analytics.channel_corrections": {"noted_at": "updated_at"},
    "analytics.viral_alerts": {"told_at": "notified_at", "quiet_until": "cooldown_until"},
    "analytics.video_metrics": AVERAGES,
    "analytics.video_hourly": AVERAGES,
    "analytics.video_daily": AVERAGES,
    "analytics.channel_hourly": AVERAGES,
    "analytics.channel_daily": AVERAGES,
}
# Functions of `code/` under their old names; those of triggers go with their triggers, and `code/` makes them all again.
FUNCTIONS = (
    "notify_workflow", "guard_workflow", "own_channel", "stop_channel", "touch", "keep_published_video", "is_gone",
    "measure_live", "asked_words", "words_said", "words_of", "learn_words", "enter", "tell", "tell_of_run",
    "tell_of_state", "tell_of_cost", "tell_of_connection", "tell_of_publication", "tell_of_edits", "tell_of_change",
    "tell_of_waiting", "tell_of_gap", "tell_of_alert", "tell_of_viral", "ask_for_rebuild",
)  # fmt: skip
REASONS = {
    "keptForReading": "allocatedToCollection",
    "keptForUploads": "allocatedToUploads",
    "takenBack": "cancelled",
    "waitsForReset": "waitingForQuotaReset",
    "notWhoItShouldBe": "wrongChannel",
    "editedAtYouTube": "remoteEditConflict",
    "uploadGone": "uploadSessionExpired",
    "videoGone": "videoMissing",
    "channelGone": "channelMissing",
}
ERRORS = (
    ("publications", "last_error"),
    ("publication_edits", "last_error"),
    ("channel_collections", "last_error"),
    ("channel_collections", "reports_error"),
)
# JSON with names of ours in it: what a run was asked for, what was decided about a video at YouTube, the doctor's report.
DOCUMENTS = """
    UPDATE core.runs SET request = request - 'again' || jsonb_build_object('allow_duplicate', request -> 'again')
    WHERE request ? 'again';
    UPDATE core.runs SET request = jsonb_set(request #- '{template,wording}', '{template,text}',
                                             request #> '{template,wording}')
    WHERE request #> '{template,wording}' IS NOT NULL;
    UPDATE core.publications SET remote_edits = (
        SELECT jsonb_object_agg(field, edit - 'theirs' || jsonb_build_object('remote', edit -> 'theirs'))
        FROM jsonb_each(remote_edits) AS edits(field, edit))
    WHERE remote_edits <> '{}';
    UPDATE core.publication_edits SET resolutions = (
        SELECT jsonb_object_agg(field, one - 'whose' || jsonb_build_object('side',
            CASE one ->> 'whose' WHEN 'ours' THEN 'local' ELSE 'remote' END))
        FROM jsonb_each(resolutions) AS decided(field, one))
    WHERE resolutions IS NOT NULL AND resolutions <> '{}';
    UPDATE core.maintenance_log SET details = jsonb_set(details, '{findings}', (
        SELECT coalesce(jsonb_agg(finding - 'found' - 'todo' || jsonb_build_object(
            'detail', finding -> 'found', 'remedy', finding -> 'todo',
            'status', CASE finding ->> 'status' WHEN 'problem' THEN 'critical' ELSE finding ->> 'status' END)
            ORDER BY place), '[]')
        FROM jsonb_array_elements(details -> 'findings') WITH ORDINALITY AS findings(finding, place)))
    WHERE jsonb_typeof(details -> 'findings') = 'array';
"""
# The queue's own triggers write events of it, and find its tables by a search path that is not ours.
JOBS = """
    ALTER TABLE jobs.procrastinate_jobs DISABLE TRIGGER USER;
    UPDATE jobs.procrastinate_jobs SET args = args - 'workflow_id' || jsonb_build_object('run_id', args -> 'workflow_id')
    WHERE task_name = 'production.run_step' AND args ? 'workflow_id';
    UPDATE jobs.procrastinate_jobs SET task_name = 'publishing.edit_publication',
        args = args - 'change_id' || jsonb_build_object('edit_id', args -> 'change_id')
    WHERE task_name = 'publishing.change_publication';
    ALTER TABLE jobs.procrastinate_jobs ENABLE TRIGGER USER;
"""
EDIT_CHECKS = {
    "kind": "kind IN ('update', 'deletion')",
    "status": "status IN ('awaiting_confirmation', 'planned', 'done', 'failed', 'conflict')",
    "confirmed": "kind = 'update' OR (status = 'awaiting_confirmation') = (confirmed_at IS NULL)",
    "awaiting_confirmation": "status <> 'awaiting_confirmation' OR kind = 'deletion' AND expires_at IS NOT NULL",
}


def upgrade() -> None:
    _drop_functions()
    for schema, tables in TABLES.items():
        for old, new in tables.items():
            _rename_table(schema, old, new)
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            _rename_column(table, old, new)
    _rename_values()
    op.execute(JOBS)


def _drop_functions() -> None:
    """Their triggers go with them. A database that is made just now has none of them yet."""
    found = _rows(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = ANY (:names)"
        " AND pronamespace IN ('core'::regnamespace, 'analytics'::regnamespace)",
        names=list(FUNCTIONS),
    )
    for (function,) in found:
        op.execute(f"DROP FUNCTION {function} CASCADE")
    if _rows("SELECT to_regclass('core.applied_code') WHERE to_regclass('core.applied_code') IS NOT NULL"):
        op.execute("DELETE FROM core.applied_code WHERE path = 'core/notify_workflow.sql'")


def _rename_table(schema: str, old: str, new: str) -> None:
    """The table, its partitions, those of it that lie in the archive, and what is called after them."""
    for where, table in list(_with_partitions(schema, old)):
        name = new + table.removeprefix(old)
        op.execute(f"ALTER TABLE {where}.{table} RENAME TO {name}")
        for constraint in _constraints(where, name, prefix=f"{table}_"):
            op.execute(
                f'ALTER TABLE {where}.{name} RENAME CONSTRAINT "{constraint}" TO "{name}{constraint[len(table) :]}"'
            )
        for index in _indexes(where, name, prefix=f"{table}_"):
            op.execute(f'ALTER INDEX {where}."{index}" RENAME TO "{name}{index[len(table) :]}"')


def _rename_column(table: str, old: str, new: str) -> None:
    schema, name = table.split(".")
    for where, relation in list(_with_partitions(schema, name)):
        # the parent's partitions follow it; those in the archive are tables of their own
        if relation == name or where != schema:
            op.execute(f"ALTER TABLE {where}.{relation} RENAME COLUMN {old} TO {new}")
    for constraint in _constraints(schema, name, prefix=f"{name}_{old}_"):
        renamed = f"{name}_{new}_{constraint.removeprefix(f'{name}_{old}_')}"
        op.execute(f'ALTER TABLE {table} RENAME CONSTRAINT "{constraint}" TO "{renamed}"')


def _with_partitions(schema: str, table: str) -> Iterator[tuple[str, str]]:
    yield from (
        (str(where), str(name))
        for where, name in _rows(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND (n.nspname = :schema AND c.relname = :name"
            " OR n.nspname IN (:schema, 'archive') AND c.relname ~ ('^' || :name || '_y[0-9]{4}[mw][0-9]{2}$'))"
            " ORDER BY c.relkind = 'r', 2",
            schema=schema,
            name=table,
        )
    )


def _constraints(schema: str, table: str, *, prefix: str) -> list[str]:
    """Those that are the table's own: an inherited one is called as its parent's."""
    found = _rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:relation AS regclass)"
        " AND starts_with(conname, :prefix) AND NOT (contype = 'c' AND coninhcount > 0)",
        relation=f"{schema}.{table}",
        prefix=prefix,
    )
    return [name for (name,) in found]


def _indexes(schema: str, table: str, *, prefix: str) -> list[str]:
    found = _rows(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = CAST(:relation AS regclass) AND starts_with(c.relname, :prefix)",
        relation=f"{schema}.{table}",
        prefix=prefix,
    )
    return [name for (name,) in found]


def _rename_values() -> None:
    """With the tables' triggers off: nothing happened, and nobody is to hear of it."""
    changed = ("runs", "publications", "publication_edits", "channel_collections", "system_alerts")
    for table in changed:
        op.execute(f"ALTER TABLE core.{table} DISABLE TRIGGER USER")
    for name in (*EDIT_CHECKS, "asked"):
        op.execute(f"ALTER TABLE core.publication_edits DROP CONSTRAINT IF EXISTS publication_edits_{name}_check")
    op.execute("ALTER TABLE core.system_alerts DROP CONSTRAINT system_alerts_severity_check")
    op.execute("UPDATE core.publication_edits SET kind = 'deletion' WHERE kind = 'removal'")
    op.execute("UPDATE core.publication_edits SET status = 'awaiting_confirmation' WHERE status = 'asked'")
    op.execute("UPDATE core.system_alerts SET severity = 'critical' WHERE severity = 'problem'")
    for name, condition in EDIT_CHECKS.items():
        _add_check("publication_edits", name, condition)
    _add_check("system_alerts", "severity", "severity IN ('warning', 'critical')")
    op.execute("ALTER INDEX core.run_logs_workflow_idx RENAME TO run_logs_run_idx")
    for table in ("run_steps", "publications", "channel_collections"):
        op.execute(f"ALTER TABLE core.{table} RENAME CONSTRAINT {table}_lease_token_check TO {table}_lease_check")
    op.drop_index("publication_edits_publication_id_key", "publication_edits", schema="core")
    op.create_index(
        "publication_edits_publication_id_key",
        "publication_edits",
        ["publication_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("status IN ('awaiting_confirmation', 'planned', 'conflict')"),
    )
    op.execute(DOCUMENTS)
    for old, new in REASONS.items():
        for table, column in ERRORS:
            op.execute(
                f"UPDATE core.{table} SET {column} = jsonb_set({column}, '{{reason}}', '\"{new}\"')"
                f" WHERE {column} ->> 'reason' = '{old}'"
            )
    for table in changed:
        op.execute(f"ALTER TABLE core.{table} ENABLE TRIGGER USER")


def _add_check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition, schema="core")


def _rows(statement: str, **parameters: object) -> list[tuple[str, ...]]:
    return [tuple(row) for row in op.get_bind().execute(sa.text(statement), parameters)]
