"""Generated statements are as their golden files say, so that a diff shows what a change does to them."""

from __future__ import annotations

import pytest

from tests.ingest.golden_sql import FOLDER, generated

GENERATED = generated()


@pytest.mark.parametrize("name", GENERATED)
def test_generated_statements_equal_golden_files(name: str) -> None:
    assert GENERATED[name] == (FOLDER / name).read_text(), (
        "The statements changed: look at the difference that `python -m tests.ingest.golden_sql --write` makes."
    )


def test_golden_files_are_all_generated() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(GENERATED)
