"""Check the catalog's cards against the tables, views and columns of the database."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.partitions.listing import ARCHIVE


def check_catalog(target: Target) -> Iterator[CheckResult]:
    """Compare cards with tables, views and columns, both ways. An archived partition belongs to its parent's card."""
    rows = target.connection.execute(
        """
        SELECT n.nspname, c.relname, c.relkind IN ('v', 'm'),
               array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL),
               array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname = ANY (%s)
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        GROUP BY c.oid, n.nspname, c.relname, c.relkind""",
        [[*SCHEMAS, *(card.schema_name for card in target.cards.values() if card.is_whole_schema)]],
    ).fetchall()
    whole = {card.schema_name for card in target.cards.values() if card.is_whole_schema}
    archivable = {card.name for card in target.cards.values() if card.partition_key is not None}
    present: dict[str, tuple[bool, dict[str, str]]] = {}
    for schema, name, is_view, columns, types in rows:
        if schema in whole or (schema == ARCHIVE and name.rpartition("_y")[0] in archivable):
            continue
        present[f"{schema}.{name}"] = (is_view, dict(zip(columns or [], types or [], strict=True)))
    differences: list[str] = []
    for table, (is_view, there) in present.items():
        card = target.cards.get(table)
        if card is None:
            differences.append(f"{table} has no card.")
            continue
        if is_view != (card.kind == "view"):
            differences.append(f"{table} is a {'view' if is_view else 'table'}, its card says {card.kind}.")
        differences += [f"{table}.{column} is not on its card." for column in there.keys() - card.columns.keys()]
        differences += [f"{table}.{column} is on its card only." for column in card.columns.keys() - there.keys()]
        differences += [
            f"{table}.{name} is {there[name]}, its card says {column.type}."
            for name, column in card.columns.items()
            if column.type is not None and there.get(name, column.type) != column.type
        ]
    differences += [
        f"{table} has a card and is not there."
        for table, card in target.cards.items()
        if table not in present and not card.is_whole_schema
    ]
    differences += [
        f"The schema {schema_name} has a card and no tables." for schema_name in whole - {schema for schema, *_ in rows}
    ]
    for difference in sorted(differences):
        yield CheckResult(
            "catalog", "critical", difference, "Mend the card in its domain's catalog.toml, then `make dictionary`."
        )
    if not differences:
        yield CheckResult("catalog", "ok", f"{len(present)} tables and views have a true card.")
