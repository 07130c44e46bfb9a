"""Rows that contradict each other are found, each kind by its own rule; a sound workspace has none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Database
from tests.production.factories import start
from ytempire.database.checks.check import Target
from ytempire.database.checks.invariants import check_invariants
from ytempire.database.invariants import INVARIANTS
from ytempire.kit import clock
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore

# Statements that break each rule, as somebody with too many rights could: triggers are off while they run.
BREAKS = {
    "A published video has costs.": "UPDATE core.videos SET status = 'published', published_at = now()",
    "A run is active only": "UPDATE core.channels SET status = 'suspended'",
    "A video that is generating": "UPDATE core.runs SET status = 'failed', completed_at = now()",
    "A completed run": "UPDATE core.runs SET status = 'completed', completed_at = now()",
    "A ready video": "UPDATE core.videos SET status = 'ready', duration_seconds = 1",
    "A settled reservation": """
        INSERT INTO core.cost_reservations (call_key, request_key, video_id, channel_id, run_id, step, attempt,
            service, item, max_usd, status)
        SELECT 'k', 'r', video_id, channel_id, id, 'voice', 1, 'speech', 'x', 1, 'settled' FROM core.runs""",
    "A line of the ledger": """
        INSERT INTO core.cost_lines (video_id, channel_id, run_id, step, attempt, service, item, outcome, usage,
            amount_usd, occurred_at)
        SELECT video_id, core.new_id(), id, 'voice', 1, 'speech', 'x', 'success', '{}', 1, now() FROM core.runs""",
    "The newest version": """
        INSERT INTO core.video_versions (video_id, version, channel_id, created_by, title, description, tags, script)
        SELECT id, 1, channel_id, 'run', 'other', '', '{}', '' FROM core.videos;
        UPDATE core.videos SET status = 'ready', duration_seconds = 1""",
    "A scheduled video": """
        UPDATE core.videos SET status = 'scheduled', scheduled_at = now() - interval '2 days'""",
    "An enabled second factor": """
        UPDATE core.users SET totp_secret = 'x', totp_confirmed_at = now() WHERE role = 'admin'""",
}


@pytest.fixture
async def owner(database: Database, sessions: Sessions, tmp_path: Path) -> Iterator[psycopg.Connection]:
    async with open_queue(database.app_url).open_async() as queue:
        await start(sessions, queue, ObjectStore(tmp_path / "objects"))
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        yield connection
        connection.rollback()


def target(database: Database, connection: psycopg.Connection) -> Target:
    return Target(connection, database.owner_url, clock.now())


def test_check_invariants_sound_workspace_is_ok(database: Database, owner: psycopg.Connection) -> None:
    assert [one.status for one in check_invariants(target(database, owner))] == ["ok"]


def test_check_invariants_every_rule_has_counterexample() -> None:
    assert all(any(one.description.startswith(rule) for rule in BREAKS) for one in INVARIANTS)


@pytest.mark.parametrize("rule", BREAKS)
def test_check_invariants_contradicting_row_is_named(database: Database, owner: psycopg.Connection, rule: str) -> None:
    for table in ("videos", "runs", "channels", "users", "cost_reservations", "cost_lines"):
        owner.execute(f"ALTER TABLE core.{table} DISABLE TRIGGER USER")  # type: ignore[arg-type]  # from the list above
    owner.execute(BREAKS[rule].encode())
    [finding] = [one for one in check_invariants(target(database, owner)) if one.detail.startswith(rule)]
    assert finding.status == "critical"
    assert " Not so: 01" in finding.detail  # the id of the row
    assert finding.remedy
