"""What opens with a word for something else needs that something in the lines before: in each language."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ytempire.language.words import words_of
from ytempire.production.script.rules.context import find_dangling, opening_of
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.studio.script_document import Line


def script_of(language: str, lines: Sequence[str], *paragraphs: str) -> ReviewedScript:
    roles = ["hook", *["body"] * (len(lines) - 1)]
    spoken = tuple(
        Line.model_validate({"text": text, "role": role, "section": 0 if role == "body" else -1})
        for role, text in zip(roles, lines, strict=True)
    )
    return ReviewedScript(language, "", spoken, (), paragraphs, 30, 30)


SOURCES = {
    "en": (
        "A glass eel weighs less than a paper clip. Fishermen caught them at night with lamps.",
        "The trade was closed in 2010. Those lamps now hang in a museum.",
    ),
    "es": (
        "La angula pesa menos que un clip. Los pescadores la buscaban de noche con faroles.",
        "La venta se cerró en 2010. Aquellos faroles cuelgan hoy en un museo.",
    ),
    "fr": (
        "La civelle pèse moins qu'un trombone. Les pêcheurs la cherchaient la nuit avec des lampes.",
        "La vente fut fermée en 2010. Ces lampes sont aujourd'hui dans un musée.",
    ),
    "it": (
        "La cieca pesa meno di una graffetta. I pescatori la cercavano di notte con le lampade.",
        "La vendita fu chiusa nel 2010. Quelle lampade sono oggi in un museo.",
    ),
    "pt": (
        "A enguia pesa menos que um clipe. Os pescadores a buscavam de noite com lampiões.",
        "A venda foi fechada em 2010. Aqueles lampiões estão hoje num museu.",
    ),
}
HOOKS = {"en": "Who paid?", "es": "¿Quién pagó?", "fr": "Qui a payé ?", "it": "Chi ha pagato?", "pt": "Quem pagou?"}


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_find_dangling_demonstrative_without_its_noun_is_found(language: str) -> None:
    first, second = SOURCES[language]
    sentences = [*first.split(". "), *second.split(". ")]
    lines = [HOOKS[language], f"{sentences[0]}.", sentences[3]]
    assert [finding.line for finding in find_dangling(script_of(language, lines, first, second))] == [2]


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_find_dangling_demonstrative_with_its_noun_has_no_finding(language: str) -> None:
    first, second = SOURCES[language]
    sentences = [*first.split(". "), *second.split(". ")]
    lines = [HOOKS[language], f"{sentences[0]}.", sentences[1], sentences[3]]
    assert list(find_dangling(script_of(language, lines, first, second))) == []


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Two years later, it moved to Hull.", "pronoun"),
        ("en", "With it came the salt.", "pronoun"),
        ("es", "De ellos salió la idea.", "pronoun"),
        ("es", "Nació en Cádiz en 1850.", "subject"),
        ("fr", "Avec elle partit le sel.", "pronoun"),
        ("it", "Con esso partì il sale.", "pronoun"),
        ("pt", "Dessas, nove chegaram.", "demonstrative"),
        ("pt", "Nasceu em Olinda.", "subject"),
    ],
)
def test_opening_of_word_for_something_else_is_its_kind(language: str, text: str, kind: str) -> None:
    opening = opening_of(text, words_of(text), script_of(language, ["?"]))
    assert opening is not None
    assert opening.kind == kind


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Those who paid were few."),
        ("en", "It takes an hour to cross."),
        ("en", "This year the eels came early."),
        ("es", "Aquellos que pagaron fueron pocos."),
        ("es", "Hay tres maneras de cruzar."),
        ("fr", "Ceux qui payaient étaient rares."),
        ("fr", "Il faut une heure pour traverser."),
        ("it", "Quelli che pagavano erano pochi."),
        ("it", "Bastano tre lampade."),
        ("pt", "Aqueles que pagaram foram poucos."),
        ("pt", "Há três maneiras de cruzar."),
    ],
)
def test_opening_of_sentence_that_stands_alone_is_none(language: str, text: str) -> None:
    assert opening_of(text, words_of(text), script_of(language, ["?"])) is None
