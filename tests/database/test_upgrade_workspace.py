"""A whole workspace of the version before comes up under the new names and loses nothing.

`tests/data/upgrade/2026-11-29.sql.xz` is a dump (`pg_dump --rows-per-insert=50`, comments and empty lines left out) of
the database of an installation of 2026-11-29 after `ytempire demo`, 200 events, an account with a second factor, an
invitation and two settings, with rows added for what only trouble makes: edits by hand, a conflict, a deletion that
waits for its confirmation, a publication that failed, an open alert, jobs that wait. Its keys stand below.
"""

from __future__ import annotations

import base64
import json
import lzma
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database
from ytempire.database.maintenance.endpoints import ReportOut
from ytempire.database.migrate import APP, OWNER, bootstrap, migrate
from ytempire.ingest.metrics import ROLLUPS
from ytempire.ingest.rollups import recount, stored_rows
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import connect, conninfo, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.key_rotation import reseal, sealed_columns
from ytempire.runtime.postgres import EmbeddedPostgres

DUMP = Path(__file__).parents[1] / "data/upgrade/2026-11-29.sql.xz"
KEYS = {"31870e7a": "JkmiVRzpLGgPeo1A9cu1bEwynZLp+CMragSCaBtE6So="}  # of that workspace alone
RENAMED = {
    "core.workflows": "core.runs",
    "core.workflow_steps": "core.run_steps",
    "core.workflow_logs": "core.run_logs",
    "core.workflow_artifacts": "core.run_artifacts",
    "core.costs": "core.cost_lines",
    "core.publication_changes": "core.publication_edits",
    "core.channel_measurements": "core.channel_collections",
    "core.outgoing_mails": "core.emails",
    "core.system_configuration": "core.setting_overrides",
    "core.youtube_quota": "core.quota_usage",
    "core.vocabulary": "core.search_vocabulary",
    "analytics.video_hours": "analytics.video_hourly",
    "analytics.video_days": "analytics.video_daily",
    "analytics.channel_hours": "analytics.channel_hourly",
    "analytics.daily_channel_metrics": "analytics.channel_daily",
    "analytics.daily_breakdowns": "analytics.video_breakdown_daily",
    "analytics.channel_breakdowns": "analytics.channel_breakdown_daily",
    "analytics.reported_daily": "analytics.daily_report_views",
    "analytics.ingest_parts": "analytics.ingest_batch_shards",
}
UNCHANGED = (
    "core.users",
    "core.sessions",
    "core.videos",
    "core.publications",
    "core.credentials",
    "core.video_counters",
    "analytics.video_metrics",
    "staging.quarantine",
    "audit.changes",
)
_OURS = """c.relnamespace = ANY (ARRAY['core', 'analytics', 'staging', 'ml', 'audit', 'archive']::regnamespace[])
        AND c.relname !~ '_y[0-9]{4}'"""
WAITS = """UPDATE core.publications SET last_error = '{"reason": "waitsForReset"}' WHERE marker = 'm2'"""
# Of the four kinds that there were: a budget, a viral video (now and long ago), and a channel without numbers.
ALERTS = """
    SET session_replication_role = replica;
    INSERT INTO core.cost_alerts (scope, subject, channel_id, kind, limit_usd, reached_usd, message)
        SELECT 'video', v.id, v.channel_id, 'stop', 3, 2.9, 'Three dollars.' FROM core.videos v ORDER BY v.id LIMIT 1;
    INSERT INTO analytics.viral_alerts (channel_id, video_id, told_at, quiet_until, hour_views)
        SELECT v.channel_id, v.id, at, at + interval '1 hour', 12345
        FROM (SELECT * FROM core.videos ORDER BY id LIMIT 1) v, unnest(ARRAY[now(), now() - interval '5 days']) AS at;
    INSERT INTO core.measurement_gaps (channel_id, since, until, reason, told_at)
        SELECT id, '2026-11-01T12:00Z', '2026-11-02T12:00Z', 'Busy.', '2026-11-02T00:30Z' FROM core.channels
        ORDER BY id LIMIT 1;
    DELETE FROM core.measurement_gaps WHERE until IS NULL;
    INSERT INTO core.measurement_gaps (channel_id, since, reason, told_at)
        SELECT id, '2026-11-03T12:00Z', 'Off.', '2026-11-04T00:30Z' FROM core.channels ORDER BY id LIMIT 1;
    INSERT INTO core.notifications (user_id, kind, severity, title)
        SELECT id, 'cost_stop', 'error', 'Before the upgrade' FROM core.users ORDER BY id LIMIT 1;
"""
MADE = f"""
    SELECT 'relation', c.oid::regclass::text FROM pg_class c WHERE {_OURS} AND c.relkind <> 'S'
    UNION ALL SELECT 'constraint', c.oid::regclass || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {_OURS}
    UNION ALL SELECT 'index', pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {_OURS}
    UNION ALL SELECT 'trigger', pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE {_OURS} AND NOT t.tgisinternal
    UNION ALL SELECT 'function', pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = ANY (ARRAY['core', 'analytics', 'audit']::regnamespace[]) AND p.prokind = 'f'
    UNION ALL SELECT 'policy', c.oid::regclass || ' ' || p.polname || ' ' || p.polcmd::text
            || coalesce(pg_get_expr(p.polqual, c.oid), '') || coalesce(pg_get_expr(p.polwithcheck, c.oid), '')
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE {_OURS}
"""


