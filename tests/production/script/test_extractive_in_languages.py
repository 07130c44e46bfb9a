"""Scripts in other languages: by their own words, without the embedding, in the words of the source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from bench.review.labelled_set import load_scripts

from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.production.script import extractive
from ytempire.production.script.lexical_vectors import lexical_vectors
from ytempire.production.script.metadata import described
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.scoring import PASSING, score
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.script.topic_in_language import topic_in_language
from ytempire.production.source.document import Block, SourceText
from ytempire.production.source.reader import parse_source

NAMES = ("es/mar_salado", "es/mareo", "fr/pain-rassis", "fr/compost", "it/focaccia", "pt/pao-de-queijo")


def _refuse_embedding(texts: Sequence[str]) -> np.ndarray:
    raise AssertionError("the embedding is English")


def _source(name: str) -> SourceText:
    labelled = next(script for script in load_scripts() if script.name.startswith(f"{name}/"))
    text = f"# {labelled.title}\n\n{labelled.source}"
    return parse_source(text.encode(), name="text.md", language=labelled.language)


@pytest.mark.parametrize("name", NAMES)
def test_write_in_language_passes_its_own_rules_without_embedding(name: str) -> None:
    source = _source(name)
    script = extractive.write(source, seconds=30, persona=DEFAULT_PERSONA, embed=_refuse_embedding)
    assert script.language == source.language
    assert score(script, source).score >= PASSING
    assert 27 <= script.planned_s <= 33
    assert all(line.role != "sign_off" for line in script.lines)  # which is English


@pytest.mark.parametrize("text", ["Ciao a tutti!", "Le Monde en Bref.", "Stay curious!"])
def test_sign_off_in_the_language_of_the_channels_voice_is_said(text: str) -> None:
    persona = DEFAULT_PERSONA.model_copy(update={"sign_off": text})
    assert [line.text for line in sign_off_lines(persona, "en")] == [text]


def test_write_in_language_sign_off_of_that_language_is_said() -> None:
    persona = DEFAULT_PERSONA.model_copy(update={"sign_off": "Hasta la próxima."})
    script = extractive.write(_source("es/mar_salado"), seconds=30, persona=persona, embed=_refuse_embedding)
    assert script.lines[-1].text == "Hasta la próxima."


def test_lexical_vectors_texts_that_share_rare_words_are_alike() -> None:
    texts = ["La sal llega al mar.", "Los mares tienen sal.", "El pan se cuece en el horno."]
    vectors = lexical_vectors(texts, "es")([*texts, "Nada de esto existe."])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0])
    assert vectors[0] @ vectors[1] > 0.5
    assert vectors[0] @ vectors[2] == 0


def test_key_phrases_in_language_are_nouns_of_the_text() -> None:
    texts = ["La marea alta cubre la playa.", "La marea alta llega dos veces.", "Nadie la cubrió ni la vio nunca."]
    terms = key_phrases(texts, "La marea", lexical_vectors(texts, "es"), count=3, language="es")
    assert terms[0] == "marea"
    assert "playa" not in terms  # said once
    assert "cubrió" not in terms


@pytest.mark.parametrize(
    ("language", "title", "prose", "topic"),
    [
        ("es", "Cuando el desierto viaja por el aire", "El aire sube. Del aire cae polvo.", "el aire"),
        ("fr", "Pourquoi l'eau gèle", "L'eau est froide. Dans l'eau il fait noir.", "l'eau"),
        ("it", "Perché nacque la pila", "La pila è pesante. Il peso della pila cresce.", "la pila"),
        ("pt", "De onde vem o cheiro", "Do cheiro ninguém fala. O cheiro sobe.", "o cheiro"),
        ("pt", "Tudo muda sempre", "Ninguém sabe por quê. A chuva cai.", ""),
    ],
)
def test_topic_in_language_is_noun_of_title_with_its_article(language: str, title: str, prose: str, topic: str) -> None:
    block = Block(kind="paragraph", text=prose)
    source = SourceText(title=title, blocks=(block,), language=language, words=10, sha256="0" * 64)
    assert topic_in_language(source) == topic


def test_described_labels_are_in_language_of_script() -> None:
    assert described("Texte.", "fr", attribution="A. Roux", licence="CC BY 4.0") == (
        "Texte.\n\nSource\u00a0: A. Roux\n\nLicence\u00a0: CC BY 4.0"
    )
    assert "Fuente: A. Ruiz" in described("Texto.", "es", attribution="A. Ruiz", licence=None)
