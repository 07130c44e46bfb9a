"""`ytempire migrate` on a server of one's own: the first time with a superuser, later without."""

from __future__ import annotations

import os
import subprocess
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.forked_process import ytempire
from ytempire.database.migrate import APP, OWNER
from ytempire.kit.database import conninfo
from ytempire.runtime.postgres import EmbeddedPostgres


def run(**given: str) -> subprocess.CompletedProcess[str]:
    return ytempire("migrate", environment={**os.environ, **given}, timeout=100)


def test_migrate_needs_superuser_for_roles_and_audit_only_when_outdated(postgres: EmbeddedPostgres) -> None:
    name = f"test_{uuid4().hex[:12]}"
    owner = {"YTEMPIRE_DATABASE__OWNER_URL": postgres.url(OWNER, name)}
    try:
        first = run(**owner, YTEMPIRE_DATABASE__SUPERUSER_URL=postgres.superuser_url)
        assert first.returncode == 0, first.stderr
        assert run(**owner).returncode == 0
        with psycopg.connect(conninfo(postgres.superuser_url), dbname=name) as admin:
            admin.execute("COMMENT ON SCHEMA audit IS 'of an earlier version'")
        outdated = run(**owner)
        assert outdated.returncode == 1
        assert "Roles and audit trail of this database are of another version" in outdated.stderr
        assert "YTEMPIRE_DATABASE__SUPERUSER_URL" in outdated.stderr
        with psycopg.connect(conninfo(postgres.url(APP, name))) as connection:
            assert connection.execute("SELECT count(*) FROM core.users").fetchone() == (0,)  # nobody was named
    finally:
        with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def test_migrate_without_owner_url_names_variable() -> None:
    done = run()
    assert done.returncode != 0
    assert "YTEMPIRE_DATABASE__OWNER_URL" in done.stdout + done.stderr
