from __future__ import annotations

import pytest
from bench.review.labelled_set import load_passages
from bench.review.measure import boundaries
from hypothesis import given
from hypothesis import strategies as st

from ytempire.language.profile import LANGUAGES
from ytempire.language.sentences import split_sentences

PASSAGES: dict[str, list[tuple[str, ...]]] = {
    "en": [
        ("Dr. J. R. Ames met Mrs. Poole at 5 p.m. on St. Mary's Rd.", "Nobody else came."),
        ("He said no.", "Builders went on.", "Mr. No. 5 lost approx. 3.5 kg, i.e. a tenth."),
        (
            "They left at 5 p.m.",
            "The U.S. Navy sailed; the U.S. Senate did not.",
            "It stayed in the U.S.",
            "We waited.",
        ),
        ("“Why?” she asked.", "“Go!” Anna said.", "Yahoo! was sold.", "(He was right.)", "Nobody knew."),
        ("He paused… and went on.", "Then he stopped...", "Version 2.0.1 is out.", "See config.yaml."),
        ("She bought bread, milk, etc. and went home.", "He bought tea, jam, etc.", "Both were tired."),
        ("It is rich in vitamin C.", "It helps.", "Plan B.", "The rest failed."),
        ("Did he pay?", "No.", "I paid for both.", "It was a work of art.", "A crowd came at 5 p.m. Monday."),
        ("The shelf is 5 ft. 3 in. high.", "It holds."),
        ("Phones sold.", "iPads did not.", "He left on 3 Mar. 1822."),
    ],
    "es": [
        ("El Dr. Ruiz vive en la Av. del Puerto, n.º 5, 2.º piso.", "¿Lo sabías?", "¡No!"),
        ("La pieza es de 300 a. C. y pesa 2,5 kg.", "—¿Vienes? —preguntó Ana.", "EE. UU. no firmó."),
        ("El río llega al mar.", "A veces se seca.", "Mide 9 km.", "Y nadie lo cruza."),
    ],
    "fr": [
        ("M. Le Goff est né en 1850 av. J.-C., dit-on.", "« Où vas-tu ? » demanda-t-elle.", "Mme Roy partit."),
        ("Il a du fil, un dé, etc.", "L'art. 5 le permet.", "L'I.N.A. aussi.", "Est-ce tout ?"),
        ("L'abbé J.-B. Roux naquit v. 1540.", "On l'oublia."),
        ("Le mur mesure 3 m.", "À droite, on voit 20 cm.", "Y a-t-il une porte ?"),
    ],
    "it": [
        ("Il sig. Rossi abita in p.zza Dante, n. 5.", "«Perché?» chiese l'ing. Neri.", "Costa 3.500 €."),
        ("Il sindaco disse no.", "I vicini sì.", "Abita in v. Dante 5."),
        ("La S.p.A. chiuse nel 1990, ecc. ecc.", "L'on. Bianchi lo seppe il 5 c.m. alle 9.", "Poi tacque."),
        (
            "Il sentiero è di 4 km.",
            "A sera si chiude.",
            "La cima è a 900 m.",
            "È vicina.",
            "Aprì il 3 dic.",
            "I negozi no.",
        ),
    ],
    "pt": [
        ("O Sr. Lima mora na Av. Brasil, nº 5, ap. 302.", "D. Pedro II partiu.", "“Vamos?”, disse ela."),
        ("No séc. III a.C. havia 9 mil hab. na vila.", "A Profa. Ana mediu 0,3 mm.", "E agora?"),
        ("A trilha tem 4 km.", "A vista compensa.", "O muro mede 3 m.", "É de pedra.", "Abriu em dez.", "O resto não."),
    ],
}


@pytest.mark.parametrize(
    ("language", "sentences"), [(language, passage) for language, passages in PASSAGES.items() for passage in passages]
)
def test_split_sentences_survive_abbreviations_numbers_and_quotations(
    language: str, sentences: tuple[str, ...]
) -> None:
    assert split_sentences(" ".join(sentences), language) == list(sentences)


@pytest.mark.parametrize("text", ["", "   ", "…", ". . .", "?!", "One", "No end here", "A.", "«»"])
def test_split_sentences_of_next_to_nothing_loses_nothing(text: str) -> None:
    assert "".join("".join(split_sentences(text, "en")).split()) == "".join(text.split())


@given(st.text(alphabet="aBé .!?…»“”()1-—\u00a0", max_size=60), st.sampled_from(sorted(LANGUAGES)))
def test_split_sentences_keeps_every_sign(text: str, language: str) -> None:
    assert "".join("".join(split_sentences(text, language)).split()) == "".join(text.split())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_split_sentences_of_development_half_finds_the_boundaries(language: str) -> None:
    """The other half is for the bench alone."""
    passages = [one for one in load_passages() if one.language == language and not one.is_held_out]
    figures = boundaries(passages)[language]
    assert min(figures["recall"], figures["precision"]) >= 0.98
