from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.production.script.phrase_search import Searched

SAID = [
    ("crypto", "All about Crypto, they say.", "Crypto"),
    ("CRYPTO", "It is crypto's best year.", "crypto"),
    ("cafe creme", "One CAFÉ\nCRÈME, please.", "CAFÉ CRÈME"),
    ("Café", "A cafe\N{COMBINING ACUTE ACCENT}.", "cafe\N{COMBINING ACUTE ACCENT}"),
    ("get rich quick", "A get-rich-quick scheme.", "get-rich-quick"),
    ("get-rich-quick", "To get rich\n  quick.", "get rich quick"),
    ("don't panic", "Don’t panic!", "Don’t panic"),
    ("C++", "Learn C++, or C.", "C++"),
    ("Straße", "IN DER STRASSE", "STRASSE"),
    ("free money", "fr\N{SOFT HYPHEN}ee\N{NO-BREAK SPACE}money", "fr\N{SOFT HYPHEN}ee money"),
    ("ﬁne art", "Fine art for all", "Fine art"),
]
NOT_SAID = [
    ("art", "A party of artists"),
    ("free money", "It was free. Money came later."),
    ("free money", "free, money"),
    ("crypto", "cryptography and cryptos"),
    ("C++", "C and C+"),
    ("bee", ""),
]


@pytest.mark.parametrize(("phrase", "text", "words"), SAID)
def test_find_phrase_ignores_case_accents_and_separators(phrase: str, text: str, words: str) -> None:
    found = Searched(text).find(phrase)
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(("phrase", "text"), NOT_SAID)
def test_find_phrase_partial_or_separated_words_is_none(phrase: str, text: str) -> None:
    assert Searched(text).find(phrase) is None


def test_find_phrase_passage_has_surrounding_words() -> None:
    before, after = "word " * 40, " more" * 40
    found = Searched(f"{before}of a Lottery\nticket{after}").find("lottery ticket")
    assert found is not None
    assert found.passage.startswith("… word ")
    assert "of a Lottery ticket more" in found.passage
    assert found.passage.endswith("more …")
    assert len(found.passage) < 150


@given(st.text(min_size=1), st.text(max_size=20), st.text(max_size=20))
def test_find_phrase_with_arbitrary_input_does_not_raise(phrase: str, before: str, after: str) -> None:
    Searched(f"{before} {phrase} {after}").find(phrase)
