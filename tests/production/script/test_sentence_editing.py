from __future__ import annotations

import pytest

from tests.production.script.texts import bees, glaciers
from ytempire.production.script.sentence_editing import (
    LONGEST,
    brief,
    cleaned,
    shortened,
    spoken_lines,
    without_opener,
)
from ytempire.production.script.sentences import sentences_of
from ytempire.production.script.words import words_of

# Sentences of the kinds that textbooks and office pages are made of.
HARD = [
    "The dust (called zodiacal dust) that comets leave behind, which spreads over the whole orbit, is "
    "crossed by the Earth "
    "twice in every year.",
    "However, the first railways were slow and very loud, and they frightened the horses that pulled the "
    "older carriages along "
    "the same roads.",
    "The old harbor, which the Romans had built of stone, was too small for the new ships; the town "
    "therefore dug a deeper "
    "basin outside its walls.",
    "The town built a tower of white stone on the highest of the three hills, making the light visible "
    "to every ship that "
    "passed within thirty miles of the coast.",
    "Antidiuretic hormone (ADH) tells the kidneys to keep water—a task of every hour—while the body "
    "sleeps and nothing is "
    "drunk for a long time.",
    "When the wind drops, the mill stands still, and the miller may repair the sails, but he earns "
    "nothing at all until the "
    "next storm comes.",
]


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


class TestNothingIsAdded:
    @pytest.mark.parametrize("sentence", HARD)
    def test_spoken_lines_only_delete_words(self, sentence: str) -> None:
        lines = spoken_lines(without_opener(cleaned(sentence)))
        said = [word for line in lines for word in words_of(line)]
        assert said
        assert _is_subsequence(said, words_of(sentence))

    def test_sentence_lines_use_only_words_of_block(self) -> None:
        for source in (bees(), glaciers()):
            for sentence in sentences_of(source):
                for lines in (sentence.lines, sentence.opening):
                    said = [word for line in lines for word in words_of(line)]
                    assert _is_subsequence(said, words_of(source.blocks[sentence.block].text))


class TestSpokenLines:
    @pytest.mark.parametrize("sentence", HARD[:-1])
    def test_spoken_lines_split_long_sentences(self, sentence: str) -> None:
        lines = spoken_lines(cleaned(sentence))
        assert all(len(line.split()) <= LONGEST for line in lines)
        assert all(line[0].isupper() and line[-1] in ".?!" for line in lines)
        assert not any("—" in line or "(" in line.replace("(ADH)", "") for line in lines)

    def test_spoken_lines_split_at_clause_and_drop_conjunction(self) -> None:
        assert spoken_lines(HARD[1])[1].startswith("They frightened the horses")

    def test_spoken_lines_keep_contrast(self) -> None:
        text = (
            "The solid rocks of the crust are far too heavy to be moved by such tides at all, but they do affect the "
            "waters in the oceans."
        )
        assert spoken_lines(text)[1] == "But they do affect the waters in the oceans."

    def test_spoken_lines_keep_list_together(self) -> None:
        text = (
            "The market sold apples and pears from the hills, fish from the long lake, and the cheese that the "
            "monks of "
            "the valley made every summer in their cellars."
        )
        assert len(spoken_lines(text)) == 1

    def test_spoken_lines_keep_leading_condition_with_clause(self) -> None:
        text = (
            "If the queen of a hive dies in the middle of a long winter without young brood, the colony "
            "cannot raise another one."
        )
        assert spoken_lines(text) == [text]

    def test_shortened_keeps_concession(self) -> None:
        text = (
            "The new medicine lowers the pressure of the blood in most of the patients who take it every day, although "
            "many of them feel dizzy for weeks."
        )
        assert "although" in shortened(text)


class TestOpeners:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("However, bees fly.", "Bees fly."),
            ("In addition, the hive grows.", "The hive grows."),
            ("And bees fly.", "Bees fly."),
            ("The sun, however, shines.", "The sun shines."),
            ("The kidneys also can adjust.", "The kidneys can adjust."),
            ("Plants are not only green but also old.", "Plants are not only green but also old."),
        ],
    )
    def test_without_opener_drops_connectives(self, text: str, said: str) -> None:
        assert without_opener(text) == said


@pytest.mark.parametrize(
    ("text", "longest", "clause"),
    [
        ("The Sun produces tides on Earth, which few people know.", 6, "The Sun produces tides on Earth."),
        ("Most of the universe is empty; places that are dense are rare.", 9, "Most of the universe is empty."),
        ("The Sun produces tides on Earth, although it is far away.", 6, None),
        ("In the interstellar gas, there is one atom in each cube.", 6, None),
        ("All atoms consist of a central, positively charged nucleus.", 6, None),
        ("Water is not only wet, so it is also heavy.", 6, None),
        ("Ice floats.", 6, "Ice floats."),
    ],
)
def test_brief_of_sentence_cuts_what_adds_and_nothing_that_limits(text: str, longest: int, clause: str | None) -> None:
    assert brief(text, longest) == clause
