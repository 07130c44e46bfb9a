"""Count variables that are words of everyday speech; `everyday_variables.toml` has the numbers, which may only fall.

A name says what a thing is (docs/glossary.md): `row`, `channel` or `violations`, never `one` or `found`. For each
package the functions are counted in which such a word is a variable or a parameter. `python -m tools.old_names`
compares, as a part of `make check`; `python -m tools.everyday_variables --lower` writes numbers that have fallen.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "src" / "ytempire"
NUMBERS = Path(__file__).with_suffix(".toml")
WORDS = ("one", "found", "said", "asked", "told")
SKIPPED = "database/migrations/versions"  # a migration stays as it was run
HEADER = "# Functions that have such a word as a variable or a parameter, by package; no table: none.\n"

Counts: TypeAlias = Mapping[str, Mapping[str, int]]  # by package and word

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def count_functions(source: str) -> Counter[str]:
    """Return for each word the number of functions that have it as a variable or a parameter. Raises SyntaxError."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, _Function))
    return Counter(word for function in functions for word in set(_variables(function)) & set(WORDS))


def _variables(function: _Function) -> Iterator[str]:
    """Yield the parameters and variables of a function; what a function in it has is counted with that one."""
    waiting: list[ast.AST] = [function.args, *function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Function | ast.ClassDef):
            continue
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name
        waiting += ast.iter_child_nodes(node)


def count_packages(folder: Path = PACKAGES) -> dict[str, Counter[str]]:
    """Return the counts of each package of a folder; a module beside the packages stands for itself."""
    counts: dict[str, Counter[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        path = file.relative_to(folder)
        if not path.as_posix().startswith(SKIPPED):
            counts.setdefault(path.with_suffix("").parts[0], Counter()).update(count_functions(file.read_text()))
    return {package: counter for package, counter in counts.items() if counter}


def compare(counts: Counts, allowed: Counts) -> list[str]:
    """Return a sentence for each count that is not the allowed one."""
    sentences = []
    for package in sorted({*counts, *allowed}):
        for word in WORDS:
            count = counts.get(package, {}).get(word, 0)
            limit = allowed.get(package, {}).get(word, 0)
            if count > limit:
                sentences.append(
                    f"{package}: `{word}` is a variable in {count} functions, {limit} are allowed: name the thing"
                )
            elif count < limit:
                sentences.append(
                    f"{package}: `{word}` is a variable in {count} functions and no longer in {limit}:"
                    " write that down with `python -m tools.everyday_variables --lower`"
                )
    return sentences


def lowered(counts: Counts, allowed: Counts) -> dict[str, dict[str, int]]:
    """Return the allowed counts where they have fallen, and never a higher one."""
    lower: dict[str, dict[str, int]] = {}
    for package, limits in sorted(allowed.items()):
        numbers = {word: min(limits.get(word, 0), counts.get(package, {}).get(word, 0)) for word in WORDS}
        lower[package] = {word: number for word, number in numbers.items() if number}
    return {package: numbers for package, numbers in lower.items() if numbers}


def to_toml(counts: Counts) -> str:
    sections = (
        f"\n[{package}]\n" + "".join(f"{word} = {number}\n" for word, number in numbers.items())
        for package, numbers in counts.items()
    )
    return HEADER + "".join(sections)


def read_allowed() -> dict[str, dict[str, int]]:
    return tomllib.loads(NUMBERS.read_text())


def main(arguments: list[str]) -> int:
    """Print each count that is not the allowed one and return 1 if there are any; `--lower` writes the file before."""
    if arguments == ["--lower"]:
        NUMBERS.write_text(to_toml(lowered(count_packages(), read_allowed())))
    sentences = compare(count_packages(), read_allowed())
    print("\n".join(sentences), end="\n" if sentences else "")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
