"""Which tests a change touches, on the project as it is."""

import grimp
import pytest
from tools.affected import affected_tests, build_graph


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return build_graph()


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ("tests/tools/test_affected.py", "tests/tools/test_affected.py"),
        ("src/ytempire/kit/crypto.py", "tests/kit/test_crypto.py"),
        ("src/ytempire/kit/crypto.py", "tests/accounts/test_endpoints.py"),  # through many modules
        ("tests/publishing/conftest.py", "tests/publishing/test_rights.py"),
        ("src/ytempire/cli/produce.py", "tests/cli/test_produce.py"),  # which runs the command
        ("src/ytempire/assets/demo/why-the-night-sky-is-dark.md", "tests/cli/test_produce.py"),
        ("src/ytempire/kit/a_module_that_is_gone.py", "tests/kit/test_crypto.py"),
        ("src/ytempire/publishing/thumbnail_endpoints.py", "tests/publishing/test_rights.py"),  # a route, by name
        ("src/ytempire/channels/sealed.py", "tests/runtime/test_key_rotation.py"),
        ("src/ytempire/publishing/catalog.toml", "tests/database/test_catalog.py"),
        ("src/ytempire/publishing/sql/publication_facts.sql", "tests"),
        ("src/ytempire/database/code/core/masked.sql", "tests"),
        ("pyproject.toml", "tests"),
    ],
)
def test_affected_tests_has_what_stands_on_the_change(graph: grimp.ImportGraph, changed: str, touched: str) -> None:
    assert touched in affected_tests(graph, [changed])


@pytest.mark.parametrize("changed", ["docs/glossary.md", "web/src/main.tsx", "src/ytempire/publishing/__init__.py"])
def test_affected_tests_leaves_out_what_does_not_stand_on_it(graph: grimp.ImportGraph, changed: str) -> None:
    assert "tests/kit/test_crypto.py" not in affected_tests(graph, [changed])


def test_affected_tests_of_nothing_are_none(graph: grimp.ImportGraph) -> None:
    assert affected_tests(graph, []) == []
