"""What a command says in a log while it waits: steps as they end, what goes on, and that the database is away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import procrastinate
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from tests.conftest import Database
from tests.production.conftest import queue, store
from tests.production.factories import start
from ytempire.cli.activity import Lines, activity, read_patiently
from ytempire.cli.progress import RunProgress
from ytempire.kit import clock
from ytempire.kit.database import Sessions, connect, conninfo, sessions_of
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.production import queries
from ytempire.runtime.postgres import EmbeddedPostgres

__all__ = ["queue", "store"]


async def test_activity_of_run_prints_each_step_with_progress(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore, capsys: pytest.CaptureFixture[str]
) -> None:
    started = await start(sessions, queue, store)
    async with sessions.begin() as session:
        run = await queries.get_run(session, started.id)
    research, script, *rest = run.steps
    done = replace(research, status="completed", attempts=1, seconds=Decimal(2), provider="reader")
    running = replace(script, status="running", attempts=1, started_at=clock.now())
    failed = replace(script, status="failed", attempts=1, seconds=Decimal(3), error={"message": "It broke."})
    with RunProgress(enabled=True, every_s=0) as progress:
        progress.show(run)
        progress.show(replace(run, steps=(done, running, *rest)))
        progress.show(replace(run, steps=(done, replace(running, progress=0.5), *rest)))
        progress.show(replace(run, steps=(done, failed, *rest)))
    first, begun, going_on, broken = capsys.readouterr().err.splitlines()
    assert (first, begun) == ("✓ research  2.0 s  reader", "▸ script …")
    assert going_on.startswith("▸ script, 50% … 0.0 s so far")
    assert broken == "✗ script  3.0 s  It broke."


def test_activity_is_printed_at_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(every_s=3600)
    for share in range(3):
        lines.say(f"Uploading, {share} %", kind="uploading")
    lines.say("YouTube is processing the video")
    assert capsys.readouterr().err.splitlines() == ["Uploading, 0 %", "YouTube is processing the video"]


def test_activity_with_json_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with activity("Starting …", enabled=False) as goes_on:
        goes_on.say("It goes on")
    assert capsys.readouterr() == ("", "")


async def test_command_without_database_waits_with_message(
    database: Database, postgres: EmbeddedPostgres, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = connect(database.app_url, pool_size=1)
    door = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(database.name)
    lines = Lines()

    class Opening:
        """Lets the database in again once it was said that it is away."""

        def say(self, text: str, *, kind: str | None = None) -> None:
            lines.say(text, kind=kind)
            admin.execute(door.format(name, sql.SQL("true")))

    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(door.format(name, sql.SQL("false")))
        async with asyncio.timeout(30):
            found = await read_patiently(
                sessions_of(engine, SYSTEM), lambda session: session.scalar(text("SELECT 1")), Opening()
            )
    await engine.dispose()
    assert found == 1
    assert capsys.readouterr().err.splitlines() == [
        "The database does not answer. Waiting for it …",
        "The database answers again.",
    ]
