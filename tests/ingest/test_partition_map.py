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


async def test_partition_copy_of_new_events_runs_as_ingest_role(
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


async def test_partition_without_grant_is_written_through_parent(
    ingestor: Ingestor, ann: Measured, owner: Connection
) -> None:
    """As into a partition that somebody made by hand."""
    assert (await take(ingestor, ann, hours_ago(1))).inserted == 1
    owner.execute("REVOKE INSERT ON ALL TABLES IN SCHEMA analytics FROM ytempire_ingest")
    assert (await take(ingestor, ann, hours_ago(2), hours_ago(24 * 14))).inserted == 2


async def test_partition_bounds_assign_each_microsecond_once(
    ingestor: Ingestor, ann: Measured, owner: Connection
) -> None:
    split(owner)
    assert (await take(ingestor, ann, EDGE - US, EDGE, EDGE + US)).inserted == 3
    lies = "SELECT tableoid::regclass::text, count(*) FROM analytics.video_metrics GROUP BY 1"
    assert dict(owner.execute(lies).fetchall()) == {FIRST: 1, "analytics.later": 2}


@pytest.mark.parametrize("lower", ["MINVALUE", "'-infinity'"])
def test_partition_with_open_lower_bound_is_found(owner: Connection, writer: Connection, lower: str) -> None:
    split(owner, lower)
    assert found(PartitionMap(), writer, EDGE, EDGE - US) == [(FIRST, [1]), ("analytics.later", [0])]


def test_partition_map_reloads_changed_bounds(owner: Connection, writer: Connection) -> None:
    partition_map = PartitionMap()
    later = EDGE + timedelta(days=1)
    assert found(partition_map, writer, later) == [(FIRST, [0])]
    writer.commit()
    split(owner)
    assert found(partition_map, writer, later) == [("analytics.later", [0])]


def test_partition_in_use_by_writer_cannot_be_detached(owner: Connection, writer: Connection) -> None:
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


async def test_ingest_into_missing_partition_inserts_no_rows(
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
