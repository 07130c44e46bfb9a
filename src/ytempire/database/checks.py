"""The database, examined: what models, cards and files say, held against what is there; and how well it is kept.

Every check looks and changes nothing. It connects as the owner, who sees the structure of everything. A check that
cannot look says so as a problem of its own; it is never passed over as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, create_engine, pool
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from ytempire.database import models
from ytempire.database.catalog import SCHEMAS, Card, catalog
from ytempire.database.code_files import code_files
from ytempire.database.invariants import INVARIANTS
from ytempire.database.partitions.listing import ARCHIVE, Partition, covered_until, list_partitions
from ytempire.database.partitions.periods import add_months, month_of
from ytempire.kit import clock
from ytempire.kit.database import conninfo

PACKAGE_DIR = Path(__file__).parent
MAX_FACT_DELAY = timedelta(minutes=10)  # a worker delivers within seconds
MAX_SHOWN = 5  # ids of wrong rows; who mends the first finds the others

Status = Literal["ok", "warning", "critical"]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class CheckResult:
    """One thing that was found. A problem is wrong now; a warning will be, or costs something."""

    check: str
    status: Status
    detail: str
    remedy: str | None = None

    def document(self) -> dict[str, str | None]:
        return {"check": self.check, "status": self.status, "detail": self.detail, "remedy": self.remedy}


@dataclass(frozen=True)
class Limits:
    """From where something counts."""

    # a report of the month uses its indexes once a month
    unused_after: timedelta = timedelta(days=30)
    # below this many rows the planner reads the whole table, whatever indexes there are
    unused_rows: int = 10_000
    # half of a relation being air is normal churn while it is small
    bloat_bytes: int = 50_000_000
    bloat_share: float = 0.5
    # autovacuum looks at a table after 50 changed rows; by then it should have come
    unanalysed_rows: int = 100
    unanalysed_parent_rows: int = 10_000  # its partitions have statistics of their own
    # an operational query has 10 ms, an analytical one 500 ms (DESIGN: numbers to hold)
    slow_mean: timedelta = timedelta(milliseconds=500)
    # what ran a few times says more about those times, a cold cache or a busy machine, than about itself
    slow_calls: int = 10
    slow_shown: int = 5


@dataclass(frozen=True)
class Target:
    """What is examined, and what it is held against."""

    connection: Connection
    owner_url: str
    now: datetime
    limits: Limits = field(default_factory=Limits)
    metadata: MetaData = field(default_factory=lambda: models.metadata)
    cards: Mapping[str, Card] = field(default_factory=catalog)
    code: Mapping[str, Path] = field(default_factory=code_files)


Check = Callable[[Target], Iterable[CheckResult]]


def is_well(findings: Iterable[CheckResult]) -> bool:
    return all(one.status != "critical" for one in findings)


def run_checks(owner_url: str, *, now: datetime | None = None, limits: Limits | None = None) -> list[CheckResult]:
    """Every check, in one look at the database (repeatable read, read only), as the owner."""
    with psycopg.connect(conninfo(owner_url, application="ytempire db doctor")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        target = Target(connection, owner_url, now or clock.now(), limits or Limits())
        return [finding for name, check in CHECKS.items() for finding in run_check(name, check, target)]


def run_check(name: str, check: Check, target: Target) -> list[CheckResult]:
    """The findings of one check; one that could not look is a finding too."""
    try:
        with target.connection.transaction():
            return list(check(target))
    except psycopg.Error as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        return [
            CheckResult(
                name, "critical", f"Could not look: {said}.", "Run it as the owner of the database, and try again."
            )
        ]


# --- what is said, held against what is there


def check_migrations(target: Target) -> Iterator[CheckResult]:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE_DIR / "migrations").replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    row = target.connection.execute("SELECT version_num FROM core.alembic_version").fetchone()
    present = row[0] if row else None
    if present == newest:
        yield CheckResult("migrations", "ok", f"At {present}, the newest.")
    else:
        yield CheckResult(
            "migrations", "critical", f"At {present or 'none'}; the newest is {newest}.", "Run `ytempire migrate`."
        )


def check_models(target: Target) -> Iterator[CheckResult]:
    """Models against tables, columns, types, indexes and keys (Alembic), and checks and exclusions by name (ours)."""
    unmodelled = {card.table for card in target.cards.values() if not card.has_model}
    partitions = _names(target, "SELECT relname FROM pg_class WHERE relispartition AND relkind IN ('r', 'p')")
    schemas = {table.schema for table in target.metadata.tables.values()}

    def is_compared(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        if kind == "schema":
            return name in schemas
        if kind == "table":
            return name not in partitions and f"{parents['schema_name']}.{name}" not in unmodelled
        return True

    engine = create_engine(target.owner_url, poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "include_schemas": True,
                    "include_name": is_compared,
                    "version_table_schema": "core",
                    "compare_type": True,
                },
            )
            differences = [_in_words(one) for one in _flat(compare_metadata(context, target.metadata))]
    finally:
        engine.dispose()
    differences += _constraint_differences(target)
    for difference in differences:
        yield CheckResult(
            "models",
            "critical",
            difference,
            "Run `ytempire migrate`; if it stays, write the migration that is missing.",
        )
    if not differences:
        yield CheckResult("models", "ok", f"{len(target.metadata.tables)} tables are as the models say.")


def _flat(differences: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Changes of one column come as a list of their own."""
    for one in differences:
        if isinstance(one, list):
            yield from one
        else:
            yield one


