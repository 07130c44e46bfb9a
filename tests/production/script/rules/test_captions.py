"""Captions are found where the source has them beside a credit or alone, and by what they point to."""

from __future__ import annotations

import pytest

from ytempire.production.script.rules.captions import find_captions
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.studio.script_document import Line

STORY = {
    "en": "The windmill of Arden ground rye until 1952. Its owner slept under the sails.",
    "es": "El molino de Arden molió centeno hasta 1952. Su dueño dormía bajo las aspas.",
    "fr": "Le moulin d'Arden moulait du seigle jusqu'en 1952. Son maître dormait sous les ailes.",
    "it": "Il mulino di Arden macinava segale fino al 1952. Il suo padrone dormiva sotto le pale.",
    "pt": "O moinho de Arden moeu centeio até 1952. Seu dono dormia sob as pás.",
}
CAPTIONS = {
    "en": "The windmill and its last owner before the storm.",
    "es": "El molino y su último dueño antes de la tormenta.",
    "fr": "Le moulin et son dernier maître avant la tempête.",
    "it": "Il mulino e il suo ultimo padrone prima della tempesta.",
    "pt": "O moinho e seu último dono antes da tempestade.",
}
CREDITS = {
    "en": "Photo: H. Arnesen",
    "es": "Foto: H. Arnesen",
    "fr": "Photo : H. Arnesen",
    "it": "Foto: H. Arnesen",
    "pt": "Foto: H. Arnesen",
}


def script_of(language: str, text: str, *paragraphs: str) -> ReviewedScript:
    lines = (Line(text="?", role="hook", section=-1), Line(text=text, role="body", section=0))
    return ReviewedScript(language, "", lines, (), paragraphs, 30, 30)


@pytest.mark.parametrize("language", sorted(STORY))
def test_find_captions_phrase_beside_a_credit_is_a_caption(language: str) -> None:
    caption = CAPTIONS[language]
    script = script_of(language, caption, STORY[language], f"{caption} {CREDITS[language]}")
    assert [finding.line for finding in find_captions(script)] == [1]


@pytest.mark.parametrize("language", sorted(STORY))
def test_find_captions_phrase_that_is_a_paragraph_is_a_caption(language: str) -> None:
    script = script_of(language, CAPTIONS[language], STORY[language], CAPTIONS[language])
    assert [finding.kind for finding in find_captions(script)] == ["caption_or_credit"]


@pytest.mark.parametrize("language", sorted(STORY))
def test_find_captions_sentence_of_the_story_is_none(language: str) -> None:
    sentence = STORY[language].split(". ")[0] + "."
    assert list(find_captions(script_of(language, sentence, STORY[language], CAPTIONS[language]))) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On the left the new sails, on the right the old."),
        ("es", "A la izquierda, las aspas nuevas."),
        ("fr", "À droite, les ailes neuves."),
        ("it", "A sinistra, le pale nuove."),
        ("pt", "À esquerda, as pás novas."),
    ],
)
def test_find_captions_phrase_that_points_to_a_side_is_a_caption(language: str, text: str) -> None:
    assert [finding.line for finding in find_captions(script_of(language, text, STORY[language]))] == [1]