@pytest.fixture(scope="module")
def name(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The dump, restored as its superuser; roles are there already."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(conninfo(postgres.superuser_url)) as admin:
        if admin.info.server_version < 180_000:
            pytest.skip("the dump is of PostgreSQL 18, and none goes back")
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        with psycopg.connect(conninfo(postgres.superuser_url), dbname=name) as restored:
            restored.execute(lzma.decompress(DUMP.read_bytes()))
            restored.execute(WAITS)
            restored.execute(ALERTS)
        yield name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def counts(postgres: EmbeddedPostgres, name: str) -> dict[str, int]:
    """How many rows each table had, by its old name."""
    with psycopg.connect(conninfo(postgres.superuser_url), dbname=name) as before:
        return {table: _count(before, table) for table in (*RENAMED, *UNCHANGED)}


@pytest.fixture(scope="module")
def upgraded(postgres: EmbeddedPostgres, name: str, counts: dict[str, int]) -> Iterator[psycopg.Connection]:
    """The workspace after what `ytempire up` does to it; as the superuser, who sees all."""
    bootstrap(postgres.superuser_url, name)
    migrate(postgres.url(OWNER, name))
    with psycopg.connect(conninfo(postgres.superuser_url), dbname=name, autocommit=True) as after:
        yield after


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))).fetchone()
    assert row is not None
    return int(row[0])


def test_upgrade_workspace_keeps_row_counts(upgraded: psycopg.Connection, counts: dict[str, int]) -> None:
    assert {table: _count(upgraded, RENAMED.get(table, table)) for table in counts} == counts
    assert all(counts[table] for table in ("core.workflows", "core.costs", "analytics.video_hours", "core.users"))


def test_upgrade_workspace_schema_equals_new_database(upgraded: psycopg.Connection, database: Database) -> None:
    """Tables, constraints, indexes, triggers, functions and policies: the same, and nothing of an old name is left."""
    with psycopg.connect(conninfo(database.owner_url)) as fresh:
        assert set(upgraded.execute(MADE).fetchall()) == set(fresh.execute(MADE).fetchall())


def test_upgrade_workspace_rollups_equal_recount(upgraded: psycopg.Connection) -> None:
    for rollup in ROLLUPS:
        counted = upgraded.execute(recount(rollup, "true").encode()).fetchall()
        stored = upgraded.execute(stored_rows(rollup, "true").encode()).fetchall()
        assert counted
        assert sorted(counted) == sorted(stored)


async def test_upgrade_workspace_envelopes_can_be_opened_and_resealed(
    upgraded: psycopg.Connection, postgres: EmbeddedPostgres, name: str
) -> None:
    """Each is opened, and sealed again with another key, as a rotation of keys does."""
    keys = KeyRing.from_text(
        json.dumps({"current": "b1", "keys": {**KEYS, "b1": base64.b64encode(bytes(32)).decode()}})
    )
    engine = connect(postgres.url(APP, name), pool_size=1)
    result = await reseal(sessions_of(engine, SYSTEM), keys)
    await engine.dispose()
    assert result.failed == []
    assert {title for title, count in result.done.items() if count} == {column.title for column in sealed_columns()}


