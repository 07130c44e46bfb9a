"""Check what keeps tenants apart: row-level security, and functions that run as their owner."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.database.checks.check import CheckResult, Target


def check_row_level_security(target: Target) -> Iterator[CheckResult]:
    """Look for policies that do not guard: not enabled, not forced on an owner, or with a partition as a way around."""
    rows = target.connection.execute(
        """
        SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity,
               -- nobody is an owner who cannot sign in and has no members, as that of the audit trail
               o.rolcanlogin OR EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = o.oid),
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
               c.relispartition AND (SELECT parent.relrowsecurity FROM pg_class parent
                                     WHERE parent.oid = pg_partition_root(c.oid))
               AND EXISTS (SELECT FROM aclexplode(c.relacl) granted WHERE granted.grantee <> c.relowner)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
          AND n.nspname !~ '^pg_' ORDER BY 1"""
    ).fetchall()
    wrong = False
    for table, is_enabled, is_forced, has_living_owner, has_policies, is_way_around in rows:
        detail, remedy = None, f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        if is_enabled and not is_forced and has_living_owner:
            detail = f"{table} has row-level security that is not forced: its owner passes by it."
        elif has_policies and not is_enabled:
            detail = f"{table} has policies, and row-level security is off: they guard nothing."
            remedy = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; {remedy}"
        elif is_way_around and not is_enabled:
            detail = f"The partition {table} is not guarded as its parent is, and others than its owner may read it."
            remedy = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; {remedy}; and a policy for the owner"
        if detail is not None:
            wrong = True
            yield CheckResult("row-level security", "critical", detail, remedy)
    if not wrong:
        count = sum(is_enabled for _, is_enabled, *_ in rows)
        yield CheckResult("row-level security", "ok", f"{count} of {len(rows)} tables have it, as they should.")


def check_definer_functions(target: Target) -> Iterator[CheckResult]:
    """Look for functions that run as their owner, and look names up where their caller says."""
    rows = target.connection.execute(
        """
        SELECT p.oid::regprocedure::text,
               EXISTS (SELECT FROM unnest(p.proconfig) one WHERE one LIKE 'search\\_path=%%')
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        ORDER BY 1"""
    ).fetchall()
    for function, is_pinned in rows:
        if not is_pinned:
            yield CheckResult(
                "definer functions",
                "critical",
                f"{function} runs as its owner and looks names up in its caller's search path.",
                f"ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp",
            )
    if all(is_pinned for _, is_pinned in rows):
        yield CheckResult(
            "definer functions", "ok", f"{len(rows)} run as their owner, each with a search path of its own."
        )
