"""The partitions of the series, into which new events are copied: which events go into which.

What is known of a partition is kept, and only of those that are needed it is asked whether it is still so: to read the
bounds of two years of partitions takes as long as to write a thousand events.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import psycopg

from ytempire.analytics.breakdowns import Numbers, Places

Connection = psycopg.Connection[tuple[Any, ...]]

# Nobody who takes a partition off is done with it before this transaction ends (`partitions.retire`).
_HOLD = b"LOCK TABLE ONLY analytics.video_metrics IN ROW EXCLUSIVE MODE"
# Those that may be copied into. What is being taken off is none any more.
_ATTACHED = """
SELECT inhrelid::bigint AS oid, format('%%I.%%I', nspname, relname) AS name,
       pg_get_expr(relpartbound, inhrelid) AS bound
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE inhparent = 'analytics.video_metrics'::regclass AND NOT inhdetachpending
  AND has_table_privilege('ytempire_ingest', inhrelid, 'INSERT')"""
_STILL = f"{_ATTACHED} AND inhrelid = ANY (%s::oid[])".encode()


def _micro(edge: str) -> str:
    """Microseconds since 1970; null for MINVALUE, MAXVALUE and infinity."""
    moment = f"btrim({edge}, '''')::timestamptz"
    return (
        f"CASE WHEN {edge} LIKE '''%%' THEN CASE WHEN isfinite({moment})"
        f" THEN (extract(epoch FROM {moment}) * 1000000)::bigint END END"
    )


_ALL = rf"""
SELECT oid, name, bound, {_micro("edges[1]")}, {_micro("edges[2]")}
FROM ({_ATTACHED}) AS leaf, regexp_match(bound, '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') AS edges
WHERE edges IS NOT NULL""".encode()  # noqa: S608  # constants


class Leaf(NamedTuple):
    """From `lower` on and before `upper`, microseconds since 1970; None: it has no such end."""

    oid: int
    name: str
    bound: str
    lower: int | None
    upper: int | None

    def places(self, at_us: Numbers) -> Places:
        inside = np.ones(len(at_us), bool)
        if self.lower is not None:
            inside &= at_us >= self.lower
        if self.upper is not None:
            inside &= at_us < self.upper
        return np.flatnonzero(inside)


class Leaves:
    """What is known of the partitions. Threads may share it."""

    def __init__(self) -> None:
        self._known: tuple[Leaf, ...] = ()

    def of(self, connection: Connection, at_us: Numbers) -> list[tuple[Leaf, Places]] | None:
        """Each that has some of these times, and where those are; None: they are not for all of them.

        They stay what they are until the transaction ends.
        """
        connection.execute(_HOLD, prepare=True)
        found = self._find(at_us)
        if found is None or not _still(connection, [leaf for leaf, _ in found]):
            self._known = tuple(Leaf(*row) for row in connection.execute(_ALL, [], prepare=True).fetchall())
            found = self._find(at_us)
        return found

    def _find(self, at_us: Numbers) -> list[tuple[Leaf, Places]] | None:
        found = [(leaf, places) for leaf in self._known if len(places := leaf.places(at_us))]
        return found if sum(len(places) for _, places in found) == len(at_us) else None


def _still(connection: Connection, leaves: list[Leaf]) -> bool:
    rows = connection.execute(_STILL, [[leaf.oid for leaf in leaves]], prepare=True).fetchall()
    return set(rows) == {leaf[:3] for leaf in leaves}
