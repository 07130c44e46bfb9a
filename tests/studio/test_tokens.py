from __future__ import annotations

import pytest

from ytempire.studio.tokens import displayed_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Bees fly.", ["Bees", "fly."]),
        ("Qui parle\u00a0?", ["Qui", "parle\u00a0?"]),
        ("Il dit\u202f: «\u00a0non\u00a0».", ["Il", "dit\u202f:", "«\u00a0non\u00a0»."]),
        ("12\u202f000 fois", ["12", "000", "fois"]),
        ("", []),
    ],
)
def test_displayed_tokens_french_marks_stay_with_their_word(text: str, tokens: list[str]) -> None:
    assert displayed_tokens(text) == tokens
