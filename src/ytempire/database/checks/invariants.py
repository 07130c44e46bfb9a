"""Check the rules between rows."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.invariants import INVARIANTS

MAX_SHOWN = 5  # ids of wrong rows; who mends the first finds the others


def check_invariants(target: Target) -> Iterator[CheckResult]:
    """Look for rows that break one of the rules in `database/invariants.py`."""
    wrong = False
    for invariant in INVARIANTS:
        rows = target.connection.execute(invariant.violations_sql.encode()).fetchmany(MAX_SHOWN + 1)
        if rows:
            wrong = True
            named = ", ".join(str(row[0]) for row in rows[:MAX_SHOWN]) + (" and more" if len(rows) > MAX_SHOWN else "")
            yield CheckResult("invariants", "critical", f"{invariant.description} Not so: {named}.", invariant.remedy)
    if not wrong:
        yield CheckResult("invariants", "ok", f"All {len(INVARIANTS)} rules about rows hold.")
