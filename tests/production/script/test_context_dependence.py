from __future__ import annotations

import pytest

from ytempire.production.script.context_dependence import leans_on_context


@pytest.mark.parametrize(
    "text",
    [
        "This keeps the hive warm.",
        "They fly in spring.",
        "It melts slowly in the sun.",
        "These cracks are deep.",
        "Such an impact would break the planet.",
        "For example, some bees sleep.",
        "When they were first seen, nobody believed it.",
        "All three may be swallowed.",
        "Many regarded it as a threat.",
        "On average, it is emptier than a desert.",
        "Its walls are white.",
        "Another goal is to teach.",
        "Because of this, the colony starves.",
        "Music reflected their wish to rebel.",
        "Soon the canal was full.",
        "In between, a few drops of oil keep the hinge quiet.",
        "A letter that is posted at night and lost on the way is in none of their books.",
        "It was built for people who fear the rain.",
        "The volunteers slept on the floor.",
    ],
)
def test_leans_on_context_dependent_sentence_is_true(text: str) -> None:
    assert leans_on_context(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Bees shiver to keep warm.",
        "Most postmen who walk their rounds at night in the old part of the town carry their lamps with them.",
        "It is safe for a child to swim here.",
        "It is clear that tides follow the Moon.",
        "It takes years to become ice.",
        "There are two kinds of ice.",
        "Those who live near the sea know the tides.",
        "Galaxies move in their clusters.",
        "Metals such as iron sink.",
        "As the ice melts, it drops rocks.",
        "Every colony guards its honey.",
        "Most of the universe is empty.",
        "You feel certain that it matches the world, but this is not always so.",
    ],
)
def test_leans_on_context_independent_sentence_is_false(text: str) -> None:
    assert not leans_on_context(text, "")


def test_leans_on_context_depends_on_previous_sentence() -> None:
    assert leans_on_context("The blood begins to clot.", "Blood flows from the torn vessel.")
    assert not leans_on_context("The heart begins to beat.", "Blood flows from the torn vessel.")
    assert leans_on_context("Opened in 1825, the canal lowered prices.", "A canal was dug in New York.")
