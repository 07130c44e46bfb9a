from __future__ import annotations

import pytest

from ytempire.production.script.short_forms import short_forms


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A glacier is a river of ice that moves under its own weight.", "A glacier is a river of ice."),
        ("Ice floats because it is lighter than the water below.", "Ice floats."),
        ("Scientists know that salt lowers the freezing point.", "Salt lowers the freezing point."),
        ("The Sun produces tides on Earth, which few people know.", "The Sun produces tides on Earth."),
        ("The queen, which lives for years, lays the eggs.", "The queen lays the eggs."),
        ("It is important to keep the hive dry.", "Keep the hive dry."),
        ("Water is very heavy.", "Water is heavy."),
        ("Bees eat honey and keep the queen warm in winter.", "Bees eat honey."),
        ("In winter the days are short; the bees live on honey.", "The bees live on honey."),
        ("Ice floats.", "Ice floats."),
        ("The kidneys can regulate water levels in the body.", "The kidneys can regulate water levels."),
        ("Sleep allows the brain to adapt to its work.", "Sleep allows the brain to adapt."),
        ("Cholera reached London in the nineteenth century.", "Cholera reached London."),
        ("Use a long rope to tie the boat up at night.", "Use a long rope."),
        ("Unlike ants, bees keep their honey.", "Bees keep their honey."),
        ("No rope or chain lasts for a whole century.", "No rope lasts for a whole century."),
        ("The lamp is tremendously bright.", "The lamp is bright."),
    ],
)
def test_short_forms_of_sentence_keep_it_true(text: str, form: str) -> None:
    assert form in list(short_forms(text, 7, "en"))


@pytest.mark.parametrize(
    "text",
    [
        "The Sun produces tides on Earth, although it is far away.",
        "Tides are so strong that they carry ships away.",
        "Wood does not burn because it is dry.",
        "A lens is the part that bends light.",
        "Learning is a process that takes many years of work.",
        "Salt is a mixture of sodium and the gas chlorine.",
        "Some bees survive the winter in the middle of the hive.",
        "Ice melts only because the sun shines on it.",
        "Antibiotics work against bacteria in most of the patients.",
        "If the wind falls, the boats wait in the bay.",
        "The kidneys regulate water levels in most of the body.",
        "The rope can only be found at the harbour shop.",
        "Boats do not sink in the nineteenth century of the story.",
        "A dyke of stone holds for thirty years; the sea of the bay never stops.",
        "Bees do not shiver and keep the whole cluster warm.",
    ],
)
def test_short_forms_of_sentence_that_needs_all_of_it_are_none(text: str) -> None:
    assert list(short_forms(text, 6, "en")) == []


@pytest.mark.parametrize(
    ("language", "text", "form"),
    [
        ("es", "El glaciar es un río de hielo que baja de la montaña.", "El glaciar es un río de hielo."),
        ("es", "El hielo flota porque pesa menos que el agua.", "El hielo flota."),
        ("fr", "Un glacier est un fleuve de glace qui descend de la montagne.", "Un glacier est un fleuve de glace."),
        ("it", "Il ghiacciaio è un fiume di ghiaccio che scende dal monte.", "Il ghiacciaio è un fiume di ghiaccio."),
        ("pt", "A geleira é um rio de gelo que desce da montanha.", "A geleira é um rio de gelo."),
        ("fr", "On sait que la glace protège les poissons.", "La glace protège les poissons."),
    ],
)
def test_short_forms_in_language_keep_the_sentence_true(language: str, text: str, form: str) -> None:
    assert form in list(short_forms(text, 7, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Los barcos son tan grandes que no caben en el puerto."),
        ("fr", "La glace ne fond pas parce que le soleil brille."),
        ("it", "Le navi sono così grandi che non entrano nel porto."),
        ("pt", "A água é mais pesada que o gelo dos rios do norte."),
    ],
)
def test_short_forms_in_language_of_sentence_that_needs_all_of_it_are_none(language: str, text: str) -> None:
    assert list(short_forms(text, 6, language)) == []
