"""Count the tables of other domains that a package names in its SQL.

`table_owners.toml` has the numbers, which may only fall. A table's owner is the domain whose `catalog.toml` has its
card; another reads it through the owner's `queries`, or a view of its contract. `database` (migrations, policies,
checks), `cli` and `runtime` are about all tables and are left out. `python -m tools.table_owners` compares, as a
part of `make check`; `--lower` writes numbers that have fallen.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "src" / "ytempire"
NUMBERS = Path(__file__).with_suffix(".toml")
ABOUT_ALL = frozenset({"database", "cli", "runtime"})
HEADER = "# Tables of other domains that a package names in its SQL. The numbers may only fall.\n"
_TABLE = re.compile(r"\b((?:core|analytics|staging|ml)\.[a-z_]+)\b(?![\w(/.])")


def read_owners(packages: Path = PACKAGES) -> dict[str, str]:
    """Return the owner of each table that has a card."""
    owners = {}
    for file in packages.rglob("*.toml"):
        document = tomllib.loads(file.read_text())
        for card in document.get("table", []):
            owners[card["table"]] = card.get("owner", document["owner"])
    return owners


def named_tables(file: Path) -> Iterator[str]:
    """Yield the qualified names in a file of SQL, or in the strings of Python but for docstrings."""
    if file.suffix == ".sql":
        code = re.sub(r"--.*", "", file.read_text())
        yield from _TABLE.findall(code)
        return
    tree = ast.parse(file.read_text())
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from _TABLE.findall(node.value)


def count_foreign_tables(packages: Path = PACKAGES) -> dict[str, dict[str, list[str]]]:
    """Return by package, and by owner, the tables of others that it names."""
    owners = read_owners(packages)
    foreign: dict[str, dict[str, list[str]]] = {}
    for folder in sorted(path for path in packages.iterdir() if path.is_dir() and path.name not in ABOUT_ALL):
        files = [file for file in folder.rglob("*") if file.suffix in {".py", ".sql"}]
        tables = {table for file in files for table in named_tables(file)}
        for table in sorted(tables):
            if (owner := owners.get(table)) is not None and owner != folder.name:
                foreign.setdefault(folder.name, {}).setdefault(owner, []).append(table)
    return foreign


def compare(foreign: Mapping[str, Mapping[str, list[str]]], allowed: Mapping[str, int]) -> list[str]:
    """Return a sentence for each package whose number is not the allowed one."""
    sentences = []
    for package in sorted({*foreign, *allowed}):
        tables = [table for tables in foreign.get(package, {}).values() for table in tables]
        limit = allowed.get(package, 0)
        if len(tables) > limit:
            sentences.append(
                f"{package} names {len(tables)} tables of other domains, {limit} are allowed: {', '.join(tables)}."
                " Read them through their owner's queries."
            )
        elif len(tables) < limit:
            sentences.append(
                f"{package} names {len(tables)} tables of other domains and no longer {limit}:"
                " write that down with `python -m tools.table_owners --lower`."
            )
    return sentences


def main(arguments: list[str]) -> int:
    """Print each number that is not the allowed one and return 1 if there are any; `--lower` writes the file before."""
    foreign = count_foreign_tables()
    allowed: dict[str, int] = tomllib.loads(NUMBERS.read_text())
    if arguments == ["--lower"]:
        counts = {package: sum(map(len, owners.values())) for package, owners in foreign.items()}
        allowed = {package: min(limit, counts.get(package, 0)) for package, limit in allowed.items()}
        NUMBERS.write_text(HEADER + "".join(f"{package} = {limit}\n" for package, limit in allowed.items() if limit))
    sentences = compare(foreign, allowed)
    print("\n".join(sentences), end="\n" if sentences else "")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
