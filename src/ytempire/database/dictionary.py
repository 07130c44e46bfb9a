"""`python -m ytempire.database.dictionary --check|--write FILE`: the data dictionary, from the cards and the models.

The cards say what things mean, the models what they are; neither is enough to read the database by. Needs no server.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import CreateIndex

from ytempire.database import models
from ytempire.database.catalog import CLASSIFICATIONS, PERSONAL_DATA, Card, CatalogBroken, catalog, tenant_path

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

HEAD = """\
# Data dictionary

Every table and view of the database: what a row is, whose it is, how long it stays, and what each column means.

<!-- Made by `make dictionary` from the catalog.toml of each domain and the models. Edit those, not this page. -->

Identifiers are UUIDv7, made by the database (`core.new_id()`), and grow with time. Times carry their zone and are shown
in UTC. Money is `numeric(18, 6)` and its column ends in `_usd`; other units stand in the name too. A column is filled
in every row unless *type* says “or empty”. `ytempire db doctor` holds this page's sources against a running database.
"""


def document(cards: Mapping[str, Card] | None = None, metadata: MetaData | None = None) -> str:
    """The whole page. Raises CatalogBroken when a table of the models has no card, or a card no table."""
    cards = catalog() if cards is None else cards
    tables = dict((models.metadata if metadata is None else metadata).tables)
    _require_same(cards, tables)
    parts = [HEAD, _legend(), _contents(cards), _personal(cards)]
    for schema in dict.fromkeys(card.schema_name for card in cards.values()):
        of_schema = [card for card in cards.values() if card.schema_name == schema]
        parts.append(f"## {schema}\n")
        if diagram := _diagram(schema, of_schema, tables):
            parts.append(diagram)
        parts += [_table(card, cards, tables) for card in of_schema]
    return "\n".join(parts)


def _require_same(cards: Mapping[str, Card], tables: Mapping[str, Table]) -> None:
    wrong = [f"{name} has no card" for name in tables.keys() - cards.keys()]
    for card in cards.values():
        if not card.has_model or card.kind == "view" or card.is_whole_schema:
            continue
        table = tables.get(card.table)
        if table is None:
            wrong.append(f"{card.table} has a card and no model")
            continue
        there = {column.name for column in table.columns}
        wrong += [f"{card.table}.{column} is not on its card" for column in there - card.columns.keys()]
        wrong += [f"{card.table}.{column} is on its card only" for column in card.columns.keys() - there]
    if wrong:
        raise CatalogBroken(
            f"Cards and models disagree: {'; '.join(sorted(wrong))}.", hint="Mend the catalog.toml of its domain."
        )


def _legend() -> str:
    return "\n".join(
        [
            "| class | who may read it |",
            "| --- | --- |",
            *(f"| {name} | {meaning} |" for name, meaning in CLASSIFICATIONS.items()),
            "",
            "| personal | |",
            "| --- | --- |",
            *(f"| {name} | {meaning} |" for name, meaning in PERSONAL_DATA.items()),
            "",
        ]
    )


def _contents(cards: Mapping[str, Card]) -> str:
    lines = ["## Contents\n"]
    for schema in dict.fromkeys(card.schema_name for card in cards.values()):
        lines += [f"**[{schema}](#{schema})**\n", "| table | what it holds | owner |", "| --- | --- | --- |"]
        lines += [
            f"| [{card.name}](#{_anchor(card)}) | {_first_sentence(card.purpose)} | {card.owner} |".replace(
                "[*]", "[all]"
            )
            for card in cards.values()
            if card.schema_name == schema
        ]
        lines.append("")
    return "\n".join(lines)


def _personal(cards: Mapping[str, Card]) -> str:
    """What a privacy request must look at, and what nothing may show."""
    lines = [
        "## Personal data and secrets\n",
        "| table | about a person by itself | about a person whom another table names | restricted |",
        "| --- | --- | --- | --- |",
    ]
    for card in cards.values():
        columns = card.columns.items()
        groups = (
            [name for name, column in columns if column.personal == "direct"],
            [name for name, column in columns if column.personal == "indirect"],
            [name for name, column in columns if column.classification == "restricted"],
        )
        if any(groups):
            lines.append(f"| [{card.table}](#{_anchor(card)}) | {' | '.join(_code(group) for group in groups)} |")
    return "\n".join([*lines, ""])


def _diagram(schema: str, cards: Sequence[Card], tables: Mapping[str, Table]) -> str:
    """Keys and references of a schema, without what stands alone; a table of another schema is a box by name."""
    own_tables = [tables[card.table] for card in cards if card.table in tables]
    referred = {
        foreign_key.referred_table for table in tables.values() for foreign_key in table.foreign_key_constraints
    }
    drawn = [table for table in own_tables if table.foreign_key_constraints or table in referred]
    if not drawn:
        return ""
    lines = ["```mermaid", "erDiagram"]
    outside: set[Table] = set()
    for table in drawn:
        for constraint in sorted(table.foreign_key_constraints, key=lambda foreign_key: tuple(foreign_key.column_keys)):
            above = constraint.referred_table
            if above.schema != schema:
                outside.add(above)
            lines.append(
                f"    {_entity(above, schema)} {_cardinality(table, constraint)} {_entity(table, schema)} : "
                f'"{", ".join(constraint.column_keys)}"'
            )
    for table in drawn:
        keys = {column.name for foreign_key in table.foreign_key_constraints for column in foreign_key.columns}
        lines.append(f"    {_entity(table, schema)} {{")
        for column in table.columns:
            marks = [mark for mark, statement in (("PK", column.primary_key), ("FK", column.name in keys)) if statement]
            if marks:
                lines.append(f"        {re.split('[ (]', _type(column))[0]} {column.name} {', '.join(marks)}")
        lines.append("    }")
    lines += [f'    {_entity(table, schema)}["{table.fullname}"]' for table in sorted(outside, key=str)]
    return "\n".join([*lines, "```", ""])


def _entity(table: Table, schema: str) -> str:
    return table.name if table.schema == schema else f"{table.schema}_{table.name}"


def _cardinality(table: Table, constraint: ForeignKeyConstraint) -> str:
    columns = [column.name for column in constraint.columns]
    is_optional = any(column.nullable for column in constraint.columns)
    unique = [[column.name for column in table.primary_key.columns]]
    unique += [
        [getattr(expression, "name", "") for expression in index.expressions]
        for index in table.indexes
        if index.unique and _where(index) is None
    ]
    return f"{'|o' if is_optional else '||'}--o{'|' if columns in unique else '{'}"


def _table(card: Card, cards: Mapping[str, Card], tables: Mapping[str, Table]) -> str:
    table = tables.get(card.table)
    lines = [f"### {card.table if not card.is_whole_schema else f'{card.schema_name}.* (all its tables)'}\n"]
    lines += [card.purpose, ""]
    facts = [
        ("One row", card.grain),
        ("Belongs to", _tenant(card, cards)),
        ("Kept", card.retention + _taken_away(card)),
        ("Owner", f"`{card.owner}`" + (", a view" if card.kind == "view" else "")),
    ]
    if card.partition_key is not None:
        facts.insert(2, ("Partitions", f"{card.partition_period}ly by `{card.partition_key}`"))
    lines += [f"- **{name}**: {fact}." for name, fact in facts]
    lines.append("")
    if card.columns:
        lines += ["| column | type | meaning | class | personal |", "| --- | --- | --- | --- | --- |"]
        # in the order of the table, which is how people see it elsewhere
        order = [column.name for column in table.columns] if table is not None else list(card.columns)
        for name in order:
            column = card.columns[name]
            shown = _shown_type(table.columns[name]) if table is not None else _short(str(column.type))
            personal = column.personal if column.personal != "none" else ""
            lines.append(
                f"| `{name}` | {_cell(shown)} | {_cell(column.meaning)} | {column.classification} | {personal} |"
            )
        lines.append("")
    if table is not None:
        lines += _rules(table)
    return "\n".join(lines)


def _taken_away(card: Card) -> str:
    if card.retention_days is None:
        return ""
    after = f"after {card.retention_days} days" + (
        f" by `{card.age_column}`" if card.age_column else f", whole {card.partition_period}s"
    )
    archived = f", and then {card.archive_retention_days} days in the archive" if card.archive_retention_days else ""
    return f" (maintenance takes it away {after}{archived})"


def _tenant(card: Card, cards: Mapping[str, Card]) -> str:
    if card.tenancy == "none":
        return f"nobody in particular: {card.tenant.removeprefix('none: ')}"
    way = tenant_path(card, cards)
    column = f"`{cards[way[-1]].tenant}`"
    if len(way) == 1:
        return f"whoever owns {column}"
    return f"whoever owns {column} of {', through '.join(f'`{table}`' for table in reversed(way[1:]))}"


def _rules(table: Table) -> list[str]:
    lines: list[str] = []
    if keys := [column.name for column in table.primary_key.columns]:
        lines.append(f"- **Key**: {_code(keys)}")
    for foreign_key in sorted(table.foreign_key_constraints, key=lambda foreign_key: tuple(foreign_key.column_keys)):
        targets = [str(element.target_fullname) for element in foreign_key.elements]
        reference = f"- **Reference**: {_code(foreign_key.column_keys)} to {_code(targets)}"
        lines.append(reference + (f", on delete {foreign_key.ondelete.lower()}" if foreign_key.ondelete else ""))
    rules = sorted(
        (
            constraint
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint | UniqueConstraint | ExcludeConstraint)
        ),
        key=lambda constraint: str(constraint.name),
    )
    for rule in rules:
        if isinstance(rule, CheckConstraint):
            lines.append(f"- **Rule** `{rule.name}`: `{_one_line(str(rule.sqltext))}`")
        elif isinstance(rule, ExcludeConstraint):
            met = ", ".join(f"`{column} {operator}`" for column, operator in rule.operators.items())
            lines.append(f"- **Rule** `{rule.name}`: no two rows for which all of this holds: {met}")
        else:
            lines.append(f"- **Unique** `{rule.name}`: {_code(column.name for column in rule.columns)}")
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        kind = "Unique" if index.unique else "Index"
        lines.append(f"- **{kind}** `{index.name}`: `{_index(index)}`")
    return [*lines, ""]


def _index(index: Index) -> str:
    """What CREATE INDEX says after the table's name."""
    text = _one_line(str(CreateIndex(index).compile(dialect=DIALECT)))
    return text.partition(" ON ")[2].partition(" ")[2]


