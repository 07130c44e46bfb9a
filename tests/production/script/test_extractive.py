from __future__ import annotations

import re

import pytest

from tests.production.script.texts import BEES, PERSONA, bees, glaciers
from ytempire.language.profile import language_profile
from ytempire.production.script.context_dependence import leans_on_context
from ytempire.production.script.extractive import write
from ytempire.production.script.material import NothingToSay
from ytempire.production.script.salience import Embed
from ytempire.production.script.scoring import PASSING, score
from ytempire.production.script.words import words_of
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source
from ytempire.studio.script_document import Script
from ytempire.studio.voice.pacing import script_s

SOURCES = {"bees": bees, "glaciers": glaciers}


@pytest.fixture(
    scope="module",
    params=[(name, seconds) for name in SOURCES for seconds in (30.0, 60.0)],
    ids=lambda value: f"{value[0]}-{value[1]:.0f}",
)
def written(request: pytest.FixtureRequest, embed: Embed) -> tuple[SourceText, Script]:
    name, seconds = request.param
    source = SOURCES[name]()
    return source, write(source, seconds=seconds, persona=PERSONA, embed=embed)


class TestWrite:
    def test_write_uses_only_words_of_source_blocks(self, written: tuple[SourceText, Script]) -> None:
        source, script = written
        for line in script.lines:
            if line.role == "sign_off":
                assert line.text == PERSONA.sign_off
                continue
            if line.source_block is None:  # a text without a short sentence that fits is framed by its subject
                assert line.role in {"hook", "close"}
                is_plain = line.text == language_profile("en").long_close_template
                assert is_plain or source.title.lower() in line.text.lower()
                continue
            rest = iter(words_of(source.blocks[line.source_block].text))
            assert all(word in rest for word in words_of(line.text)), line.text

    def test_write_orders_hook_sections_close_and_sign_off(self, written: tuple[SourceText, Script]) -> None:
        _, script = written
        roles = [line.role for line in script.lines]
        assert (roles[0], roles[-2:]) == ("hook", ["close", "sign_off"])
        assert 1 <= len(script.sections) <= 4
        assert set(roles[1:-2]) <= {"body", "heading"}
        for number, section in enumerate(script.sections):
            assert {line.section for line in script.lines[section.first_line : section.last_line + 1]} == {number}
        covered = [place for section in script.sections for place in range(section.first_line, section.last_line + 1)]
        assert covered == list(range(1, len(script.lines) - 2))

    def test_write_hook_close_and_section_openings_are_context_independent(
        self, written: tuple[SourceText, Script]
    ) -> None:
        _, script = written
        openings = [
            next(line for line in script.lines[section.first_line :] if line.role == "body")
            for section in script.sections
        ]
        hook = script.lines[0]
        if hook.source_block is not None and openings[0].source_block == hook.source_block:
            openings.pop(0)  # it goes on right behind the sentence that is the hook
        for line in [hook, script.lines[-2], *openings]:
            assert not leans_on_context(line.text, "")
            assert not re.search(r"[()\[\]—]|see figure|^(?:however|and|but)\b", line.text, re.IGNORECASE)

    def test_write_fills_requested_time_without_repetition(self, written: tuple[SourceText, Script]) -> None:
        _, script = written
        assert script.planned_s == script.target_seconds
        assert abs(script_s(script.lines, words_per_minute=158) / script.target_seconds - 1) <= 0.05
        assert len({line.text for line in script.lines}) == len(script.lines)

    def test_write_script_passes_scoring(self, written: tuple[SourceText, Script]) -> None:
        source, script = written
        found = score(script, source)
        assert found.score >= PASSING + 0.1, found
        assert found.parts["faithfulness"] == 1.0

    def test_write_body_keeps_source_order(self, written: tuple[SourceText, Script]) -> None:
        _, script = written
        blocks = [line.source_block for line in script.lines if line.role == "body"]
        assert blocks == sorted(blocks, key=lambda block: block or 0)


def test_write_is_deterministic(embed: Embed) -> None:
    first, second = (write(bees(), seconds=60, persona=PERSONA, embed=embed) for _ in range(2))
    assert first == second


def test_write_short_source_plans_less_time_than_requested(embed: Embed) -> None:
    script = write(glaciers(), seconds=300, persona=PERSONA, embed=embed)
    assert script.target_seconds == 300
    assert 60 < script.planned_s < 120
    assert script_s(script.lines, words_per_minute=158) == pytest.approx(script.planned_s, rel=0.01)


def test_write_short_source_says_what_was_asked_and_what_came(embed: Embed) -> None:
    short = write(glaciers(), seconds=300, persona=PERSONA, embed=embed)
    assert short.shortfall == (
        f"300 s were asked for; this text has {short.planned_s:.0f} s of sentences that can be spoken."
    )
    assert score(short, glaciers()).score >= PASSING
    assert write(glaciers(), seconds=60, persona=PERSONA, embed=embed).shortfall is None


@pytest.mark.parametrize("seconds", [12.0, 15.0])
def test_write_few_seconds_are_filled_without_sign_off(embed: Embed, seconds: float) -> None:
    script = write(glaciers(), seconds=seconds, persona=PERSONA, embed=embed)
    assert abs(script_s(script.lines, words_per_minute=158) / seconds - 1) <= 0.1
    assert [line.role for line in script.lines if line.role != "body"] == ["hook", "close"]
    assert score(script, glaciers()).score >= PASSING


def test_write_list_becomes_spoken_items(embed: Embed) -> None:
    script = write(bees(), seconds=90, persona=PERSONA, embed=embed)
    points = [line.text for line in script.lines if line.list_item]
    assert points == ["A dry roof.", "A small entrance.", "Enough honey.", "Quiet."]
    intro = script.lines[[line.list_item for line in script.lines].index(True) - 1]
    assert intro.text == "A beekeeper can help a colony through the winter with four things:"


def test_write_description_contains_credit_and_licence(embed: Embed) -> None:
    script = write(bees(), seconds=60, persona=PERSONA, embed=embed)
    assert "Source: Notes of a beekeeper" in script.description
    assert "CC BY 4.0" in script.description
    assert not any("beekeeper, by" in line.text for line in script.lines)


def test_write_duplicated_source_text_is_spoken_once(embed: Embed) -> None:
    doubled = parse_source(f"{BEES}\n\n## Again\n\n{BEES.split('## The first')[0][26:]}".encode(), name="a.md")
    script = write(doubled, seconds=120, persona=PERSONA, embed=embed)
    said = [line.text for line in script.lines]
    assert len(said) == len(set(said))


def test_write_source_without_usable_sentences_is_refused(embed: Embed) -> None:
    prose = "Learn more about this at our site. See the list below. Click here to read this chapter and sign up. " * 8
    with pytest.raises(NothingToSay):
        write(parse_source(prose.encode(), name="a.md"), seconds=60, persona=PERSONA, embed=embed)
