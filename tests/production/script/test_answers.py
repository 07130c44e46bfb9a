from __future__ import annotations

import pytest

from tests.production.script.framed_sources import PROSE, make_source
from ytempire.production.script.answers import find_answers, find_definitions
from ytempire.production.script.framing import Framing
from ytempire.production.script.sentences import sentences_of


def _answers(question: str, *paragraphs: str) -> list[str] | None:
    source = make_source("The lighthouse", *paragraphs)
    sentences = sentences_of(source)
    places = find_answers(Framing(question), source, sentences)
    return None if places is None else [sentences[place].source for place in sorted(places)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a lens?", "A lens is a piece of glass that bends light."),
        ("Why do lamps go out?", "Lamps go out because the oil is cold."),
        ("What causes fog?", "Warm air causes fog over a cold sea."),
        ("Who paid for the tower?", "The merchants of the town paid for the tower."),
    ],
)
def test_find_answers_of_question_are_the_sentences_that_say_it(question: str, answer: str) -> None:
    assert _answers(question, PROSE, answer) == [answer]


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("What is a lens?", "One lens is the keeper's own."),
        ("Why do lamps go out?", "Lamps go out at night."),
        ("What causes fog?", "Scientists help ships with new tests of fog."),
    ],
)
def test_find_answers_sentence_that_only_mentions_is_none(question: str, other: str) -> None:
    assert _answers(question, PROSE, other) == []


def test_find_answers_statement_asks_nothing() -> None:
    assert _answers("Nobody wound the lamp.", PROSE) is None


def test_find_answers_question_of_the_text_is_answered_by_what_follows() -> None:
    source = make_source("The lighthouse", "Who pays for oil? Merchants from the south bring money each spring.", PROSE)
    sentences = sentences_of(source)
    hook = Framing("Who pays for oil?", sentences[0].block, sentences[0])
    assert find_answers(hook, source, sentences) == frozenset({1})


@pytest.mark.parametrize(
    ("sentence", "subject", "is_plural"),
    [
        ("A lens is a piece of glass that bends light.", "A lens", False),
        ("Lenses are curved glasses that bend light.", "Lenses", True),
    ],
)
def test_find_definitions_names_subject_as_the_sentence_does(sentence: str, subject: str, is_plural: bool) -> None:
    source = make_source("Lens", PROSE, sentence)
    topic = "lens" if not is_plural else "lenses"
    (definition,) = find_definitions(topic, source, sentences_of(source))
    assert (definition.subject, definition.is_plural) == (subject, is_plural)
