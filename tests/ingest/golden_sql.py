"""The statements that the code generates, as files that a review can read.

`python -m tests.ingest.golden_sql --write` writes them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ytempire.ingest import rollups
from ytempire.ingest.metrics import ALL
from ytempire.insight import dashboards

FOLDER = Path(__file__).parent / "golden"


def generated() -> dict[str, str]:
    """Return the text of each file: its statements, each under its name."""
    return {
        "rollups.sql": _file(_rollup_statements()),
        "dashboards.sql": _file(_dashboard_statements()),
    }


def _file(statements: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"-- {name}\n{_laid_out(statement)};\n" for name, statement in statements)


_CLAUSE = re.compile(r" (FROM|WHERE|(?:LEFT |FULL |CROSS )?JOIN|ON CONFLICT|GROUP BY|ORDER BY|SET|VALUES|USING|AND) ")

_ITEM = re.compile(r", (?!\d)")  # but numeric(30, 6) stays whole


def _laid_out(statement: str) -> str:
    """Return a statement with a line for each item, so that a difference is as small as the change."""
    lines = (line.strip() for line in statement.strip().splitlines())
    return "\n".join(_ITEM.sub(",\n    ", _CLAUSE.sub(r"\n  \1 ", line)) for line in lines)


def _rollup_statements() -> Iterator[tuple[str, str]]:
    yield "tables of the session", rollups.INCOMING.replace(";", ";\n")
    for rollup in ALL:
        table = rollup.table
        yield f"{table}: add what the writer summed", rollups.add_summed(rollup, rollups.summed_table(table))
        yield f"{table}: recount of one day", rollups.recount(rollup, "DAY")
        yield f"{table}: compare with a recount", rollups.compare(rollup)
        for number, statement in enumerate(rollups.rebuild(rollup), 1):
            yield f"{table}: rebuild, {number}", statement
        yield f"{table}: remove empty rows", rollups.remove_empty(rollup)
    yield "insert new events", rollups.insert_new()
    yield "insert their breakdowns", rollups.insert_breakdowns()
    yield "add corrections", rollups.add_corrections()
    for returns_old in (False, True):
        yield f"apply redelivered events, returns_old={returns_old}", rollups.apply_redelivered(returns_old=returns_old)
        yield (
            f"apply redelivered breakdowns, returns_old={returns_old}",
            rollups.apply_redelivered_breakdowns(returns_old=returns_old),
        )


def _dashboard_statements() -> Iterator[tuple[str, str]]:
    for of_one in (False, True):
        yield f"overview, of_one={of_one}", dashboards._overview(of_one)
        yield f"rpm, of_one={of_one}", dashboards._rpm(of_one)
        yield f"heatmap, of_one={of_one}", dashboards._heatmap(of_one)
        yield f"traffic, of_one={of_one}", dashboards._traffic(of_one)
        yield f"videos by views, of_one={of_one}", dashboards._videos("views", of_one=of_one, with_least=False)
    yield "channels by views", dashboards._channels("views")
    yield "videos by RPM, the least too", dashboards._videos("rpm_usd", of_one=False, with_least=True)
    yield "corrections of views", dashboards._corrections("views")
    yield "one video", dashboards._video()


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        for name, text in generated().items():
            (FOLDER / name).write_text(text)
    else:
        sys.exit(__doc__)
