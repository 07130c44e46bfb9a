from __future__ import annotations

from dataclasses import replace

import numpy as np

from ytempire.production.script.passages import Pace, passages_of
from ytempire.production.script.salience import Weighed
from ytempire.production.script.sentences import Sentence, sentences_of
from ytempire.production.script.source_parts import SourcePart
from ytempire.production.source.document import Block, SourceText

TEXT = "La levadura come azúcar, que viene de la harina y del agua. Esta harina es la que da el sabor al pan."


def _sentences() -> list[Sentence]:
    block = Block(kind="paragraph", text=TEXT)
    source = SourceText(title="El pan", blocks=(block,), language="es", words=20, sha256="0" * 64)
    return sentences_of(source)


def _runs(sentences: list[Sentence]) -> set[tuple[int, ...]]:
    count = len(sentences)
    passages = passages_of(
        sentences,
        Weighed(np.zeros((count, 1), dtype=np.float32), np.ones(count)),
        [SourcePart(None, (0,))],
        taken=frozenset(),
        acronyms=frozenset(),
        pace=Pace(158, "es"),
    )
    return {passage.places for passage in passages}


def test_passages_of_sentences_keep_what_leans_behind_its_forerunner() -> None:
    assert _runs(_sentences()) == {(0,), (0, 1)}


def test_passages_of_shortened_sentence_leave_out_what_leans_on_the_part_cut_off() -> None:
    first, second = _sentences()
    assert _runs([replace(first, lines=("La levadura come azúcar.",)), second]) == {(0,)}
