from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.production.script.texts import PERSONA, bees, glaciers
from ytempire.production.script.extractive import write
from ytempire.production.script.rules.reviewed_script import Finding
from ytempire.production.script.salience import Embed
from ytempire.production.script.scoring import PASSING, reviewed_script, score, score_findings
from ytempire.studio.script_document import Line, Script


@pytest.fixture(scope="module")
def good(embed: Embed) -> Script:
    return write(bees(), seconds=60, persona=PERSONA, embed=embed)


def _with_lines(script: Script, change: Callable[[int, Line], str]) -> Script:
    lines = tuple(line.model_copy(update={"text": change(index, line)}) for index, line in enumerate(script.lines))
    return script.model_copy(update={"lines": lines})


def _invented(script: Script) -> Script:
    facts = iter(
        (
            "Professor Miller of Toronto counted 85,000 bees.",
            "Each winter cluster weighs 312 pounds on Jupiter.",
            "In 1987 Germany paid Hodgson 44 million dollars.",
            "Queen Victoria kept 17 hives at Windsor.",
        )
    )
    return _with_lines(
        script, lambda index, line: next(facts, line.text) if line.role == "body" and index % 2 else line.text
    )


def _repeated(script: Script) -> Script:
    body = [line.text for line in script.lines if line.role == "body"]
    return _with_lines(script, lambda index, line: body[index % 2] if line.role == "body" else line.text)


def _without_hook(script: Script) -> Script:
    lines = tuple(
        line.model_copy(update={"role": "body", "section": 0}) if line.role == "hook" else line for line in script.lines
    )
    return script.model_copy(update={"lines": lines})


def _shuffled_with_another_text(script: Script) -> Script:
    foreign = [block.text.split(". ")[0] + "." for block in glaciers().blocks if block.kind == "paragraph"]
    body = [line.text for line in script.lines if line.role == "body"]
    mixed = [text for pair in zip(reversed(body), foreign * 4, strict=False) for text in pair]
    places = iter(mixed)
    return _with_lines(script, lambda _, line: next(places) if line.role == "body" else line.text)


def _twice_as_long(script: Script) -> Script:
    return script.model_copy(update={"planned_s": 120.0, "target_seconds": 120.0})


def _run_together(script: Script) -> Script:
    body = [line.text.rstrip(".") for line in script.lines if line.role == "body"]
    endless = " and ".join(body[:5]) + "."
    return _with_lines(script, lambda index, line: endless if line.role == "body" and index % 3 == 0 else line.text)


def test_score_good_script_passes(good: Script) -> None:
    found = score(good, bees())
    assert found.score >= 0.85
    assert all(0 <= value <= 1 for value in found.parts.values())


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (_invented, "faithfulness"),
        (_repeated, "redundancy"),
        (_without_hook, "hook"),
        (_twice_as_long, "length"),
        (_shuffled_with_another_text, "faithfulness"),
        (_run_together, "pace"),
    ],
)
def test_score_spoiled_script_fails_in_affected_part(
    good: Script, spoil: Callable[[Script], Script], part: str
) -> None:
    whole, spoiled = (score(script, bees()) for script in (good, spoil(good)))
    assert spoiled.score < PASSING < whole.score, spoiled
    assert spoiled.parts[part] < 0.75 * whole.parts[part]
    assert spoiled.reasons


def test_score_reasons_name_invented_number_and_name(good: Script) -> None:
    reasons = " ".join(score(_invented(good), bees()).reasons)
    assert "85,000" in reasons
    assert "Miller" in reasons


def test_score_empty_script_is_zero(good: Script) -> None:
    assert score(good.model_copy(update={"lines": ()}), bees()).score == 0


def test_score_findings_pattern_lowers_more_than_comparison_of_words(good: Script) -> None:
    reviewed = reviewed_script(good, bees())
    by_pattern, by_comparison = (score_findings(reviewed, [Finding(kind, 1, kind)]) for kind in ("url", "unsupported"))
    assert by_pattern.score < by_comparison.score < PASSING


def test_score_line_that_the_source_hardly_says_lowers_faithfulness(good: Script) -> None:
    reviewed = reviewed_script(good, bees())
    paraphrased = reviewed_script(
        _with_lines(good, lambda place, line: "Warmth wins." if place == 1 else line.text), bees()
    )
    faithfulness = [score_findings(script, []).parts["faithfulness"] for script in (reviewed, paraphrased)]
    assert faithfulness[1] < faithfulness[0]
