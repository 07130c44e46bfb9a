"""Check that the newest migration and every file of code was applied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from ytempire.database.checks.check import CheckResult, Target

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def check_migrations(target: Target) -> Iterator[CheckResult]:
    """Compare the version that the database is at with the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    row = target.connection.execute("SELECT version_num FROM core.alembic_version").fetchone()
    present = row[0] if row else None
    if present == newest:
        yield CheckResult("migrations", "ok", f"At {present}, the newest.")
    else:
        yield CheckResult(
            "migrations", "critical", f"At {present or 'none'}; the newest is {newest}.", "Run `ytempire migrate`."
        )


def check_applied_code(target: Target) -> Iterator[CheckResult]:
    """Compare the files of functions, views, policies and grants with the hashes of those that were applied."""
    rows = target.connection.execute("SELECT path, sha256 FROM core.applied_code").fetchall()
    applied = {str(path): str(sha256) for path, sha256 in rows}
    files = {path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in target.code.items()}
    remedy = "Run `ytempire migrate`; it applies what changed."
    wrong = False
    for path, sha256 in sorted(files.items()):
        if applied.get(path) != sha256:
            wrong = True
            difference = "was changed since it was applied" if path in applied else "was never applied"
            yield CheckResult("applied code", "critical", f"{path} {difference}.", remedy)
    for path in sorted(applied.keys() - files.keys()):
        wrong = True
        yield CheckResult(
            "applied code",
            "warning",
            f"{path} was applied and its file is gone; what it made is still there.",
            "Drop that in a migration, and its row in core.applied_code with it.",
        )
    if not wrong:
        yield CheckResult("applied code", "ok", f"{len(files)} files are applied as they are.")
