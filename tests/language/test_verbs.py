"""Clauses have a finite verb, captions and headings none: in each language."""

from __future__ import annotations

import pytest

from ytempire.language.verbs import has_finite_verb, nouns_of

CLAUSES = [
    ("en", "The ferry crossed the bay twice a day."),
    ("en", "Salt doesn't burn."),
    ("en", "The baker sells the bread himself."),
    ("es", "La barca cruzó la bahía al anochecer."),
    ("es", "El pozo mide 12 metros."),
    ("fr", "Le bac traversait la baie deux fois par jour."),
    ("fr", "La meunière moud le grain le lundi, et on l'attend."),
    ("it", "Il traghetto attraversava la baia ogni sera."),
    ("it", "La ruota porta tre secchi d'acqua."),
    ("pt", "A balsa cruzou a baía ao anoitecer."),
    ("pt", "O poço tem 12 metros."),
]
PHRASES = [
    ("en", "The old ferry with its crew in the harbour of Orme, 1911."),
    ("en", "Oil lamp from the keeper's cottage, about 1870."),
    ("es", "La vieja barca con su tripulación en el puerto de Orma, hacia 1911."),
    ("fr", "Le vieux bac avec son équipage, au port d'Orme, en 1911."),
    ("it", "Il vecchio traghetto con il suo equipaggio nel porto di Orma, 1911."),
    ("pt", "A velha balsa com a sua tripulação no porto de Orma, em 1911."),
]


@pytest.mark.parametrize(("language", "text"), CLAUSES)
def test_has_finite_verb_of_clause_is_true(language: str, text: str) -> None:
    assert has_finite_verb(text, language)


@pytest.mark.parametrize(("language", "text"), PHRASES)
def test_has_finite_verb_of_phrase_is_false(language: str, text: str) -> None:
    assert not has_finite_verb(text, language)


def test_nouns_of_are_the_words_behind_articles() -> None:
    assert nouns_of(["The walk was long.", "She walks the dog."], "en") >= {"walk", "dog"}


def test_has_finite_verb_form_that_is_known_as_noun_is_none() -> None:
    assert has_finite_verb("Evening walks the old way.", "en")
    assert not has_finite_verb("Evening walks the old way.", "en", nouns_of(["The walk was long."], "en"))
