"""The sandbox's state: one SQLite file, and a folder of uploaded bytes beside it.

One process has it open, on one connection, from one event loop. No transaction waits for anything, so transactions
follow one another without a lock of ours. WAL with `synchronous=FULL`: what was committed stays after kill -9.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ytempire.kit.errors import Conflict

Row = sqlite3.Row
DATABASE = "sandbox.sqlite"
ALPHABET = string.ascii_letters + string.digits + "-_"

# Times are seconds since 1970 in the sandbox's clock, except those that say `real`.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, client_id TEXT NOT NULL UNIQUE, secret_hash TEXT NOT NULL,
    api_key_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('installed', 'web')),
    mode TEXT NOT NULL CHECK (mode IN ('testing', 'production')), audited INTEGER NOT NULL,
    redirect_uris TEXT NOT NULL, quotas TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS channels (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE, country TEXT NOT NULL, subscribers INTEGER NOT NULL, monetized INTEGER NOT NULL,
    created_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    hash TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects, channel_id TEXT NOT NULL REFERENCES channels,
    scopes TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT, challenge_method TEXT, offline INTEGER NOT NULL,
    expires_real REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects, channel_id TEXT NOT NULL REFERENCES channels,
    scopes TEXT NOT NULL, refresh_hash TEXT UNIQUE, expires_at REAL, revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS access_tokens (
    hash TEXT PRIMARY KEY, grant_id INTEGER NOT NULL REFERENCES grants, scopes TEXT NOT NULL, expires_real REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, operation TEXT NOT NULL, project_id TEXT NOT NULL REFERENCES projects,
    channel_id TEXT NOT NULL REFERENCES channels, parameters TEXT NOT NULL, body TEXT NOT NULL,
    content_type TEXT NOT NULL, total INTEGER, target_id TEXT NOT NULL, created_at REAL NOT NULL, completed_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_channel ON sessions (channel_id, operation, created_at);
CREATE TABLE IF NOT EXISTS videos (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, channel_id TEXT NOT NULL REFERENCES channels,
    session_id TEXT NOT NULL UNIQUE REFERENCES sessions, snippet TEXT NOT NULL, status TEXT NOT NULL,
    locked INTEGER NOT NULL, uploaded_at REAL NOT NULL, processed_at REAL NOT NULL, listed_at REAL NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('processed', 'failed', 'rejected')), reason TEXT,
    quality REAL NOT NULL, audience INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    duration_s REAL NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, thumbnail_at REAL, deleted_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS videos_by_channel ON videos (channel_id, number);
CREATE TABLE IF NOT EXISTS exposures (
    video_id TEXT NOT NULL REFERENCES videos (id), begins REAL NOT NULL, ends REAL, PRIMARY KEY (video_id, begins)
) STRICT;
CREATE TABLE IF NOT EXISTS captions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, video_id TEXT NOT NULL REFERENCES videos (id),
    language TEXT NOT NULL, name TEXT NOT NULL, draft INTEGER NOT NULL, session_id TEXT NOT NULL REFERENCES sessions,
    updated_at REAL NOT NULL, UNIQUE (video_id, language, name)
) STRICT;
CREATE TABLE IF NOT EXISTS playlists (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, channel_id TEXT NOT NULL REFERENCES channels,
    title TEXT NOT NULL, description TEXT NOT NULL, privacy TEXT NOT NULL, created_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS playlist_items (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    playlist_id TEXT NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES videos (id), added_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS quota_used (
    project_id TEXT NOT NULL REFERENCES projects, day TEXT NOT NULL, bucket TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (project_id, day, bucket)
) STRICT;
CREATE TABLE IF NOT EXISTS calls (
    operation TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (operation, outcome)
) STRICT;
CREATE TABLE IF NOT EXISTS fault_rules (
    id INTEGER PRIMARY KEY, operation TEXT NOT NULL, kind TEXT NOT NULL, probability REAL NOT NULL, remaining INTEGER,
    after_bytes INTEGER NOT NULL, seconds REAL NOT NULL, happened INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


# What later versions added to a table; folders that an earlier one made get it too. JSON, what a part may hold beside.
_ADDED = {"videos": "extras", "playlists": "extras"}


class Store:
    def __init__(self, folder: Path, *, seed: int) -> None:
        self.media = folder / "media"
        _keep_to_ourselves(folder, self.media)
        self._lock = _locked(folder)
        # the thread that makes it may not be the one that serves it; only one of them ever uses it at a time
        self._connection = sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        for table, column in _ADDED.items():
            if column not in {row["name"] for row in self.all(f"PRAGMA table_info({table})")}:
                self.run(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '{{}}'")
        self.seed = int(self.get_meta("seed", str(seed)))

    def close(self) -> None:
        self._connection.close()
        self._lock.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Within another it is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, sql: str, **values: Any) -> int:
        """How many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def one(self, sql: str, **values: Any) -> Row | None:
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, **values: Any) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def insert(self, table: str, **values: Any) -> None:
        columns = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", **values)  # noqa: S608  # names are our own

    def update(self, table: str, key: str, value: Any, **values: Any) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self.run(f"UPDATE {table} SET {changes} WHERE {key} = :the_key", the_key=value, **values)  # noqa: S608  # same

    def get_meta(self, name: str, default: str) -> str:
        """A single value that must stay as it was first given, or as `set_fact` changed it."""
        row = self.one("SELECT value FROM facts WHERE name = :name", name=name)
        if row is not None:
            return str(row["value"])
        self.set_meta(name, default)
        return default

    def set_meta(self, name: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO facts VALUES (:name, :value)", name=name, value=value)

    def next_number(self, name: str) -> int:
        with self.transaction():
            number = int(self.get_meta(f"number.{name}", "0")) + 1
            self.set_meta(f"number.{name}", str(number))
        return number

    def next_id(self, kind: str, *, prefix: str, length: int) -> str:
        """An id as YouTube's look, which says by its first letters that it is not one of theirs.

        It follows from the seed and from how many there were, so that a demonstration can be repeated.
        """
        digest = hashlib.sha512(f"{self.seed} {kind} {self.next_number(kind)}".encode()).digest()
        return prefix + "".join(ALPHABET[byte % 64] for byte in digest[: length - len(prefix)])

    def count_call(self, operation: str, outcome: str) -> None:
        self.run(
            "INSERT INTO calls VALUES (:operation, :outcome, 1)"
            " ON CONFLICT (operation, outcome) DO UPDATE SET count = count + 1",
            operation=operation,
            outcome=outcome,
        )


def _keep_to_ourselves(folder: Path, media: Path) -> None:
    """Make the folders and the database's file so that nobody else may read them, also what an earlier version made.

    Files that SQLite makes beside its database have the modes of that.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    media.mkdir(mode=0o700, exist_ok=True)
    for file in (folder / "lock", folder / DATABASE):
        file.touch(mode=0o600)
    for path in (folder / "lock", *folder.glob(f"{DATABASE}*"), media, *media.iterdir()):
        path.chmod(path.stat().st_mode & 0o700)


def write_private(file: Path, content: bytes) -> None:
    """Write a file that nobody else may read."""
    file.touch(mode=0o600)
    file.write_bytes(content)


def _locked(folder: Path) -> TextIO:
    """The folder's lock, which the kernel takes back however its holder ends. Raises Conflict where somebody has it."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise Conflict(f"Another sandbox serves {folder}.", hint="Stop it, or give another folder.") from error
    return lock


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
