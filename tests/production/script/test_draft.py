"""How a model's answer is read."""

from __future__ import annotations

import json

import pytest

from ytempire.production.script.draft import parse_draft, without_markdown

LINE = {"text": "They shiver {in turn}.", "block": 0, "source_sentence": "They shiver in turn."}
ANSWER = json.dumps(
    {
        "titles": ["Bees in winter"],
        "summary": "Bees keep warm in winter.",
        "hook": LINE,
        "sections": [{"heading": "Heat", "lines": [LINE] * 20}],
        "close": LINE,
    }
)


@pytest.mark.parametrize("around", ["{}", "<think>{{maybe}} {{}}</think>\n{}", "Here: {}\nIs {{this}} right?"])
def test_parse_draft_finds_the_object_among_other_text(around: str) -> None:
    answer = ANSWER
    assert parse_draft(around.format(answer), 100) == parse_draft(answer, 100)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_parse_draft_of_cut_object_is_refused(share: float) -> None:
    answer = ANSWER
    with pytest.raises(ValueError, match="no whole JSON object"):
        parse_draft(answer[: round(len(answer) * share)], 100)


@pytest.mark.parametrize("answer", ["", "No.", "[1, 2]", "{", json.dumps({"titles": []})])
def test_parse_draft_of_other_answers_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_draft(answer, 100)


@pytest.mark.parametrize(
    ("text", "language", "plain"),
    [
        ("## A **bold** and _soft_ `code`\nline", "en", "A bold and soft code line"),
        ("snake_case and 2*3*4 and C#", "en", "snake_case and 2*3*4 and C#"),
        ("***All*** of __it__", "en", "All of it"),
        ("Qui parle ? «\u00a0Bonjour\u00a0» !", "fr", "Qui parle\u00a0? «\u00a0Bonjour\u00a0»\u00a0!"),
    ],
)
def test_without_markdown_keeps_what_is_no_mark(text: str, language: str, plain: str) -> None:
    assert without_markdown(text, language) == plain
