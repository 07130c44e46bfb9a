"""Ten kinds of text in five languages (`tests/data/kinds`): what stands around a text is not spoken."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.production.script.texts import PERSONA
from ytempire.embeddings.embedding import Embedder
from ytempire.production.script.extractive import write
from ytempire.production.script.rules.all_rules import find_faults
from ytempire.production.script.scoring import reviewed_script
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source
from ytempire.studio.script_document import LENGTH_TOLERANCE, Script

KINDS = Path(__file__).parents[2] / "data/kinds"
NEVER_SPOKEN = {
    "en-readme": (
        "build",
        "pip install",
        "MIT",
        "CONTRIBUTING",
        "pull request",
        "©",
        "open an issue",
        "our tests",
        "Requires",
    ),
    "en-howto-table": ("Ruth Amadi", "Photos", "Updated", "Related", "favourite knives", "what you need"),
    "es-receta": ("Tiempo", "Raciones", "Suscríbete", "Instagram", "Foto", "½ pepino"),
    "es-preguntas": ("actualización", "Llámanos", "900", "info@", "otra duda"),
    "fr-actualite": ("Élise Corbin", "Publié", "Crédit", "AFP", "Lire aussi", "Abonnez"),
    "fr-produit": ("avis", "panier", "Livraison", "Voir aussi", "Conditions", "Atelier Luciole, Lyon"),
    "it-biografia": ("Cfr", "Rossi", "pp.", "Note"),
    "it-opinione": ("Paolo Serra", "rubrica", "Commenta", "io credo", "ne ho contate"),
    "pt-lista": ("Gostou", "Compartilhe", "Leia também", "Imagem", "Veja os sete"),
    "pt-resumo": (
        "Ana Prado",
        "Universidade Federal",
        "aprado",
        "Palavras-chave",
        "CNPq",
        "Tabela",
        "Dunstan",
        "conflito",
    ),
}


@pytest.mark.parametrize("seconds", [30, 60])
@pytest.mark.parametrize("kind", sorted(NEVER_SPOKEN))
def test_script_of_kind_of_text_is_faultless_and_speaks_text_alone(kind: str, seconds: int, embedder: Embedder) -> None:
    source = parse_source((KINDS / f"{kind}.md").read_bytes(), name=f"{kind}.md")
    script = write(source, seconds=seconds, persona=PERSONA, embed=embedder.embed)
    narration = " ".join(line.text for line in script.lines).lower()
    assert source.language == kind[:2]
    assert [words for words in NEVER_SPOKEN[kind] if words.lower() in narration] == []
    assert [finding.reason for finding in find_faults(reviewed_script(script, source))] == []
    assert script.planned_s == pytest.approx(seconds, rel=LENGTH_TOLERANCE)
    assert [script.lines[0].role, script.lines[-1].role] != ["body", "body"]


@pytest.mark.parametrize("kind", sorted(NEVER_SPOKEN))
def test_script_of_kind_of_text_asked_for_longer_is_longer_and_mostly_of_neighbours(
    kind: str, embedder: Embedder
) -> None:
    source = parse_source((KINDS / f"{kind}.md").read_bytes(), name=f"{kind}.md")
    short, long = (write(source, seconds=seconds, persona=PERSONA, embed=embedder.embed) for seconds in (60, 240))
    assert long.planned_s > 1.1 * short.planned_s
    assert _share_of_neighbours(short, source) >= 0.5


def _share_of_neighbours(script: Script, source: SourceText) -> float:
    """How many of the spoken sentences follow in the source on the one that is spoken before them."""
    reviewed = reviewed_script(script, source)
    places = [
        origin.place
        for line, origin in zip(reviewed.lines, reviewed.origins, strict=True)
        if line.role == "body" and origin is not None
    ]
    return sum(later - earlier in (0, 1) for earlier, later in pairwise(places)) / (len(places) - 1)


@pytest.mark.parametrize(
    ("kind", "heading", "first", "last", "count"),
    [
        ("es-receta", "Preparación.", "Lava las verduras", "Cuela la sopa", 6),
        ("en-howto-table", "Sharpen.", "Lay the knife", "Change to the fine side", 5),
    ],
)
def test_script_of_procedure_tells_all_steps_in_order_behind_their_heading(
    kind: str, heading: str, first: str, last: str, count: int, embedder: Embedder
) -> None:
    source = parse_source((KINDS / f"{kind}.md").read_bytes(), name=f"{kind}.md")
    texts = [line.text for line in write(source, seconds=60, persona=PERSONA, embed=embedder.embed).lines]
    start = texts.index(heading) + 1
    assert texts[start].startswith(first)
    assert texts[start + count - 1].startswith(last)


def test_script_of_news_tells_each_of_the_solutions_that_it_counts(embedder: Embedder) -> None:
    source = parse_source((KINDS / "fr-actualite.md").read_bytes(), name="fr-actualite.md")
    texts = [line.text for line in write(source, seconds=60, persona=PERSONA, embed=embedder.embed).lines]
    start = texts.index("La mairie étudie trois solutions.")
    assert [text.split()[1] for text in texts[start + 1 : start + 4]] == ["première", "deuxième", "troisième,"]


@pytest.mark.parametrize("kind", sorted(NEVER_SPOKEN))
def test_script_of_a_minute_speaks_all_headings_of_its_later_sections_or_none(kind: str, embedder: Embedder) -> None:
    source = parse_source((KINDS / f"{kind}.md").read_bytes(), name=f"{kind}.md")
    script = write(source, seconds=60, persona=PERSONA, embed=embedder.embed)
    headed = [script.lines[section.first_line].role == "heading" for section in script.sections[1:]]
    assert len(set(headed)) <= 1
