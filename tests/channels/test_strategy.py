from __future__ import annotations

import pytest
from pydantic import ValidationError

from ytempire.channels.strategy import Strategy


def test_a_phrase_stands_once_as_it_was_first_written() -> None:
    assert Strategy(topics=("Bees", " honey ", "bees", "HONEY")).topics == ("Bees", "honey")


@pytest.mark.parametrize(
    "given",
    [
        {"audience": "a" * 301},
        {"topics": [f"topic {number}" for number in range(21)]},
        {"avoid": [f"word {number}" for number in range(51)]},
        {"avoid": ["a" * 101]},
        {"avoid": ["   "]},
        {"avoid": ["\N{ZERO WIDTH SPACE}"]},
        {"topics": ["two\nlines"]},
        {"tone": "calm"},
    ],
)
def test_what_is_too_much_or_nothing_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Strategy.model_validate(given)