def _in_words(difference: tuple[Any, ...]) -> str:
    action, *rest = difference
    what = rest[-1]
    kind = action.split("_", 1)[1].replace("_", " ")
    if isinstance(what, Table):
        name = what.fullname
    elif isinstance(what, Column) and action in {"add_column", "remove_column"}:
        name = f"{rest[0]}.{rest[1]}.{what.name}"
    elif isinstance(what, Index):
        name = f"{what.name} of {what.table.fullname if what.table is not None else 'a table'}"
    elif action.startswith("modify_"):
        schema, table, column, _, in_database, in_model = rest
        return f"{schema}.{table}.{column}: {kind} is {in_database!r} in the database, {in_model!r} in the model."
    else:
        table = getattr(what, "table", None)
        name = f"{getattr(what, 'name', what)}" + (f" of {table.fullname}" if table is not None else "")
    where = "the database has no" if action.startswith("add_") else "no model has the"
    return f"{name}: {where} such {kind}." if where.endswith("no") else f"{name}: {where} {kind}."


def _constraint_differences(target: Target) -> list[str]:
    """Alembic compares neither checks nor exclusions. Names are enough: a changed rule gets a new constraint."""
    rows = target.connection.execute(
        """
        SELECT n.nspname || '.' || c.relname, k.conname FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype IN ('c', 'x') AND NOT c.relispartition AND n.nspname = ANY (%s)""",
        [list(SCHEMAS)],
    ).fetchall()
    tables = target.metadata.tables
    present = {(table, name) for table, name in rows if table in tables}
    said = {
        (table.fullname, str(constraint.name))
        for table in tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ExcludeConstraint)
    }
    return [f"{name} of {table}: the database has no such constraint." for table, name in sorted(said - present)] + [
        f"{name} of {table}: no model has the constraint." for table, name in sorted(present - said)
    ]


