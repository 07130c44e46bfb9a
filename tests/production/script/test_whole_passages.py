from __future__ import annotations

import numpy as np
import pytest

from ytempire.production.script.lists import lists_of
from ytempire.production.script.passages import Pace, Passage, passages_of
from ytempire.production.script.salience import Weighed
from ytempire.production.script.section_headings import develops_heading
from ytempire.production.script.sentences import sentences_of
from ytempire.production.script.source_parts import SourcePart
from ytempire.production.source.document import Block, SourceText


def _source(*blocks: Block, language: str = "en") -> SourceText:
    return SourceText(title="The pier", blocks=blocks, language=language, words=90, sha256="0" * 64)


def _passages(source: SourceText, part: SourcePart, *, items: bool = False) -> list[Passage]:
    sentences = sentences_of(source)
    count = len(sentences)
    return passages_of(
        sentences,
        Weighed(np.zeros((count, 1), dtype=np.float32), np.ones(count)),
        [part],
        taken=frozenset(),
        acronyms=frozenset(),
        pace=Pace(158, source.language),
        items=items,
    )


def _runs(*paragraphs: str, language: str = "en") -> set[tuple[int, ...]]:
    source = _source(*(Block(kind="paragraph", text=text) for text in paragraphs), language=language)
    part = SourcePart(None, tuple(range(len(paragraphs))))
    return {passage.places for passage in _passages(source, part)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Most lamps burn oil all night. However, the lamp of Brenna burns gas."),
        (
            "es",
            "Casi todas las lámparas tienen un depósito de aceite. Sin embargo, la lámpara de Brenna tiene una pila.",
        ),
        ("fr", "Presque toutes les lampes brûlent de l'huile. Cependant, la lampe de Brenna brûle du gaz."),
        ("it", "Quasi tutte le lampade bruciano olio. Tuttavia, la lampada di Brenna brucia gas."),
        ("pt", "Quase todas as lâmpadas têm um tanque de óleo. No entanto, a lâmpada de Brenna tem uma pilha."),
    ],
)
def test_passages_of_claim_go_on_to_what_limits_it(language: str, text: str) -> None:
    assert _runs(text, language=language) == {(0, 1)}


def test_passages_of_count_go_on_to_what_it_counts() -> None:
    text = "There are two kinds of lamp on the coast. Oil lamps burn all night. Gas lamps burn for a week."
    assert {run for run in _runs(text) if 0 in run} == {(0, 1, 2)}


def test_passages_of_what_leans_on_a_paragraph_begin_with_it() -> None:
    first = "Salt eats the iron of the tower. Waves break the glass of the lamp."
    runs = _runs(first, "These dangers keep the crew of Brenna busy.")
    assert {run for run in runs if 2 in run} == {(0, 1, 2)}


def test_passages_of_numbered_steps_tell_all_of_them_or_none() -> None:
    steps = ("Fill the tank with clean oil.", "Trim the wick with sharp scissors.", "Light the wick with a long match.")
    items = (Block(kind="item", text=step, level=1, ordered=True) for step in steps)
    source = _source(Block(kind="paragraph", text="The keeper lights the lamp every night."), *items)
    runs = {passage.places for passage in _passages(source, SourcePart(None, (0, 1, 2, 3)), items=True)}
    assert runs == {(0,), (0, 1, 2, 3)}


def test_passages_of_paragraph_know_its_end() -> None:
    text = "The tower has ninety steps. The lamp weighs a ton."
    source = _source(Block(kind="paragraph", text=text))
    closed = {passage.places: passage.closes_paragraph for passage in _passages(source, SourcePart(None, (0,)))}
    assert closed == {(0,): False, (0, 1): True, (1,): True}


def test_develops_heading_passage_that_begins_a_paragraph_about_it() -> None:
    paragraphs = (
        "The tower has ninety steps. The oil is kept below.",
        "Gas is dear.",
        "Oil is cheap here. It burns well.",
    )
    source = _source(*(Block(kind="paragraph", text=text) for text in paragraphs))
    part = SourcePart("Oil for the lamp", (0, 1, 2))
    developing = {
        p.places
        for p in _passages(source, part)
        if develops_heading(p, part, source.title, "en") and len(p.places) == 1
    }
    assert developing == {(0,), (3,)}


def test_lists_of_numbered_steps_under_a_heading_are_a_procedure() -> None:
    steps = ("Fill the tank with clean oil.", "Trim the wick.", "Light the wick with a long match.")
    items = [Block(kind="item", text=step, level=1, ordered=True) for step in steps]
    (points,) = lists_of(_source(Block(kind="heading", text="Light the lamp", level=2), *items))
    assert points.is_procedure
    assert [line.text for line in points.lines] == list(steps)


def test_lists_of_coined_names_are_not_told() -> None:
    texts = ("Wick Auditing - Looking at each wick.", "Lamp Framing - Asking who sees it.", "Oil Scouting - Going out.")
    items = [Block(kind="item", text=text, level=1) for text in texts]
    intro = Block(kind="paragraph", text="How can the crew keep the light burning?")
    assert lists_of(_source(intro, *items)) == []
