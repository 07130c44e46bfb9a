"""Refuse loops that sleep: what is done at intervals is a `PeriodicTask` (kit/periodic.py).

`sleeping_loops.toml` names the functions that may, each with the reason: one end of a protocol, a wait for a process or
a person at a terminal. `python -m tools.sleeping_loops` is a part of `make check`.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "src" / "ytempire"
REASONS = Path(__file__).with_suffix(".toml")

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Loop = ast.While | ast.For | ast.AsyncFor


def find_sleeping_loops(source: str) -> Iterator[str]:
    """Yield the names of functions, `Class.method` for methods, with a loop that sleeps. Raises SyntaxError."""
    yield from _in_scope(ast.parse(source), ())


def _in_scope(node: ast.AST, path: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function | ast.ClassDef):
            yield from _in_scope(child, (*path, child.name))
        elif isinstance(child, _Loop) and any(_sleeps(inner) for inner in _own_nodes(child)):
            yield ".".join(path) or "<module>"
        else:
            yield from _in_scope(child, path)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs within the loop itself, not in a function that is only defined there."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _Function | ast.Lambda):
            yield child
            yield from _own_nodes(child)


def _sleeps(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="sleep", value=ast.Name(id="asyncio" | "time"))):
            return True
        case ast.Call(func=ast.Attribute(attr="wait_for", value=ast.Name(id="asyncio"))):
            return True  # a wait for an event with a limit, which sleeps under another name
    return False


def compare(folder: Path, reasons: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each loop without a reason, and for each reason without a loop."""
    present = {
        f"{file.relative_to(folder).with_suffix('').as_posix()}:{name}"
        for file in sorted(folder.rglob("*.py"))
        for name in find_sleeping_loops(file.read_text())
    }
    for place in sorted(present - reasons.keys()):
        yield f"{place} has a loop that sleeps: declare a PeriodicTask, or give the reason in tools/{REASONS.name}."
    for place in sorted(reasons.keys() - present):
        yield f"{place} has no loop that sleeps any more: remove it from tools/{REASONS.name}."


def main() -> int:
    problems = list(compare(PACKAGES, tomllib.loads(REASONS.read_text())))
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
