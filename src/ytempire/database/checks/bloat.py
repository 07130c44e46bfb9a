"""Estimate how much of tables and indexes is air, and check it against the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Connection, Limits, Target
from ytempire.database.checks.formats import format_size

# How many pages the rows would take if they lay close together: row and page headers, and the widths that ANALYZE saw.
TABLE_BLOAT = """
    SELECT c.oid::regclass::text, pg_relation_size(c.oid),
           (ceil(c.reltuples * (4 + ceil((24 + w.width) / 8) * 8) / ((8192 - 24) * f.fill)) * 8192)::bigint
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (SELECT coalesce((SELECT option_value::numeric / 100 FROM pg_options_to_table(c.reloptions)
                                         WHERE option_name = 'fillfactor'), 1) AS fill) f
    CROSS JOIN LATERAL (SELECT sum((1 - s.null_frac) * s.avg_width)::numeric AS width, count(*) AS known
                        FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname
                        AND NOT s.inherited) w
    WHERE c.relkind IN ('r', 'm') AND n.nspname = ANY (%s) AND c.reltuples > 0
      AND w.known = (SELECT count(*) FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"""
# The same for B-trees: 8 bytes of header and 4 of pointer an entry. Equal keys share an entry, so this errs high.
INDEX_BLOAT = """
    SELECT c.oid::regclass::text, pg_relation_size(c.oid),
           (ceil(c.reltuples * (12 + ceil(w.width / 8) * 8) / ((8192 - 40) * f.fill)) * 8192)::bigint
    FROM pg_class c
    JOIN pg_index i ON i.indexrelid = c.oid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL (SELECT coalesce((SELECT option_value::numeric / 100 FROM pg_options_to_table(c.reloptions)
                                         WHERE option_name = 'fillfactor'), 0.9) AS fill) f
    CROSS JOIN LATERAL (
        SELECT sum((1 - s.null_frac) * s.avg_width)::numeric AS width, count(s.attname) AS known
        FROM pg_attribute e
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[e.attnum - 1]
        LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND NOT s.inherited
            -- what an expression gives is known under the index's own name
            AND s.tablename = CASE WHEN a.attname IS NULL THEN c.relname ELSE t.relname END
            AND s.attname = coalesce(a.attname, e.attname)
        WHERE e.attrelid = c.oid) w
    WHERE c.relkind = 'i' AND i.indisvalid AND n.nspname = ANY (%s) AND c.reltuples > 0 AND w.known = i.indnatts"""


@dataclass(frozen=True)
class Bloated:
    """A table or an index of which much is air; sizes in bytes, `needed` estimated."""

    name: str  # as a statement must write it
    size: int
    needed: int

    @property
    def wasted_bytes(self) -> int:
        return self.size - self.needed


def bloated(connection: Connection, kind: Literal["table", "index"], limits: Limits) -> tuple[list[Bloated], int]:
    """Find those with more air than `limits`, the worst first; and how many had the statistics to be looked at."""
    rows = connection.execute(TABLE_BLOAT if kind == "table" else INDEX_BLOAT, [list(SCHEMAS)]).fetchall()
    relations = [
        relation
        for relation in (Bloated(*row) for row in rows)
        if relation.wasted_bytes >= limits.bloat_bytes and relation.wasted_bytes / relation.size >= limits.bloat_share
    ]
    return sorted(relations, key=lambda relation: -relation.wasted_bytes), len(rows)


def check_bloat(target: Target) -> Iterator[CheckResult]:
    """Estimate bloat from row widths and counts of the last ANALYZE; a table without them is not looked at."""
    tables, tables_looked_at = bloated(target.connection, "table", target.limits)
    indexes, indexes_looked_at = bloated(target.connection, "index", target.limits)
    for kind, relations, remedy in (
        ("table", tables, "When nobody needs it (it is locked meanwhile): VACUUM (FULL, ANALYZE) {}"),
        ("index", indexes, "Maintenance does it within a day, unless it is too large: REINDEX INDEX CONCURRENTLY {}"),
    ):
        for relation in relations:
            yield CheckResult(
                "bloat",
                "warning",
                f"The {kind} {relation.name} takes {format_size(relation.size)},"
                f" about {format_size(relation.wasted_bytes)} of it"
                f" ({relation.wasted_bytes / relation.size:.0%}) empty.",
                remedy.format(relation.name),
            )
    if not tables and not indexes:
        yield CheckResult(
            "bloat",
            "ok",
            f"None of {tables_looked_at + indexes_looked_at} tables and indexes with statistics is more than half"
            f" empty and over {format_size(target.limits.bloat_bytes)} of air.",
        )
