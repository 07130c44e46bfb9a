from __future__ import annotations

import pytest

from ytempire.production.script.sentences import Sentence, sentences_of
from ytempire.production.source.document import Block, SourceText


def _sentences(*paragraphs: str) -> list[Sentence]:
    blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
    return sentences_of(SourceText(title="T", blocks=blocks, language="en", words=100, sha256="0"))


@pytest.mark.parametrize(
    "text",
    [
        "The results are illustrated in.",
        "As we saw in the previous chapter, ice bends.",
        "Learn more about bees at our site.",
        "(We define this below.)",
        "lowercase starts are damage.",
        "Visit example.org to read the statement.",
        "Thank you to all who helped with the work.",
        "For more information, see the appendix.",
        "No full stop at the end of it",
        "We read it like this, notl iket hiso rt hat at on ce.",
        "The air holds about 1019 atoms in each cubic centimeter.",
        "Visuals by A. Painter and friends.",
        "Write to someone@example.org about the bees.",
    ],
)
def test_sentence_pointing_elsewhere_or_damaged_is_unusable(text: str) -> None:
    assert not any(sentence.usable for sentence in _sentences(text))


def test_sentence_with_merged_heading_drops_heading() -> None:
    found = _sentences(
        "Many factors raise the risk. Some factors cannot be changed. Risk Factors Some factors can be changed by diet."
    )
    assert found[2].lines == ("Some factors can be changed by diet.",)


def test_sentence_beginning_with_name_keeps_name() -> None:
    found = _sentences(
        "The group is large. Astronomers speak of the Local Group today. The Local Group has fifty members in all."
    )
    assert found[2].lines == ("The Local Group has fifty members in all.",)


def test_sentence_with_merged_words_is_unusable() -> None:
    found = _sentences(
        "The disease is rare. A disease such as this is old. Factors in the diseasesuch as diet may matter here."
    )
    assert [sentence.usable for sentence in found] == [True, True, False]


def test_sentence_keeps_abbreviation_in_brackets() -> None:
    assert _sentences("The antidiuretic hormone (ADH) keeps water (see there).")[0].lines == (
        "The antidiuretic hormone (ADH) keeps water.",
    )
