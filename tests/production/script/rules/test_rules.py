"""Each kind of fault is found where it is planted, and a clean script has none: in each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from ytempire.language.profile import LANGUAGES
from ytempire.production.script.rules.all_rules import find_faults
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.studio.script_document import Line


@dataclass(frozen=True)
class Sample:
    """A source and a clean script of it: the hook, bodies, the close."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    lines: tuple[str, ...]

    def script(self, lines: Sequence[str] | None = None) -> ReviewedScript:
        texts = lines or self.lines
        roles = ["hook", *["body"] * (len(texts) - 2), "close"]
        return ReviewedScript(
            language=self.language,
            title=self.title,
            lines=tuple(
                Line.model_validate({"text": text, "role": role, "section": 0 if role == "body" else -1})
                for text, role in zip(texts, roles, strict=True)
            ),
            headings=("Early years",),
            paragraphs=self.paragraphs,
            seconds=30,
            target_seconds=30,
        )

    def with_line(self, place: int, text: str) -> ReviewedScript:
        return self.script([*self.lines[:place], text, *self.lines[place + 1 :]])


TRAM = Sample(
    "en",
    "The night tram of Harlow Quay",
    (
        "Dr. Ida Penn ran the first night tram of Harlow Quay in 1931. It carried 40 bakers to work, and it did not"
        " stop at the harbour. Fishermen complained for six years.",
        "The council counted three reasons for the tram: bread, light and safety. Nobody was hurt in its first winter."
        " A lamp at each stop burned only 2 litres of oil a week. The driver slept until noon.",
        "I rode it as a child. As Miller and Ross show, trams calm a street. Figure 2 shows the route.",
        "Photo: the tram at the quay, 1932.",
    ),
    (
        "Who rode a tram at three o'clock?",
        "Ida Penn ran the first night tram of Harlow Quay in 1931.",
        "It carried 40 bakers to work, and it did not stop at the harbour.",
        "The council counted three reasons for the tram: bread, light and safety.",
        "A lamp at each stop burned only 2 litres of oil a week.",
        "Bread needs a ride.",
    ),
)
SAMPLES = {
    "en": TRAM,
    "es": Sample(
        "es",
        "El faro de la isla",
        (
            "El Dr. Luis Prado encendió el faro en 1890. La lámpara gastaba 3 litros de aceite cada noche.",
            "Los pescadores no pagaban por la luz. El farero dormía de día y subía 200 peldaños cada tarde.",
        ),
        (
            "¿Quién pagaba la luz de este faro?",
            "Luis Prado encendió el faro en 1890.",
            "La lámpara gastaba 3 litros de aceite cada noche.",
            "Los pescadores no pagaban por la luz.",
            "La luz era de todos.",
        ),
    ),
    "fr": Sample(
        "fr",
        "Le puits du village",
        (
            "Le puits fut creusé en 1742 par M. Roche. On y descend à 18 m, où l'eau reste à 9 °C.",
            "Les voisins ne boivent plus cette eau. La mairie a fermé le puits pendant deux ans.",
        ),
        (
            "Pourquoi personne ne boit cette eau ?",
            "Le puits fut creusé en 1742 par M. Roche.",
            "On y descend à 18 m, où l'eau reste à 9 °C.",
            "La mairie a fermé le puits pendant deux ans.",
            "L'eau froide se garde.",
        ),
    ),
    "it": Sample(
        "it",
        "Il mulino sul fiume",
        (
            "Il mulino macinava 500 kg di grano al giorno. Il mugnaio Pietro Sala non chiedeva denaro.",
            "Nel 1911 la piena portò via la ruota. Gli abitanti la rifecero in tre mesi. Il grano arrivava in barca.",
        ),
        (
            "Chi macinava il grano senza denaro?",
            "Il mulino macinava 500 kg di grano al giorno.",
            "Il mugnaio Pietro Sala non chiedeva denaro.",
            "Nel 1911 la piena portò via la ruota.",
            "Gli abitanti la rifecero in tre mesi.",
            "Il grano arrivava in barca.",
            "La ruota torna sempre.",
        ),
    ),
    "pt": Sample(
        "pt",
        "A ponte de madeira",
        (
            "A ponte tem 60 m e foi feita em 1920. O carpinteiro João Braga não usou um só prego.",
            "As tábuas são trocadas a cada cinco anos. A prefeitura nunca cobrou pedágio.",
        ),
        (
            "Uma ponte fica em pé sem pregos?",
            "A ponte tem 60 m e foi feita em 1920.",
            "O carpinteiro João Braga não usou um só prego.",
            "As tábuas são trocadas a cada cinco anos.",
            "A madeira pede cuidado.",
        ),
    ),
}
FAULTS = [
    ("url", 2, "Its route is on harlowquay.org for all to see."),
    ("code", 2, "It starts with the file tram.toml and two bakers."),
    ("list_markup", 2, "It carried - bread - light - safety to work."),
    ("citation", 2, "As Miller and Ross show, trams calm a street."),
    ("figure_reference", 2, "Figure 2 shows the route."),
    ("caption_or_credit", 2, "The tram at the quay, 1932."),
    ("navigation", 2, "Click here to see the route."),
    ("reader_address", 2, "In this article the tram stops at the harbour."),
    ("cut_abbreviation", 1, "The first night tram of Harlow Quay was run by Dr."),
    ("cut_sentence", 2, "It carried 40 bakers to work, and it did not stop at the"),
    ("cut_sentence", 2, "It carried 40 bakers to work of the."),
    ("cut_sentence", 2, "It carried 40 bakers to work. shows the way."),
    ("glued_heading", 1, "Early years Ida Penn ran the first night tram of Harlow Quay in 1931."),
    ("first_person", 2, "I rode it as a child."),
    ("unsupported", 2, "It carried 55 bakers to work, and it did not stop at the harbour."),
    ("unsupported", 1, "Walter Hume ran the first night tram of Harlow Quay in 1931."),
    ("lost_noun", 4, "A lamp at each stop burned only 2 hours of oil a week."),
    ("lost_negation", 2, "It carried 40 bakers to work, and it did stop at the harbour."),
    ("lost_negation", 4, "A lamp at each stop burned 2 litres of oil a week."),
    ("count_mismatch", 3, "The council counted four reasons for the tram: bread, light and safety."),
    ("list_without_list", 4, "The council counted these reasons for the tram:"),
    ("dangling_opening", 1, "They complained for six years."),
    ("wrong_language", 2, "El tranvía llevaba a los panaderos por la noche."),
    ("weak_hook", 0, "Welcome to the night tram of Harlow Quay."),
    ("weak_hook", 0, "The night tram of Harlow Quay carried bakers to their work in the dark."),
    ("weak_close", 5, "Bread and light and safety all need a ride."),
    ("repetition", 4, "Ida Penn ran the first night tram of Harlow Quay."),
]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_clean_script_has_no_fault(language: str) -> None:
    assert find_faults(SAMPLES[language].script()) == []


