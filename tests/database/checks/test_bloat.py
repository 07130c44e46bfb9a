"""Tables and indexes of which much is air."""

from __future__ import annotations

from dataclasses import replace

from tests.database.checks.findings import Connection, find_problems
from ytempire.database.checks.bloat import INDEX_BLOAT, TABLE_BLOAT
from ytempire.database.checks.check import Limits, Target


class TestBloat:
    def test_check_bloat_mostly_empty_relations_are_named(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (n int, word text) WITH (autovacuum_enabled = false);
            INSERT INTO core.extra SELECT n, repeat('x', 100) FROM generate_series(1, 60000) n;
            CREATE INDEX extra_n_idx ON core.extra (n); ANALYZE core.extra""")
        small = replace(target, limits=Limits(bloat_bytes=500_000))
        assert find_problems(small, "bloat") == []
        owner.execute("DELETE FROM core.extra WHERE n % 10 <> 0")
        owner.execute("VACUUM (ANALYZE, TRUNCATE false) core.extra")
        table, index = find_problems(small, "bloat")
        assert table.detail.startswith("The table core.extra takes 8.")
        assert "(90%) empty" in table.detail or "(89%) empty" in table.detail
        assert index.remedy is not None
        assert index.remedy.endswith("REINDEX INDEX CONCURRENTLY core.extra_n_idx")
        for finding in (table, index):
            owner.execute(str(finding.remedy).split(": ")[-1].encode())
        assert find_problems(small, "bloat") == []

    def test_bloat_estimate_of_full_relations_is_near(self, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (id uuid PRIMARY KEY DEFAULT core.new_id(), n int, word text, note text)
                WITH (fillfactor = 80);
            INSERT INTO core.extra (n, word, note) SELECT n, repeat('y', n % 60), CASE WHEN n % 2 = 0 THEN 'even' END
                FROM generate_series(1, 50000) n;
            CREATE INDEX extra_lower_idx ON core.extra (lower(word), n); ANALYZE core.extra""")
        for query in (TABLE_BLOAT, INDEX_BLOAT):
            rows = owner.execute(query.encode(), [["core"]]).fetchall()
            for name, size, needed in [row for row in rows if row[0].startswith("core.extra")]:
                assert 0.8 < needed / size < 1.25, name