def test_upgrade_workspace_json_documents_use_new_keys(upgraded: psycopg.Connection) -> None:
    [(request,)] = upgraded.execute("SELECT request FROM core.runs WHERE idempotency_key = 'a key'").fetchall()
    assert (request["allow_duplicate"], request["template"]["text"]["title"]) == (True, "{title}")
    assert "again" not in request
    assert "wording" not in request["template"]
    edits = upgraded.execute("SELECT remote_edits FROM core.publications WHERE remote_edits <> '{}'").fetchall()
    assert edits == [({"title": {"remote": "By hand", "shown": "By hand"}},)]
    [(resolutions,)] = upgraded.execute("SELECT resolutions FROM core.publication_edits WHERE status = 'conflict'")
    assert resolutions == {
        "licence": {"side": "local", "seen": "creativeCommon"},
        "tags": {"side": "remote", "seen": ["a"]},
    }
    states = upgraded.execute("SELECT kind, status FROM core.publication_edits ORDER BY kind").fetchall()
    assert states == [("deletion", "awaiting_confirmation"), ("update", "conflict")]
    waiting = "SELECT last_error ->> 'reason', retry_count, attempt_number FROM core.publications WHERE marker = 'm2'"
    assert upgraded.execute(waiting).fetchall() == [("waitingForQuotaReset", 0, 4)]
    assert upgraded.execute("SELECT severity, message FROM core.alerts WHERE key = 'k'").fetchall() == [
        ("critical", "do this")
    ]


def test_upgrade_workspace_merges_four_kinds_of_alerts(upgraded: psycopg.Connection) -> None:
    [(video, title)] = upgraded.execute("SELECT id::text, title FROM core.videos ORDER BY id LIMIT 1").fetchall()
    found = upgraded.execute(
        "SELECT rule, key, severity, title, message, closed_at IS NULL, expires_at - opened_at"
        " FROM core.alerts WHERE rule <> 'database_check_failed' ORDER BY rule, opened_at"
    ).fetchall()
    channel = upgraded.execute("SELECT id::text FROM core.channels ORDER BY id LIMIT 1").fetchall()[0][0]
    viral = (video, "success", f"“{title}” goes viral", "About 12,345 views in the last hour.")
    name = upgraded.execute("SELECT name FROM core.channels ORDER BY id LIMIT 1").fetchall()[0][0]
    late = [f"No numbers of “{name}” have come from YouTube since 2026-11-0{day} 12:00 UTC" for day in (1, 3)]
    hints = [f"{reason} What is missing now comes with the next reading." for reason in ("Busy.", "Off.")]
    stop = ("A cost limit stopped a paid call", "Three dollars.")
    assert found == [
        ("collection_late", channel, "warning", late[0], hints[0], False, None),
        ("collection_late", channel, "warning", late[1], hints[1], True, None),
        ("cost_stop", f"video/{video}", "critical", *stop, True, timedelta(days=32)),
        ("video_viral", *viral, False, timedelta(hours=1)),
        ("video_viral", *viral, True, timedelta(hours=1)),
    ]
    notification = "SELECT severity FROM core.notifications WHERE title = 'Before the upgrade'"
    assert upgraded.execute(notification).fetchall() == [("critical",)]


def test_upgrade_workspace_doctor_report_is_readable(upgraded: psycopg.Connection) -> None:
    """The page of the database reads it as this version writes it."""
    [(started_at, details)] = upgraded.execute(
        "SELECT started_at, details FROM core.maintenance_log WHERE details ? 'findings' ORDER BY started_at LIMIT 1"
    ).fetchall()
    report = ReportOut.model_validate({"checked_at": started_at, **details})
    assert report.findings[0].detail == "At 2026_11_29_edits_at_youtube, the newest."


def test_upgrade_workspace_pending_jobs_use_new_task_names(upgraded: psycopg.Connection) -> None:
    jobs = upgraded.execute(
        "SELECT task_name, array(SELECT jsonb_object_keys(args) ORDER BY 1) FROM jobs.procrastinate_jobs"
        " WHERE scheduled_at > now() ORDER BY 1"
    ).fetchall()
    assert jobs == [("production.run_step", ["run_id", "step"]), ("publishing.edit_publication", ["edit_id"])]
