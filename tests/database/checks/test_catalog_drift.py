"""Differences between cards and the database."""

from __future__ import annotations

from dataclasses import replace

from tests.database.checks.findings import Connection, find_problem, find_problems
from ytempire.database.catalog import Card, Column, catalog
from ytempire.database.checks.check import Target


class TestCatalog:
    def test_check_catalog_differences_both_ways_are_named(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE VIEW core.newest AS SELECT id FROM core.videos; CREATE TABLE archive_of_mine (id int);
            ALTER TABLE core.videos RENAME height TO tallness; DROP TABLE ml.script_embeddings""")
        findings = find_problems(target, "catalog")
        assert {one.status for one in findings} == {"critical"}
        assert [one.detail for one in findings] == [
            "core.newest has no card.",
            "core.videos.height is on its card only.",
            "core.videos.tallness is not on its card.",
            "ml.script_embeddings has a card and is not there.",
        ]

    def test_check_catalog_view_of_other_types_or_kind_is_named(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE VIEW core.newest AS SELECT id, title FROM core.videos")
        column = Column(meaning="something", classification="public", personal="none", type="uuid")
        card = Card(
            table="core.newest",
            kind="view",
            purpose="The newest videos.",
            owner="production",
            grain="one video",
            tenant="through core.videos",
            retention="as the videos",
            has_model=False,
            columns={"id": column, "title": column},
        )
        finding = find_problem(replace(target, cards={**catalog(), card.table: card}), "catalog")
        assert finding.detail == "core.newest.title is text, its card says uuid."
        as_table = card.model_copy(update={"kind": "table", "columns": {"id": column, "title": replace_type(column)}})
        finding = find_problem(replace(target, cards={**catalog(), card.table: as_table}), "catalog")
        assert finding.detail == "core.newest is a view, its card says table."

    def test_check_catalog_archived_partition_belongs_to_its_parents_card(
        self, target: Target, owner: Connection
    ) -> None:
        owner.execute("CREATE SCHEMA IF NOT EXISTS archive; CREATE TABLE archive.videos_y2026m01 (id int)")
        assert find_problem(target, "catalog").detail == "archive.videos_y2026m01 has no card."
        parted = catalog()["core.videos"].model_copy(update={"partition_key": "created_at"})
        assert find_problems(replace(target, cards={**catalog(), "core.videos": parted}), "catalog") == []

    def test_check_catalog_schema_of_others_has_one_card(self, target: Target, owner: Connection) -> None:
        owner.execute("DROP SCHEMA jobs CASCADE")
        detail = {one.detail for one in find_problems(target, "catalog")}
        # the view over them goes with them
        assert detail == {"The schema jobs has a card and no tables.", "core.job_queue has a card and is not there."}


def replace_type(column: Column) -> Column:
    return column.model_copy(update={"type": "text"})
