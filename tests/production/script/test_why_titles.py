"""A title that asks why: the hook asks it, the body begins with the answer, and the close claims nothing by it."""

from __future__ import annotations

import pytest

from tests.production.script.texts import PERSONA
from ytempire.production.script.extractive import write
from ytempire.production.script.salience import Embed
from ytempire.production.source.reader import parse_source

TEXT = """# Why the old bell is silent

Stand in the market square at noon and listen. No bell rings, although the tower has one of four tons. Visitors ask the
baker about it nearly every day, and she has told the story a thousand times.

## What happened

{answer} lies in the winter of 1890. Water ran into the bell through the roof and froze there in a single night. Ice
needs more room than water, and the bronze cracked from the rim to the crown. A cracked bell sounds like a pot.

The town asked three founders for a new bell. Each of them wanted more money than the council had. The council bought a
clock instead, which still shows the right time.

## What is left

The bell hangs where it always hung. Children may touch it on the first Sunday of May. Nobody has rung it for more than
a hundred years.
"""


@pytest.mark.parametrize("answer", ["The reason", "The answer"])
@pytest.mark.parametrize("seconds", [20, 30])
def test_write_short_video_of_title_that_asks_why_begins_with_its_answer(
    answer: str, seconds: int, embed: Embed
) -> None:
    source = parse_source(TEXT.format(answer=answer).encode(), name="bell.md")
    script = write(source, seconds=seconds, persona=PERSONA, embed=embed)
    assert script.lines[0].text == "Why is the old bell silent?"
    assert script.lines[1].text == f"{answer} lies in the winter of 1890."
    assert [line.text for line in script.lines if line.role == "close"] != ["Why the old bell is silent."]


def test_write_longer_video_of_title_that_asks_why_may_begin_as_its_source_does(embed: Embed) -> None:
    source = parse_source(TEXT.format(answer="The reason").encode(), name="bell.md")
    texts = [line.text for line in write(source, seconds=60, persona=PERSONA, embed=embed).lines]
    assert texts[0] == "Why is the old bell silent?"
    assert "The reason lies in the winter of 1890." in texts
