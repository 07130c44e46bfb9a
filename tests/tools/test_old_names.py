"""The check against old names: what it finds, and where."""

import pytest
from tools.old_names import OldNames, Violation, find_database_violations, find_violations

OLD_NAMES = OldNames.from_toml(
    """
    [anywhere]
    said_plainly = "translate_constraint_errors"

    [packages.kit]
    opening = "begin_statements"

    [packages."accounts/http"]
    giver = "require_permission_scope"

    [modules]
    "kit/leash" = "die_with_parent"

    [database]
    costs = "cost_lines"
    claim = "lease_token"
    """
)


@pytest.mark.parametrize(
    "source",
    [
        "said_plainly = 1",
        "errors.said_plainly()",
        "def said_plainly(): ...",
        "async def said_plainly(): ...",
        "class said_plainly: ...",
        "def act(*, said_plainly): ...",
        "act(said_plainly=1)",
        "from ytempire.kit.database import said_plainly",
        "import database as said_plainly",
        "from ytempire.said_plainly import act",
        "def act():\n    global said_plainly",
        "try: ...\nexcept OSError as said_plainly: ...",
        "match 1:\n    case said_plainly: ...",
        "f'{said_plainly}'",
    ],
)
def test_find_violations_old_identifier_is_found(source: str) -> None:
    [violation] = find_violations("src/ytempire/kit/database.py", source, OLD_NAMES)
    assert (violation.old, violation.new) == ("said_plainly", "translate_constraint_errors")


def test_violation_names_place_and_successor() -> None:
    [violation] = find_violations("tests/kit/test_http.py", "x = 1\ny = said_plainly\n", OLD_NAMES)
    assert violation == Violation("tests/kit/test_http.py", 2, "said_plainly", "translate_constraint_errors")
    assert str(violation) == "tests/kit/test_http.py:2: `said_plainly` is now called `translate_constraint_errors`"


@pytest.mark.parametrize("source", ["'said_plainly'", "# said_plainly", "said_plainly_too = 1"])
def test_find_violations_other_text_is_not_found(source: str) -> None:
    assert find_violations("src/ytempire/kit/database.py", source, OLD_NAMES) == []


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("src/ytempire/kit/database.py", "opening()", True),
        ("tests/kit/test_database.py", "opening()", True),
        ("src/ytempire/production/script/sentences.py", "opening()", False),
        ("src/ytempire/kitchen/database.py", "opening()", False),
        ("src/ytempire/accounts/http/sharing.py", "giver()", True),
        ("src/ytempire/accounts/sharing.py", "giver()", False),
    ],
)
def test_find_violations_scoped_name_is_found_in_its_package_alone(path: str, source: str, found: bool) -> None:
    assert bool(find_violations(path, source, OLD_NAMES)) is found


@pytest.mark.parametrize(
    ("path", "found"), [("src/ytempire/kit/leash.py", True), ("src/ytempire/production/leash.py", False)]
)
def test_find_violations_module_name_is_found_in_its_package_alone(path: str, found: bool) -> None:
    assert bool(find_violations(path, "", OLD_NAMES)) is found


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("core/x.sql", "UPDATE core.costs SET a = 1", [1]),
        ("core/x.sql", "-- what it costs\nSELECT p.claim, 'claim' FROM p  -- claim", [2]),
        ("catalog/x.toml", 'table = "core.costs"\nclaim = { meaning = "A word that costs nothing." }', [1, 2]),
    ],
)
def test_names_of_the_database_are_found_where_they_are_used(path: str, text: str, found: list[int]) -> None:
    assert sorted({violation.line for violation in find_database_violations(path, text, OLD_NAMES)}) == found


def test_statements_of_python_name_tables_with_their_schema() -> None:
    source = "text('SELECT FROM core.costs')\ntext('it costs')\nf'core.costs/sealed'\nf'{x} JOIN core.costs c'"
    assert [violation.line for violation in find_violations("src/ytempire/x.py", source, OLD_NAMES)] == [1, 4]
