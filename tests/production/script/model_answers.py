"""Answers of a language model about the bees, good and bad, made from a script of the extractive writer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ytempire.language.sentences import split_sentences
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script

INVENTED = "Doctor Miller of Boston counted 99,000 bees on Jupiter."
TITLES = ("How honeybees keep warm in winter", "The winter cluster of the bees", "Why bees shiver in winter")


def source_sentence(line: Line, source: SourceText) -> str:
    """The sentence of the source that says most of what a line says."""
    reviewed = ReviewedScript.of([line], source, seconds=1, target_seconds=1)
    [origin] = reviewed.origins
    if origin is not None:
        return reviewed.source_sentences[origin.place]
    block = source.blocks[line.source_block or 0].text
    return split_sentences(block, source.language)[0]


def answer_document(script: Script, source: SourceText, **changes: Any) -> dict[str, Any]:
    """What a model answers that writes this script."""

    def draft_line(line: Line) -> dict[str, Any]:
        return {
            "text": line.text,
            "block": line.source_block,
            "source_sentence": source_sentence(line, source),
            "list_item": line.list_item,
        }

    sections = [
        {
            "heading": section.heading or "The winter cluster",
            "lines": [
                draft_line(line)
                for line in script.lines[section.first_line : section.last_line + 1]
                if line.role == "body"
            ],
        }
        for section in script.sections
    ]
    [hook], [close] = ([line for line in script.lines if line.role == role] for role in ("hook", "close"))
    return {
        "titles": list(TITLES),
        "summary": "The bees of a hive keep **warm** in the winter cluster.",
        "tags": ["bees", "winter bees"],
        "hook": draft_line(hook),
        "sections": sections,
        "close": draft_line(close),
        **changes,
    }


def answer(script: Script, source: SourceText, *, body: Sequence[str] = (), **changes: Any) -> str:
    """The same as JSON; `body` are other texts of the first body lines."""
    document = answer_document(script, source, **changes)
    lines = [line for section in document["sections"] for line in section["lines"]]
    for line, text in zip(lines, body, strict=False):
        line["text"] = text
    return json.dumps(document, ensure_ascii=False)