def _where(index: Index) -> object:
    return index.dialect_options["postgresql"].get("where")


def _type(column: Column[object]) -> str:
    return _short(column.type.compile(dialect=DIALECT).lower())


def _short(name: str) -> str:
    return {"timestamp with time zone": "timestamptz"}.get(name, name)


def _shown_type(column: Column[object]) -> str:
    shown = _type(column) + (" or empty" if column.nullable else "")
    default = getattr(column.server_default, "arg", None)
    if default is None:
        return shown
    default_sql = default if isinstance(default, str) else str(default.compile(dialect=DIALECT))
    if default_sql in {"now()", "core.new_id()"}:
        return f"{shown}, default {'now' if default_sql == 'now()' else 'a new one'}"
    return f"{shown}, default " + (f"`{default_sql}`" if default_sql else "an empty text")


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _first_sentence(text: str) -> str:
    return _cell(re.split(r"(?<=\.) ", text)[0].rstrip("."))


def _anchor(card: Card) -> str:
    """As GitHub makes it from a heading."""
    heading = f"{card.schema_name}.* (all its tables)" if card.is_whole_schema else card.table
    return re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-")


def main(mode: str, file: Path) -> None:
    if mode == "--write":
        file.write_text(document())
    elif not file.exists() or file.read_text() != document():
        sys.exit(f"{file} is not what cards and models say. Run `make dictionary` and review the difference.")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
