"""List the test files that a change touches: `python -m tools.affected [--since REF]`, a part of `make test-affected`.

A test is affected if it changed itself or imports, directly or through other modules, a module that changed. What no
import shows is added: a test uses the fixtures of its folders, and what runs the command runs all of it. A change to
what every test stands on affects every test.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains

ROOT = Path(__file__).parents[1]
PACKAGES = {"src/ytempire": "ytempire", "bench": "bench", "tests": "tests"}
EVERYTHING = (
    "pyproject.toml",
    "uv.lock",
    "tests/conftest.py",
    "src/ytempire/database/migrations/",
)
# What a domain declares is imported by name (registration/domain.py): by whom, and the fields of the declaration.
RESOLVERS = {
    "ytempire.app": ("routers", "notified_messages", "published_messages"),
    "ytempire.worker.process": ("register_tasks", "periodic_tasks"),
    "ytempire.ingest.periodic": ("commit_listener",),
    "ytempire.runtime.key_rotation": ("sealed_columns",),
    "ytempire.outbox.periodic": ("fact_subscriber",),
}


def changed_files(since: str) -> list[str]:
    """List what differs from where this branch left `since`, with what is not committed and what is new."""
    [base] = _git("merge-base", since, "HEAD")
    return sorted({*_git("diff", "--name-only", base), *_git("ls-files", "--others", "--exclude-standard")})


def build_graph() -> grimp.ImportGraph:
    """Read who imports whom, with the imports that pytest and the command make by themselves."""
    graph = grimp.build_graph(*PACKAGES.values(), cache_dir=None)
    graph.add_import(importer="tests.forked_process", imported="ytempire.__main__")
    graph.add_import(importer="ytempire.cli.bench", imported="bench.commands")
    for command in graph.find_children("ytempire.cli"):  # each is imported when it runs
        graph.add_import(importer="ytempire.__main__", imported=command)
    for domain in registered_domains():
        graph.add_import(importer="ytempire.registration.domains", imported=f"{domain.package}.domain")
        if domain.models is not None:
            graph.add_import(importer="ytempire.database.models", imported=f"{domain.package}.{domain.models}")
        for importer, fields in RESOLVERS.items():
            for module in _declared_modules(domain, fields):
                graph.add_import(importer=importer, imported=module)
    for test in (module for module in graph.modules if _is_test(module)):
        folders = test.split(".")[:-1]
        # the fixtures at the top start the servers, for which they import half of the project
        for depth in range(2, len(folders) + 1):
            fixtures = ".".join([*folders[:depth], "conftest"])
            if fixtures in graph.modules:
                graph.add_import(importer=test, imported=fixtures)
    return graph


def _declared_modules(domain: Domain, fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        value = getattr(domain, field)
        for reference in (value,) if isinstance(value, str) else value or ():
            yield f"{domain.package}.{reference.partition(':')[0]}"


def affected_tests(graph: grimp.ImportGraph, changed: Iterable[str]) -> list[str]:
    """The paths of tests that changed or import what changed, `["tests"]` for all of them."""
    changed = list(changed)
    if any(path.startswith(EVERYTHING) or path.endswith(".sql") for path in changed):
        return ["tests"]
    modules = {module for path in changed if (module := _module_of(graph, path))}
    reached = modules.union(
        *(graph.find_downstream_modules(module, as_package=_is_package(module)) for module in modules)
    )
    return sorted(module.replace(".", "/") + ".py" for module in reached if _is_test(module))


def _module_of(graph: grimp.ImportGraph, path: str) -> str | None:
    """The module of a Python file; for any other file in a package, the package that reads it."""
    if path.endswith("/catalog.toml"):
        return "ytempire.database.catalog"
    for folder, package in PACKAGES.items():
        if path.startswith(f"{folder}/"):
            parts = [package, *Path(path).relative_to(folder).with_suffix("").parts]
            if parts[-1] == "__init__" or not path.endswith(".py"):
                parts.pop()
            while parts and ".".join(parts) not in graph.modules:
                parts.pop()
            return ".".join(parts) or None
    return None


def _is_package(module: str) -> bool:
    return any((ROOT / folder / "/".join(module.split(".")[1:])).is_dir() for folder in PACKAGES)


def _is_test(module: str) -> bool:
    return module.startswith("tests.") and module.rpartition(".")[2].startswith("test_")


def _git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")[
        :-1
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.affected", description=__doc__)
    parser.add_argument("--since", default="main", metavar="REF", help="the commit or branch to compare with (main)")
    arguments = parser.parse_args()
    print("\n".join(affected_tests(build_graph(), changed_files(arguments.since))))


if __name__ == "__main__":
    main()