def check_catalog(target: Target) -> Iterator[CheckResult]:
    """Cards against tables, views and columns, both ways; an archived partition belongs to its parent's card."""
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
    wrong: list[str] = []
    for table, (is_view, there) in present.items():
        card = target.cards.get(table)
        if card is None:
            wrong.append(f"{table} has no card.")
            continue
        if is_view != (card.kind == "view"):
            wrong.append(f"{table} is a {'view' if is_view else 'table'}, its card says {card.kind}.")
        wrong += [f"{table}.{column} is not on its card." for column in there.keys() - card.columns.keys()]
        wrong += [f"{table}.{column} is on its card only." for column in card.columns.keys() - there.keys()]
        wrong += [
            f"{table}.{name} is {there[name]}, its card says {column.type}."
            for name, column in card.columns.items()
            if column.type is not None and there.get(name, column.type) != column.type
        ]
    wrong += [
        f"{table} has a card and is not there."
        for table, card in target.cards.items()
        if table not in present and not card.is_whole_schema
    ]
    wrong += [f"The schema {one} has a card and no tables." for one in whole - {schema for schema, *_ in rows}]
    for one in sorted(wrong):
        yield CheckResult(
            "catalog", "critical", one, "Mend the card in its domain's catalog.toml, then `make dictionary`."
        )
    if not wrong:
        yield CheckResult("catalog", "ok", f"{len(present)} tables and views have a true card.")


def check_applied_code(target: Target) -> Iterator[CheckResult]:
    """Functions, views, policies and grants: the files against the hashes of those that were applied."""
    rows = target.connection.execute("SELECT path, sha256 FROM core.applied_code").fetchall()
    applied = {str(path): str(sha256) for path, sha256 in rows}
    files = {path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in target.code.items()}
    remedy = "Run `ytempire migrate`; it applies what changed."
    wrong = False
    for path, sha256 in sorted(files.items()):
        if applied.get(path) != sha256:
            wrong = True
            said = "was changed since it was applied" if path in applied else "was never applied"
            yield CheckResult("applied code", "critical", f"{path} {said}.", remedy)
    for path in sorted(applied.keys() - files.keys()):
        wrong = True
        yield CheckResult(
            "applied code",
            "warning",
            f"{path} was applied and its file is gone; what it made is still there.",
            "Drop that in a migration, and its row in core.applied_code with it.",
        )
    if not wrong:
        yield CheckResult("applied code", "ok", f"{len(files)} files are applied as they are.")


# --- indexes


def check_foreign_keys(target: Target) -> Iterator[CheckResult]:
    """The columns of a foreign key lead some index, in any order; one that leaves out only rows without it will do."""
    rows = target.connection.execute(
        """
        SELECT c.conrelid::regclass::text, c.conname,
               (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
                FROM unnest(c.conkey) WITH ORDINALITY k (number, position)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid
                       AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) IN (
                            SELECT format('(%%I IS NOT NULL)', a.attname) FROM pg_attribute a
                            WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)))
                       AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname = ANY (%s) ORDER BY 1, 2""",
        [list(SCHEMAS)],
    ).fetchall()
    for table, name, columns, has_index in rows:
        if not has_index:
            yield CheckResult(
                "foreign keys",
                "critical",
                f"{name} of {table} has no index on ({columns}): each delete above it reads the whole table.",
                f"In a migration: CREATE INDEX CONCURRENTLY ON {table} ({columns})",
            )
    if all(has_index for *_, has_index in rows):
        yield CheckResult("foreign keys", "ok", f"{len(rows)} foreign keys, each with an index.")


def check_invalid_indexes(target: Target) -> Iterator[CheckResult]:
    rows = target.connection.execute(
        """
        SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text,
               EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
        ORDER BY 1"""
    ).fetchall()
    for index, table, is_being_built in rows:
        if is_being_built:
            yield CheckResult(
                "invalid indexes", "warning", f"{index} of {table} is being built.", "Wait until it is done."
            )
        else:
            yield CheckResult(
                "invalid indexes",
                "critical",
                f"{index} of {table} was left half built: it costs every write and serves no read.",
                f"DROP INDEX CONCURRENTLY {index}; and build it again.",
            )
    if not rows:
        yield CheckResult("invalid indexes", "ok", "Every index is whole.")


