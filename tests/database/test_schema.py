"""Models, migrations and grants say the same thing."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool

from tests.conftest import Database
from ytempire.database.migrate import DatabaseTooNew, apply_code, bootstrap, current_revision, migrate
from ytempire.database.models import metadata
from ytempire.kit.database import conninfo
from ytempire.runtime.postgres import EmbeddedPostgres

PARTITION = re.compile(r"_y\d{4}[mw]\d\d$|^video_deltas_\d$")


def ours(name: str | None, kind: str, _parents: object) -> bool:
    if kind == "schema":
        return name in {"core", "analytics", "staging", "ml"}
    return not (kind == "table" and (name in {"alembic_version", "applied_code"} or PARTITION.search(name or "")))


def test_models_equal_migrated_schema(database: Database) -> None:
    engine = create_engine(database.owner_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_schemas": True, "include_name": ours, "version_table_schema": "core", "compare_type": True},
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrate_again_keeps_revision(database: Database) -> None:
    before = current_revision(database.owner_url)
    migrate(database.owner_url)
    assert current_revision(database.owner_url) == before


def test_bootstrap_again_is_safe(database: Database, postgres: EmbeddedPostgres) -> None:
    bootstrap(postgres.superuser_url, database.name)


def test_migrate_newer_database_is_refused(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("UPDATE core.alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(DatabaseTooNew, match="newer version of YTEMPIRE") as raised:
        migrate(database.owner_url)
    assert "YTEMPIRE_HOME" in str(raised.value.hint)


ANALYSTS = ["core/masked.sql", "core/masked_functions.sql"]


def test_apply_code_reapplies_changed_files(database: Database) -> None:
    assert apply_code(database.owner_url) == ["core/grants.sql"]
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("UPDATE core.applied_code SET sha256 = 'other' WHERE path LIKE '%notify%'")
    assert apply_code(database.owner_url) == ["production/notify_run.sql", *ANALYSTS, "core/grants.sql"]


@pytest.mark.parametrize("changed", ["core/masked.sql", "core/masked_functions.sql", "realtime/realtime.sql", "%"])
def test_apply_code_recreates_masked_views_when_sources_change(database: Database, changed: str) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("UPDATE core.applied_code SET sha256 = 'other' WHERE path LIKE %s", [changed])
    assert "core/masked_functions.sql" in apply_code(database.owner_url)
    with psycopg.connect(conninfo(database.app_url)) as connection:
        connection.execute("SET ROLE ytempire_analytics")
        connection.execute("SELECT FROM masked.realtime_metrics, masked.users")


def test_apply_code_after_migration_updates_masked_views(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("ALTER TABLE core.users ADD nickname text")
    assert apply_code(database.owner_url, migrated=True) == [*ANALYSTS, "core/grants.sql"]
    with psycopg.connect(conninfo(database.app_url)) as connection:
        connection.execute("SET ROLE ytempire_analytics")
        connection.execute("SELECT nickname FROM masked.users")


def test_foreign_keys_all_have_index(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        rows = connection.execute("""
            SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
            JOIN pg_namespace n ON n.oid = c.connamespace
            WHERE c.contype = 'f' AND n.nspname IN ('core', 'ml') AND NOT EXISTS (
                SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid
                AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)""").fetchall()
    assert rows == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core.cost_lines SET amount_usd = 0",
        "DELETE FROM core.cost_lines",
        "DELETE FROM core.run_logs",
        "DELETE FROM core.runs",
        "UPDATE core.alembic_version SET version_num = 'x'",
        "DROP TABLE core.videos",
        "CREATE TABLE core.mine (a int)",
        "SET ROLE ytempire_owner",
    ],
)
def test_application_role_privileged_statement_is_refused(database: Database, statement: str) -> None:
    with (
        psycopg.connect(conninfo(database.app_url)) as connection,
        pytest.raises(
            (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue),
        ),
    ):
        connection.execute(statement)


def test_new_id_grows_with_time(database: Database) -> None:
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as connection:
        made = [connection.execute("SELECT core.new_id()::text").fetchone() for _ in range(50)]
    values = [row[0] for row in made if row]
    assert values == sorted(values)
    assert all(value[14] == "7" for value in values)


def test_new_id_of_older_servers_is_uuid_version_7_that_grows_with_time(database: Database) -> None:
    source = Path(__file__).parents[2] / "src/ytempire/database/migrations/versions/2026_11_20_first_tables.py"
    statement = source.read_text().split('NEW_ID_BEFORE_18 = """')[1].split('"""')[0]
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute(statement.replace("core.new_id", "core.old_new_id"))
        row = connection.execute(
            "SELECT id::text, to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint"
            " / 1000.0) - clock_timestamp() FROM core.old_new_id() AS id"
        ).fetchone()
        made = [connection.execute("SELECT core.old_new_id()::text").fetchone() for _ in range(50)]
    values = [item[0] for item in made if item]
    assert values == sorted(values)
    assert row is not None
    assert row[0][14] == "7"
    assert row[0][19] in "89ab"
    assert abs(row[1].total_seconds()) < 5
