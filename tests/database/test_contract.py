"""The views through which other domains read measurements."""

from __future__ import annotations

import psycopg

from tests.conftest import Database
from ytempire.database.catalog import catalog
from ytempire.database.masking import is_shown
from ytempire.ingest.metrics import ALL
from ytempire.kit.database import conninfo

CONTRACT = {card.name: card for card in catalog().values() if card.schema_name == "metrics"}


def test_contract_has_every_key_and_sum_of_every_rollup(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        rows = owner.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = 'metrics' GROUP BY 1"
        ).fetchall()
    columns = {name: set(found) for name, found in rows}
    for rollup in ALL:
        name = rollup.table.removeprefix("analytics.")
        assert columns[name] == {*rollup.keys, *rollup.metrics}, name
    assert columns.keys() == CONTRACT.keys()


def test_contract_views_have_copies_for_analysts_under_names_that_no_table_has() -> None:
    assert [card.table for card in CONTRACT.values() if not card.analyst_view] == []
    tables = {card.name for card in catalog().values() if card.analyst_view and card.kind == "table"}
    assert tables & CONTRACT.keys() == set()


def test_contract_has_no_column_that_analysts_may_not_see() -> None:
    """Their copies of these views show all columns."""
    assert [
        (card.table, name) for card in CONTRACT.values() for name, one in card.columns.items() if not is_shown(one)
    ] == []
