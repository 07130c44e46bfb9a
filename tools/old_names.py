"""Refuse old names in Python code: `python -m tools.old_names`, with the list in `old_names.toml`.

The glossary (docs/glossary.md) says which words the project uses. An identifier that was renamed to one of them must
not come back: names, attributes, functions, classes, arguments and modules are read from the syntax tree. Names of the
database are looked for in its SQL files and catalog, and in the statements of Python, where they stand with their
schema. Comments are not looked at. It also runs the count of everyday variables (`everyday_variables.py`).
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tools import everyday_variables

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_name("old_names.toml")
FOLDERS = ("src", "tests", "bench", "tools")
SKIPPED = "src/ytempire/database/migrations/versions"  # a migration stays as it was run
BEFORE = ("tests/database/test_upgrade", "tests/tools/")  # databases of versions before, and texts of this check
PACKAGES = ROOT / "src/ytempire"
_WORD = re.compile(r"\w+")
# `core.costs`, but not `core.costs/…`: what a secret was sealed with keeps its first name
_QUALIFIED = re.compile(r"\b(?:core|analytics|staging|masked|audit)\.(\w+)(?![\w/])")


class Violation(NamedTuple):
    """An old name in the code, and its successor."""

    path: str
    line: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: `{self.old}` is now called `{self.new}`"


@dataclass(frozen=True)
class OldNames:
    """Old identifiers with their successors: everywhere, in some packages alone, and names of modules."""

    anywhere: Mapping[str, str]
    packages: Mapping[str, Mapping[str, str]]  # by package, `kit` or `accounts/http`
    modules: Mapping[str, str]  # `kit/leash` with the successor of its last part
    database: Mapping[str, str]  # tables, columns, functions and triggers

    @classmethod
    def from_toml(cls, text: str) -> OldNames:
        document = tomllib.loads(text)
        return cls(*(document.get(table, {}) for table in ("anywhere", "packages", "modules", "database")))

    def for_module(self, module: str) -> dict[str, str]:
        """Return the identifiers that a module may not use, such as `kit/clock`."""
        names = dict(self.anywhere)
        for package, scoped in self.packages.items():
            if f"{module}/".startswith(f"{package}/"):
                names.update(scoped)
        return names


def find_violations(path: str, source: str, old_names: OldNames) -> list[Violation]:
    """Return the old names in one file; `path` is relative to the repository. Raises SyntaxError."""
    module = _module_of(path)
    violations = []
    if new := old_names.modules.get(module):
        violations.append(Violation(path, 1, module.rpartition("/")[2], new))
    names = old_names.for_module(module)
    for node in ast.walk(ast.parse(source, path)):
        line = getattr(node, "lineno", 1)
        violations += [Violation(path, line, name, names[name]) for name in _identifiers(node) if name in names]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not path.startswith(BEFORE):
            violations += _old_of_database(path, line, _QUALIFIED.findall(node.value), old_names)
    return sorted(violations)


def find_database_violations(path: str, text: str, old_names: OldNames) -> list[Violation]:
    """Return the old names in an SQL file, or in a TOML file of the catalog, without its comments."""
    comment = "--" if path.endswith(".sql") else "#"
    violations = []
    for number, line in enumerate(text.splitlines(), 1):
        code = line.partition(comment)[0]
        words = _WORD.findall(code) if comment == "--" else _WORD.findall(code.partition("=")[0])
        violations += _old_of_database(path, number, [*words, *_QUALIFIED.findall(code)], old_names)
    return violations


def _old_of_database(path: str, line: int, words: list[str], old_names: OldNames) -> list[Violation]:
    found = dict.fromkeys(word for word in words if word in old_names.database)
    return [Violation(path, line, word, old_names.database[word]) for word in found]


def _identifiers(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    # names, attributes, definitions, arguments, imports and patterns
    for field in ("id", "attr", "name", "arg", "asname", "module", "rest"):
        identifier = getattr(node, field, None)
        if isinstance(identifier, str):
            yield from identifier.split(".")


def _module_of(path: str) -> str:
    """Return a file's place in its package: `kit/clock` for `src/ytempire/kit/clock.py` and `tests/kit/clock.py`."""
    module = path.removesuffix(".py").removesuffix("/__init__")
    return module.removeprefix("src/ytempire/").removeprefix("tests/")


def main() -> int:
    """Print the old names and risen counts in the code, and return 1 if there are any."""
    old_names = OldNames.from_toml(LIST.read_text())
    violations = []
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if not path.startswith(SKIPPED):
                violations += find_violations(path, file.read_text(), old_names)
    for file in sorted([*PACKAGES.rglob("*.sql"), *PACKAGES.rglob("*.toml")]):
        violations += find_database_violations(file.relative_to(ROOT).as_posix(), file.read_text(), old_names)
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} old names. The words of the project are in docs/glossary.md.")
    return everyday_variables.main([]) or (1 if violations else 0)


if __name__ == "__main__":
    sys.exit(main())
