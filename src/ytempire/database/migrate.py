"""Bring a database to the present state: bootstrap (as superuser, embedded only), migrations, re-applied code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine, pool

from ytempire.alerts.rules import AlertRule
from ytempire.database.catalog import catalog
from ytempire.database.code_files import code_files, is_for_analysts, is_grants
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.database.partitions.listing import ARCHIVE
from ytempire.kit.database import conninfo
from ytempire.kit.errors import YtempireError
from ytempire.kit.locks import Lock
from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains

PACKAGE_DIR = Path(__file__).parent
OWNER, APP, WORKER = "ytempire_owner", "ytempire_app", "ytempire_worker"
ETL, ANALYTICS, AUDIT = "ytempire_etl", "ytempire_analytics", "ytempire_audit"
INGEST = "ytempire_ingest"
# NOINHERIT: the application has an analyst's rights, and falls under an analyst's policies, only after SET ROLE.
# Nobody is a member of the audit role, and nobody can connect as it. What passes by policies is for COPY (grants.sql).
ROLES = {
    OWNER: "LOGIN",
    APP: "LOGIN NOINHERIT",
    WORKER: "LOGIN",
    ETL: "LOGIN",
    ANALYTICS: "LOGIN",
    AUDIT: "NOLOGIN",
    INGEST: "NOLOGIN BYPASSRLS",
}
SETTABLE_ROLES = (ANALYTICS, INGEST)
"""Whom the application acts as for a transaction, or for one statement."""
OWNERS_ROLES = ("pg_read_all_stats",)
"""By which the owner sees the snapshots of all sessions (`analytics.free_segments`), and the texts of slow queries."""
EXTENSIONS = ("vector", "btree_gist")  # vectors; exclusion constraints over text and ranges


class DatabaseTooNew(YtempireError):
    code = "database_too_new"


class BootstrapOutdated(YtempireError):
    """What `bootstrap` makes is of another version, and only a superuser can bring it up."""

    code = "bootstrap_outdated"


def bootstrap(superuser_url: str, database: str) -> None:
    """Create roles, database, extensions and the audit trail where they are missing. Safe to repeat; a superuser's.

    The trail is made here and not by a migration, because migrations cannot become the role that owns it.
    """
    with psycopg.connect(conninfo(superuser_url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_advisory_lock(%s, 0)", [int(Lock.BOOTSTRAP)]
        )  # roles are of the whole server: one at a time
        for role, attributes in ROLES.items():
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL("{} ROLE {} {}").format(
                    sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role), sql.SQL(attributes)
                )
            )
        for role in OWNERS_ROLES:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(OWNER)))
        for role in SETTABLE_ROLES:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(APP)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
            )
    with psycopg.connect(conninfo(superuser_url), dbname=database, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        _count_statements(connection)
        for schema in ("audit", "archive"):
            for statement in ("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", "ALTER SCHEMA {} OWNER TO {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(schema), sql.Identifier(AUDIT)))
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [int(Lock.BOOTSTRAP)])
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(AUDIT)))
            for file in _trail_files():
                connection.execute(file.read_bytes())
            connection.execute(sql.SQL("COMMENT ON SCHEMA audit IS {}").format(sql.Literal(_bootstrap_version())))


def _trail_files() -> list[Path]:
    return sorted((PACKAGE_DIR / "audit").glob("*.sql"))


def _bootstrap_version() -> str:
    made = (
        repr((ROLES, SETTABLE_ROLES, OWNERS_ROLES, EXTENSIONS)).encode(),
        *(file.read_bytes() for file in _trail_files()),
    )
    return f"sha256 {hashlib.sha256(b''.join(made)).hexdigest()}"


def _require_bootstrap(owner_url: str) -> None:
    """What bootstrap made is of this version: the owner could not tell before something fails."""
    with psycopg.connect(conninfo(owner_url)) as connection:
        present = connection.execute("SELECT obj_description(to_regnamespace('audit'), 'pg_namespace')").fetchone()
    if present != (_bootstrap_version(),):
        raise BootstrapOutdated(
            "Roles and audit trail of this database are of another version, and only a superuser can bring them up.",
            hint="Run `ytempire migrate` once with YTEMPIRE_DATABASE__SUPERUSER_URL set.",
        )


def _count_statements(connection: psycopg.Connection[Any]) -> None:
    """For the doctor's slow queries; only a server that loads the library at its start counts."""
    loaded = connection.execute("SHOW shared_preload_libraries").fetchone()
    if loaded is None or "pg_stat_statements" not in str(loaded[0]):
        return
    # named: on a database that is not new, the first schema of the search path is the queue's
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE_DIR / "migrations").replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(owner_url: str) -> None:
    """Apply what is missing, as the owner. Raises DatabaseTooNew for one of a later version, BootstrapOutdated."""
    config = _config(owner_url)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    present = current_revision(owner_url)
    if present is not None and present not in known:
        raise DatabaseTooNew(
            f"The data folder was last used by a newer version of YTEMPIRE (schema {present}).",
            hint="Install that version, or start with another folder: YTEMPIRE_HOME=/path/to/folder.",
        )
    _require_bootstrap(owner_url)
    command.upgrade(config, "head")
    apply_code(owner_url, migrated=current_revision(owner_url) != present)
    make_partitions(owner_url)


