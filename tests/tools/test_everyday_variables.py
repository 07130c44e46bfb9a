"""The count of everyday variables: what is counted, and that the numbers only fall."""

from pathlib import Path

import pytest
from tools.everyday_variables import compare, count_functions, count_packages, lowered, to_toml


@pytest.mark.parametrize(
    "source",
    [
        "def act(one): ...",
        "def act(*, one=None): ...",
        "def act(*one): ...",
        "async def act():\n    one = 1",
        "def act():\n    for one in rows: ...",
        "def act():\n    return [one for one in rows]",
        "def act():\n    with opened() as one: ...",
        "def act():\n    if one := read(): ...",
        "def act():\n    first, (one, *rest) = rows",
        "def act():\n    try: ...\n    except OSError as one: ...",
        "def act():\n    match rows:\n        case [one]: ...",
        "def act():\n    return sorted(rows, key=lambda one: one.id)",
        "class Reader:\n    def act(self):\n        one = 1\n        one = 2",
    ],
)
def test_count_functions_variable_is_counted_once_a_function(source: str) -> None:
    assert count_functions(source) == {"one": 1}


@pytest.mark.parametrize(
    "source",
    [
        "one = 1",
        "rows = [one for one in rows]",
        "def one(): ...",
        "def act():\n    return one",
        "def act():\n    rows.one = 1",
        "def act():\n    read(one=1)",
        "def act():\n    'one'  # one",
        "def act():\n    ones = 1",
    ],
)
def test_count_functions_other_names_are_not_counted(source: str) -> None:
    assert count_functions(source) == {}


def test_count_functions_inner_function_is_counted_by_itself() -> None:
    assert count_functions("def act():\n    def work(one): ...\n    said = 1") == {"one": 1, "said": 1}
    assert count_functions("def act(one):\n    def work(one): ...") == {"one": 2}


def test_count_packages_counts_by_package_without_migrations(tmp_path: Path) -> None:
    for path in ("cli/up.py", "cli/deep/down.py", "app.py", "kit/__init__.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("def act(one): ..." if path != "kit/__init__.py" else "")
    versions = tmp_path / "database" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "first.py").write_text("def act(one): ...")
    assert count_packages(tmp_path) == {"cli": {"one": 2}, "app": {"one": 1}}


@pytest.mark.parametrize(
    ("count", "allowed", "expected"), [(2, 1, "2 functions, 1 are allowed"), (1, 2, "--lower"), (1, 0, "0 are allowed")]
)
def test_compare_another_count_is_a_sentence(count: int, allowed: int, expected: str) -> None:
    [sentence] = compare({"cli": {"one": count}}, {"cli": {"one": allowed}} if allowed else {})
    assert sentence.startswith("cli: `one`")
    assert expected in sentence


def test_compare_package_that_is_gone_is_lowered() -> None:
    assert compare({}, {"cli": {"one": 1}}) != []
    assert compare({"cli": {"one": 1, "found": 2}}, {"cli": {"one": 1, "found": 2}}) == []


def test_lowered_takes_what_fell_and_never_what_rose() -> None:
    counts = {"cli": {"one": 3, "found": 1}, "new": {"one": 1}}
    allowed = {"cli": {"one": 2, "found": 2, "said": 1}, "gone": {"one": 1}}
    assert lowered(counts, allowed) == {"cli": {"one": 2, "found": 1}}


def test_to_toml_has_one_table_per_package() -> None:
    assert to_toml({"cli": {"one": 2}, "kit": {"said": 1}}).endswith("\n\n[cli]\none = 2\n\n[kit]\nsaid = 1\n")