def check_unused_indexes(target: Target) -> Iterator[CheckResult]:
    """Indexes that no statement used for long. Never those that keep a rule or serve a foreign key."""
    # a crash throws all statistics away, and the server's own counters begin anew then: the later one is true
    row = target.connection.execute(
        "SELECT greatest((SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),"
        " (SELECT stats_reset FROM pg_stat_bgwriter))"
    ).fetchone()
    since = row[0] if row else None
    if since is None:
        yield CheckResult("unused indexes", "ok", "Nobody knows since when use is counted, so nothing can be said.")
        return
    if target.now - since < target.limits.unused_after:
        yield CheckResult(
            "unused indexes",
            "ok",
            f"Too early to say: use is counted since {_day(since)},"
            f" and it takes {target.limits.unused_after.days} days.",
        )
        return
    # partitions of one index count together
    rows = target.connection.execute(
        """
        SELECT root.oid::regclass::text, t.oid::regclass::text, sum(pg_relation_size(s.indexrelid))::bigint
        FROM pg_stat_user_indexes s
        JOIN pg_class root ON root.oid = coalesce(pg_partition_root(s.indexrelid), s.indexrelid)
        JOIN pg_index i ON i.indexrelid = root.oid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_class part ON part.oid = s.relid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = ANY (%s) AND NOT i.indisunique AND NOT i.indisexclusion AND NOT EXISTS (
            SELECT FROM pg_constraint c WHERE c.conrelid = i.indrelid AND c.contype = 'f'
            AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        GROUP BY root.oid, t.oid HAVING sum(s.idx_scan) = 0 AND sum(greatest(part.reltuples, 0)) >= %s
        ORDER BY 3 DESC""",
        [list(SCHEMAS), target.limits.unused_rows],
    ).fetchall()
    for index, table, size in rows:
        yield CheckResult(
            "unused indexes",
            "warning",
            f"{index} of {table} ({_size(size)}) was used by no statement since {_day(since)}.",
            "If it is older than that, and no replica reads by it, drop it in a migration: DROP INDEX CONCURRENTLY "
            + index,
        )
    if not rows:
        yield CheckResult("unused indexes", "ok", f"None since {_day(since)}.")


# --- storage and statistics

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
    """Those with more air than `limits`, the worst first; and how many had the statistics to be looked at."""
    rows = connection.execute(TABLE_BLOAT if kind == "table" else INDEX_BLOAT, [list(SCHEMAS)]).fetchall()
    relations = [
        one
        for one in (Bloated(*row) for row in rows)
        if one.wasted_bytes >= limits.bloat_bytes and one.wasted_bytes / one.size >= limits.bloat_share
    ]
    return sorted(relations, key=lambda relation: -relation.wasted_bytes), len(rows)


def check_bloat(target: Target) -> Iterator[CheckResult]:
    """Estimated from row widths and counts of the last ANALYZE; a table without them is not looked at."""
    tables, tables_looked_at = bloated(target.connection, "table", target.limits)
    indexes, indexes_looked_at = bloated(target.connection, "index", target.limits)
    for kind, relations, remedy in (
        ("table", tables, "When nobody needs it (it is locked meanwhile): VACUUM (FULL, ANALYZE) {}"),
        ("index", indexes, "Maintenance does it within a day, unless it is too large: REINDEX INDEX CONCURRENTLY {}"),
    ):
        for one in relations:
            yield CheckResult(
                "bloat",
                "warning",
                f"The {kind} {one.name} takes {_size(one.size)},"
                f" about {_size(one.wasted_bytes)} of it ({one.wasted_bytes / one.size:.0%}) empty.",
                remedy.format(one.name),
            )
    if not tables and not indexes:
        yield CheckResult(
            "bloat",
            "ok",
            f"None of {tables_looked_at + indexes_looked_at} tables and indexes with statistics is more than half"
            f" empty and over {_size(target.limits.bloat_bytes)} of air.",
        )


