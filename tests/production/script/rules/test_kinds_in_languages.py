"""Exchanged lines, other numbers, contraries, additions, an author's own voice and whom they cite: in each language."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ytempire.production.script.rules.authors_voice import find_first_person
from ytempire.production.script.rules.completeness import find_incomplete
from ytempire.production.script.rules.enumerations import find_broken_lists
from ytempire.production.script.rules.faithfulness import find_unfaithful
from ytempire.production.script.rules.page_leftovers import find_page_leftovers
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.rules.structure import find_wrong_order
from ytempire.studio.script_document import Line

SOURCES = {
    "en": "The potter wets the clay. A wheel turns it into a bowl. The oven burns for nine hours. "
    "Then the glaze shines. He sells it in May. Nobody haggles.",
    "es": "El alfarero moja la arcilla. Un torno la convierte en cuenco. El horno arde nueve horas. "
    "Luego brilla el esmalte. Lo vende en mayo. Nadie regatea.",
    "fr": "Le potier mouille l'argile. Un tour la change en bol. Le four brûle neuf heures. Alors l'émail brille."
    " Il le vend en mai. Personne ne marchande.",
    "it": "Il vasaio bagna l'argilla. Un tornio la muta in ciotola. Il forno arde nove ore. Allora lo smalto brilla."
    " Lo vende in maggio. Nessuno contratta.",
    "pt": "O oleiro molha o barro. Um torno o transforma em tigela. O forno arde nove horas. Então o esmalte brilha."
    " Vende-o em maio. Ninguém pechincha.",
}


def script_of(language: str, lines: Sequence[str], *paragraphs: str) -> ReviewedScript:
    roles = ["hook", *["body"] * len(lines)]
    spoken = tuple(
        Line.model_validate({"text": text, "role": role, "section": 0 if role == "body" else -1})
        for role, text in zip(roles, ["?", *lines], strict=True)
    )
    return ReviewedScript(language, "", spoken, (), paragraphs, 30, 30)


def sentences_of(language: str) -> list[str]:
    return [f"{sentence.rstrip('.')}." for sentence in SOURCES[language].split(". ")]


@pytest.mark.parametrize("language", sorted(SOURCES))
@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4, 5), (0, 3, 2, 1, 4, 5), (2, 1, 0, 3, 4, 5)])
def test_find_wrong_order_two_exchanged_lines_are_found(language: str, order: Sequence[int]) -> None:
    sentences = sentences_of(language)
    script = script_of(language, [sentences[place] for place in order], SOURCES[language])
    assert [finding.kind for finding in find_wrong_order(script)] == ["wrong_order"]


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_find_wrong_order_of_source_has_no_finding(language: str) -> None:
    assert list(find_wrong_order(script_of(language, sentences_of(language), SOURCES[language]))) == []


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Finally, a bowl is glazed.", "First, the clay is wet.")),
        ("es", ("Por último, se esmalta el cuenco.", "Primero se moja la arcilla.")),
        ("fr", ("Enfin, on émaille le bol.", "Premièrement, on mouille l'argile.")),
        ("it", ("Infine si smalta la ciotola.", "Prima si bagna l'argilla.")),
        ("pt", ("Por fim, esmalta-se a tigela.", "Primeiro se molha o barro.")),
    ],
)
def test_find_wrong_order_last_step_before_first_is_found(language: str, lines: Sequence[str]) -> None:
    assert [finding.line for finding in find_wrong_order(script_of(language, lines, ""))] == [2]


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("en", "The choir lost six members and two pianos.", "The choir lost two members."),
        ("es", "El coro perdió seis miembros y dos pianos.", "El coro perdió dos miembros."),
        ("fr", "Le chœur perdit six membres et deux pianos.", "Le chœur perdit huit membres."),
        ("it", "Il coro perse sei membri e due pianoforti.", "Il coro perse otto membri."),
        ("pt", "O coro perdeu seis membros e dois pianos.", "O coro perdeu oito membros."),
    ],
)
def test_number_of_things_that_is_another_than_the_sources_is_found(language: str, source: str, text: str) -> None:
    script = script_of(language, [text], source, "Eight years passed.")
    assert [*find_broken_lists(script), *find_unfaithful(script)] != []


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("en", "The choir lost most of its members in May.", "The choir lost some of its members in May."),
        ("en", "The choir may sing before the storm.", "The choir may sing after the storm."),
        ("es", "El coro canta siempre antes de la misa.", "El coro canta siempre después de la misa."),
        ("fr", "Le chœur chante toujours avant la messe.", "Le chœur chante toujours après la messe."),
        ("it", "Il coro perse molti membri nella guerra.", "Il coro perse alcuni membri nella guerra."),
        ("pt", "O coro canta sempre antes da missa.", "O coro canta sempre depois da missa."),
    ],
)
def test_contrary_word_or_other_degree_is_found(language: str, source: str, text: str) -> None:
    findings = find_unfaithful(script_of(language, [text], source))
    assert [finding.kind for finding in findings] == ["lost_negation"]


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("en", "The choir sang in the flooded church.", "The choir sang in the flooded church with borrowed candles."),
        ("es", "El coro cantó en la iglesia inundada.", "El coro cantó en la iglesia inundada con velas prestadas."),
        ("fr", "Le chœur chanta dans l'église inondée.", "Le chœur chanta dans l'église inondée, sans chauffage."),
        ("it", "Il coro cantò nella chiesa allagata.", "Il coro cantò nella chiesa allagata con candele prestate."),
        ("pt", "O coro cantou na igreja alagada.", "O coro cantou na igreja alagada com velas emprestadas."),
    ],
)
def test_addition_that_the_source_does_not_have_is_found(language: str, source: str, text: str) -> None:
    assert "unsupported" in [finding.kind for finding in find_unfaithful(script_of(language, [text], source))]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Hice la prueba con dos hornos."),
        ("fr", "Nous avons mesuré la chaleur du four."),
        ("it", "Ho scelto il forno più piccolo."),
        ("it", "Sono andata tre volte dal vasaio."),
        ("pt", "Aprendi o ofício com um oleiro."),
    ],
)
def test_find_first_person_verb_without_pronoun_is_found(language: str, text: str) -> None:
    assert [finding.line for finding in find_first_person(script_of(language, [text], SOURCES[language]))] == [1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I saw the oven burst, said the potter."),
        ("fr", "Nous avons tous besoin de chaleur."),
        ("it", "Troviamo argilla in ogni fiume."),
        ("it", "I forni sono rimasti accesi."),
        ("es", "Creemos ver el fuego donde solo hay luz."),
    ],
)
def test_find_first_person_of_everybody_or_of_somebody_else_has_no_finding(language: str, text: str) -> None:
    assert list(find_first_person(script_of(language, [text], SOURCES[language]))) == []


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("en", "Kilns cool slowly (Oakes, 2011).", "As Oakes found, kilns cool slowly."),
        ("es", "Según Robles, el horno enfría despacio.", "Según Robles, el horno enfría despacio."),
        ("fr", "Selon Maillard, le four refroidit lentement.", "Selon Maillard, le four refroidit lentement."),
        ("it", "Secondo Bassani, il forno si raffredda piano.", "Secondo Bassani, il forno si raffredda piano."),
        ("pt", "Segundo Moraes, o forno esfria devagar.", "Segundo Moraes, o forno esfria devagar."),
    ],
)
def test_find_page_leftovers_author_who_is_only_cited_is_found(language: str, source: str, text: str) -> None:
    script = script_of(language, [text], source)
    assert [finding.kind for finding in find_page_leftovers(script)] == ["citation"]


def test_find_page_leftovers_person_of_the_story_is_no_citation() -> None:
    source = "Ada Bassani ran the kiln. According to Bassani, it cooled slowly."
    assert list(find_page_leftovers(script_of("en", ["According to Bassani, it cooled slowly."], source))) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Three things ruin a bowl: haste and heat, water, frost.", []),
        ("Three things ruin a bowl: haste, heat, water and frost.", ["count_mismatch"]),
        ("Three things ruin a bowl: haste and frost.", ["count_mismatch"]),
    ],
)
def test_find_broken_lists_counts_items_with_and_once_or_twice(text: str, kinds: Sequence[str]) -> None:
    script = script_of("en", [text], "Three things ruin a bowl.")
    assert [finding.kind for finding in find_broken_lists(script)] == kinds


SERIES = {
    "en": "The ferry has three ways to the island. The first crosses the bay. The second follows the coast. "
    "The third waits for the tide.",
    "es": "El barco tiene tres rutas a la isla. La primera cruza la bahía. La segunda sigue la costa. "
    "La tercera espera la marea.",
    "fr": "Le bateau a trois routes vers l'île. La première traverse la baie. La deuxième suit la côte. "
    "La troisième attend la marée.",
    "it": "La barca ha tre rotte verso l'isola. La prima attraversa la baia. La seconda segue la costa. "
    "La terza aspetta la marea.",
    "pt": "O barco tem três rotas até a ilha. A primeira cruza a baía. A segunda segue a costa. "
    "A terceira espera a maré.",
}


@pytest.mark.parametrize("language", sorted(SERIES))
@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        (slice(0, 1), ["count_mismatch"]),
        (slice(0, 2), ["count_mismatch"]),
        (slice(0, 3), ["count_mismatch"]),
        (slice(0, 4), []),
        (slice(1, 4), []),
    ],
)
def test_find_broken_lists_series_that_is_not_told_to_its_end_is_found(
    language: str, told: slice, kinds: list[str]
) -> None:
    lines = [f"{sentence.rstrip('.')}." for sentence in SERIES[language].split(". ")][told]
    assert [finding.kind for finding in find_broken_lists(script_of(language, lines, SERIES[language]))] == kinds


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Here are the four most common mistakes and how to avoid each."),
        ("es", "Descubra los cuatro errores más comunes y cómo evitarlos."),
        ("fr", "Voici les quatre erreurs les plus courantes."),
        ("it", "Ecco i quattro errori più comuni."),
        ("pt", "Confira os quatro erros mais comuns e como evitar cada um."),
    ],
)
def test_find_broken_lists_list_that_is_called_up_and_does_not_come_is_found(language: str, text: str) -> None:
    script = script_of(language, [text, SOURCES[language].split(". ")[2] + "."], f"{text} {SOURCES[language]}")
    assert [finding.kind for finding in find_broken_lists(script)] == ["list_without_list"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The authors declare no conflict of interest."),
        ("es", "Los autores declaran no tener conflictos de intereses."),
        ("fr", "Les auteurs déclarent n'avoir aucun conflit d'intérêts."),
        ("it", "Gli autori dichiarano di non avere conflitti d'interesse."),
        ("pt", "As autoras declaram não ter conflitos de interesse."),
    ],
)
def test_find_page_leftovers_statement_of_interests_is_found(language: str, text: str) -> None:
    kinds = {finding.kind for finding in find_page_leftovers(script_of(language, [text], text))}
    assert kinds == {"caption_or_credit"}


def test_find_incomplete_place_that_looks_like_a_verb_ends_no_heading() -> None:
    text = "Ada Lia Serra nacque a Milano nel 1718, terza di nove figli."
    assert list(find_incomplete(script_of("it", [text], text))) == []
