"""The partitions of the series, into which new events are copied: which events go into which.

What is known of a partition is kept, and only of those that are needed it is asked whether it is still so: to read the
bounds of two years of partitions takes as long as to write a thousand events.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import psycopg

from ytempire.ingest.breakdowns import Numbers, RowIndices

Connection = psycopg.Connection[tuple[Any, ...]]

# Nobody who takes a partition off is done with it before this transaction ends (`partitions.retire`).
_LOCK_SERIES = b"LOCK TABLE ONLY analytics.video_metrics IN ROW EXCLUSIVE MODE"
# Those that may be copied into. What is being taken off is none any more.
_ATTACHED = """
SELECT inhrelid::bigint AS oid, format('%%I.%%I', nspname, relname) AS name,
       pg_get_expr(relpartbound, inhrelid) AS bound
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE inhparent = 'analytics.video_metrics'::regclass AND NOT inhdetachpending
  AND has_table_privilege('ytempire_ingest', inhrelid, 'INSERT')"""
_STILL_ATTACHED = f"{_ATTACHED} AND inhrelid = ANY (%s::oid[])".encode()


def _micro(edge: str) -> str:
    """Microseconds since 1970; null for MINVALUE, MAXVALUE and infinity."""
    moment = f"btrim({edge}, '''')::timestamptz"
    return (
        f"CASE WHEN {edge} LIKE '''%%' THEN CASE WHEN isfinite({moment})"
        f" THEN (extract(epoch FROM {moment}) * 1000000)::bigint END END"
    )


_ALL = rf"""
SELECT oid, name, bound, {_micro("edges[1]")}, {_micro("edges[2]")}
FROM ({_ATTACHED}) AS partition, regexp_match(bound, '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') AS edges
WHERE edges IS NOT NULL""".encode()  # noqa: S608  # constants


class TargetPartition(NamedTuple):
    """From `lower` on and before `upper`, microseconds since 1970; None: it has no such end."""

    oid: int
    name: str
    bound: str
    lower: int | None
    upper: int | None

    def row_indices(self, at_us: Numbers) -> RowIndices:
        inside = np.ones(len(at_us), bool)
        if self.lower is not None:
            inside &= at_us >= self.lower
        if self.upper is not None:
            inside &= at_us < self.upper
        return np.flatnonzero(inside)


class PartitionMap:
    """What is known of the partitions. Threads may share it."""

    def __init__(self) -> None:
        self._known: tuple[TargetPartition, ...] = ()

    def locate(self, connection: Connection, at_us: Numbers) -> list[tuple[TargetPartition, RowIndices]] | None:
        """Each that has some of these times, and where those are; None: they are not for all of them.

        They stay what they are until the transaction ends.
        """
        connection.execute(_LOCK_SERIES, prepare=True)
        targets = self._lookup(at_us)
        if targets is None or not _are_unchanged(connection, [partition for partition, _ in targets]):
            self._known = tuple(TargetPartition(*row) for row in connection.execute(_ALL, [], prepare=True).fetchall())
            targets = self._lookup(at_us)
        return targets

    def _lookup(self, at_us: Numbers) -> list[tuple[TargetPartition, RowIndices]] | None:
        targets = [
            (partition, row_indices) for partition in self._known if len(row_indices := partition.row_indices(at_us))
        ]
        return targets if sum(len(row_indices) for _, row_indices in targets) == len(at_us) else None


def _are_unchanged(connection: Connection, partitions: list[TargetPartition]) -> bool:
    rows = connection.execute(_STILL_ATTACHED, [[partition.oid for partition in partitions]], prepare=True).fetchall()
    return set(rows) == {partition[:3] for partition in partitions}
