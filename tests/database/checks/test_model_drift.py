"""Differences between models and the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import CheckConstraint, Integer, MetaData, Table
from sqlalchemy import Column as ModelColumn

from tests.database.checks.findings import Connection, find_problem, find_problems
from ytempire.database import models
from ytempire.database.checks.check import Target
from ytempire.database.partitions.creation import ensure_ahead


class TestModels:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("CREATE TABLE core.extra (id int)", "core.extra: no model has the table."),
            ("ALTER TABLE core.videos ADD extra int", "core.videos.extra: no model has the column."),
            ("ALTER TABLE core.videos DROP height", "core.videos.height: the database has no such column."),
            (
                "ALTER TABLE core.videos ALTER width TYPE bigint",
                "core.videos.width: type is BIGINT() in the database, Integer() in the model.",
            ),
            (
                "ALTER TABLE core.videos ALTER width SET NOT NULL",
                "core.videos.width: nullable is False in the database, True in the model.",
            ),
            (
                "CREATE INDEX videos_extra_idx ON core.videos (title)",
                "videos_extra_idx of core.videos: no model has the index.",
            ),
            (
                "DROP INDEX core.videos_channel_idx",
                "videos_channel_idx of core.videos: the database has no such index.",
            ),
            (
                "ALTER TABLE core.videos DROP CONSTRAINT videos_channel_id_fkey",
                "videos_channel_id_fkey of core.videos: the database has no such fk.",
            ),
            (
                "ALTER TABLE core.videos DROP CONSTRAINT videos_title_check",
                "videos_title_check of core.videos: the database has no such constraint.",
            ),
            (
                "ALTER TABLE core.prices DROP CONSTRAINT prices_one_at_a_time_excl",
                "prices_one_at_a_time_excl of core.prices: the database has no such constraint.",
            ),
            (
                "ALTER TABLE core.videos ADD CONSTRAINT extra CHECK (width > 0)",
                "extra of core.videos: no model has the constraint.",
            ),
        ],
    )
    def test_check_models_difference_is_named(
        self, target: Target, owner: Connection, statement: str, expected: str
    ) -> None:
        owner.execute("DROP SCHEMA masked CASCADE")  # its views hold the columns that they show
        owner.execute(statement.encode())
        finding = find_problem(target, "models")
        assert (finding.status, finding.detail) == ("critical", expected)

    def test_check_models_partitions_are_no_difference(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        ensure_ahead(owner, "core.parted")
        metadata = MetaData()
        for table in models.metadata.tables.values():
            table.to_metadata(metadata)
        Table(
            "parted",
            metadata,
            ModelColumn("at", models.metadata.tables["core.videos"].c.created_at.type, nullable=False),
            schema="core",
        )
        assert find_problems(replace(target, metadata=metadata), "models") == []

    def test_check_models_model_without_table_is_named(self, target: Target) -> None:
        metadata = MetaData()
        for table in models.metadata.tables.values():
            table.to_metadata(metadata)
        Table("future", metadata, ModelColumn("id", Integer), CheckConstraint("id > 0", name="id"), schema="core")
        detail = [one.detail for one in find_problems(replace(target, metadata=metadata), "models")]
        assert "core.future: the database has no such table." in detail