def check_analysed(target: Target) -> Iterator[CheckResult]:
    """Tables with rows and no statistics: the planner guesses. Autovacuum never visits the parents of partitions."""
    rows = target.connection.execute(
        """
        SELECT c.oid::regclass::text, c.relkind = 'p', n_rows FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_stat_user_tables s ON s.relid = c.oid
        CROSS JOIN LATERAL (SELECT coalesce(sum(greatest(p.n_live_tup, 0)), 0)::bigint AS n_rows
            FROM pg_partition_tree(c.oid) tree JOIN pg_stat_user_tables p ON p.relid = tree.relid
            WHERE tree.isleaf
            UNION ALL SELECT s.n_live_tup WHERE c.relkind <> 'p' AND NOT c.relispartition) live
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname = ANY (%s)
          AND n_rows >= CASE WHEN c.relkind = 'p' THEN %s ELSE %s END
          AND s.last_analyze IS NULL AND s.last_autoanalyze IS NULL
          -- a crash forgets when, but not what was learnt
          AND NOT EXISTS (SELECT FROM pg_stats st WHERE st.schemaname = n.nspname AND st.tablename = c.relname)
        ORDER BY 1""",
        [list(SCHEMAS), target.limits.unanalysed_parent_rows, target.limits.unanalysed_rows],
    ).fetchall()
    for table, is_parent, count in rows:
        why = "; autovacuum never visits the parent of partitions" if is_parent else ""
        yield CheckResult(
            "statistics", "warning", f"{table} has about {count} rows and was never analysed{why}.", f"ANALYZE {table}"
        )
    if not rows:
        yield CheckResult(
            "statistics", "ok", f"Every table of {target.limits.unanalysed_rows} rows and more was analysed."
        )


def check_slow_queries(target: Target) -> Iterator[CheckResult]:
    """The slowest statements on average since counting began, if the server counts."""
    row = target.connection.execute(
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_stat_statements'"
    ).fetchone()
    if row is None:
        yield CheckResult("slow queries", "ok", "Not looked at: pg_stat_statements is not installed.")
        return
    (schema,) = row
    try:
        with target.connection.transaction():
            rows = target.connection.execute(
                f"""
                SELECT s.query, s.calls, s.mean_exec_time,
                       (SELECT stats_reset FROM {schema}.pg_stat_statements_info)
                FROM {schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = current_database() AND s.mean_exec_time >= %s AND s.calls >= %s
                ORDER BY s.total_exec_time DESC LIMIT %s""",  # noqa: S608  # a schema's name, quoted by the server
                [
                    target.limits.slow_mean / timedelta(milliseconds=1),
                    target.limits.slow_calls,
                    target.limits.slow_shown,
                ],
            ).fetchall()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        yield CheckResult(
            "slow queries",
            "warning",
            "Not looked at: pg_stat_statements is installed, and the server does not load it.",
            "Add it to shared_preload_libraries and start the server again, or DROP EXTENSION pg_stat_statements.",
        )
        return
    for query, calls, mean_ms, since in rows:
        text = " ".join(str(query).split())
        yield CheckResult(
            "slow queries",
            "warning",
            f"{mean_ms:.0f} ms on average over {calls} calls since {_day(since)}: {text[:200]}",
            "Look at its plan: EXPLAIN (ANALYZE, BUFFERS). Grant pg_read_all_stats to the owner if its text is hidden.",
        )
    if not rows:
        limit = target.limits.slow_mean / timedelta(milliseconds=1)
        yield CheckResult(
            "slow queries",
            "ok",
            f"No statement of {target.limits.slow_calls} calls and more takes {limit:.0f} ms on average.",
        )


# --- partitions


def check_partitions(target: Target) -> Iterator[CheckResult]:
    """Tomorrow has a partition, the next three months have one, and no detach was left half done."""
    tables = [
        (table, by_time)
        for table, by_time in target.connection.execute(
            """
            SELECT n.nspname || '.' || c.relname,
                   p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype)
            FROM pg_partitioned_table p
            JOIN pg_class c ON c.oid = p.partrelid AND NOT c.relispartition
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
            WHERE n.nspname = ANY (%s) ORDER BY 1""",
            # nothing is written into the archive
            [[schema for schema in SCHEMAS if schema != ARCHIVE]],
        ).fetchall()
    ]
    wrong = False
    for table, by_time in tables:
        if not by_time:
            yield CheckResult("partitions ahead", "ok", f"{table} is not partitioned by time, so none is needed ahead.")
            continue
        partitions = list_partitions(target.connection, table)
        for finding in (*_ahead(target, table, partitions), *_pending(table, partitions)):
            wrong = True
            yield finding
    if not wrong:
        count = sum(by_time for _, by_time in tables)
        yield CheckResult("partitions ahead", "ok", f"Partitioned by time: {count}; each has the next 3 months.")


