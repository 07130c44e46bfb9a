"""What the documents say of the code is there: each file that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs/runbooks").glob("*.md"),
]
# the survey of names to change and the decisions name files as they were
HISTORY = {"renames.md"}
FOLDERS = [ROOT, ROOT / "src/ytempire", ROOT / "tests", ROOT / "web/src", ROOT / "docs"]
NAMED = re.compile(r"`([\w./-]+\.(?:py|sql|toml|tsx?|md))`")


def files_by_name() -> set[str]:
    """Documents name a file alone where its package was said before."""
    return {path.name for folder in ("src", "web/src", "tools") for path in (ROOT / folder).rglob("*.*")}


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.name not in HISTORY], ids=lambda path: path.name
)
def test_files_named_in_a_document_exist(document: Path) -> None:
    by_name = files_by_name()
    missing = [
        name
        for name in NAMED.findall(document.read_text())
        if not any((folder / name).exists() for folder in FOLDERS) and ("/" in name or name not in by_name)
    ]
    assert missing == []


def test_architecture_names_every_package() -> None:
    house = (ROOT / "docs/architecture.md").read_text().split("```")[1]
    named = {line.split("/")[0].strip() for line in house.splitlines() if re.match(r" {2,4}[a-z_]+/ ", line)}
    packages = {path.parent.name for path in (ROOT / "src/ytempire").glob("*/__init__.py")}
    assert packages - named == set()
    subpackages = {path.parent.name for path in (ROOT / "src/ytempire").rglob("__init__.py")}
    assert named - packages - subpackages == set()
