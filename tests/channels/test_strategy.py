from __future__ import annotations

import pytest
from pydantic import ValidationError

from ytempire.channels.strategy import Strategy


def test_strategy_duplicate_phrase_keeps_first_spelling() -> None:
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
def test_strategy_with_too_many_or_empty_phrases_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Strategy.model_validate(given)
