"""Which drawn pictures a sentence gets: of the things that it names, in their usual sense, and of no others."""

from __future__ import annotations

import pytest

from ytempire.studio.visuals.drawn_pictures import english_name, picture_names, read_drawing
from ytempire.studio.visuals.picture_matching import PictureMatcher


def _names(text: str, language: str = "en", about: tuple[str, ...] = ()) -> list[str]:
    matcher = PictureMatcher.of_script([text], about, language)
    return [english_name(depicted.picture) for depicted in matcher.find(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A dull knife slips off the skin of a tomato.", ["kitchen knife", "tomato"]),
        ("Bees leave the hive when the sun is out.", ["honeybee", "sun"]),
        ("The Moon pulls at the oceans.", ["full moon", "water wave"]),
        ("A surgeon sets the broken bone.", ["bone"]),
        ("The water buffalo pulls the plough.", ["water buffalo"]),
        ("She plays the violin and the trumpet.", ["violin", "trumpet"]),
    ],
)
def test_find_returns_things_in_order_of_text(text: str, named: list[str]) -> None:
    assert _names(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "The construct is a link in a chain of reasons.",
        "Prices spring up and scale with demand.",
        "The project kicked into high gear.",
        "We keep track of the score.",
        "The wagon train went west.",
        "Experience is a key factor.",
        "Growth was steady over the decade.",
    ],
)
def test_find_in_text_of_figures_of_speech_returns_nothing(text: str) -> None:
    assert _names(text) == []


def test_find_of_denied_thing_returns_nothing() -> None:
    assert _names("There is no moon tonight, and the house has lost its key.") == ["house", "key"]
    assert _names("Bread is baked without salt, but not the cheese.") == ["bread"]


def test_find_of_name_returns_nothing() -> None:
    assert _names("In 1950 the Bears met Robin Fox.") == []


def test_find_of_word_that_describes_another_returns_it_only_where_it_is_topic() -> None:
    assert "brain" not in _names("A brain disease is rare.")
    assert "brain" in _names("A brain disease is rare.", about=("The brain",))


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("es", "El aceite se echa sobre el tomate y el ajo.", ["jar", "tomato", "garlic"]),
        ("fr", "La vague a brisé la porte de la maison.", ["water wave", "door", "house"]),
        ("it", "La luna si alza sul mare.", ["full moon", "water wave"]),
        ("pt", "A chuva cai sobre a casa.", ["cloud with rain", "house"]),
    ],
)
def test_find_in_language_returns_things_that_stand_as_nouns(language: str, text: str, named: list[str]) -> None:
    assert _names(text, language) == named


def test_find_says_where_thing_is_named() -> None:
    matcher = PictureMatcher.of_script((), (), "en")
    (depicted,) = matcher.find("At night the owl hunts.")
    assert depicted.start == 13


def test_read_drawing_of_every_picture_is_transparent_and_square() -> None:
    for name in picture_names():
        drawing = read_drawing(name)
        assert drawing.width == 256
        assert drawing.getchannel("A").getextrema() in {(0, 255), (0, 254)}, name
