"""The count of other domains' tables: what is counted, and that the numbers only fall."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.table_owners import compare, count_foreign_tables, named_tables


@pytest.mark.parametrize(
    ("name", "source", "tables"),
    [
        ("a.sql", "SELECT * FROM core.runs r JOIN core.videos v -- core.users\n", ["core.runs", "core.videos"]),
        ("a.sql", "SELECT core.new_id()", []),
        ("a.py", "rows = text('SELECT FROM core.runs')", ["core.runs"]),
        ("a.py", 'rows = text(f"SELECT FROM core.runs WHERE {condition}")', ["core.runs"]),
        ("a.py", '"""About core.runs."""', []),
        ("a.py", "channel: Mapped[UUID] = mapped_column(ForeignKey('core.channels.id'))", []),
        ("a.py", "sealed = 'core.emails/body/'", []),
    ],
)
def test_named_tables_of_a_file(tmp_path: Path, name: str, source: str, tables: list[str]) -> None:
    (tmp_path / name).write_text(source)
    assert list(named_tables(tmp_path / name)) == tables


def test_count_foreign_tables_by_package_and_owner(tmp_path: Path) -> None:
    for package in ("waves", "tides", "database"):
        (tmp_path / package).mkdir()
    (tmp_path / "waves" / "catalog.toml").write_text('owner = "waves"\n[[table]]\ntable = "core.waves"\n')
    for package in ("waves", "tides", "database"):
        (tmp_path / package / "queries.py").write_text("QUERY = 'SELECT FROM core.waves'")
    assert count_foreign_tables(tmp_path) == {"tides": {"waves": ["core.waves"]}}


def test_compare_names_what_rose_and_what_fell() -> None:
    foreign = {"tides": {"waves": ["core.waves"]}}
    assert compare(foreign, {"tides": 1}) == []
    [rose] = compare(foreign, {})
    assert rose.startswith("tides names 1 tables of other domains, 0 are allowed: core.waves.")
    [fell] = compare({}, {"tides": 1})
    assert fell.startswith("tides names 0 tables of other domains and no longer 1")
