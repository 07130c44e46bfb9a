"""The partitions that new events are copied into: which, as whom, and none that is being taken off meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest

from tests.conftest import Database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from ytempire.ingest.ingestor import Ingestor, IngestReceipt, IngestRequest
from ytempire.ingest.partition_map import PartitionMap
from ytempire.kit.database import Sessions, conninfo

Connection = psycopg.Connection[Any]
EDGE = datetime(2025, 6, 2, tzinfo=UTC)  # a Monday
FIRST = "analytics.video_metrics_y2005w07"  # what happened before the installation began
US = timedelta(microseconds=1)
# says no to whoever else puts a row into a partition: COPY fires triggers too
ONLY_INGEST = """
CREATE FUNCTION public.only_ingest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'ytempire_ingest' THEN RAISE EXCEPTION 'put in by %', current_user; END IF;
    RETURN NEW;
END $$"""


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", videos=1)


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '300ms'")
        yield connection


@pytest.fixture
def writer(database: Database) -> Iterator[Connection]:
    """In a transaction, as one that copies."""
    with psycopg.connect(conninfo(database.app_url)) as connection:
        yield connection


def attach(owner: Connection, name: str, bounds: str) -> None:
    owner.execute(f"ALTER TABLE analytics.video_metrics ATTACH PARTITION {name} FOR VALUES {bounds}".encode())


def detach(owner: Connection, name: str, how: str = "") -> None:
    owner.execute(f"ALTER TABLE analytics.video_metrics DETACH PARTITION {name} {how}".encode())


def split(owner: Connection, lower: str = "'2005-02-14Z'") -> str:
    """The first partition ends at EDGE, and the next begins there, up to where the weeks begin. Its end."""
    [(end,)] = owner.execute(
        "SELECT (regexp_match(pg_get_expr(relpartbound, oid), $$TO \\((.+)\\)$$))[1] FROM pg_class"
        " WHERE oid = %s::regclass",
        [FIRST],
    ).fetchall()
    detach(owner, FIRST)
    owner.execute(f"CREATE TABLE analytics.later (LIKE {FIRST} INCLUDING ALL)".encode())
    attach(owner, FIRST, f"FROM ({lower}) TO ('{EDGE}')")
    attach(owner, "analytics.later", f"FROM ('{EDGE}') TO ({end})")
    owner.execute("GRANT INSERT ON analytics.later TO ytempire_ingest")
    return str(end)


def micro(*moments: datetime) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([(one - datetime(1970, 1, 1, tzinfo=UTC)) // US for one in moments], np.int64)


def found(
    partition_map: PartitionMap, connection: Connection, *moments: datetime
) -> list[tuple[str, list[int]]] | None:
    targets = partition_map.locate(connection, micro(*moments))
    return targets and [(partition.name, indices.tolist()) for partition, indices in targets]


async def take(ingestor: Ingestor, ann: Measured, *moments: datetime) -> IngestReceipt:
    [pair] = ann.pairs
    return await ingestor.ingest(
        IngestRequest(ndjson(*(event(*pair, one, views=3) for one in moments)), "api"), ann.subject
    )


async def test_new_events_are_put_into_partitions_by_the_role_for_it(
    ingestor: Ingestor, ann: Measured, owner: Connection
) -> None:
    owner.execute(ONLY_INGEST)
    owner.execute("""
        CREATE TRIGGER only_ingest BEFORE INSERT ON analytics.video_metrics
        FOR EACH ROW EXECUTE FUNCTION public.only_ingest()""")
    moments = [hours_ago(1), hours_ago(24 * 14), hours_ago(24 * 28)]
    assert (await take(ingestor, ann, *moments)).inserted == 3
    # one that was there is put by the parent, with the rights of whoever delivers
    with pytest.raises(psycopg.errors.RaiseException, match="put in by ytempire_app"):
        await take(ingestor, ann, hours_ago(2), moments[0])


async def test_without_a_grant_they_go_through_the_parent(ingestor: Ingestor, ann: Measured, owner: Connection) -> None:
    """As into a partition that somebody made by hand."""
    assert (await take(ingestor, ann, hours_ago(1))).inserted == 1
    owner.execute("REVOKE INSERT ON ALL TABLES IN SCHEMA analytics FROM ytempire_ingest")
    assert (await take(ingestor, ann, hours_ago(2), hours_ago(24 * 14))).inserted == 2


async def test_each_microsecond_is_of_one_partition(ingestor: Ingestor, ann: Measured, owner: Connection) -> None:
    split(owner)
    assert (await take(ingestor, ann, EDGE - US, EDGE, EDGE + US)).inserted == 3
    lies = "SELECT tableoid::regclass::text, count(*) FROM analytics.video_metrics GROUP BY 1"
    assert dict(owner.execute(lies).fetchall()) == {FIRST: 1, "analytics.later": 2}


@pytest.mark.parametrize("lower", ["MINVALUE", "'-infinity'"])
def test_an_open_end(owner: Connection, writer: Connection, lower: str) -> None:
    split(owner, lower)
    assert found(PartitionMap(), writer, EDGE, EDGE - US) == [(FIRST, [1]), ("analytics.later", [0])]


def test_bounds_that_changed_are_noticed(owner: Connection, writer: Connection) -> None:
    partition_map = PartitionMap()
    later = EDGE + timedelta(days=1)
    assert found(partition_map, writer, later) == [(FIRST, [0])]
    writer.commit()
    split(owner)
    assert found(partition_map, writer, later) == [("analytics.later", [0])]


def test_nothing_is_taken_off_while_a_writer_holds_it(owner: Connection, writer: Connection) -> None:
    partition_map = PartitionMap()
    assert found(partition_map, writer, EDGE) == [(FIRST, [0])]
    for how in ("", "CONCURRENTLY"):
        with pytest.raises(psycopg.errors.LockNotAvailable):
            detach(owner, FIRST, how)
    assert found(partition_map, writer, EDGE) is None  # it is being taken off
    writer.commit()
    assert found(partition_map, writer, EDGE) is None
    writer.commit()
    detach(owner, FIRST, "FINALIZE")


async def test_a_week_without_a_partition_leaves_nothing_behind(
    ingestor: Ingestor, ann: Measured, owner: Connection
) -> None:
    end = split(owner)
    detach(owner, "analytics.later")
    for _ in range(2):
        with pytest.raises(psycopg.errors.CheckViolation, match="no partition of relation"):
            await take(ingestor, ann, EDGE - US, EDGE)
        left = (
            "SELECT timestamp FROM analytics.video_metrics UNION ALL SELECT timestamp FROM analytics.later"
            " UNION ALL SELECT hour FROM analytics.video_hourly"
        )
        assert owner.execute(left).fetchall() == []
    attach(owner, "analytics.later", f"FROM ('{EDGE}') TO ({end})")
    assert (await take(ingestor, ann, EDGE - US, EDGE)).inserted == 2