def _ahead(target: Target, table: str, partitions: list[Partition]) -> Iterator[CheckResult]:
    end = covered_until(partitions, target.now)
    tomorrow_ends = target.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    remedy = "Run `ytempire maintenance run partitions`, and see with `maintenance list` why it did not run by itself."
    if end < tomorrow_ends:
        said = f"its partitions end on {_day(end)}" if end > target.now else "not even this moment falls in a partition"
        yield CheckResult(
            "partitions ahead", "critical", f"{table} has no partition for tomorrow (UTC): {said}.", remedy
        )
    elif end < _three_months_after(target.now):
        yield CheckResult("partitions ahead", "warning", f"{table} has partitions only until {_day(end)}.", remedy)


def _three_months_after(now: datetime) -> datetime:
    """On the first of a month that month and two more are enough: the job of the day may not have run yet."""
    month = month_of(now)
    return min(add_months(month, 3) + (now - month), add_months(month, 4))  # 30 November + 3 months is in February


def _pending(table: str, partitions: list[Partition]) -> Iterator[CheckResult]:
    for one in partitions:
        if one.is_pending_detach:
            yield CheckResult(
                "partitions ahead",
                "warning",
                f"{one.schema}.{one.name} of {table} is half detached.",
                "The next retirement of partitions finishes it; by hand, as the owner:"
                f" ALTER TABLE {table} DETACH PARTITION {one.schema}.{one.name} FINALIZE",
            )


def check_default_partitions(target: Target) -> Iterator[CheckResult]:
    rows = target.connection.execute(
        """
        SELECT p.partrelid::regclass::text, p.partdefid::regclass::text FROM pg_partitioned_table p
        JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE p.partdefid <> 0 AND n.nspname = ANY (%s) ORDER BY 1""",
        [list(SCHEMAS)],
    ).fetchall()
    for table, default in rows:
        yield CheckResult(
            "default partitions",
            "critical",
            f"{default} is the default partition of {table}: old partitions cannot be detached while it is there.",
            "Move its rows to where they belong, or to staging with a reason, and drop it.",
        )
    if not rows:
        yield CheckResult("default partitions", "ok", "There is none.")


# --- guards


def check_row_level_security(target: Target) -> Iterator[CheckResult]:
    """Policies that guard: enabled, forced where somebody can be the owner, and no partition is a way around them."""
    rows = target.connection.execute(
        """
        SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity,
               -- nobody is an owner who cannot sign in and has no members, as that of the audit trail
               o.rolcanlogin OR EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = o.oid),
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
               c.relispartition AND (SELECT parent.relrowsecurity FROM pg_class parent
                                     WHERE parent.oid = pg_partition_root(c.oid))
               AND EXISTS (SELECT FROM aclexplode(c.relacl) granted WHERE granted.grantee <> c.relowner)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
          AND n.nspname !~ '^pg_' ORDER BY 1"""
    ).fetchall()
    wrong = False
    for table, is_enabled, is_forced, has_living_owner, has_policies, is_way_around in rows:
        detail, remedy = None, f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        if is_enabled and not is_forced and has_living_owner:
            detail = f"{table} has row-level security that is not forced: its owner passes by it."
        elif has_policies and not is_enabled:
            detail = f"{table} has policies, and row-level security is off: they guard nothing."
            remedy = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; {remedy}"
        elif is_way_around and not is_enabled:
            detail = f"The partition {table} is not guarded as its parent is, and others than its owner may read it."
            remedy = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; {remedy}; and a policy for the owner"
        if detail is not None:
            wrong = True
            yield CheckResult("row-level security", "critical", detail, remedy)
    if not wrong:
        count = sum(is_enabled for _, is_enabled, *_ in rows)
        yield CheckResult("row-level security", "ok", f"{count} of {len(rows)} tables have it, as they should.")


