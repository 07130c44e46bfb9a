"""What analysts see: views in the schema `masked`, made from the catalog's cards, with nothing of a person in them.

    python -m ytempire.database.masking --write FILE     write the views
    python -m ytempire.database.masking --check FILE     exit with 1 when the file is not what the cards say

A table whose card says `analyst_view = true` gets a view of its columns; a view that does, a copy of its own text about
tables, whose columns analysts see all of (`masked_functions.sql`). Those show something that are public or
internal and say nothing about a person, and those that say `analyst_view = true` themselves; the others are empty.
The views run as their owner: an analyst has no right on any table, so the settings that policies read are of no use
to them. A migration that takes away a column which a view shows drops the schema first; it is made anew after the
migrations.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from ytempire.database.catalog import Card, Column, catalog

HEAD = """-- Made from the catalog by `make dictionary`; change the cards, not this file.
-- The whole of it: what masked_functions.sql makes of these views, it makes anew after them.
DROP SCHEMA IF EXISTS masked CASCADE;
CREATE SCHEMA masked;
GRANT USAGE ON SCHEMA masked TO ytempire_analytics;
"""


def is_shown(column: Column) -> bool:
    """Whether analysts see it: what the card says, else by its class and what it tells about a person."""
    if column.analyst_view is not None:
        return column.analyst_view
    return column.classification in ("public", "internal") and column.personal == "none"


def masked_sql(cards: Mapping[str, Card]) -> str:
    """The views of all tables that analysts see."""
    return "\n".join([HEAD, *(_view(card) for card in cards.values() if card.analyst_view and card.kind == "table")])


def _view(card: Card) -> str:
    name = f"masked.{card.name}"
    # what is not shown is empty, and has its type, so that a query of the table is one of the view
    columns = ", ".join(
        column_name if is_shown(column) else f"CASE WHEN false THEN {column_name} END AS {column_name}"
        for column_name, column in card.columns.items()
    )
    # a barrier: a function of the asker's own must not see rows before the view's owner would show them
    return (
        f"CREATE VIEW {name} WITH (security_barrier = true) AS\nSELECT {columns}\nFROM {card.table};\n"
        f"GRANT SELECT ON {name} TO ytempire_analytics;\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="The views of analysts, from the catalog.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", type=Path)
    action.add_argument("--check", type=Path)
    arguments = parser.parse_args()
    wanted = masked_sql(catalog())
    if arguments.write:
        arguments.write.write_text(wanted)
    elif arguments.check.read_text() != wanted:
        sys.exit(f"{arguments.check} is not what the cards say. Run `make dictionary`.")


if __name__ == "__main__":
    main()
