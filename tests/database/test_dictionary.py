"""The data dictionary says what cards and models say, and notices when the committed page does not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from tests.forked_process import python
from ytempire.database import models
from ytempire.database.catalog import CatalogBroken, catalog
from ytempire.database.dictionary import document


def dictionary(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python("ytempire.database.dictionary", *arguments)


def test_dictionary_contains_every_table_and_column() -> None:
    page = document()
    for card in catalog().values():
        if not card.is_whole_schema:
            section = page.split(f"\n### {card.table}\n")[1].split("\n### ")[0]
            assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) != []
            assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(card.columns)
            assert card.purpose in section


def test_dictionary_links_lead_to_headings() -> None:
    page = document()
    # as GitHub makes them: lower case, no punctuation, a hyphen for a blank
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert len(links) > len(catalog())
    assert links <= anchors


def test_dictionary_contains_types_defaults_and_constraints_of_models() -> None:
    page = document()
    for expected in (
        "| `duration_seconds` | numeric(10, 3) or empty |",
        "| `status` | text, default `pending` |",
        "| `embedding` | vector(384) |",
        "- **Reference**: `run_id` to `core.runs.id`, on delete cascade",
        "- **Rule** `runs_priority_check`: `priority BETWEEN 1 AND 10`",
        "- **Rule** `prices_one_at_a_time_excl`: no two rows for which all of this holds: `service =`, `item =`,",
        "- **Unique** `runs_active_video_key`: `(video_id, channel_id) WHERE status IN ('pending', 'running')`",
        '    channels ||--o{ videos : "channel_id"',
        '    cost_reservations |o--o{ cost_lines : "reservation_id"',
        "        uuid run_id PK, FK",
        '    core_videos["core.videos"]',
        "- **Belongs to**: whoever owns `channel_id` of `core.runs`.",
    ):
        assert expected in page


def test_dictionary_table_without_card_is_refused() -> None:
    metadata = MetaData()
    for table in models.metadata.tables.values():
        table.to_metadata(metadata)
    Table("extra", metadata, Column("id", Integer), schema="core")
    with pytest.raises(CatalogBroken, match=r"core\.extra has no card"):
        document(metadata=metadata)
    cards = dict(catalog())
    card = cards["core.videos"]
    cards["core.videos"] = card.model_copy(
        update={"columns": {name: one for name, one in card.columns.items() if name != "tags"}}
    )
    with pytest.raises(CatalogBroken, match=r"core\.videos\.tags is not on its card"):
        document(cards)


def test_dictionary_command_writes_page_and_detects_differences(tmp_path: Path) -> None:
    page = tmp_path / "dictionary.md"
    assert "make dictionary" in dictionary("--check", str(page)).stderr
    assert dictionary("--write", str(page)).returncode == 0
    assert dictionary("--check", str(page)).returncode == 0
    page.write_text(page.read_text().replace("One row", "Two rows", 1))
    done = dictionary("--check", str(page))
    assert (done.returncode, "make dictionary" in done.stderr) == (1, True)
