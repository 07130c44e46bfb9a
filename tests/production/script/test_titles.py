from __future__ import annotations

import pytest

from tests.production.script.texts import bees
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.titles import choose_title, find_objection_to_title, is_of_source


@pytest.fixture(scope="module")
def source() -> ReviewedScript:
    return ReviewedScript.of((), bees(), seconds=1, target_seconds=1)


@pytest.mark.parametrize(
    ("title", "objection"),
    [
        ("Bees " * 25, "125 characters"),
        ("!!!", "has no word"),
        ("🔥 99 🔥", "has no word"),
        ("Bees <in> winter", "angle brackets"),
        ("WHY BEES shiver in winter", "It shouts: WHY, BEES."),
        ("99 ways in which bees keep warm", "The source has no “99”"),
        ("How the bees of Jupiter keep warm", "does not mention Jupiter"),
        ("Shocking secrets scientists hide", "does not speak of"),
        ("Cómo las abejas se calientan en el invierno", "The source does not"),
    ],
)
def test_find_objection_to_title_names_rule(source: ReviewedScript, title: str, objection: str) -> None:
    assert objection in (find_objection_to_title(title, source) or "")


@pytest.mark.parametrize(
    "title",
    [
        "How honeybees keep warm in winter",
        "Why a Single Bee Cannot Survive the Frost",
        "How bees eat 20 kilograms of honey in winter",
        "Do bees sleep in winter?",
    ],
)
def test_find_objection_to_title_in_words_of_source_is_none(source: ReviewedScript, title: str) -> None:
    assert find_objection_to_title(title, source) is None


def test_choose_title_takes_first_without_objection(source: ReviewedScript) -> None:
    choice = choose_title(["99 bees", "How bees keep warm", "The winter cluster"], source)
    assert choice.title == "How bees keep warm"
    assert choice.candidates == ("99 bees", "How bees keep warm", "The winter cluster")
    assert set(choice.objections) == {"99 bees"}


def test_choose_title_prefers_one_that_search_results_show_whole(source: ReviewedScript) -> None:
    long = "How the bees of a hive gather around their queen and keep warm in the winter cluster"
    assert choose_title([long, "The winter cluster"], source).title == "The winter cluster"
    assert choose_title([long], source).title == long


def test_choose_title_all_objectionable_is_none(source: ReviewedScript) -> None:
    assert choose_title(["99 bees", "<Bees>"], source).title is None


def test_is_of_source_needs_each_word(source: ReviewedScript) -> None:
    assert is_of_source("winter bees", source)
    assert not is_of_source("bees of Jupiter", source)
