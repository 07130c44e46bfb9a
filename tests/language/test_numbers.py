"""Numbers in words are known as digits, in each language."""

from __future__ import annotations

import pytest

from ytempire.language.numbers import number_of


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("26", "en", 26),
        ("eighty-six", "en", 86),
        ("veintiséis", "es", 26),
        ("doscientas", "es", 200),
        ("vingt-six", "fr", 26),
        ("trecentoquaranta", "it", 340),
        ("ventitré", "it", 23),
        ("ventitre", "it", 23),
        ("duzentos", "pt", 200),
        ("duzentas", "pt", 200),
        ("oven", "en", None),
    ],
)
def test_number_of_word_is_its_digits(word: str, language: str, number: int | None) -> None:
    assert number_of(word, language) == number