def make_partitions(owner_url: str) -> None:
    """Partitions ahead of the tables that go by time: one that was off for a season must not wait for maintenance.

    Those of the trail are made by bootstrap, as the role that owns it.
    """
    with psycopg.connect(conninfo(owner_url), autocommit=True) as connection:
        for card in catalog().values():
            if card.partition_key is not None and card.schema_name not in {"audit", ARCHIVE}:
                ensure_ahead(connection, card.table, period=card.partition_period)


def current_revision(owner_url: str) -> str | None:
    engine = create_engine(owner_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table_schema": "core"}).get_current_revision()


def apply_code(owner_url: str, *, migrated: bool = False, domains: Sequence[Domain] | None = None) -> list[str]:
    """Re-apply each file of code whose hash changed, and at the end the grants; returns what was applied.

    Domains that subscribe to facts, and their alert rules, are registered with it.

    Analysts' views and functions are made of tables and of other code: they follow whatever was `migrated` or applied.
    """
    applied: list[str] = []
    with psycopg.connect(conninfo(owner_url)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [int(Lock.APPLIED_CODE)])
        # a statement that waits for a lock holds up all that come after it: give up, and the next start tries again
        connection.execute("SET LOCAL lock_timeout = '5s'")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS core.applied_code (path text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = connection.execute("SELECT path, sha256 FROM core.applied_code").fetchall()
        before = {str(path): str(sha256) for path, sha256 in rows}
        for path, file in code_files(domains).items():
            body = file.read_bytes()
            sha256 = hashlib.sha256(body).hexdigest()
            # grants name all tables of a schema, so they follow every migration
            follows = is_grants(path) or (is_for_analysts(path) and (migrated or applied))
            if before.get(path) == sha256 and not follows:
                continue
            connection.execute(body)
            connection.execute(
                "INSERT INTO core.applied_code (path, sha256) VALUES (%s, %s)"
                " ON CONFLICT (path) DO UPDATE SET sha256 = EXCLUDED.sha256, applied_at = now()",
                [path, sha256],
            )
            applied.append(path)
        _register_subscribers(connection, registered_domains() if domains is None else domains)
        _register_alert_rules(connection, registered_domains() if domains is None else domains)
    return applied


def _register_subscribers(connection: psycopg.Connection[Any], domains: Sequence[Domain]) -> None:
    """Have every fact written for the domains that subscribe, and for no others."""
    names = [domain.name for domain in domains if domain.fact_subscriber is not None]
    connection.execute(
        "INSERT INTO core.outbox_subscribers (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [names]
    )
    for table, column in (("outbox_subscribers", "name"), ("outbox", "subscriber")):
        gone = sql.SQL("DELETE FROM core.{} WHERE NOT {} = ANY (%s)")
        connection.execute(gone.format(sql.Identifier(table), sql.Identifier(column)), [names])


def _register_alert_rules(connection: psycopg.Connection[Any], domains: Sequence[Domain]) -> None:
    """Bring the rules up to date; one that no domain declares goes, unless there are alerts of it."""
    rules: list[AlertRule] = [
        rule for domain in domains if domain.alert_rules is not None for rule in domain.resolve(domain.alert_rules)
    ]
    names = [rule.name for rule in rules]
    # those that nobody would close: of a rule that is gone, or that ends its alerts in another way now
    connection.execute(
        "UPDATE core.alerts SET closed_at = greatest(opened_at, now()) WHERE closed_at IS NULL AND rule <> ALL (%s)",
        [names],
    )
    for rule in rules:
        connection.execute(
            "UPDATE core.alerts a SET closed_at = greatest(a.opened_at, now()) FROM core.alert_rules r"
            " WHERE a.rule = %(name)s AND a.closed_at IS NULL AND r.name = a.rule"
            " AND (r.expires_after IS NULL) <> (%(expires_after)s::interval IS NULL)",
            vars(rule),
        )
        connection.execute(
            "INSERT INTO core.alert_rules AS r (name, severity, description, expires_after)"
            " VALUES (%(name)s, %(severity)s, %(description)s, %(expires_after)s)"
            " ON CONFLICT (name) DO UPDATE SET severity = EXCLUDED.severity, description = EXCLUDED.description,"
            " expires_after = EXCLUDED.expires_after"
            " WHERE (r.severity, r.description, r.expires_after) IS DISTINCT FROM"
            " (EXCLUDED.severity, EXCLUDED.description, EXCLUDED.expires_after)",
            vars(rule),
        )
    connection.execute(
        "DELETE FROM core.alert_rules r WHERE r.name <> ALL (%s)"
        " AND NOT EXISTS (SELECT FROM core.alerts a WHERE a.rule = r.name)",
        [names],
    )