def check_definer_functions(target: Target) -> Iterator[CheckResult]:
    """A function that runs as its owner must not look names up where its caller says."""
    rows = target.connection.execute(
        """
        SELECT p.oid::regprocedure::text,
               EXISTS (SELECT FROM unnest(p.proconfig) one WHERE one LIKE 'search\\_path=%%')
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        ORDER BY 1"""
    ).fetchall()
    for function, is_pinned in rows:
        if not is_pinned:
            yield CheckResult(
                "definer functions",
                "critical",
                f"{function} runs as its owner and looks names up in its caller's search path.",
                f"ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp",
            )
    if all(is_pinned for _, is_pinned in rows):
        yield CheckResult(
            "definer functions", "ok", f"{len(rows)} run as their owner, each with a search path of its own."
        )


# --- rows


def check_invariants(target: Target) -> Iterator[CheckResult]:
    """What holds between rows, whatever happened (`invariants.py`)."""
    wrong = False
    for one in INVARIANTS:
        rows = target.connection.execute(one.violations_sql.encode()).fetchmany(MAX_SHOWN + 1)
        if rows:
            wrong = True
            named = ", ".join(str(row[0]) for row in rows[:MAX_SHOWN]) + (" and more" if len(rows) > MAX_SHOWN else "")
            yield CheckResult("invariants", "critical", f"{one.description} Not so: {named}.", one.remedy)
    if not wrong:
        yield CheckResult("invariants", "ok", f"All {len(INVARIANTS)} rules about rows hold.")


def check_outbox(target: Target) -> Iterator[CheckResult]:
    """Every fact reaches its subscribers: none is blocked, and none waits for long."""
    row = target.connection.execute(
        """
        SELECT count(*) FILTER (WHERE blocked_at IS NOT NULL), count(*),
               min(next_try_at) FILTER (WHERE blocked_at IS NULL AND NOT EXISTS (
                   SELECT FROM core.outbox b
                   WHERE b.subscriber = o.subscriber AND b.subject = o.subject AND b.blocked_at IS NOT NULL))
        FROM core.outbox o"""
    ).fetchone()
    assert row is not None
    blocked, undelivered, since = row
    if blocked:
        yield CheckResult(
            "outbox",
            "critical",
            f"Facts that could not be delivered: {blocked}. Behind them wait {undelivered - blocked} others at most.",
            "`ytempire outbox list` says why. Mend that and release each (`ytempire outbox release`), or discard it.",
        )
    elif since is not None and target.now - since > MAX_FACT_DELAY:
        yield CheckResult(
            "outbox",
            "warning",
            f"Facts that wait since {since:%Y-%m-%d %H:%M} UTC: {undelivered}. Nobody is notified of them.",
            "The worker delivers them: does it run (`ytempire status`)? Its log says why not.",
        )
    else:
        yield CheckResult("outbox", "ok", "No fact waits for long.")


CHECKS: Mapping[str, Check] = {
    "migrations": check_migrations,
    "applied code": check_applied_code,
    "models": check_models,
    "catalog": check_catalog,
    "row-level security": check_row_level_security,
    "definer functions": check_definer_functions,
    "foreign keys": check_foreign_keys,
    "invalid indexes": check_invalid_indexes,
    "unused indexes": check_unused_indexes,
    "bloat": check_bloat,
    "statistics": check_analysed,
    "slow queries": check_slow_queries,
    "partitions ahead": check_partitions,
    "default partitions": check_default_partitions,
    "invariants": check_invariants,
    "outbox": check_outbox,
}


def _names(target: Target, query: str) -> set[str]:
    return {str(name) for (name,) in target.connection.execute(query.encode()).fetchall()}


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