@pytest.mark.parametrize(("kind", "place", "text"), FAULTS, ids=[f"{kind}-{place}" for kind, place, _ in FAULTS])
def test_planted_fault_is_found_and_named(kind: str, place: int, text: str) -> None:
    findings = find_faults(TRAM.with_line(place, text))
    assert (kind, place) in [(finding.kind, finding.line) for finding in findings], findings


@pytest.mark.parametrize(
    ("language", "kind", "place", "text"),
    [
        ("es", "lost_negation", 3, "Los pescadores pagaban por la luz."),
        ("es", "unsupported", 2, "La lámpara gastaba 7 litros de aceite cada noche."),
        ("es", "cut_abbreviation", 1, "El faro lo encendió en 1890 el Dr."),
        ("fr", "lost_noun", 3, "La mairie a fermé le puits pendant deux mois."),
        ("fr", "dangling_opening", 1, "Elle a fermé le puits pendant deux ans."),
        ("fr", "first_person", 2, "J'y suis descendu un matin."),
        ("it", "wrong_order", 2, "Il mulino macinava 500 kg di grano al giorno."),
        ("it", "url", 2, "Gli orari sono su mulino.it per tutti."),
        ("pt", "lost_negation", 2, "O carpinteiro João Braga usou um só prego."),
        ("pt", "weak_close", 4, "A madeira sempre pede muito cuidado e tempo."),
    ],
)
def test_planted_fault_is_found_in_other_languages(language: str, kind: str, place: int, text: str) -> None:
    sample = SAMPLES[language]
    script = sample.with_line(place, text)
    if kind == "wrong_order":
        first, second = sample.lines[1:3]
        script = sample.script([sample.lines[0], second, first, *sample.lines[3:]])
    assert (kind, place) in [(finding.kind, finding.line) for finding in find_faults(script)], find_faults(script)


@pytest.mark.parametrize(
    "text",
    [
        "The bakers fed the cat.",
        "It was a work of art.",
        "The book on the tram was published in 1859.",
        "A cargo ship is apt to fail without a menu.",
        "The bakers baked cookies at the quay.",
        "According to age and sex the bakers rode in front.",
        "The table a carpenter makes stood in the tram.",
        "The harbour – cold and deep – froze in 1931.",
        "The coal mine of Harlow Quay closed after World War I.",
        "Many US bakers came to the quay.",
        "Part one of the law was the tram's.",
    ],
)
def test_ordinary_sentence_has_no_fault_of_pages_or_authors(text: str) -> None:
    sample = replace(TRAM, paragraphs=(*TRAM.paragraphs, text))
    assert [finding for finding in find_faults(sample.with_line(3, text)) if finding.line == 3] == []


def test_number_with_another_decimal_point_is_found() -> None:
    sample = replace(TRAM, paragraphs=(*TRAM.paragraphs, "The tram cost 2.5 million pounds."))
    kinds = [finding.kind for finding in find_faults(sample.with_line(3, "The tram cost 25 million pounds."))]
    assert kinds == ["unsupported"]


def test_length_is_held_against_what_was_asked() -> None:
    script = TRAM.script()
    assert [finding.kind for finding in find_faults(replace(script, target_seconds=34))] == ["length"]
    assert find_faults(replace(script, target_seconds=33)) == []


def test_long_sentences_are_found() -> None:
    endless = (
        "The council counted three reasons for the tram: bread, light and safety" + ", and nobody was hurt" * 6 + "."
    )
    assert "long_sentences" in [finding.kind for finding in find_faults(TRAM.with_line(3, endless))]


def test_announced_list_with_its_items_has_no_fault() -> None:
    lines = [*TRAM.lines[:3], "The council counted three reasons for the tram:", "Bread.", "Light.", "Safety."]
    assert find_faults(TRAM.script([*lines, TRAM.lines[-1]])) == []


def test_script_without_lines_has_a_fault() -> None:
    assert find_faults(replace(TRAM.script(), lines=())) != []
