from __future__ import annotations

from tests.production.script.framed_sources import make_source
from tests.production.script.texts import PERSONA
from ytempire.production.script.continuation import continuing_passages
from ytempire.production.script.ending import end_script
from ytempire.production.script.framing import Framing
from ytempire.production.script.hooks import Hook
from ytempire.production.script.material import Material, gather_material
from ytempire.production.script.salience import Embed
from ytempire.production.script.source_parts import parts_of
from ytempire.production.script.topics import short_topic_of
from ytempire.studio.script_document import Line, Section

FOG = "Fog hides the coast from every boat that comes home in the autumn."
BELL = "The keeper rings a bell for them through the whole of the night."
LAMP = "A red lamp helps boats."
OPEN = Hook(Framing("What do you know about fog?"), 0.1)
TEMPLATE = Framing("Fog, in a nutshell.")


def _material(embed: Embed, *sentences: str) -> Material:
    return gather_material(make_source("Fog", " ".join(sentences)), PERSONA, embed)


def _script(*body: str, close: Framing = TEMPLATE) -> tuple[list[Line], list[Section]]:
    lines = [
        OPEN.framing.line("hook"),
        *(Line(text=text, role="body", section=0, source_block=0) for text in body),
        close.line("close"),
    ]
    return lines, [Section(heading=None, first_line=1, last_line=len(body))]


def test_end_script_short_last_line_of_body_becomes_its_close(embed: Embed) -> None:
    lines, sections = _script(FOG, BELL, LAMP)
    ended, ends = end_script(lines, sections, TEMPLATE, OPEN, _material(embed, FOG, BELL, LAMP), seconds=1)
    assert [(line.role, line.text) for line in ended[1:]] == [("body", FOG), ("body", BELL), ("close", LAMP)]
    assert (ends[0].first_line, ends[0].last_line) == (1, 2)


def test_end_script_that_would_be_too_short_keeps_its_last_line(embed: Embed) -> None:
    lines, sections = _script(FOG, BELL, LAMP)
    material = _material(embed, FOG, BELL, LAMP)
    ended, _ = end_script(lines, sections, TEMPLATE, OPEN, material, seconds=60)
    assert [line.text for line in ended] == [line.text for line in lines]


def test_end_script_close_about_something_else_is_replaced(embed: Embed) -> None:
    other = "Wool coats need cedar wood."
    material = _material(embed, FOG, BELL, other)
    lines, sections = _script(FOG, BELL, close=Framing(other, 0, material.sentences[2]))
    ended, _ = end_script(lines, sections, Framing(other, 0, material.sentences[2]), OPEN, material, seconds=60)
    assert ended[-1].text == TEMPLATE.text


def test_continuing_passages_go_on_behind_the_sentence_of_the_hook(embed: Embed) -> None:
    material = _material(embed, FOG, BELL, LAMP)  # "them" leans on the boats of the sentence before
    hook = Hook(Framing(FOG, 0, material.sentences[0]), 1.0)
    parts = parts_of(material.source, material.sentences, material.weighed.vectors, most=2)
    passages = continuing_passages(hook, material, parts, frozenset({0}))
    assert {passage.places[0] for passage in passages} == {1}
    cut = Hook(Framing("Fog hides the coast.", 0, material.sentences[0]), 1.0)
    goes_on = continuing_passages(cut, material, parts, frozenset({0}))
    assert bool(goes_on) is not material.sentences[1].leans


def test_short_topic_of_is_the_thing_with_which_a_title_begins() -> None:
    expected = {
        "The Sea in the North": "the sea",
        "Oil-burning lamps using glass": "oil-burning lamps",
        "Opening the Harbour": "the harbour",
        "Rivers of Ice": "",
        "Quick movement of ice": "",
        "Red lamps of the coast": "red lamps",
        "Ten lamps of the coast": "",
        "How to ring a bell": "",
        "Fog": "",
    }
    prose = "The oil-burning lamps and the sea and the boats and the harbour and red lamps."
    assert {title: short_topic_of(make_source(title, prose)) for title in expected} == expected
