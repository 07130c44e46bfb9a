"""Which answers a commit makes wrong: by what their snapshots see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Database
from ytempire.ingest.commit_notifications import CHANGED
from ytempire.insight import invalidation
from ytempire.insight.invalidation import InvalidationFeed, Snapshot
from ytempire.kit.database import conninfo

ONE, OTHER = uuid4(), uuid4()
TODAY = date(2026, 11, 26)
BEFORE, LONG_AGO = TODAY - timedelta(days=1), TODAY - timedelta(days=30)


@given(st.data())
def test_snapshot_sees_all_of_other_iff_superset(data: st.DataObject) -> None:
    def any_snapshot() -> Snapshot:
        end = data.draw(st.integers(3, 12))
        return Snapshot(end, frozenset(data.draw(st.sets(st.integers(3, end - 1) if end > 3 else st.nothing()))))

    def seen(snapshot: Snapshot) -> set[int]:
        return set(range(3, snapshot.end)) - snapshot.under_way

    one, other = any_snapshot(), any_snapshot()
    assert one.sees_all_of(other) == (seen(one) >= seen(other) and one.end >= other.end)
    assert Snapshot.parse(str(one)) == one


@pytest.fixture
async def changes(database: Database) -> AsyncIterator[InvalidationFeed]:
    one = InvalidationFeed(database.app_url)
    one.start()
    await until(lambda: one.is_current)
    yield one
    await one.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


def snapshot(connection: psycopg.Connection) -> Snapshot:
    row = connection.execute("SELECT pg_current_snapshot()::text").fetchone()
    assert row is not None
    return Snapshot.parse(row[0])


def commit(connection: psycopg.Connection, payload: str) -> None:
    """A transaction that writes, as one that commits events does."""
    with connection.transaction():
        connection.execute("SELECT pg_current_xact_id()")
        connection.execute("SELECT pg_notify(%s, %s)", [CHANGED, payload])


def naming(*channels: UUID) -> str:
    return saying(str(TODAY), [str(one) for one in channels])


def saying(since: str, channels: list[str] | None = None) -> str:
    return json.dumps({"channels": channels, "since": since})


async def test_validity_ends_for_changed_channel_until_newer_snapshot(
    changes: InvalidationFeed, database: Database
) -> None:
    with (
        psycopg.connect(conninfo(database.app_url), autocommit=True) as connection,
        psycopg.connect(conninfo(database.app_url)) as old,
    ):
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = snapshot(old)
        assert changes.is_valid_for(before, [ONE])
        assert changes.is_valid_for(before, None)
        commit(connection, naming(ONE))
        await until(lambda: not changes.is_valid_for(before, [ONE]))
        assert not changes.is_valid_for(before, None)
        assert not changes.is_valid_for(before, [OTHER, ONE])
        assert changes.is_valid_for(before, [OTHER])
        after = snapshot(connection)
        await until(lambda: changes.is_valid_for(after, [ONE]))
        assert changes.is_valid_for(after, None)
        assert not changes.is_valid_for(snapshot(old), [ONE])  # an answer of now with what was seen then
        commit(connection, saying(str(TODAY)))  # too many to name
        await until(lambda: not changes.is_valid_for(after, [OTHER]))
        commit(connection, "nonsense")
        last = snapshot(connection)
        await until(lambda: changes.is_valid_for(last, [ONE, OTHER]))


async def test_validity_of_days_before_changed_days_remains(
    changes: InvalidationFeed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalidation, "MAX_DELAY_S", 10)  # a busy machine does not make what is kept doubtful
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as connection:
        first = snapshot(connection)
        assert changes.is_valid_for_days(first, TODAY)
        commit(connection, saying(str(TODAY)))
        await until(lambda: not changes.is_valid_for_days(first, TODAY))
        assert changes.is_valid_for_days(first, BEFORE)
        second = snapshot(connection)
        await until(lambda: changes.is_valid_for_days(second, TODAY))
        commit(connection, saying(str(BEFORE), [str(ONE)]))
        await until(lambda: not changes.is_valid_for_days(second, BEFORE))
        assert not changes.is_valid_for_days(second, TODAY)
        assert changes.is_valid_for_days(first, LONG_AGO)
        third = snapshot(connection)
        await until(lambda: changes.is_valid_for_days(third, TODAY))
        commit(connection, saying(str(TODAY)))
        await until(lambda: not changes.is_valid_for_days(third, TODAY))
        assert changes.is_valid_for_days(third, BEFORE)
        assert not changes.is_valid_for_days(second, BEFORE)
        commit(connection, saying("no day"))
        await until(lambda: not changes.is_valid_for_days(first, LONG_AGO))


async def test_validity_while_disconnected_is_false_until_newer_snapshot(
    changes: InvalidationFeed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invalidation, "RECONNECT_S", 0.3)
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
        before = snapshot(connection)
        assert changes.is_valid_for(before, [ONE])
        with psycopg.connect(conninfo(database.app_url), autocommit=True) as same_role:
            same_role.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_current_snapshot%'"
                " AND usename = current_user"
            )
        await until(lambda: not changes.is_current)
        assert not changes.is_valid_for(before, [ONE])
        commit(connection, naming(ONE))  # unheard
        await until(lambda: changes.is_current)
        assert not changes.is_valid_for(before, [ONE])
        assert not changes.is_valid_for(before, [OTHER])
        assert not changes.is_valid_for_days(before, LONG_AGO)
        assert changes.is_valid_for(snapshot(connection), [ONE])


async def test_feed_with_silent_server_is_not_current(
    changes: InvalidationFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the network swallows the connection: nothing breaks, nothing comes."""
    assert changes.is_current

    async def never(connection: object, question: str) -> str:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(invalidation, "_query_value", never)
    await until(lambda: not changes.is_current)
