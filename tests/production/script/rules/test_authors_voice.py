"""An author's own voice and a page's furniture are known by verbs and phrases of each language."""

from __future__ import annotations

import pytest

from ytempire.language.profile import language_profile
from ytempire.language.writing import writing_of
from ytempire.production.script.rules.authors_voice import find_first_person, says_we
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.studio.script_document import Line


@pytest.mark.parametrize(
    ("language", "text", "is_we"),
    [
        ("es", "Preferimos tres sustos.", True),
        ("es", "Los últimos tramos son anónimos y pesan diez gramos.", False),
        ("pt", "Ontem instalamos o motor.", True),
        ("pt", "Os próximos ramos são mínimos.", False),
        ("it", "Ieri andiamo al mare.", True),
        ("it", "Il richiamo del lupo.", False),
        ("fr", "Nous concluons que oui.", True),
    ],
)
def test_says_we_verb_by_its_ending_is_known(language: str, text: str, *, is_we: bool) -> None:
    assert says_we(text, language) is is_we


@pytest.mark.parametrize(
    ("language", "text", "is_own"),
    [
        ("es", "Si las dejo, crecen.", True),
        ("es", "Y le pego un golpe.", True),
        ("es", "El rey le dijo que los trajo.", False),
        ("pt", "Todo sábado chego cedo.", True),
        ("it", "Quando viaggio da sola, leggo.", True),
        ("it", "Il vecchio vive da solo.", False),
    ],
)
def test_first_person_verbs_without_pronoun_are_known(language: str, text: str, *, is_own: bool) -> None:
    assert (language_profile(language).first_person_verbs.search(text.lower()) is not None) is is_own


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "La ricetta qui sotto è la sua."),
        ("it", "Se il sito vi piace, iscrivetevi qui sotto."),
        ("pt", "Na próxima unidade, estudaremos a asa."),
        ("es", "En la próxima unidad, estudiaremos el ala."),
        ("fr", "Dans la prochaine leçon, nous étudierons l'aile."),
    ],
)
def test_reader_address_of_next_part_and_place_on_page_is_known(language: str, text: str) -> None:
    assert language_profile(language).reader_address.search(text) is not None


def test_bylines_name_with_profession_of_writing_is_known() -> None:
    assert writing_of("pt").bylines.search("Marília Couto é jornalista.") is not None
    assert writing_of("pt").bylines.search("A cidade é antiga.") is None


@pytest.mark.parametrize(
    ("language", "text", "is_own"),
    [
        ("en", "In our trials with 40 kettles, 6 of them leaked.", True),
        ("en", "Our last survey of bakers took nine days.", True),
        ("en", "Our bodies, our eyes and our planet need water.", False),
        ("es", "En nuestros ensayos con 40 teteras, seis gotearon.", True),
        ("es", "Nuestra última encuesta duró nueve días.", True),
        ("es", "Nuestro cuerpo y nuestro planeta necesitan agua.", False),
        ("fr", "Dans nos essais avec 40 bouilloires, six fuyaient.", True),
        ("fr", "Notre dernière enquête a duré neuf jours.", True),
        ("fr", "Notre corps et nos yeux ont besoin d'eau.", False),
        ("it", "Nelle nostre prove con 40 bollitori, sei perdevano.", True),
        ("it", "Il nostro ultimo sondaggio durò nove giorni.", True),
        ("it", "I nostri occhi e il nostro pianeta hanno bisogno d'acqua.", False),
        ("pt", "Em nossos testes com 40 chaleiras, seis vazaram.", True),
        ("pt", "Nossa última pesquisa durou nove dias.", True),
        ("pt", "Nosso corpo e nossos olhos precisam de água.", False),
    ],
)
def test_find_first_person_own_doing_is_found_and_everybodys_is_not(language: str, text: str, *, is_own: bool) -> None:
    line = Line(text=text, role="body", section=0)
    script = ReviewedScript(language, "", (line,), (), (text,), 30, 30)
    assert [finding.kind for finding in find_first_person(script)] == ["first_person"] * is_own
