"""The cards: true for the live database, and a wrong card is refused with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from ytempire.database.catalog import Card, CatalogBroken, catalog, read_catalog, tenant_path
from ytempire.database.checks.run import run_checks

GOOD = """
owner = "production"
[[table]]
table = "core.things"
purpose = "Things that are kept."
grain = "one thing"
tenant = "channel_id"
retention = "for ever"
[table.columns]
id = { meaning = "The thing.", class = "internal", personal = "none" }
channel_id = { meaning = "Whose it is.", class = "internal", personal = "none" }
"""
PART = GOOD.replace("core.things", "core.parts").replace('"channel_id"', '"through core.things"')


def write(folder: Path, text: str) -> list[Path]:
    (folder / "things.toml").write_text(text)
    return sorted(folder.glob("*.toml"))


def test_catalog_cards_and_live_database_agree(database: Database) -> None:
    assert [one for one in run_checks(database.owner_url) if one.check == "catalog" and one.status != "ok"] == []


def test_catalog_owners_are_packages() -> None:
    packages = {file.parent.name for file in (Path(__file__).parents[2] / "src" / "ytempire").glob("*/__init__.py")}
    assert {card.owner for card in catalog().values()} <= packages


def test_catalog_secret_columns_are_restricted() -> None:
    """Hashes of secrets, and what is encrypted because it must be read again."""
    endings = ("_hash", "_secret", "_pem", "password")
    for card in catalog().values():
        for name, column in card.columns.items():
            if name.endswith(endings):
                assert column.classification == "restricted", f"{card.table}.{name}"


class TestReadCatalog:
    def test_read_catalog_owner_of_file_is_overridden_by_card(self, tmp_path: Path) -> None:
        other = PART.replace("[[table]]", '[[table]]\nowner = "costs"')
        cards = read_catalog(write(tmp_path, GOOD + other.split("\n", 2)[2]))
        assert {name: card.owner for name, card in cards.items()} == {
            "core.parts": "costs",
            "core.things": "production",
        }
        assert tenant_path(cards["core.parts"], cards) == ["core.parts", "core.things"]

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (("class = ", "klass = "), "Extra inputs are not permitted"),
            (('class = "internal"', 'class = "secret"'), "'public', 'internal', 'confidential' or 'restricted'"),
            (("[table.columns]", "[table.colums]"), "Extra inputs are not permitted"),
            (('tenant = "channel_id"', 'tenant = "owner_id"'), "the tenant column owner_id is not among the columns"),
            (('tenant = "channel_id"', 'tenant = "none"'), "the tenant column none is not among the columns"),
            (('tenant = "channel_id"', 'tenant = "through core.others"'), "leads nowhere: core.things -> core.others"),
            (('tenant = "channel_id"', 'tenant = "through core.things"'), "core.things -> core.things"),
            (('grain = "one thing"', 'partition_key = "at"\ngrain = "one thing"'), "the partition key at is not"),
            (
                ('grain = "one thing"', 'has_model = false\ngrain = "one thing"'),
                "no model says the type of id, channel_id",
            ),
            (('retention = "for ever"', ""), "retention"),
            (('owner = "production"', ""), "owner"),
            (("core.things", "things"), "should match pattern"),
            (("[[table]]", "[[table"), "Expected"),
        ],
    )
    def test_read_catalog_invalid_card_is_refused_with_reason(
        self, tmp_path: Path, change: tuple[str, str], expected: str
    ) -> None:
        wrong = GOOD.replace(*change, 1)
        assert wrong != GOOD
        with pytest.raises(CatalogBroken) as raised:
            read_catalog(write(tmp_path, wrong))
        assert expected in raised.value.message

    def test_read_catalog_duplicate_card_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "again.toml").write_text(GOOD)
        with pytest.raises(CatalogBroken, match=r"core\.things has two cards; the second is in .*/things\.toml"):
            read_catalog(write(tmp_path, GOOD))

    def test_read_catalog_tenant_path_through_shared_table_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "parts.toml").write_text(PART)
        with pytest.raises(CatalogBroken, match=r"core\.parts leads nowhere"):
            read_catalog(write(tmp_path, GOOD.replace('tenant = "channel_id"', 'tenant = "none: shared by all"')))


def test_catalog_card_states_tenancy() -> None:
    card = catalog()["core.run_steps"]
    assert (card.schema_name, card.name, card.tenancy, card.tenant_table) == (
        "core",
        "run_steps",
        "through",
        "core.runs",
    )
    whole: Card = catalog()["jobs.*"]
    assert (whole.is_whole_schema, whole.tenancy) == (True, "none")


def test_catalog_retention_of_ingest_batches_exceeds_that_of_events() -> None:
    """Whole weeks of events go, when their last day is old enough; every one of them names its delivery until then."""
    cards = catalog()
    events, deliveries = cards["analytics.video_metrics"], cards["analytics.ingest_batches"]
    assert (events.retention_days, events.partition_period) == (730, "week")
    assert deliveries.retention_days is not None
    assert deliveries.retention_days >= 730 + 2 * 7
